package gateway

import (
	"hubsim/event"
	"hubsim/node"
)

// operations are those of a call that asks for more than one.
type operations struct {
	routes []*route
	told   uint64 // bit i: the event of the i-th is published
	place  int    // of the one whose event is made
}

// further finds the routes of a call's operations beside the first one's; false if its API has one of them not.
// (Where the product has not all of them in its resource cache, their order is that of
// the API.)
func (g *Gateway) further(now node.Clock, c *call, first *route) bool {
	a := g.catalog.contexts[c.Context]
	if a == nil || a.Operations(c.Request) == 1 {
		return true
	}
	if len(c.Also) >= event.MostOperations {
		return false
	}
	all := append(g.several.routes[:0], first)
	one, open := *c.Request, isOpen(a, c.Request)
	for _, name := range c.Also {
		one.Resource = name
		found := g.routeAs(now, &one, a, open)
		if found == nil {
			return false
		}
		all = append(all, found)
	}
	g.several = operations{routes: all}
	c.several = &g.several
	return true
}

// routeAs is the route of one operation of a call whose credentials are good.
func (g *Gateway) routeAs(now node.Clock, r *event.Request, a *api, open bool) *route {
	switch {
	case open:
		return g.findAlone(now, r, a, openCaller(r))
	case r.Token == nil && r.Basic != "":
		return g.findAlone(now, r, a, basicCaller(r))
	}
	return g.find(now, r, a)
}

// quotaOfEach is quota for a call of several operations: at API or resource level each is asked for, and the first
// throttled one answers; subscription and application are one for all.
func (g *Gateway) quotaOfEach(now node.Clock, c *call) verdict {
	for _, r := range c.several.routes {
		if g.closed(now, r) {
			return verdict{code: event.Unavailable}
		}
		if r.level == 0 {
			continue
		}
		if next, yes := g.apiLevel(now, r, c); yes {
			return verdict{code: r.level, next: next}
		}
	}
	r := c.several.routes[0]
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
	return g.eachOperation(now, c)
}

// eachOperation asks custom rules and hard limit for one operation after the other. By rule none that is refused
// stops the others: they are asked, charged to the hard limit and published, and the last one that is refused gives
// the reason (ThrottleHandler.java, whose loop has no break).
func (g *Gateway) eachOperation(now node.Clock, c *call) verdict {
	v := verdict{}
	for i, r := range c.several.routes {
		if next, yes := g.custom(now, r, c); yes {
			v.code, v.next = event.CustomPolicyExceeded, next
		} else if g.hardLimited(now, r) {
			v.code = event.HardLimitExceeded
		} else {
			c.several.told |= 1 << i
			continue
		}
		if g.cfg.WholeCalls {
			c.several.told = 0
			return v
		}
	}
	if v.code == event.Served {
		v.route = c.several.routes[0]
	}
	return v
}

// publishEach offers the events of the operations that passed.
func (g *Gateway) publishEach(now node.Clock, c *call, out *node.Output) {
	for i, r := range c.several.routes {
		if c.several.told&(1<<i) != 0 {
			c.several.place = i
			g.publish(now, r, c, out)
		}
	}
}
