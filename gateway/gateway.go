package gateway

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// Gateway is one gateway. It implements node.Node; build it with New, anew for each restart.
//
// What a call asks for stands together, from revoked to feed: of a thousand gateways in one run, each
// called now and then, none stays in the processor's cache.
type Gateway struct {
	revoked   revoked
	subjects  subjects
	throttled throttleData
	limiters  limiters
	flags     flags
	served    event.Reply // what every served call is answered with
	slow      event.Mono  // Deadline of all but the feed, or earlier
	blind     event.Mono  // since when it is; Never while it is not, or Config.ClosedAfter is 0
	feed      session.Feed

	cfg          Config
	numbers      session.Numbers
	topics       []session.Topic // the traffic managers' first, if hasDecisions; then the hub's
	hasDecisions bool
	pull         session.Pull
	deploys      session.Pull // the lane's artifacts, with retries of their own

	validation validation // of the 2.x layout, like admin
	admin      admin

	catalog   catalog
	blocking  blocking
	addresses ipBlocks
	templates templates
	managers  map[string]event.KeyManager // by event.KeyManager.Key
	webhooks  webhooks
	things    things

	kept      kept
	recent    recent
	order     order
	startup   startup
	pulls     pulls
	lane      lane
	responses responses
	notify    notifier
	waits     []waiting // one for each topic, by index
	timers    timers

	scratch []byte     // a key while it is put together
	several operations // of a call while it is served
	routes  routes
}

// timers are the instants of what a gateway does every so often; event.Never is not at all.
type timers struct{ revoked, resync, sweep event.Mono }

// New returns a gateway that has not booted.
func New(c Config) *Gateway {
	if c.Files != "" {
		c.older()
	}
	g := &Gateway{
		cfg:       c,
		catalog:   newCatalog(),
		routes:    newRoutes(),
		blocking:  newBlocking(),
		addresses: ipBlocks{tenants: map[event.Tenant]*tenantBlocks{}, inclusive: c.InclusiveRanges},
		templates: templates{known: map[string]bool{}},
		limiters:  limiters{known: map[event.ThrottleKey]*limiter{}, tokens: map[event.ThrottleKey]*tokenLimit{}, bonus: c.BurstBonus},
		flags:     flags{header: c.HeaderConditions, query: c.QueryConditions, claim: c.ClaimConditions},
		webhooks:  newWebhooks(),
		things:    newThings(),
		order:     newOrder(&c),
		throttled: newThrottleData(&c),
		managers:  map[string]event.KeyManager{},
		recent:    newRecent(c.Grace),
		startup:   startup{at: event.Never, loaded: map[event.Path]bool{}},
		pulls:     newPulls(),
		lane:      lane{at: event.Never},
		timers:    timers{event.Never, event.Never, event.Never},
		blind:     event.Never,
		served:    event.Reply{Status: 200, Code: event.Served},
	}
	if c.KeepRevoked && c.Disk != nil {
		g.kept.file = c.Disk
	}
	g.revoked, g.subjects = newRevoked(&c, &g.kept), newSubjects(&c, &g.kept)
	g.connectors()
	g.slow = g.due()
	return g
}

// connectors builds the parts that keep connections.
func (g *Gateway) connectors() {
	feed, pull := g.cfg.Session.Feed, g.cfg.Session.Pull
	feed.Groups, feed.Self = g.cfg.Groups, g.cfg.ID
	pull.Servers, pull.Self = g.cfg.ControlPlanes, g.cfg.ID
	g.feed = session.NewFeed(feed, &g.numbers)
	g.pull = session.NewPull(pull, &g.numbers)
	pull.Retry = g.cfg.ArtifactRetry
	g.deploys = session.NewPull(pull, &g.numbers)
	g.notify = newNotifier(&g.cfg, pull, &g.numbers)
	g.validation, g.admin = newValidation(&g.cfg, &g.numbers), newAdmin(&g.cfg, &g.numbers)
	g.hasDecisions = len(g.cfg.TrafficManagers) > 0
	if g.hasDecisions {
		g.consume(event.ThrottleData, g.cfg.TrafficManagers)
	}
	if len(g.cfg.EventHubs) > 0 {
		for _, t := range event.HubTopics {
			g.consume(t, g.cfg.EventHubs)
		}
	}
	g.waits = make([]waiting, len(g.topics))
}

func (g *Gateway) consume(t event.Topic, hubs []event.NodeID) {
	c := g.cfg.Session.Topic
	c.Topic, c.Hubs, c.Self = t, hubs, g.cfg.ID
	g.topics = append(g.topics, session.NewTopic(c, &g.numbers))
}

// Step implements node.Node.
func (g *Gateway) Step(now node.Clock, in node.Input, out *node.Output) {
	switch in.Kind {
	case node.Called:
		if r, ok := in.Msg.(*event.Request); ok && r != nil {
			g.serve(now, in.Call, r, out)
			g.asked()
			return // of the deadlines it moves the feed's alone, and g.forward sees to the responses'
		}
		out.Answer(in.Call, &event.Reply{Status: 400, Code: event.NotDeployed})
	case node.Boot:
		g.boot(now, out)
	case node.Sensed:
		g.sensed(in.Sense, out)
	default:
		if in.Session < 0 {
			g.accepted(now, &in, out)
		} else if g.frequent(now, &in, out) {
			return
		}
		g.sessions(now, &in, out)
		if in.Kind == node.Tick {
			g.tick(now, out)
		}
	}
	g.see(now)
	g.slow = g.due()
}

// frequent takes what comes most often straight to its part: answers to batches, ticks for the feed alone, and
// decisions on their topic, which is the first. No part but the feed wants a tick the earlier for them.
func (g *Gateway) frequent(now node.Clock, in *node.Input, out *node.Output) bool {
	if in.Kind == node.Tick && now.Mono < g.slow {
		g.feed.Step(now, in, out)
		g.see(now)
		return true
	}
	switch m := in.Msg.(type) {
	case *event.BatchAck:
		g.feed.Step(now, in, out)
		return true
	case *event.Publish:
		if m == nil || !g.hasDecisions {
			return false
		}
		if d, ok := m.Body.(*event.Decision); ok {
			if _, what := g.topics[0].Step(now, in, out); what == session.TopicMessage {
				g.decision(now, d, out)
				return true
			}
		}
	}
	return false
}

// sessions hands an input to every part that keeps connections; each takes its own.
func (g *Gateway) sessions(now node.Clock, in *node.Input, out *node.Output) {
	for i := range g.topics {
		switch m, what := g.topics[i].Step(now, in, out); what {
		case session.TopicMessage:
			g.received(now, i, m, out)
		case session.TopicUp, session.TopicBack, session.TopicRestored:
			g.connected(now, i, what, out)
		}
	}
	g.feed.Step(now, in, out)
	if resp, done := g.pull.Step(now, in, out); done {
		g.pulled(now, resp, out)
	}
	if resp, done := g.deploys.Step(now, in, out); done {
		g.artifact(now, resp, out)
	}
	g.notifySessions(now, in, out)
	if !g.old() {
		return
	}
	if resp, done := g.validation.ask.Step(now, in, out); done {
		g.judged(now, resp, out)
	}
	if done, ok := g.admin.files.Step(now, in, out); ok {
		g.filed(now, done, out)
	}
}

// tick does what has become due, besides the sessions' own.
func (g *Gateway) tick(now node.Clock, out *node.Output) {
	g.respond(now, out)
	g.release(now, out)
	g.advance(now, out)
	g.revoked.clean(now, out)
	g.initDelay(now, out)
	g.notifyTick(now, out)
	if now.Mono >= g.timers.revoked {
		g.timers.revoked = now.Mono.Add(g.cfg.RevokedPullEvery)
		g.revocations(now, out)
	}
	if now.Mono >= g.timers.resync {
		g.timers.resync = now.Mono.Add(g.cfg.ResyncEvery)
		g.recent.forget(now)
		g.order.forget(now.Wall)
		g.resync(now, out)
	}
	if now.Mono >= g.timers.sweep {
		g.timers.sweep = now.Mono.Add(g.cfg.SweepEvery)
		g.throttled.sweep(now)
	}
}

// Deadline implements node.Node.
func (g *Gateway) Deadline() event.Mono { return min(g.slow, g.feed.Deadline()) }

// due is when the first part but the feed wants a tick. A call, and the answer to a batch, change the
// feed's deadline only: they are most of what a gateway does, and need not ask everybody.
func (g *Gateway) due() event.Mono {
	next := min(g.responses.due(), g.pull.Deadline(), g.deploys.Deadline(), g.revoked.next, g.startup.at, g.lane.at, g.notify.due(),
		g.timers.revoked, g.timers.resync, g.timers.sweep)
	if g.old() {
		next = min(next, g.validation.ask.Deadline(), g.admin.files.Deadline())
	}
	for i := range g.topics {
		next = min(next, g.topics[i].Deadline())
	}
	for i := range g.waits {
		next = min(next, g.waits[i].due())
	}
	return next
}

// after is the instant d from now, or Never if d is 0: a thing that is not done.
func after(now node.Clock, d event.Duration) event.Mono {
	if d <= 0 {
		return event.Never
	}
	return now.Mono.Add(d)
}
