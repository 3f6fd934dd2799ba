package scenarios

import (
	"errors"
	"fmt"
	"net/netip"

	"hubsim/event"
)

// BlockCondition says whose calls are refused: an API's, an app's, a user's, an app's at one API (its
// subscription), or those from an address or a range of them.
type BlockCondition struct {
	API  string `yaml:"api,omitempty" jsonschema:"description=all calls of this API; with app\\, those of one subscription"`
	App  string `yaml:"app,omitempty" jsonschema:"description=all calls of this app"`
	User string `yaml:"user,omitempty" jsonschema:"description=all calls of this user"`
	IP   string `yaml:"ip,omitempty" jsonschema:"description=all calls from this address\\, or the first of a range"`
	To   string `yaml:"to,omitempty" jsonschema:"description=the last address of the range; gateways leave out both ends"`
	Not  bool   `yaml:"not,omitempty" jsonschema:"description=all but these addresses"`
	// Tenant is whose APIs an address may not call; an API, an app and a user say whose they are.
	Tenant string `yaml:"tenant,omitempty" jsonschema:"description=of an address: whose APIs it may not call; carbon.super's unless said"`
	Lift   bool   `yaml:"lift,omitempty" jsonschema:"description=end the condition that a step before has set"`
}

// kind is the product's name of the condition, "" if the fields are those of none.
func (b *BlockCondition) kind() string {
	named, address := b.API != "" || b.App != "", b.IP != ""
	switch {
	case b.To != "" && !address, b.Not && !address, b.User != "" && (named || address), named && address:
		return ""
	case b.API != "" && b.App != "":
		return "SUBSCRIPTION"
	case b.API != "":
		return "API"
	case b.App != "":
		return "APPLICATION"
	case b.User != "":
		return "USER"
	case b.To != "":
		return "IPRANGE"
	case address:
		return "IP"
	}
	return ""
}

// check finds addresses that are none, of both kinds, or in the wrong order.
func (b *BlockCondition) check() error {
	if b.kind() == "" {
		return errors.New("say api, app, user or ip; api and app together are a subscription; to and not go with ip")
	}
	if b.IP == "" && b.Tenant != "" {
		return errors.New("a tenant goes with ip: an API, an app and a user, NAME@TENANT, say whose they are")
	}
	if b.IP == "" {
		return nil
	}
	from, err := netip.ParseAddr(b.IP)
	if err != nil {
		return fmt.Errorf("an address was expected, such as 10.0.0.7, found %q", b.IP)
	}
	if b.To == "" {
		return nil
	}
	switch to, err := netip.ParseAddr(b.To); {
	case err != nil:
		return fmt.Errorf("an address was expected, such as 10.0.0.7, found %q", b.To)
	case from.Is4() != to.Is4():
		return fmt.Errorf("%s and %s are of two kinds", b.IP, b.To)
	case to.Less(from):
		return fmt.Errorf("the range ends at %s, before it begins at %s", b.To, b.IP)
	}
	return nil
}

// value is what the product's event says of the condition (APIProviderImpl.java).
func (out *catalog) blocked(b *BlockCondition) (string, error) {
	api, known := out.find(b.API)
	if b.API != "" && !known {
		return "", out.noAPI(b.API)
	}
	token := out.tokens[b.App]
	if b.App != "" && token == nil {
		return "", out.noApp(b.App)
	}
	switch b.kind() {
	case "SUBSCRIPTION":
		return api.Context + ":" + api.Version + ":" + out.app(b.App).Subscriber + "-" + b.App + ":" + token.KeyType, nil
	case "API":
		return api.Context, nil
	case "APPLICATION":
		return out.app(b.App).Subscriber + ":" + b.App, nil
	case "USER":
		return qualified(b.User), nil
	case "IPRANGE":
		return fmt.Sprintf(`{"startingIp":%q,"endingIp":%q,"invert":%t}`, b.IP, b.To, b.Not), nil
	}
	return fmt.Sprintf(`{"fixedIp":%q,"invert":%t}`, b.IP, b.Not), nil
}

// block makes out a step that blocks. The database gives the condition its number.
func (e *Experiment) block(do *event.Step, b *BlockCondition) error {
	value, err := e.catalog.blocked(b)
	do.Block = &event.BlockingCondition{Kind: b.kind(), Value: value, On: !b.Lift, Tenant: e.catalog.blockedIn(b)}
	return err
}

// blockedIn is the tenant that a condition is of.
func (out *catalog) blockedIn(b *BlockCondition) event.Tenant {
	if api, is := out.find(b.API); is {
		return api.Tenant()
	}
	if app := out.app(b.App); app != nil {
		return app.Tenant()
	}
	if b.User != "" {
		return event.TenantOfUser(b.User)
	}
	return or(event.Tenant(b.Tenant), event.Super)
}
