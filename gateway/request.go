package gateway

import (
	"hubsim/event"
	"hubsim/node"
)

// verdict is what becomes of a call. It is a value, so that checking allocates nothing.
type verdict struct {
	code  event.Code
	next  event.Wall // when a throttled caller may come again
	route *route     // set when served
	// untouched: throttling leaves the call alone, conditions that block included; no event is published.
	untouched bool
	quiet     bool // served over the quota (stop-on-quota-reach=false): no event is published
}

// examine asks of a call what doc.go lists.
func (g *Gateway) examine(now node.Clock, c *call) verdict {
	if g.revoked.awaited {
		return verdict{code: event.Unavailable}
	}
	found, code := g.route(now, c.Request)
	switch {
	case code != event.Served:
		return verdict{code: code}
	case found == nil, len(c.Also) > 0 && !g.further(now, c, found):
		return verdict{code: event.NotDeployed}
	case (found.refuse == 0 || found.refuse == event.RequestBlocked) && found.api.Unthrottled(c.Request):
		return verdict{route: found, untouched: true}
	case found.refuse != 0:
		return verdict{code: found.refuse}
	case found.blocked != nil && found.blocked.hits(c, g.addresses.inclusive):
		return verdict{code: event.RequestBlocked}
	case c.several != nil:
		return g.quotaOfEach(now, c)
	}
	return g.quota(now, found, c)
}

// route returns the route of a call, nil if there is no such resource, and why it is refused before.
func (g *Gateway) route(now node.Clock, r *event.Request) (*route, event.Code) {
	if found := g.routes.visited(r); found != nil {
		return found, g.authenticate(now, r.Token)
	}
	a := g.catalog.contexts[r.Context]
	if a == nil {
		return nil, event.NotDeployed
	}
	if isOpen(a, r) {
		return g.findAlone(now, r, a, openCaller(r)), event.Served
	}
	if r.Token == nil && r.Basic != "" {
		return g.findAlone(now, r, a, basicCaller(r)), event.Served
	}
	if code := g.authenticate(now, r.Token); code != event.Served {
		return nil, code
	}
	return g.find(now, r, a), event.Served
}

// authenticate asks whether a token is good.
func (g *Gateway) authenticate(now node.Clock, t *event.Token) event.Code {
	switch {
	case t == nil:
		return event.MissingCredentials
	case t.Expires != 0 && t.Expires < now.Wall, g.revoked.has(t.ID), g.subjects.refuses(t):
		return event.InvalidCredentials
	}
	return event.Served
}

// quota asks all levels, from the API's to the hard limit (ThrottleHandler.java).
func (g *Gateway) quota(now node.Clock, r *route, c *call) verdict {
	if g.closed(now, r) {
		return verdict{code: event.Unavailable}
	}
	if r.level != 0 {
		if next, yes := g.apiLevel(now, r, c); yes {
			return verdict{code: r.level, next: next}
		}
	}
	if v := g.subscriptionLevel(now, r); v.code != event.Served {
		if r.goOn {
			return verdict{route: r, quiet: true}
		}
		return v
	}
	if next, yes := g.throttled.ask(now, r.app); yes {
		return verdict{code: event.ApplicationExceeded, next: next}
	}
	if !g.limiters.allows(now, r.appBurst) {
		return verdict{code: event.ApplicationBurst}
	}
	if next, yes := g.custom(now, r, c); yes {
		return verdict{code: event.CustomPolicyExceeded, next: next}
	}
	if g.hardLimited(now, r) {
		return verdict{code: event.HardLimitExceeded}
	}
	return verdict{route: r}
}

// subscriptionLevel asks the subscription's quota, then its burst limit. The burst is charged before
// the application is asked, so a call that the application refuses has used it all the same.
func (g *Gateway) subscriptionLevel(now node.Clock, r *route) verdict {
	if next, yes := g.throttled.ask(now, r.sub); yes {
		return verdict{code: event.SubscriptionExceeded, next: next}
	}
	if !g.limiters.allows(now, r.subBurst) {
		return verdict{code: event.SubscriptionBurst, next: r.subBurst.next(now)}
	}
	return verdict{}
}

// serve takes a call: in the 2.x layout one whose token is not known waits for a key manager.
func (g *Gateway) serve(now node.Clock, id event.CallID, r *event.Request, out *node.Output) {
	if !g.old() || g.validated(now, id, r, out) {
		g.admitted(now, id, r, out)
	}
}

// asked makes a question that the call asked a key manager count for the Deadline.
func (g *Gateway) asked() {
	if g.old() {
		g.slow = min(g.slow, g.validation.ask.Deadline())
	}
}

// admitted answers a call and publishes its event.
func (g *Gateway) admitted(now node.Clock, id event.CallID, r *event.Request, out *node.Output) {
	c := call{Request: r}
	v := g.examine(now, &c)
	if v.route == nil {
		out.Answer(id, &event.Reply{Status: status(v.code), Code: v.code, NextAccess: v.next})
		if c.several != nil {
			g.publishEach(now, &c, out)
		}
		return
	}
	if v.untouched {
		out.Answer(id, &g.served)
		return
	}
	if v.quiet {
		out.Note(node.Note{Fact: node.CallUncounted, Request: r.ID})
	}
	if v.route.ai {
		g.forward(now, response{call: id, request: r, verdict: v}, out)
		return
	}
	out.Answer(id, &g.served)
	if !v.quiet {
		if c.several != nil {
			g.publishEach(now, &c, out)
		} else {
			g.publish(now, v.route, &c, out)
		}
	}
}

// publish offers the event of a call's operation to every traffic manager's group.
func (g *Gateway) publish(now node.Clock, r *route, c *call, out *node.Output) {
	id := c.ID
	if c.several != nil {
		id = id.Event(c.several.place)
	}
	out.Note(node.Note{Fact: node.EventQueued, Request: id})
	g.feed.Offer(now, &event.Throttle{Attributes: r.attrs, ID: id, At: now.Wall, Properties: g.properties(r, c)}, out)
}

// status is the HTTP status of a refusal.
func status(c event.Code) int {
	switch c {
	case event.NotDeployed:
		return 404
	case event.MissingCredentials, event.InvalidCredentials:
		return 401
	case event.NoSubscription, event.SubscriptionInactive, event.APIBlocked, event.RequestBlocked:
		return 403
	case event.AuthenticationFailed:
		return 500
	case event.Unavailable, event.HardLimitExceeded:
		return 503
	}
	return 429
}
