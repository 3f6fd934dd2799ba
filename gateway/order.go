package gateway

import (
	"maps"
	"slices"
	"strconv"

	"hubsim/event"
	"hubsim/node"
)

// order remembers when the newest event of each thing was made, so that one which was overtaken on its
// way does not undo it (Config.OrderedEvents). The product compares no times; product-microgateway's
// adapter does, for applications, subscriptions and their like (internal/messaging/*_listener.go).
type order struct {
	on   bool
	last map[string]event.Wall
}

// orderKept is how long a thing's last event is remembered: no event is on its way for longer.
const orderKept = event.Hour

func newOrder(c *Config) order { return order{c.OrderedEvents, map[string]event.Wall{}} }

// late tells whether something newer is known of a thing, and else remembers this. An event without a
// time is never late.
func (o *order) late(what string, at event.Wall) bool {
	if !o.on || what == "" || at == 0 {
		return false
	}
	if at < o.last[what] {
		return true
	}
	o.last[what] = at
	return false
}

// forget removes what is so old that nothing older can still come.
func (o *order) forget(now event.Wall) {
	for _, what := range slices.Sorted(maps.Keys(o.last)) {
		if o.last[what].Add(orderKept) < now {
			delete(o.last, what)
		}
	}
}

// aboutOf names what a notification changes, "" for one that names several or nothing. Deployments are
// compared by revision instead (Config.OrderedRevisions).
func aboutOf(n *event.Notification) string {
	switch {
	case n.Type == event.DeployAPI || n.Type == event.RemoveAPI:
		return ""
	case n.API != nil:
		return apiName(n.API.UUID)
	case n.Application != nil:
		return applicationName(n.Application.ID)
	case n.Subscription != nil:
		return pair{n.Subscription.APIID, n.Subscription.AppID}.String()
	case n.Policy != nil:
		return "policy:" + strconv.Itoa(int(n.Policy.Level)) + ":" + tenantOr(n.Tenant).User(n.Policy.Name)
	case n.Template != nil:
		return templateName(n.Template.New)
	case n.KeyMapping != nil:
		return keyName(n.KeyMapping.ConsumerKey)
	case len(n.Scopes) == 1:
		return "scope:" + n.Scopes[0].Name
	case n.Thing != nil:
		return thingName(n)
	}
	return ""
}

// serves tells whether a tenant's events concern this gateway: all do, unless it loads some tenants
// only.
func (g *Gateway) serves(t event.Tenant) bool {
	return !g.cfg.TenantLoading || slices.Contains(g.cfg.Tenants, "*") || slices.Contains(g.cfg.Tenants, string(tenantOr(t)))
}

// asks is the tenant that stands in the header of a list: the one that the gateway serves, or "" where it
// serves several (its answer is sifted) or all (DBRetriever.java, SubscriptionDataLoaderImpl.java).
func (g *Gateway) asks() event.Tenant {
	if !g.cfg.TenantLoading || len(g.cfg.Tenants) != 1 || g.cfg.Tenants[0] == "*" {
		return ""
	}
	return event.Tenant(g.cfg.Tenants[0])
}

// sift takes out of an answer what is of tenants that the gateway does not serve. What else it lists belongs to
// an API or an application, and does nothing without it.
func (g *Gateway) sift(resp *event.PullResponse) *event.PullResponse {
	if !g.cfg.TenantLoading {
		return resp
	}
	served := *resp
	served.APIs = slices.DeleteFunc(slices.Clone(resp.APIs), func(a event.API) bool { return !g.serves(a.Tenant()) })
	served.Applications = slices.DeleteFunc(slices.Clone(resp.Applications), func(a event.Application) bool {
		return resp.Path == event.PathApplications && !g.serves(a.Tenant())
	})
	return &served
}

// admit asks of a notification what comes before its branch: is its tenant served, is nothing newer
// known.
func (g *Gateway) admit(n *event.Notification, out *node.Output) bool {
	switch {
	case !g.serves(n.Tenant):
		ignored(n.EventID, event.Filtered, out)
		return false
	case g.order.late(aboutOf(n), n.At):
		ignored(n.EventID, event.LateDropped, out)
		return false
	}
	return true
}
