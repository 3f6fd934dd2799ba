package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// AppendPull appends the body of an answer of the internal API (api.yaml of
// apimgt.internal.service): lists with count, list and pagination, key managers and revoked tokens as
// bare arrays, blocking conditions as an object of lists. An answer with another Status than 200 is
// the error object {code, message, fields}.
//
// Members that the simulator does not know are left out or empty. What it knows beyond the product
// (an API's labels and revision, an application's consumer keys) stands last, and only when it is
// there. The artifacts are an exception: the product's strings hold Synapse configuration, ours the
// API as GET /apis lists it, so a real gateway cannot deploy one.
func AppendPull(b []byte, p *PullResponse) ([]byte, error) {
	if p.Status != 0 && p.Status != 200 {
		return appendJSON(b, pullFault{Code: p.Status, Message: strings.TrimSuffix("cannot answer "+string(p.Path)+": "+p.Problem, ": ")})
	}
	var (
		body any
		err  error
	)
	switch p.Path {
	case PathAPIs:
		body = listOf(apisJSON(p.APIs))
	case PathArtifacts, PathRetrieve:
		if p.Envoy {
			return appendProjects(b, p.APIs)
		}
		body, err = artifactsJSON(p.APIs)
	case PathMetadata:
		body = deploymentsOf(p.APIs, false)
	case PathApplications:
		body = listOf(applicationsJSON(p.Applications))
	case PathKeyMappings:
		body = listOf(keyMappingsJSON(p.Applications))
	case PathSubscriptions:
		body = listOf(subscriptionsJSON(p.Subscriptions))
	case PathSubscriptionPolicies, PathApplicationPolicies, PathAPIPolicies, PathGlobalPolicies:
		var rows []policyJSON
		rows, err = policiesJSON(p.Path, p.Policies)
		body = listOf(rows)
	case PathKeyManagers:
		body = keyManagersJSON(p.KeyManagers)
	case PathRevoked:
		body = revokedJSON(p.Revoked)
	case PathBlock:
		body, err = blocksJSON(p.Blocked)
	case PathKeyTemplates:
		body = append([]string{}, p.Templates...)
	case PathWebhooks:
		body = listOnly[webhookJSON]{webhooksJSON(p.Webhooks)}
	case PathSubjects, PathRevokedUsers, PathRevokedKeys:
		body = subjectsJSON(p.Subjects)
	case PathDeployed:
		body = struct{}{}
	case PathGateway, PathStatus:
		body = saidJSON{p.Said}
	case PathScopes:
		body = listOf(scopesJSON(p.Scopes))
	case PathCertificates:
		body = certificatesJSON(p.Certificates)
	case PathAnalytics:
		return append(b, orObject(p.Analytics)...), nil
	case PathKeyValidation, PathGatewayAdmin, PathPolicyAdmin:
		body = orderedOf(p)
	case PathThrottle:
		body = []struct{}{}
	case PathThrottledText:
		body = ""
	case PathThrottledSingle:
		body = struct{}{}
	case PathLLMProviders, PathLLMConfigs, PathGatewayPolicy, PathClientCerts, PathCorrelation, PathOpaqueAPIKeys, PathTransactionLog:
		body = listOf([]struct{}{})
	default:
		err = &FormError{Doing: "write an answer of the internal API", Kind: ErrNoForm, Detail: "path " + string(p.Path) + " is not modelled"}
	}
	if err != nil {
		return b, err
	}
	return appendJSON(b, body)
}

// ParsePull reads the body of a 200 of the internal API. ID and Status are the caller's to set: they
// do not stand in a body. Policies of other quota types than those of QuotaType are left out;
// what else is wrong with a policy is Policy.Check's to say.
func ParsePull(path Path, b []byte) (*PullResponse, error) {
	p := &PullResponse{Path: path}
	if path == PathDeployed && len(b) == 0 {
		return p, nil
	}
	var err error
	switch path {
	case PathAPIs:
		p.APIs, err = parseList(path, b, apiJSON.api)
	case PathArtifacts:
		p.APIs, err = parseArtifacts(b)
	case PathApplications:
		p.Applications, err = parseList(path, b, applicationJSON.application)
	case PathKeyMappings:
		p.Applications, err = parseKeyMappings(b)
	case PathSubscriptions:
		p.Subscriptions, err = parseList(path, b, subscriptionJSON.subscription)
	case PathSubscriptionPolicies, PathApplicationPolicies, PathAPIPolicies, PathGlobalPolicies:
		p.Policies, err = parsePolicies(path, b)
	case PathKeyManagers:
		p.KeyManagers, err = parseArray(path, b, keyManagerJSON.keyManager)
	case PathRevoked:
		p.Revoked, err = parseArray(path, b, revokedTokenJSON.token)
	case PathBlock:
		p.Blocked, err = parseBlocks(b)
	case PathKeyTemplates:
		p.Templates, err = parseArray(path, b, func(text string) string { return text })
	case PathWebhooks:
		p.Webhooks, err = parseList(path, b, webhookJSON.webhook)
	case PathSubjects:
		p.Subjects, err = parseSubjects(b)
	case PathScopes:
		p.Scopes, err = parseList(path, b, scopeJSON.scope)
	case PathCertificates:
		p.Certificates, err = parseArray(path, b, certificateJSON.certificate)
	case PathAnalytics:
		if p.Analytics = string(b); p.Analytics == noSettings {
			p.Analytics = ""
		}
	case PathDeployed:
		err = decode(path, b, &struct{}{})
	case PathGateway, PathStatus:
		var body saidJSON
		err = decode(path, b, &body)
		p.Said = body.Status
	case PathKeyValidation, PathGatewayAdmin, PathPolicyAdmin:
		err = parseOrdered(p, b)
	default:
		err = &FormError{Doing: "read an answer of the internal API", Kind: ErrUnknownType, Detail: "path " + string(path) + " is not modelled"}
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// noSettings is the answer of /ga-config where a tenant has none; else it is the settings' own text.
const noSettings = "{}"

func orObject(text string) string {
	if text == "" {
		return noSettings
	}
	return text
}

// pullFault is the body of an answer that is not a 200.
type pullFault struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Fields  string `json:"fields"`
}

// pullList is the frame of most answers. Without a limit of its own the product sends all rows at
// once, and so do we.
type pullList[T any] struct {
	Count      int        `json:"count"`
	List       []T        `json:"list"`
	Pagination pagination `json:"pagination"`
}

type pagination struct {
	Offset   int    `json:"offset"`
	Limit    int    `json:"limit"`
	Total    int    `json:"total"`
	Next     string `json:"next"`
	Previous string `json:"previous"`
}

func listOf[T any](rows []T) pullList[T] {
	return pullList[T]{Count: len(rows), List: rows, Pagination: pagination{Limit: len(rows), Total: len(rows)}}
}

// listOnly is the frame of an answer without count and pages.
type listOnly[T any] struct {
	List []T `json:"list"`
}

// parseList reads {list:[…]} and makes each row what it stands for.
func parseList[T, V any](path Path, b []byte, value func(T) V) ([]V, error) {
	var body struct {
		List *[]T `json:"list"`
	}
	if err := decode(path, b, &body); err != nil {
		return nil, err
	}
	if body.List == nil {
		return nil, &FormError{Doing: "read the answer of " + string(path), Kind: ErrMalformed, Member: "list", Detail: "an array was expected"}
	}
	return each(*body.List, value), nil
}

// parseArray reads [ … ].
func parseArray[T, V any](path Path, b []byte, value func(T) V) ([]V, error) {
	var rows *[]T
	if err := decode(path, b, &rows); err != nil {
		return nil, err
	}
	if rows == nil {
		return nil, &FormError{Doing: "read the answer of " + string(path), Kind: ErrMalformed, Detail: "an array was expected, found null"}
	}
	return each(*rows, value), nil
}

// each maps rows to values; no rows are nil, so that an empty answer equals one that was never sent.
func each[T, V any](rows []T, value func(T) V) []V {
	if len(rows) == 0 {
		return nil
	}
	all := make([]V, len(rows))
	for i, row := range rows {
		all[i] = value(row)
	}
	return all
}

// decode reads one JSON document into v.
func decode(path Path, b []byte, v any) error {
	err := json.Unmarshal(b, v)
	if err == nil {
		return nil
	}
	bad := &FormError{Doing: "read the answer of " + string(path), Kind: ErrMalformed, Detail: err.Error()}
	syntax, kind := (*json.SyntaxError)(nil), (*json.UnmarshalTypeError)(nil)
	switch {
	case errors.As(err, &syntax):
		bad.Offset = syntax.Offset
	case errors.As(err, &kind):
		bad.Offset, bad.Member = valueAt(b, kind), kind.Field
		bad.Detail = "want " + jsonWant(kind) + ", found " + jsonFound(kind.Value)
	}
	return bad
}

// appendJSON appends v without the escapes for HTML, and without a line end.
func appendJSON(b []byte, v any) ([]byte, error) {
	out := bytes.NewBuffer(b)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return b, &FormError{Doing: "write JSON", Kind: ErrNoForm, Detail: err.Error()}
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
