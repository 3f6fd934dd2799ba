package gateway

import (
	"testing"

	"hubsim/event"
)

func TestKeys(t *testing.T) {
	pizza := &event.API{Context: "/pizza/1.0.0", Version: "1.0.0"}
	rows := []struct {
		why  string
		got  event.ThrottleKey
		want event.ThrottleKey
	}{
		{"an application's quota is per user", applicationKey("7", "alice@carbon.super"), "7:alice@carbon.super"},
		{"a subscription's key holds its tier", subscriptionKey("7", pizza, "Gold"), "7:/pizza/1.0.0:1.0.0:Gold"},
		{"an API's key repeats the version that the context holds", apiKey(pizza), "/pizza/1.0.0:1.0.0"},
		{"a resource's key joins version and template with nothing between",
			resourceKey(pizza, &event.Resource{Template: "/order", Verb: "POST"}), "/pizza/1.0.0/1.0.0/order:POST"},
		{"a template of any path", resourceKey(pizza, &event.Resource{Template: "/*", Verb: "GET"}), "/pizza/1.0.0/1.0.0/*:GET"},
	}
	for _, r := range rows {
		if r.got != r.want {
			t.Errorf("%s: %s, want %s", r.why, r.got, r.want)
		}
	}
}

func TestBaseOf(t *testing.T) {
	rows := []struct {
		why  string
		key  event.ThrottleKey
		base event.ThrottleKey // "" is none
	}{
		{"the default plan of an API", "/pizza/1.0.0:1.0.0_default", "/pizza/1.0.0:1.0.0"},
		{"a condition group of an API", "/pizza/1.0.0:1.0.0_condition_3", "/pizza/1.0.0:1.0.0"},
		{"the default plan of a resource", "/pizza/1.0.0/1.0.0/order:POST_default", "/pizza/1.0.0/1.0.0/order:POST"},
		{"a tenant's API", "/t/example.com/pizza/1.0.0:1.0.0_default", "/t/example.com/pizza/1.0.0:1.0.0"},
		{"a context that holds the word itself", "/a_default/1.0.0:1.0.0_default", "/a_default/1.0.0:1.0.0"},
		{"an application's key begins with its id", "7:alice@carbon.super", ""},
		{"so does one of a user with an odd name", "7:alice_default", ""},
		{"and a subscription's, of whatever tier", "7:/pizza/1.0.0:1.0.0:Gold_default", ""},
		{"an API's base key by itself", "/pizza/1.0.0:1.0.0", ""},
		{"a condition group without a number", "/pizza/1.0.0:1.0.0_condition_", ""},
		{"a condition group with a word", "/pizza/1.0.0:1.0.0_condition_x", ""},
		{"nothing before the suffix", "_default", ""},
		{"no colon", "/pizza_default", ""},
		{"no key", "", ""},
	}
	for _, r := range rows {
		if base, _, ok := splitKey(r.key); base != r.base || ok != (r.base != "") {
			t.Errorf("%s: base of %q is %q %v, want %q", r.why, r.key, base, ok, r.base)
		}
	}
}

func TestTenants(t *testing.T) {
	rows := []struct {
		why       string
		got, want string
	}{
		{"an API without a tenant in its context", string(event.TenantOfContext("/pizza/1.0.0")), "carbon.super"},
		{"a tenant's API", string(event.TenantOfContext("/t/example.com/pizza/1.0.0")), "example.com"},
		{"a context that is too short", string(event.TenantOfContext("/t/")), "carbon.super"},
		{"a user without a tenant", string(event.TenantOfUser("alice")), "carbon.super"},
		{"a tenant's user", string(event.TenantOfUser("alice@example.com")), "example.com"},
		{"a user that is an address of a tenant", string(event.TenantOfUser("alice@mail.com@example.com")), "example.com"},
		{"a name with nothing behind the sign", string(event.TenantOfUser("alice@")), "carbon.super"},
		{"a user gets the API's tenant", qualified("alice", "carbon.super"), "alice@carbon.super"},
		{"a user of another tenant gets the API's on top", qualified("alice@a.com", "b.com"), "alice@a.com@b.com"},
		{"a name that contains the tenant anywhere stays", qualified("b.com.alice", "b.com"), "b.com.alice"},
	}
	for _, r := range rows {
		if r.got != r.want {
			t.Errorf("%s: %s, want %s", r.why, r.got, r.want)
		}
	}
}

func TestAttributesOfTiers(t *testing.T) {
	app, sub := &event.Application{ID: 7, Tier: "20PerMin"}, &event.Subscription{Tier: "Gold"}
	rows := []struct {
		why, api, resource string
		key                event.ThrottleKey
		tier               string
	}{
		{"a resource's own tier", "", "10KPerMin", "/p/1/1/o:GET", "10KPerMin"},
		{"no tier at all is Unlimited", "", "", "/p/1/1/o:GET", "Unlimited"},
		{"an API's tier replaces key and tier", "50KPerMin", "10KPerMin", "/p/1:1", "50KPerMin"},
		{"even if it is Unlimited", "Unlimited", "10KPerMin", "/p/1:1", "Unlimited"},
	}
	for _, r := range rows {
		p := party{
			api: &api{API: event.API{Context: "/p/1", Version: "1", Tier: r.api}}, app: app, sub: sub,
			res: event.Resource{Template: "/o", Verb: "GET", Tier: r.resource}, user: "alice@carbon.super",
		}
		got := p.attributes()
		if got.ResourceKey != r.key || got.ResourceTier != r.tier || got.APITier != "" {
			t.Errorf("%s: %s %s, want %s %s and never an API tier (%q)",
				r.why, got.ResourceKey, got.ResourceTier, r.key, r.tier, got.APITier)
		}
	}
}
