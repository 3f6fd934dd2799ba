package event

import (
	"slices"
	"strconv"
	"strings"
)

// The notification types whose things the simulator knows by name alone: what else the product keeps
// of them has no effect on a call here. The listener of newer builds has them all
// (GatewayJMSMessageListener.java).
const (
	CertificateAdd          Type = "ENDPOINT_CERTIFICATE_ADD"
	CertificateRemove       Type = "ENDPOINT_CERTIFICATE_REMOVE"
	GAConfigUpdate          Type = "GA_CONFIG_UPDATE"
	LogLevelUpdate          Type = "UDATE_API_LOG_LEVEL" // spelled so by the product
	LLMProviderCreate       Type = "LLM_PROVIDER_CREATE"
	LLMProviderUpdate       Type = "LLM_PROVIDER_UPDATE"
	LLMProviderDelete       Type = "LLM_PROVIDER_DELETE"
	TenantCreate            Type = "TENANT_CREATE"
	TenantUpdate            Type = "TENANT_UPDATE"
	TenantActivation        Type = "TENANT_ACTIVATION"
	TenantDeactivation      Type = "TENANT_DEACTIVATION"
	APIKeyCreate            Type = "API_KEY_CREATE"
	APIKeyDelete            Type = "API_KEY_DELETE"
	APIKeyAssociationCreate Type = "API_KEY_ASSOCIATION_CREATE"
	APIKeyAssociationDelete Type = "API_KEY_ASSOCIATION_DELETE"
	APIKeyRegenerate        Type = "API_KEY_REGENERATE"
	// APIGatewayManager.java.
	PolicyMappingDeploy Type = "DEPLOY_POLICY_MAPPING_IN_GATEWAY"
	PolicyMappingRemove Type = "REMOVE_POLICY_MAPPING_FROM_GATEWAY"
	LabelCreate         Type = "LABEL_CREATE" // LabelEvent.java; this spelling and the next two are not verified
	LabelUpdate         Type = "LABEL_UPDATE"
	LabelDelete         Type = "LABEL_DELETE"
)

// ThingTypes are all of them.
func ThingTypes() []Type {
	return []Type{CertificateAdd, CertificateRemove, GAConfigUpdate, LogLevelUpdate, LLMProviderCreate, LLMProviderUpdate, LLMProviderDelete,
		TenantCreate, TenantUpdate, TenantActivation, TenantDeactivation, APIKeyCreate, APIKeyDelete, APIKeyAssociationCreate, APIKeyAssociationDelete,
		APIKeyRegenerate, PolicyMappingDeploy, PolicyMappingRemove, LabelCreate, LabelUpdate, LabelDelete}
}

// Thing is what such a notification is about. What a type has no member for stays empty.
type Thing struct {
	ID     string   // labelId, id of an LLM provider, applicationUUId of an API key
	Name   string   // alias, name, apiContext, apiKeyHash, newApiKeyHash, gatewayPolicyMappingUuid
	Old    string   // oldApiKeyHash
	Detail string   // logLevel, configuration, keyType of an API key
	Labels []string // gatewayLabels of a policy mapping
	More   []Pair   // further members, by name; numbers, true and false as text
	Map    []Pair   // properties of an API key
}

// ThingForm says what a type of notification is about: the kind of thing, whether the type takes it
// away, and the names of the members that hold what a Thing holds; "" is none.
type ThingForm struct {
	Kind                          string // "certificate"
	Gone                          bool
	id, name, old, detail, labels string
	pairs                         string
	more                          []string
	// NoTenantID is that the product's constructor forgets the tenant's id, so that its event says 0.
	NoTenantID bool
}

// keyMembers are what an API key has besides (APIKeyEvent.java).
func keyMembers() []string {
	return []string{"uuid", "name", "user", "timeCreated", "validityPeriod", "status", "permittedIP", "permittedReferer",
		"apiUUId", "apiId", "applicationId", "bound"}
}

// Members are the names of all members that a thing of the form may have, without what they hold of every event.
func (f ThingForm) Members() (names []string) {
	for _, name := range append([]string{f.id, f.name, f.old, f.detail, f.labels, f.pairs}, f.more...) {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// isNumber tells which further members are numbers: ids, milliseconds and seconds.
func isNumber(member string) bool {
	return member == "apiId" || member == "applicationId" || member == "timeCreated" || member == "validityPeriod"
}

// isSwitch tells which further members are true or false.
func isSwitch(member string) bool { return member == "active" }

// Thing is the form of a type of the list above, or the zero ThingForm.
func (t Type) Thing() ThingForm {
	switch t {
	case CertificateAdd, CertificateRemove:
		return ThingForm{Kind: "certificate", Gone: t == CertificateRemove, name: "alias", detail: "endpoint", NoTenantID: true}
	case GAConfigUpdate:
		return ThingForm{Kind: "ga-config"}
	case LogLevelUpdate:
		return ThingForm{Kind: "log-level", name: "apiContext", detail: "logLevel", more: []string{"apiId", "uuid", "resourceMethod", "resourcePath"}, NoTenantID: true}
	case LLMProviderCreate, LLMProviderUpdate, LLMProviderDelete:
		return ThingForm{Kind: "llm-provider", Gone: t == LLMProviderDelete, id: "id", name: "name", detail: "configuration", more: []string{"apiVersion"}}
	case TenantCreate, TenantUpdate, TenantActivation, TenantDeactivation:
		return ThingForm{Kind: "tenant", Gone: t == TenantDeactivation, more: []string{"admin", "active", "firstname", "lastName", "email"}}
	case APIKeyCreate, APIKeyDelete:
		return ThingForm{Kind: "api-key", Gone: t == APIKeyDelete, id: "applicationUUId", name: "apiKeyHash", detail: "keyType", pairs: "properties", more: keyMembers()}
	case APIKeyAssociationCreate, APIKeyAssociationDelete:
		return ThingForm{Kind: "api-key-association", Gone: t == APIKeyAssociationDelete, id: "applicationUUId", name: "apiKeyHash", more: []string{"apiUUId", "apiId", "applicationId"}}
	case APIKeyRegenerate:
		return ThingForm{Kind: "api-key", name: "newApiKeyHash", old: "oldApiKeyHash"}
	case PolicyMappingDeploy, PolicyMappingRemove:
		return ThingForm{Kind: "policy-mapping", Gone: t == PolicyMappingRemove, name: "gatewayPolicyMappingUuid", labels: "gatewayLabels", NoTenantID: true}
	case LabelCreate, LabelUpdate, LabelDelete:
		return ThingForm{Kind: "label", Gone: t == LabelDelete, id: "labelId", name: "name", NoTenantID: true}
	}
	return ThingForm{}
}

// appendThing writes the members of a form, and none where the thing has none: the product's writer
// leaves out what is null. The opening brace is written in any case.
func appendThing(b []byte, f ThingForm, t *Thing) []byte {
	b = append(b, '{')
	from := len(b)
	for _, m := range [...]struct{ name, text string }{{f.id, t.ID}, {f.name, t.Name}, {f.old, t.Old}, {f.detail, t.Detail}} {
		if m.name != "" && m.text != "" {
			b = appendText(b, `,"`+m.name+`":`, m.text)
		}
	}
	if f.labels != "" {
		b = appendTexts(b, `,"`+f.labels+`":`, t.Labels)
	}
	if f.pairs != "" && len(t.Map) > 0 {
		b = appendPairs(b, `,"`+f.pairs+`":`, t.Map)
	}
	for _, m := range t.More {
		number, err := strconv.ParseInt(m.Value, 10, 64)
		switch {
		case !slices.Contains(f.more, m.Name):
		case isNumber(m.Name) && err == nil:
			b = appendLong(b, `,"`+m.Name+`":`, number)
		case isSwitch(m.Name):
			b = appendBool(b, `,"`+m.Name+`":`, m.Value == "true")
		default:
			b = appendText(b, `,"`+m.Name+`":`, m.Value)
		}
	}
	return dropComma(b, from)
}

// With is the thing with a further member, unless it has one of that name.
func (t *Thing) With(name, value string) *Thing {
	if slices.ContainsFunc(t.More, func(p Pair) bool { return p.Name == name }) {
		return t
	}
	more := *t
	more.More = append(slices.Clone(t.More), Pair{name, value})
	return &more
}

// Set gives the thing the member of a form, and tells whether the form has it as one value.
func (t *Thing) Set(f ThingForm, name, value string) bool {
	switch {
	case name == "":
		return false
	case name == f.id:
		t.ID = value
	case name == f.name:
		t.Name = value
	case name == f.old:
		t.Old = value
	case name == f.detail:
		t.Detail = value
	case slices.Contains(f.more, name):
		t.More = append(t.More, Pair{name, value})
	default:
		return false
	}
	return true
}

// dropComma takes away the comma before the first member; what follows brings its own.
func dropComma(b []byte, at int) []byte {
	if len(b) > at && b[at] == ',' {
		return append(b[:at], b[at+1:]...)
	}
	return b
}

func (t *Thing) readMember(f ThingForm, r *jsonReader, name string) bool {
	switch name {
	case "":
		return false
	case f.id:
		t.ID = r.scalar()
	case f.name:
		t.Name = r.text()
	case f.old:
		t.Old = r.text()
	case f.detail:
		t.Detail = r.text()
	case f.labels:
		t.Labels = r.texts()
	case f.pairs:
		t.Map = r.pairs()
	default:
		if !slices.Contains(f.more, name) {
			return false
		}
		value := ""
		if isSwitch(name) {
			value = strconv.FormatBool(r.boolean())
		} else {
			value = r.scalar()
		}
		t.More = append(t.More, Pair{name, value})
	}
	return true
}

func appendScope(b []byte, s *Scope) []byte {
	b = appendText(b, `{"name":`, s.Name)
	b = appendText(b, `,"displayName":`, s.Display)
	b = appendText(b, `,"description":`, s.Description)
	b = appendTexts(b, `,"roles":`, s.Roles)
	return appendPairs(b, `,"mappings":`, s.Mappings)
}

// appendScopes writes what SCOPES_UPDATE holds: each of its scopes is a whole one.
func appendScopes(b []byte, all []Scope) []byte {
	b = append(b, `{"scopes":[`...)
	for i := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendScope(b, &all[i]), '}')
	}
	return append(b, ']')
}

func (s *Scope) readMember(r *jsonReader, name string) bool {
	switch name {
	case "name":
		s.Name = r.text()
	case "displayName":
		s.Display = r.text()
	case "description":
		s.Description = r.text()
	case "roles":
		s.Roles = r.texts()
	case "mappings":
		s.Mappings = r.pairs()
	default:
		return false
	}
	return true
}

// readScopes reads the list of SCOPES_UPDATE.
func readScopes(r *jsonReader) []Scope {
	var all []Scope
	for range r.elements {
		var s Scope
		for name := range r.members {
			if !s.readMember(r, string(name)) {
				r.skip()
			}
		}
		if s.Name == "" {
			r.missing("name")
		}
		all = append(all, s)
	}
	return all
}

func appendKeyMapping(b []byte, k *KeyMapping) []byte {
	b = appendLong(b, `{"applicationId":`, int64(k.AppID))
	b = appendText(b, `,"applicationUUID":`, k.AppUUID)
	b = appendText(b, `,"consumerKey":`, k.ConsumerKey)
	b = appendText(b, `,"keyType":`, k.KeyType)
	return appendText(b, `,"keyManager":`, k.Manager)
}

func (k *KeyMapping) readMember(r *jsonReader, name []byte) bool {
	switch string(name) {
	case "applicationId":
		k.AppID = int(r.long())
	case "applicationUUID":
		k.AppUUID = r.text()
	case "consumerKey":
		k.ConsumerKey = r.text()
	case "keyType":
		k.KeyType = r.text()
	case "keyManager":
		k.Manager = r.text()
	default:
		return false
	}
	return true
}

// Text is what a scope says besides its name, as one line that tells two states of it apart.
func (s *Scope) Text() string {
	return strings.TrimSpace(s.Display + " " + s.Description + " " + strings.Join(s.Roles, ","))
}
