package gateway

import (
	"slices"

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
	name string // of one thing: a policy; "" is a whole list
	lane bool   // the deploy lane's artifact
	seq  uint64 // the gateway's count of changes when it was asked
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

// ask sends a request and returns its number.
func (g *Gateway) ask(now node.Clock, r event.PullRequest, a asked, out *node.Output) uint64 {
	g.pulls.last++
	r.ID, a.seq = g.pulls.last, g.seq
	g.pulls.asked[r.ID] = a
	g.pull.Ask(now, r, out)
	return r.ID
}

// list asks for a whole list, unless it is already asked for.
func (g *Gateway) list(now node.Clock, p event.Path, out *node.Output) {
	l := g.pulls.of(p)
	if l.out {
		return
	}
	*l = listing{out: true}
	r := event.PullRequest{Path: p}
	if p == event.PathArtifacts || p == event.PathAPIs {
		r.Labels = g.cfg.Labels
	}
	g.ask(now, r, asked{}, out)
}

// relist asks for a list as it is from now on: an answer under way may be older.
func (g *Gateway) relist(now node.Clock, p event.Path, out *node.Output) {
	g.pulls.of(p).stale = true
	g.list(now, p, out)
}

// touched is called when an event changes what a list under way describes. Where lists are pulled
// again and again the list must not undo the event for long.
func (g *Gateway) touched(p event.Path) {
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
	switch ok := resp.Status == 200; {
	case a.lane:
		g.artifact(now, resp, out)
	case resp.Path == event.PathDeployed:
	case a.name != "":
		if ok {
			g.policies(resp.Policies)
		}
	default:
		if ok {
			g.apply(now, resp, a.seq, out)
			g.startup.loaded[resp.Path] = true
		}
		g.listed(now, resp.Path, out)
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
	g.maybeReady(out)
}

// apply puts a whole list into memory.
func (g *Gateway) apply(now node.Clock, resp *event.PullResponse, seq uint64, out *node.Output) {
	switch resp.Path {
	case event.PathRevoked:
		for _, t := range resp.Revoked {
			g.revoked.add(t.Token, t.Expiry, "pull", out)
		}
	case event.PathBlock:
		g.blocked(resp.Blocked, out)
	case event.PathKeyManagers:
		g.keyManagers(resp.KeyManagers, out)
	case event.PathArtifacts:
		g.artifacts(now, resp.APIs, seq, out)
	default:
		g.changed()
		g.store(resp)
	}
}

// store refills one table of the subscription store. A list replaces the table, as a refresh of the
// product's store does; of APIs it describes those that it names and leaves deployment alone.
func (g *Gateway) store(resp *event.PullResponse) {
	c := &g.catalog
	switch resp.Path {
	case event.PathAPIs:
		for _, a := range resp.APIs {
			c.describe(a)
		}
	case event.PathApplications:
		c.applications(resp.Applications)
	case event.PathKeyMappings:
		for _, a := range resp.Applications {
			c.mapKeys(a)
		}
	case event.PathSubscriptions:
		clear(c.subs)
		for _, s := range resp.Subscriptions {
			c.subscription(s)
		}
	case event.PathSubscriptionPolicies:
		clear(c.policies)
		g.policies(resp.Policies)
	}
}

// policies upserts policies.
func (g *Gateway) policies(list []event.Policy) {
	g.changed()
	for _, p := range list {
		g.catalog.policy(p)
	}
}

// blocked puts the list of blocking conditions into memory.
func (g *Gateway) blocked(list []event.BlockingCondition, out *node.Output) {
	g.changed()
	named := map[block]bool{}
	for i := range list {
		b := block{list[i].Kind, list[i].Value}
		if !b.known() || !list[i].On || b.kind == blockSubscription && !g.cfg.Prune {
			continue
		}
		named[b] = true
		g.blocking.set(b, true, out)
	}
	if !g.cfg.Prune {
		return
	}
	for _, b := range g.blocking.sorted() {
		if !named[b] {
			g.blocking.set(b, false, out)
		}
	}
}

// artifacts deploys a whole list, and with Prune takes away what it does not name, unless that was
// deployed after the list was asked for.
func (g *Gateway) artifacts(now node.Clock, list []event.API, seq uint64, out *node.Output) {
	named := map[string]bool{}
	for _, a := range list {
		named[a.UUID] = true
		if !g.outdated(a.UUID, a.Revision) {
			g.deploy(now, a, out)
		}
	}
	if !g.cfg.Prune {
		return
	}
	for _, uuid := range g.catalog.deployed() {
		if !named[uuid] && g.catalog.apis[uuid].seq <= seq {
			g.undeploy(uuid, out)
		}
	}
}

// outdated tells whether a revision is older than the one that serves and may not replace it.
func (g *Gateway) outdated(uuid string, revision int) bool {
	a := g.catalog.serves(uuid)
	return g.cfg.OrderedRevisions && a != nil && revision < a.revision
}
