package event

// scopeJSON is a row of /scopes.
type scopeJSON struct {
	Name        string   `json:"name"`
	Display     string   `json:"displayName"`
	Description string   `json:"description"`
	Roles       []string `json:"roles"`
}

func scopesJSON(all []Scope) []scopeJSON {
	rows := make([]scopeJSON, len(all))
	for i, s := range all {
		rows[i] = scopeJSON{s.Name, s.Display, s.Description, append([]string{}, s.Roles...)}
	}
	return rows
}

func (s scopeJSON) scope() Scope {
	out := Scope{Name: s.Name, Display: s.Display, Description: s.Description}
	if len(s.Roles) > 0 {
		out.Roles = s.Roles
	}
	return out
}

// certificateJSON is an element of /endpoint-certificates, a bare array up to 4.5
// (EndpointCertificatesApiServiceImpl.java).
type certificateJSON struct {
	Alias    string `json:"alias"`
	Endpoint string `json:"endpoint"`
	TenantID int    `json:"tenantId"`
	Tenant   Tenant `json:"organization,omitempty"` // newer builds'
}

func certificatesJSON(all []Certificate) []certificateJSON {
	rows := make([]certificateJSON, len(all))
	for i, c := range all {
		t := tenantOr(c.Tenant)
		rows[i] = certificateJSON{c.Alias, c.Endpoint, t.ID(), t}
	}
	return rows
}

func (c certificateJSON) certificate() Certificate { return Certificate{c.Alias, c.Endpoint, c.Tenant} }

// ParseRetrieve reads the body of POST /retrieve-api-artifacts: {"uuids":[…]}. None are all
// (APIArtifactGeneratorUtil.java).
func ParseRetrieve(b []byte) ([]string, error) {
	var body struct {
		UUIDs *[]string `json:"uuids"`
	}
	if err := decode(PathRetrieve, b, &body); err != nil {
		return nil, err
	}
	if body.UUIDs == nil {
		return nil, &FormError{Doing: "read the body of " + string(PathRetrieve), Kind: ErrMalformed, Member: "uuids", Detail: "an array was expected"}
	}
	return append([]string(nil), *body.UUIDs...), nil
}
