package scenarios

import (
	"strings"

	"hubsim/event"
)

// tenants looks at whose things are: a subscription stays within one tenant.
func (k *Catalog) tenants(c *critic, at way) {
	of := map[string]event.Tenant{}
	for i := range k.APIs {
		a := &k.APIs[i]
		of[a.Name] = or(event.Tenant(a.Tenant), event.Super)
		c.domain(at.then("apis", i), a.Tenant)
	}
	for i := range k.Apps {
		a := &k.Apps[i]
		at := at.then("apps", i)
		for _, api := range sortedKeys(a.Subscribe) {
			if own := or(event.Tenant(a.Tenant), event.Super); of[api] != "" && of[api] != own {
				c.say(at.then("subscribe", api), "give both the same tenant: subscriptions across tenants are not modelled", "the app is of tenant %s, the API of %s", own, of[api])
			}
		}
		c.domain(at, a.Tenant)
	}
}

// domain looks at the name of a tenant.
func (c *critic) domain(at way, tenant string) {
	if strings.ContainsAny(tenant, "/@ ,*") {
		c.say(at.then("tenant"), "for instance example.com", "%q is no tenant's domain", tenant)
	}
}
