package gateway

import (
	"maps"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
)

// things are what notifications tell besides APIs, applications, subscriptions and policies: scopes,
// certificates, API keys and more, by kind and name. A gateway here holds them and asks a call for none
// of them: how the product uses each is outside the event hub.
type things struct{ known map[string]string } // "kind:name" → what else is known of it

func newThings() things { return things{map[string]string{}} }

func (t *things) sorted() []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(t.known)) {
		if detail := t.known[name]; detail != "" {
			name += " " + detail
		}
		list = append(list, name)
	}
	return list
}

// put stores a thing.
func (g *Gateway) put(n *event.Notification, name, detail string, out *node.Output) {
	g.things.known[name] = detail
	known(n, true, name, out)
}

// drop removes a thing.
func (g *Gateway) drop(n *event.Notification, name string, out *node.Output) {
	delete(g.things.known, name)
	known(n, false, name, out)
}

// thing acts on an event about what a gateway knows by name (GatewayJMSMessageListener.java). What a
// certificate or analytics settings hold is pulled: the event has no more than the alias, or nothing.
func (g *Gateway) thing(now node.Clock, n *event.Notification, out *node.Output) bool {
	t, form := n.Thing, n.Type.Thing()
	switch {
	case t == nil:
		return false
	case form.Kind == "label": // no gateway listens to them
		ignored(n.EventID, event.Ineligible, out)
	case form.Kind == "policy-mapping" && !g.labelled(t.Labels):
		ignored(n.EventID, event.Filtered, out)
	case form.Kind == "tenant" && !g.cfg.TenantLoading:
		ignored(n.EventID, event.Ineligible, out)
	case form.Kind == "ga-config":
		g.askAbout(now, event.PullRequest{Path: event.PathAnalytics, Tenant: tenantOr(n.Tenant)}, n, out)
	case form.Kind != "tenant" && t.Name == "":
		return false
	case form.Gone:
		g.touched(now, event.PathCertificates, thingName(n))
		g.drop(n, thingName(n), out)
	case form.Kind == "certificate":
		g.askAbout(now, event.PullRequest{Path: event.PathCertificates, Name: t.Name, Tenant: tenantOr(n.Tenant)}, n, out)
	default:
		g.replace(form.Kind, t)
		g.put(n, thingName(n), describe(t), out)
	}
	return true
}

// askAbout pulls what an event is about.
func (g *Gateway) askAbout(now node.Clock, r event.PullRequest, n *event.Notification, out *node.Output) {
	g.touched(now, r.Path, thingName(n))
	g.ask(now, r, thingName(n), out)
	a := g.pulls.asked[g.pulls.last]
	a.about = n
	g.pulls.asked[g.pulls.last] = a
}

// told takes the answer about a certificate or analytics settings; without one the gateway goes on without.
func (g *Gateway) told(n *event.Notification, resp *event.PullResponse, out *node.Output) {
	switch {
	case resp.Status != 200:
		ignored(n.EventID, event.GaveUp, out)
	case resp.Path == event.PathAnalytics:
		g.put(n, "ga-config", resp.Analytics, out)
	case len(resp.Certificates) == 0: // it went meanwhile, or a replica does not have it yet
		ignored(n.EventID, event.Ineligible, out)
	default:
		g.put(n, thingName(n), resp.Certificates[0].Endpoint, out)
	}
}

// listThings puts a whole list of scopes or certificates into memory; with Prune, what it does not name goes.
func (g *Gateway) listThings(resp *event.PullResponse, asked event.Mono) {
	kind, named := "scope:", map[string]bool{}
	set := func(name, detail string) {
		named[name] = true
		if !g.recent.holds(name, asked) {
			g.things.known[name] = detail
		}
	}
	for _, s := range resp.Scopes {
		set("scope:"+s.Name, s.Display)
	}
	if resp.Path == event.PathCertificates {
		kind = "certificate:"
	}
	for _, c := range resp.Certificates {
		set("certificate:"+c.Alias, c.Endpoint)
	}
	for _, name := range slices.Sorted(maps.Keys(g.things.known)) {
		if g.cfg.Prune && strings.HasPrefix(name, kind) && !named[name] && !g.recent.holds(name, asked) {
			delete(g.things.known, name)
		}
	}
}

// thingName is the kind of a thing and its name; a tenant's is its domain.
func thingName(n *event.Notification) string {
	switch kind := n.Type.Thing().Kind; kind {
	case "ga-config":
		return kind
	case "tenant":
	default:
		return kind + ":" + n.Thing.Name
	}
	return "tenant:" + string(tenantOr(n.Tenant))
}

// replace forgets the thing that a new one takes the place of.
func (g *Gateway) replace(kind string, t *event.Thing) {
	if t.Old != "" {
		delete(g.things.known, kind+":"+t.Old)
	}
}

func describe(t *event.Thing) string {
	if t.ID != "" && t.Detail != "" {
		return t.ID + " " + t.Detail
	}
	return t.ID + t.Detail
}

// scopes acts on events about scopes, one or several.
func (g *Gateway) scopes(now node.Clock, n *event.Notification, out *node.Output) bool {
	if n.Type != event.ScopesUpdate && len(n.Scopes) != 1 {
		return false
	}
	for i := range n.Scopes {
		s := &n.Scopes[i]
		if s.Name == "" {
			return false
		}
		g.touched(now, event.PathScopes, "scope:"+s.Name)
		if n.Type == event.ScopeDelete {
			g.drop(n, "scope:"+s.Name, out)
			continue
		}
		g.put(n, "scope:"+s.Name, s.Display, out)
	}
	return true
}

// keyMapping adds a consumer key to an application, or takes it away.
func (g *Gateway) keyMapping(now node.Clock, n *event.Notification, out *node.Output) bool {
	k := n.KeyMapping
	if k == nil || k.ConsumerKey == "" {
		return false
	}
	g.touched(now, event.PathKeyMappings, keysName(k.AppID))
	g.touched(now, event.PathApplications, applicationName(k.AppID)) // its list has keys too
	g.routes.forget()
	on := n.Type == event.KeyMappingCreate
	if on {
		g.catalog.mapKeys(event.Application{ID: k.AppID, ConsumerKeys: []string{k.ConsumerKey}})
	} else {
		g.catalog.removeKey(k.AppID, k.ConsumerKey)
	}
	known(n, on, keyName(k.ConsumerKey), out)
	return true
}
