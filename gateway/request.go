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
	quiet bool       // served over the quota (stop-on-quota-reach=false): no event is published
}

// check asks of a call what doc.go lists.
func (g *Gateway) check(now node.Clock, r *event.Request) verdict {
	if g.cfg.ReadyBeforeServing && !g.startup.loaded[event.PathRevoked] {
		return verdict{code: event.Unavailable}
	}
	a := g.catalog.contexts[r.Context]
	if a == nil {
		return verdict{code: event.NotDeployed}
	}
	switch {
	case r.Token == nil:
		return verdict{code: event.MissingCredentials}
	case r.Token.Expires != 0 && r.Token.Expires < now.Wall, g.revoked.has(r.Token.ID):
		return verdict{code: event.InvalidCredentials}
	}
	found := g.find(r, a)
	switch {
	case found == nil:
		return verdict{code: event.NotDeployed}
	case found.refuse != 0:
		return verdict{code: found.refuse}
	}
	return g.quota(now, found)
}

// quota asks the throttled keys, from the API level to the application's (ThrottleHandler.java).
func (g *Gateway) quota(now node.Clock, r *route) verdict {
	t := &g.throttled
	if r.level != 0 {
		if next, yes := t.liveAPI(now, r.base, r.suffixed); yes {
			return verdict{code: r.level, next: next}
		}
	}
	if next, yes := t.live(now, r.attrs.SubscriptionKey); yes {
		if r.goOn {
			return verdict{route: r, quiet: true}
		}
		return verdict{code: event.SubscriptionExceeded, next: next}
	}
	if next, yes := t.live(now, r.attrs.AppKey); yes {
		return verdict{code: event.ApplicationExceeded, next: next}
	}
	return verdict{route: r}
}

// serve answers a call and publishes its event.
func (g *Gateway) serve(now node.Clock, call event.CallID, r *event.Request, out *node.Output) {
	v := g.check(now, r)
	if v.route == nil {
		out.Answer(call, &event.Reply{Status: status(v.code), Code: v.code, NextAccess: v.next})
		return
	}
	out.Answer(call, &g.served)
	if v.quiet {
		return
	}
	out.Note(node.Note{Fact: node.EventQueued, Request: r.ID})
	g.feed.Offer(now, &event.Throttle{Attributes: v.route.attrs, ID: r.ID, At: now.Wall}, out)
}

// status is the HTTP status of a refusal.
func status(c event.Code) int {
	switch c {
	case event.NotDeployed:
		return 404
	case event.MissingCredentials, event.InvalidCredentials:
		return 401
	case event.NoSubscription, event.APIBlocked, event.RequestBlocked:
		return 403
	case event.Unavailable:
		return 503
	}
	return 429
}
