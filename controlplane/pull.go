package controlplane

import (
	"hubsim/event"
	"hubsim/node"
)

// pull is a request to the internal API that waits for the database.
type pull struct {
	session node.SessionID
	request *event.PullRequest
}

// tableOf returns the table that a path lists.
func tableOf(p event.Path) (event.Table, bool) {
	switch p {
	case event.PathAPIs, event.PathArtifacts, event.PathRetrieve, event.PathMetadata:
		return event.TableAPI, true
	case event.PathApplications, event.PathKeyMappings:
		return event.TableApplication, true
	case event.PathSubscriptions:
		return event.TableSubscription, true
	case event.PathSubscriptionPolicies, event.PathApplicationPolicies, event.PathAPIPolicies, event.PathGlobalPolicies, event.PathKeyTemplates:
		return event.TablePolicy, true
	case event.PathKeyManagers:
		return event.TableKeyManager, true
	case event.PathRevoked:
		return event.TableRevoked, true
	case event.PathBlock:
		return event.TableBlock, true
	case event.PathWebhooks:
		return event.TableWebhook, true
	case event.PathSubjects, event.PathRevokedUsers, event.PathRevokedKeys:
		return event.TableSubject, true
	case event.PathScopes:
		return event.TableScope, true
	case event.PathCertificates:
		return event.TableCertificate, true
	case event.PathAnalytics:
		return event.TableAnalytics, true
	}
	return 0, false
}

// pull begins to answer a request.
func (c *ControlPlane) pull(now node.Clock, p *pull, out *node.Output) {
	table, found := tableOf(p.request.Path)
	switch {
	case p.request.Path == event.PathDeployed:
		c.acknowledge(now, p, out)
	case p.request.Path == event.PathGateway:
		c.notice(now, p, out)
	case p.request.Path == event.PathStatus:
		c.states(now, p, out)
	case p.request.Path.Orders():
		c.order(now, p, out)
	case p.request.Path.Empty():
		p.answer(c, now, nil, out)
	case !found:
		c.reply(p, &event.PullResponse{Status: 404}, event.Malformed, out)
	case c.recall(now, p, out):
	case c.pulls >= c.cfg.Pulls:
		c.reply(p, &event.PullResponse{Status: 503}, event.MailboxFull, out)
	default:
		c.deployed.meet(c.accepted[p.session].peer, p.request)
		c.pulls++
		c.ask(now, &event.StoreOp{Read: table, Name: p.key(table)}, p, out)
	}
}

// key is the row that a request names, or "" when its table has to be read whole.
func (p *pull) key(t event.Table) string {
	switch t {
	case event.TableAPI, event.TableApplication, event.TableSubscription:
		return p.name()
	}
	return ""
}

// name is the one that is asked for, or "" for all. Artifacts are looked for by name only where the request
// has a label (RuntimeArtifactGeneratorUtil.java).
func (p *pull) name() string {
	if p.request.Path.Artifacts() && len(p.request.Labels) == 0 {
		return ""
	}
	return p.request.Name
}

// answered implements asker.
func (p *pull) answered(c *ControlPlane, now node.Clock, a answer, out *node.Output) {
	c.pulls--
	if a.fail != event.NoReason {
		c.reply(p, &event.PullResponse{Status: 500}, a.fail, out)
		return
	}
	rows := a.rows
	if p.request.Path == event.PathScopes {
		rows = c.remembered(now, rows, out)
	}
	p.answer(c, now, rows, out)
}

// answer lists the rows that the request asks for.
func (p *pull) answer(c *ControlPlane, now node.Clock, rows []event.Row, out *node.Output) {
	if !p.request.Path.Tenantless() && !c.tenantKnown(p.request.Tenant, rows) {
		problem := "there is no tenant " + string(p.request.Tenant)
		c.reply(p, &event.PullResponse{Status: 404, Problem: problem}, event.Filtered, out)
		return
	}
	r := &event.PullResponse{Status: 200}
	for i := range rows {
		if p.request.Lists(&rows[i]) {
			p.add(r, &rows[i])
		}
	}
	if p.request.Path == event.PathRevoked && c.cfg.RevokedCleanup {
		r.Revoked = unexpired(r.Revoked, now.Wall)
	}
	if p.request.Path.Artifacts() && len(r.APIs) == 0 && (p.name() != "" || c.cfg.NoneNotFound) {
		r.Status, r.Problem = 404, "no API is deployed that was asked for"
	}
	answeredScopes(r.Scopes, out)
	c.reply(p, r, event.NoReason, out)
}

func (c *ControlPlane) reply(p *pull, r *event.PullResponse, why event.Reason, out *node.Output) {
	r.ID, r.Path, r.Envoy = p.request.ID, p.request.Path, p.request.Envoy
	who, there := c.accepted[p.session]
	if !there {
		return
	}
	out.Send(p.session, r)
	n := node.Note{Fact: node.PullAnswered, Detail: string(r.Path), N: size(r), Peer: who.peer, Reason: why}
	if why != event.NoReason {
		n.ID = r.Problem
	}
	out.Note(n)
}

// add puts a row into the list that the path names, if the request's filters let it.
func (p *pull) add(to *event.PullResponse, r *event.Row) {
	q := p.request
	switch {
	case r.API != nil:
		if named := p.name() == "" || p.name() == r.API.UUID; named && p.labelled(r.API) {
			to.APIs = append(to.APIs, *r.API)
		}
	case r.Application != nil:
		if q.Name == "" || q.Name == r.Application.UUID {
			to.Applications = append(to.Applications, *r.Application)
		}
	case r.Subscription != nil:
		if q.Name == "" || q.Name == r.Subscription.UUID {
			to.Subscriptions = append(to.Subscriptions, *r.Subscription)
		}
	case r.Policy != nil && q.Path == event.PathKeyTemplates:
		if r.Policy.Level == event.CustomLevel && r.Policy.KeyTemplate != "" {
			to.Templates = append(to.Templates, r.Policy.KeyTemplate)
		}
	case r.Policy != nil:
		if r.Policy.Level == levelOf(q.Path) && (q.Name == "" || q.Name == r.Policy.Name) {
			to.Policies = append(to.Policies, *r.Policy)
		}
	case r.KeyManager != nil:
		to.KeyManagers = append(to.KeyManagers, *r.KeyManager)
	case r.Revoked != nil:
		to.Revoked = append(to.Revoked, *r.Revoked)
	case r.Webhook != nil:
		to.Webhooks = append(to.Webhooks, *r.Webhook)
	case r.Subject != nil && q.Path == event.PathRevokedUsers && r.Subject.Kind != event.SubjectUser:
	case r.Subject != nil && q.Path == event.PathRevokedKeys && r.Subject.Kind == event.SubjectUser:
	case r.Subject != nil:
		to.Subjects = append(to.Subjects, *r.Subject)
	case r.Scope != nil:
		if q.Name == "" || q.Name == r.Scope.Name {
			to.Scopes = append(to.Scopes, *r.Scope)
		}
	case r.Certificate != nil:
		if q.Name == "" || q.Name == r.Certificate.Alias {
			to.Certificates = append(to.Certificates, *r.Certificate)
		}
	case r.Analytics != nil:
		if to.Analytics == "" || r.Analytics.Tenant == event.Super {
			to.Analytics = r.Analytics.Text
		}
	case r.Block != nil && r.Block.On:
		to.Blocked = append(to.Blocked, *r.Block)
	}
}

// labelled tells whether an API is deployed to a label that the request names. Without labels /apis
// lists all, /runtime-artifacts whatever is deployed.
func (p *pull) labelled(a *event.API) bool {
	if len(p.request.Labels) == 0 {
		return p.request.Path == event.PathAPIs || len(a.Labels) > 0
	}
	return intersect(a.Labels, p.request.Labels)
}

// tenantKnown tells whether a tenant is there: one of the deployment's, or one that a row names.
func (c *ControlPlane) tenantKnown(t event.Tenant, rows []event.Row) bool {
	if t == "" || t == event.AllTenants || t == event.Super {
		return true
	}
	for _, k := range c.cfg.Tenants {
		if k == t {
			return true
		}
	}
	for i := range rows {
		if rows[i].Tenant() == t {
			return true
		}
	}
	return false
}

func intersect(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

func levelOf(p event.Path) event.Level {
	switch p {
	case event.PathSubscriptionPolicies:
		return event.SubscriptionLevel
	case event.PathApplicationPolicies:
		return event.ApplicationLevel
	case event.PathGlobalPolicies:
		return event.CustomLevel
	}
	return event.APILevel
}

func unexpired(all []event.RevokedToken, now event.Wall) []event.RevokedToken {
	live := all[:0]
	for _, t := range all {
		if t.Expiry >= now {
			live = append(live, t)
		}
	}
	return live
}

// size is how many rows a response lists.
func size(r *event.PullResponse) int64 {
	return int64(len(r.APIs) + len(r.Applications) + len(r.Subscriptions) + len(r.Policies) +
		len(r.KeyManagers) + len(r.Revoked) + len(r.Blocked) + len(r.Templates) + len(r.Webhooks) + len(r.Subjects) + len(r.Scopes) + len(r.Certificates))
}
