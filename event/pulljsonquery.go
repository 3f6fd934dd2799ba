package event

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// Query is the query string of the request, without a question mark: apiId or policyName, the gateway's
// labels joined by | in URL-safe base64 without padding, and type=Synapse for artifacts
// (DBRetriever.java, InMemoryAPIDeployer.java). On paths that take no name or labels these are left out.
func (r *PullRequest) Query() string {
	var parts []string
	if name := nameParameter(r.Path); name != "" && r.Name != "" {
		parts = append(parts, name+"="+url.QueryEscape(r.Name))
	}
	if takesLabels(r.Path) && len(r.Labels) > 0 {
		parts = append(parts, "gatewayLabel="+base64.RawURLEncoding.EncodeToString([]byte(strings.Join(r.Labels, "|"))))
	}
	if r.Path == PathArtifacts {
		parts = append(parts, "type=Synapse")
	}
	return strings.Join(parts, "&")
}

// ParseQuery reads the query string of a request. It takes labels in either base64 alphabet, padded
// or not: the Go adapter sends the standard one. Parameters that the path does not have are passed over.
func ParseQuery(path Path, query string) (*PullRequest, error) {
	const doing = "read the query of the internal API"
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, &FormError{Doing: doing, Kind: ErrMalformed, Detail: err.Error()}
	}
	r := &PullRequest{Path: path}
	if name := nameParameter(path); name != "" {
		r.Name = values.Get(name)
	}
	if text := values.Get("gatewayLabel"); text != "" && takesLabels(path) {
		// A plus sign of the standard alphabet that was not escaped has become a space.
		text = strings.NewReplacer("+", "-", " ", "-", "/", "_").Replace(strings.TrimRight(text, "="))
		plain, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			return nil, &FormError{Doing: doing, Kind: ErrMalformed, Member: "gatewayLabel", Detail: "base64 was expected: " + err.Error()}
		}
		if len(plain) > 0 {
			r.Labels = strings.Split(string(plain), "|")
		}
	}
	return r, nil
}

// nameParameter is the parameter that carries a request's Name (api.yaml of apimgt.internal.service).
// Other lists have filters too, by other things than a row's name; we answer those with all rows.
func nameParameter(p Path) string {
	switch p {
	case PathAPIs, PathArtifacts:
		return "apiId"
	case PathSubscriptionPolicies, PathApplicationPolicies, PathAPIPolicies:
		return "policyName"
	}
	return ""
}

func takesLabels(p Path) bool { return p == PathAPIs || p == PathArtifacts }
