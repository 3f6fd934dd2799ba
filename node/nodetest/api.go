package nodetest

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/event"
)

// internalAPI answers pulls from tables that the script wrote.
type internalAPI struct {
	rows  event.PullResponse
	delay event.Duration
	fail  int // HTTP status instead of an answer; 0 is none
}

// tables replaces the tables: a row a line, "api UUID=… Labels=a,b".
func (i *internalAPI) tables(lines []string) error {
	var r event.PullResponse
	for _, line := range lines {
		if err := row(&r, strings.Fields(line)); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	i.rows = r
	return nil
}

// row adds a row to its list.
func row(r *event.PullResponse, words []string) error {
	if len(words) == 0 {
		return nil
	}
	switch words[0] {
	case "api":
		return grow(&r.APIs, words[1:])
	case "application":
		return grow(&r.Applications, words[1:])
	case "subscription":
		return grow(&r.Subscriptions, words[1:])
	case "policy":
		return grow(&r.Policies, words[1:])
	case "key-manager":
		return grow(&r.KeyManagers, words[1:])
	case "revoked":
		return grow(&r.Revoked, words[1:])
	case "webhook":
		return grow(&r.Webhooks, words[1:])
	case "subject":
		return grow(&r.Subjects, words[1:])
	case "template":
		r.Templates = append(r.Templates, words[1:]...)
		return nil
	case "block":
		return grow(&r.Blocked, words[1:])
	case "scope":
		return grow(&r.Scopes, words[1:])
	case "certificate":
		return grow(&r.Certificates, words[1:])
	case "analytics":
		r.Analytics = strings.Join(words[1:], " ")
		return nil
	}
	return fmt.Errorf("no table is called %q", words[0])
}

func grow[T any](list *[]T, words []string) error {
	var v T
	err := Fill(&v, words)
	*list = append(*list, v)
	return err
}

// answer answers a request as a control plane does: filtered by name and label, 404 for an artifact
// that is not there.
func (i *internalAPI) answer(q *event.PullRequest) *event.PullResponse {
	r := &event.PullResponse{ID: q.ID, Path: q.Path, Status: 200}
	if i.fail != 0 {
		r.Status = i.fail
		return r
	}
	switch q.Path {
	case event.PathKeyValidation:
		i.order(q.Order, r)
	case event.PathAPIs, event.PathArtifacts:
		r.APIs = i.apis(q)
		if len(r.APIs) == 0 && q.Name != "" {
			r.Status = 404
		}
	case event.PathApplications, event.PathKeyMappings:
		r.Applications = i.rows.Applications
	case event.PathSubscriptions:
		r.Subscriptions = i.rows.Subscriptions
	case event.PathSubscriptionPolicies:
		r.Policies = i.policies(event.SubscriptionLevel, q.Name)
	case event.PathApplicationPolicies:
		r.Policies = i.policies(event.ApplicationLevel, q.Name)
	case event.PathAPIPolicies:
		r.Policies = i.policies(event.APILevel, q.Name)
	case event.PathGlobalPolicies:
		r.Policies = i.policies(event.CustomLevel, q.Name)
	case event.PathKeyManagers:
		r.KeyManagers = i.rows.KeyManagers
	case event.PathRevoked:
		r.Revoked = i.rows.Revoked
	case event.PathKeyTemplates:
		r.Templates = i.rows.Templates
	case event.PathWebhooks:
		r.Webhooks = i.rows.Webhooks
	case event.PathSubjects:
		r.Subjects = i.rows.Subjects
	case event.PathBlock:
		r.Blocked = i.rows.Blocked
	case event.PathScopes:
		r.Scopes = i.rows.Scopes
	case event.PathCertificates:
		r.Certificates = slices.DeleteFunc(slices.Clone(i.rows.Certificates), func(c event.Certificate) bool { return q.Name != "" && q.Name != c.Alias })
	case event.PathAnalytics:
		r.Analytics = i.rows.Analytics
	}
	return r
}

func (i *internalAPI) apis(q *event.PullRequest) []event.API {
	var found []event.API
	for _, a := range i.rows.APIs {
		labelled := slices.ContainsFunc(a.Labels, func(l string) bool { return slices.Contains(q.Labels, l) })
		if labelled && (q.Name == "" || q.Name == a.UUID) {
			found = append(found, a)
		}
	}
	return found
}

func (i *internalAPI) policies(l event.Level, name string) []event.Policy {
	var found []event.Policy
	for _, p := range i.rows.Policies {
		if p.Level == l && (name == "" || name == p.Name) {
			found = append(found, p)
		}
	}
	return found
}
