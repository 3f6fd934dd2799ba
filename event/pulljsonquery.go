package event

import (
	"encoding/base64"
	"net/url"
	"strconv"
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
	switch {
	case r.Envoy && takesType(r.Path):
		parts = append(parts, "type="+envoy)
	case r.Path == PathArtifacts:
		parts = append(parts, "type="+synapse)
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
	if kind := values.Get("type"); takesType(path) {
		if kind != "" && kind != synapse && kind != envoy {
			return nil, &FormError{Doing: doing, Kind: ErrNoForm, Member: "type", Detail: "there are gateways of the types " + envoy + " and " + synapse + ", found " + strconv.Quote(kind)}
		}
		r.Envoy = kind == envoy
	}
	for _, name := range filters(path) {
		v := values.Get(name)
		if v == "" {
			continue
		}
		if _, err := strconv.Atoi(v); err != nil && numeric(path, name) {
			return nil, &FormError{Doing: doing, Kind: ErrMalformed, Member: name, Detail: "a number was expected, found " + strconv.Quote(v)}
		}
		r.Only = append(r.Only, Pair{name, v})
	}
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

// The types of artifacts: that which the product's own gateway asks for, and that of the Go adapter. A control
// plane answers 404 to others (RuntimeArtifactGeneratorUtil.java); one that is not said is Synapse here.
const synapse, envoy = "Synapse", "Envoy"

// takesType tells whether a path has the parameter type.
func takesType(p Path) bool { return p == PathArtifacts || p == PathRetrieve }

// filters are the parameters of a path besides its name and labels (api.yaml of
// apimgt.internal.service). Those of PathArtifacts, name and version, are read by nobody
// (RuntimeArtifactGeneratorUtil.java).
func filters(p Path) []string {
	switch p {
	case PathAPIs:
		return []string{"context", "version"}
	case PathApplications:
		return []string{"appId"}
	case PathSubscriptions:
		return []string{"apiId", "appId", "apiUUID", "applicationUUID"}
	case PathKeyMappings:
		return []string{"consumerKey", "keymanager"}
	}
	return nil
}

// numeric tells whether a filter's value is a number.
func numeric(p Path, name string) bool {
	return name == "appId" || name == "apiId" && p == PathSubscriptions
}

// nameParameter is the parameter that carries a request's Name (api.yaml of apimgt.internal.service).
func nameParameter(p Path) string {
	switch p {
	case PathAPIs, PathArtifacts, PathMetadata:
		return "apiId"
	case PathSubscriptionPolicies, PathApplicationPolicies, PathAPIPolicies, PathGlobalPolicies:
		return "policyName"
	case PathScopes:
		return "scopeKey"
	case PathCertificates:
		return "alias"
	}
	return ""
}

func takesLabels(p Path) bool {
	return p == PathAPIs || p == PathArtifacts || p == PathRetrieve || p == PathMetadata
}
