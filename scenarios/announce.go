package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/internal/spelling"
)

// Announce is a notification about what the simulator keeps no row of. Its members are what the product's event of
// the type has beside those of every event (impl/notifier/events).
type Announce struct {
	Type    string            `yaml:"type" jsonschema:"description=LLM_PROVIDER_CREATE\\, TENANT_UPDATE\\, API_KEY_REGENERATE …"`
	Tenant  string            `yaml:"tenant,omitempty" jsonschema:"description=whose it is: carbon.super unless said"`
	Members map[string]string `yaml:"members,omitempty" jsonschema:"description=name → value; numbers\\, true and false as they are"`
	Labels  []string          `yaml:"labels,omitempty" jsonschema:"description=of a gateway policy mapping: gateway environments"`
}

// announceable are the types that a step can announce.
func announceable() (names []string) {
	for _, t := range event.ThingTypes() {
		names = append(names, string(t))
	}
	return names
}

// make makes a step announce.
func (a *Announce) make(do *event.Step) error {
	of, thing := event.Type(a.Type), &event.Thing{Labels: a.Labels}
	if known := announceable(); !slices.Contains(known, a.Type) {
		return fmt.Errorf("no step announces %q\nhint: %s", a.Type, spelling.Hint(a.Type, known))
	}
	form := of.Thing()
	for _, name := range sortedKeys(a.Members) {
		if !thing.Set(form, name, a.Members[name]) {
			return fmt.Errorf("%s has no member %q that is one value\nhint: it has %s", a.Type, name, strings.Join(form.Members(), ", "))
		}
	}
	do.Announce = &event.Notification{Type: of, Tenant: or(event.Tenant(a.Tenant), event.Super), Thing: thing}
	return nil
}

// KeyManager is a key manager with what gateways keep of it; no call here asks for that.
type KeyManager struct {
	Name       string            `yaml:"name"`
	Type       string            `yaml:"type,omitempty" jsonschema:"description=its name unless said"`
	Display    string            `yaml:"display,omitempty" jsonschema:"description=its name unless said"`
	Disabled   bool              `yaml:"disabled,omitempty"`
	TokenType  string            `yaml:"token_type,omitempty" jsonschema:"enum=DIRECT,enum=EXCHANGED,enum=BOTH,description=DIRECT unless said"`
	Properties map[string]string `yaml:"properties,omitempty" jsonschema:"description=its additional properties: issuer …"`
}

// keyManager is it as the database holds it.
func (k *KeyManager) keyManager() *event.KeyManager {
	return &event.KeyManager{Name: k.Name, Type: or(k.Type, k.Name), Enabled: !k.Disabled, Tenant: event.Super,
		UUID: "km-" + k.Name, Display: k.Display, TokenType: k.TokenType, Properties: entries(k.Properties)}
}

// entries are a map's entries by name.
func entries(of map[string]string) (all []event.Pair) {
	for _, name := range sortedKeys(of) {
		all = append(all, event.Pair{Name: name, Value: of[name]})
	}
	return all
}
