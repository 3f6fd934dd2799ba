package scenarios

import (
	"strings"

	"hubsim/event"
)

// tenants looks at what tenants have: a subscription stays within one, and the catalog's policies are
// carbon.super's.
func (k *Catalog) tenants(c *critic, at way) {
	of := map[string]event.Tenant{}
	for i := range k.APIs {
		a := &k.APIs[i]
		of[a.Name] = or(event.Tenant(a.Tenant), event.Super)
		tiers := []string{a.Tier}
		for _, r := range a.Resources {
			tiers = append(tiers, r.Tier)
		}
		c.tenant(at.then("apis", i), a.Tenant, tiers)
	}
	for i := range k.Apps {
		a := &k.Apps[i]
		at := at.then("apps", i)
		tiers := []string{a.Tier}
		for _, api := range sortedKeys(a.Subscribe) {
			tiers = append(tiers, a.Subscribe[api])
			if own := or(event.Tenant(a.Tenant), event.Super); of[api] != "" && of[api] != own {
				c.say(at.then("subscribe", api), "give both the same tenant: subscriptions across tenants are not modelled", "the app is of tenant %s, the API of %s", own, of[api])
			}
		}
		c.tenant(at, a.Tenant, tiers)
	}
}

// tenant looks at whose a thing is, and under which policies.
func (c *critic) tenant(at way, tenant string, tiers []string) {
	if strings.ContainsAny(tenant, "/@ ,*") {
		c.say(at.then("tenant"), "for instance example.com", "%q is no tenant's domain", tenant)
	}
	if or(event.Tenant(tenant), event.Super) == event.Super {
		return
	}
	for _, tier := range tiers {
		if tier != "" && tier != event.Unlimited {
			c.say(at.then("tenant"), "leave its policies out: it is Unlimited then", "the catalog's policies are carbon.super's, and %s asks for %s", tenant, tier)
		}
	}
}
