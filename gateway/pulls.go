package gateway

import (
	"maps"
	"slices"
	"strconv"

	"hubsim/event"
	"hubsim/node"
)

// pulls follows what the gateway has asked of the internal API.
type pulls struct {
	last  uint64
	asked map[uint64]asked
	lists map[event.Path]*listing // whole lists: one at a time of each path
}

// asked is a request without a final answer.
type asked struct {
	name string // of one thing: a policy, an acknowledged API; "" is a whole list
	at   event.Mono
	// about is the event that asked for it, where one must be named in the end.
	about *event.Notification
}

// listing is the state of one whole list.
type listing struct {
	out   bool // without a final answer
	stale bool // what it will say may be older than what is known: ask again behind it
}

func newPulls() pulls {
	return pulls{asked: map[uint64]asked{}, lists: map[event.Path]*listing{}}
}

func (p *pulls) of(path event.Path) *listing {
	l := p.lists[path]
	if l == nil {
		l = &listing{}
		p.lists[path] = l
	}
	return l
}

// ask sends a request.
func (g *Gateway) ask(now node.Clock, r event.PullRequest, name string, out *node.Output) {
	g.pulls.last++
	r.ID = g.pulls.last
	g.pulls.asked[r.ID] = asked{name: name, at: now.Mono}
	g.pull.Ask(now, r, out)
}

// list asks for a whole list, unless it is already asked for.
func (g *Gateway) list(now node.Clock, p event.Path, out *node.Output) {
	l := g.pulls.of(p)
	if l.out {
		return
	}
	*l = listing{out: true}
	r := event.PullRequest{Path: p}
	if !p.Tenantless() && p != event.PathSubjects { // whose a subject is, is its number alone
		r.Tenant = g.asks()
	}
	if p == event.PathArtifacts || p == event.PathAPIs {
		r.Labels = g.cfg.Labels
	}
	g.ask(now, r, "", out)
}

// relist asks for a list as it is from now on: an answer under way may be older.
func (g *Gateway) relist(now node.Clock, p event.Path, out *node.Output) {
	g.pulls.of(p).stale = true
	g.list(now, p, out)
}

// touched is called when an event changes a thing that a list describes. Where lists are pulled again
// and again, neither one under way nor one read from a replica that lags may undo the event.
func (g *Gateway) touched(now node.Clock, p event.Path, what string) {
	g.recent.mark(now, what)
	if g.cfg.ResyncOnUp {
		g.pulls.of(p).stale = true
	}
}

// pulled takes a final answer: status 200, or the last failure of a request given up.
func (g *Gateway) pulled(now node.Clock, resp *event.PullResponse, out *node.Output) {
	a, known := g.pulls.asked[resp.ID]
	if !known {
		return
	}
	delete(g.pulls.asked, resp.ID)
	ok := resp.Status == 200
	switch {
	case a.name == "":
		if ok {
			g.apply(now, g.sift(resp), a.at, out)
			g.startup.loaded[resp.Path] = true
			g.revoked.awaited = g.revoked.awaited && resp.Path != event.PathRevoked
		}
		g.listed(now, resp.Path, out)
	case a.about != nil:
		g.told(a.about, resp, out)
	case ok && slices.Contains(policyPaths[:], resp.Path):
		g.policies(resp.Policies, out)
	}
}

// listed ends a list and asks again where it must.
func (g *Gateway) listed(now node.Clock, p event.Path, out *node.Output) {
	l := g.pulls.of(p)
	l.out = false
	if l.stale {
		g.list(now, p, out)
	}
	if slices.Contains(storePaths[:], p) {
		g.stored(now, out)
	}
	if p == event.PathArtifacts {
		g.synced(now, out)
	}
	g.maybeReady(out)
}

// apply puts a whole list into memory, as it was at most when it was asked for.
func (g *Gateway) apply(now node.Clock, resp *event.PullResponse, asked event.Mono, out *node.Output) {
	switch resp.Path {
	case event.PathRevoked:
		for _, t := range resp.Revoked {
			g.revoked.add(t.Token, t.Expiry, "pull", out)
		}
	case event.PathSubjects:
		for i := range resp.Subjects {
			g.subjects.add(&resp.Subjects[i], "pull", out)
		}
	case event.PathWebhooks:
		g.hooks(resp.Webhooks, asked, out)
	case event.PathBlock:
		g.blocked(resp.Blocked, asked, out)
	case event.PathKeyTemplates:
		g.keyTemplates(resp.Templates, asked, out)
	case event.PathSubscriptionPolicies, event.PathApplicationPolicies, event.PathAPIPolicies:
		g.catalog.forgetPolicies(resp.Path)
		g.policies(resp.Policies, out)
	case event.PathKeyManagers:
		g.keyManagers(resp.KeyManagers, asked, out)
	case event.PathArtifacts:
		g.artifacts(now, resp.APIs, asked, out)
	case event.PathScopes, event.PathCertificates:
		g.listThings(resp, asked)
	default:
		g.routes.forget()
		g.store(resp, asked, out)
	}
}

// store refills one table of the subscription store. A list replaces the table, as a refresh of the
// product's store does; of APIs it describes those that it names and leaves deployment alone.
func (g *Gateway) store(resp *event.PullResponse, asked event.Mono, out *node.Output) {
	c := &g.catalog
	switch resp.Path {
	case event.PathAPIs:
		for _, a := range resp.APIs {
			if !g.recent.holds(apiName(a.UUID), asked) && !g.recent.holds(dataName(a.UUID), asked) {
				g.describe(a, out)
			}
		}
	case event.PathApplications:
		was, had := maps.Clone(c.apps), maps.Clone(c.keys)
		c.applications(resp.Applications, func(id int) bool { return g.recent.holds(applicationName(id), asked) })
		if g.startup.begun {
			c.applicationsSince(was, had, out)
		}
	case event.PathKeyMappings:
		was, had := maps.Clone(c.apps), maps.Clone(c.keys)
		g.mapped(resp.Applications, asked)
		if g.startup.begun {
			c.applicationsSince(was, had, out)
		}
	case event.PathSubscriptions:
		was := c.subs
		c.subscriptions(resp.Subscriptions, func(p pair) bool { return g.recent.holds(p.String(), asked) })
		if g.startup.begun {
			c.changedSince(was, out)
		}
	}
}

// mapped takes the list of consumer keys; with Prune, what it does not name goes.
func (g *Gateway) mapped(list []event.Application, asked event.Mono) {
	c, named := &g.catalog, map[string]bool{}
	for _, a := range list {
		for _, key := range a.ConsumerKeys {
			named[key] = true
		}
		if gone := c.apps[a.ID] == nil && g.recent.holds(applicationName(a.ID), asked); !gone && !g.recent.holds(keysName(a.ID), asked) {
			c.mapKeys(a)
		}
	}
	if !g.cfg.Prune {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(c.keys)) {
		id := c.keys[key]
		if !named[key] && !g.recent.holds(keysName(id), asked) && !g.recent.holds(applicationName(id), asked) {
			c.removeKey(id, key)
		}
	}
}

// describe takes an API from a list, and notes what that changes in one that serves.
func (g *Gateway) describe(a event.API, out *node.Output) {
	serves := g.catalog.serves(a.UUID)
	changed := serves != nil && (serves.Status != a.Status || serves.Tier != a.Tier || serves.Provider != a.Provider)
	g.catalog.describe(a)
	if changed {
		out.Note(node.Note{Fact: node.CatalogKnown, On: true, Detail: apiName(a.UUID)})
	}
}

// policies upserts policies.
func (g *Gateway) policies(list []event.Policy, out *node.Output) {
	g.routes.forget()
	for _, p := range list {
		for _, err := range g.catalog.policy(p) {
			unusable("policy:"+p.Name, err, out)
		}
	}
}

// blocked puts the list of blocking conditions into memory.
func (g *Gateway) blocked(list []event.BlockingCondition, asked event.Mono, out *node.Output) {
	g.routes.forget()
	named, addresses := map[block]bool{}, map[string]bool{}
	for i := range list {
		b := block{list[i].Kind, list[i].Value}
		switch {
		case !list[i].On:
		case b.kind == blockIP, b.kind == blockIPRange:
			name := ipName(list[i].Tenant, list[i].ID)
			addresses[name] = true
			g.blockedAddress(&list[i], g.recent.holds(name, asked), out)
		case b.known() && (b.kind != blockSubscription || g.cfg.Prune):
			named[b] = true
			if !g.recent.holds(b.String(), asked) {
				g.blocking.set(b, true, out)
			}
		}
	}
	if !g.cfg.Prune {
		return
	}
	for _, b := range g.blocking.sorted() {
		if !named[b] && !g.recent.holds(b.String(), asked) {
			g.blocking.set(b, false, out)
		}
	}
	for _, x := range g.addresses.sorted() {
		if name := ipName(x.tenant, x.id); !addresses[name] && !g.recent.holds(name, asked) {
			g.addresses.drop(x.tenant, x.id, out)
		}
	}
}

// blockedAddress takes a condition on addresses from the list, unless an event was newer.
func (g *Gateway) blockedAddress(b *event.BlockingCondition, newer bool, out *node.Output) {
	c, err := readIPBlock(b)
	switch {
	case err != nil:
		unusable(c.String(), err, out)
	case !newer:
		g.addresses.set(b.Tenant, c, out)
	}
}

// artifacts deploys a whole list, and with Prune takes away what it does not name.
func (g *Gateway) artifacts(now node.Clock, list []event.API, asked event.Mono, out *node.Output) {
	named := map[string]bool{}
	for _, a := range list {
		named[a.UUID] = true
		serving := g.catalog.serves(a.UUID)
		if serving != nil && g.recent.holds(dataName(a.UUID), asked) {
			a.Status, a.Tier, a.Provider = serving.Status, serving.Tier, serving.Provider
		}
		gone := serving == nil && g.recent.holds(apiName(a.UUID), asked)
		if !gone && !g.outdated(a.UUID, a.Revision) {
			g.deploy(now, a, out)
		}
	}
	if !g.cfg.Prune {
		return
	}
	for _, uuid := range g.catalog.deployed() {
		if !named[uuid] && !g.recent.holds(apiName(uuid), asked) {
			g.undeploy(now, uuid, out)
		}
	}
}

// outdated tells whether a revision is older than the one that serves and may not replace it.
func (g *Gateway) outdated(uuid string, revision int) bool {
	a := g.catalog.serves(uuid)
	return g.cfg.OrderedRevisions && a != nil && revision < a.revision
}

// The names under which recent changes are remembered.
func apiName(uuid string) string             { return "api:" + uuid }
func dataName(uuid string) string            { return "api-data:" + uuid } // what is said of it apart from its deployment
func applicationName(id int) string          { return "application:" + strconv.Itoa(id) }
func keysName(id int) string                 { return "consumer-keys:" + strconv.Itoa(id) }
func keyName(key string) string              { return "consumer-key:" + key }
func managerName(m *event.KeyManager) string { return "key-manager:" + m.Key() }
