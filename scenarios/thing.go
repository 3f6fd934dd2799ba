package scenarios

import (
	"slices"

	"hubsim/event"
)

// Scope is a scope as GET /scopes lists it.
type Scope struct {
	Name        string            `yaml:"name"`
	Display     string            `yaml:"display,omitempty"`
	Description string            `yaml:"description,omitempty"`
	Roles       []string          `yaml:"roles,omitempty"`
	Mappings    map[string]string `yaml:"mappings,omitempty" jsonschema:"description=its names elsewhere"`
}

// Certificate is the certificate of an endpoint.
type Certificate struct {
	Alias    string `yaml:"alias"`
	Endpoint string `yaml:"endpoint,omitempty"`
}

func (s *Scope) scope() event.Scope {
	return event.Scope{Name: s.Name, Display: s.Display, Description: s.Description, Roles: s.Roles, Mappings: entries(s.Mappings), Tenant: event.Super}
}

// addThings adds what gateways hold and no call asks for.
func (out *catalog) addThings(c *Catalog) {
	for i := range c.Scopes {
		out.scopes = append(out.scopes, c.Scopes[i].scope())
	}
	for _, one := range c.Certificates {
		out.certificates = append(out.certificates, event.Certificate{Alias: one.Alias, Endpoint: one.Endpoint, Tenant: event.Super})
	}
	if c.Analytics != "" {
		out.analytics = []event.Analytics{{Tenant: event.Super, Text: c.Analytics}}
	}
}

// announcement is what the control plane is to announce, and to keep a row of; nil where the step asks for
// something else.
func (out *catalog) announcement(s *Step) *event.Notification {
	switch {
	case s.Scope != nil:
		scope, of := s.Scope.scope(), event.ScopeUpdate
		if !slices.ContainsFunc(out.scopes, func(known event.Scope) bool { return known.Name == scope.Name }) && !out.made[scope.Name] {
			of = event.ScopeCreate
		}
		out.made[scope.Name] = true
		return &event.Notification{Type: of, Scopes: []event.Scope{scope}}
	case s.RemoveScope != "":
		return &event.Notification{Type: event.ScopeDelete, Scopes: []event.Scope{{Name: s.RemoveScope}}}
	case s.Certificate != nil:
		return &event.Notification{Type: event.CertificateAdd, Thing: &event.Thing{Name: s.Certificate.Alias, Detail: s.Certificate.Endpoint}}
	case s.RemoveCert != "":
		return &event.Notification{Type: event.CertificateRemove, Thing: &event.Thing{Name: s.RemoveCert}}
	case s.Analytics != "":
		return &event.Notification{Type: event.GAConfigUpdate, Thing: &event.Thing{Detail: s.Analytics}}
	}
	return nil
}
