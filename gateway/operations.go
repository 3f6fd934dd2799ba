package gateway

import (
	"hubsim/event"
	"hubsim/node"
)

// several tells whether a call asks for more than one operation.
func (c *call) several() bool { return c.routes != nil }

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
	g.several = append(g.several[:0], first)
	one, open := *c.Request, isOpen(a, c.Request)
	for _, name := range c.Also {
		one.Resource = name
		found := g.routeAs(now, &one, a, open)
		if found == nil {
			return false
		}
		g.several = append(g.several, found)
	}
	c.routes = g.several
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

// furtherLevels asks for the keys of the operations behind the first at API or resource level; the first throttled
// one answers.
func (g *Gateway) furtherLevels(now node.Clock, c *call) verdict {
	for _, r := range c.routes[1:] {
		if r.level == 0 {
			continue
		}
		if next, yes := g.apiLevel(now, r, c); yes {
			return verdict{code: r.level, next: next}
		}
	}
	return verdict{}
}

// eachOperation asks custom rules and hard limit for one operation after the other. By rule none that is refused
// stops the others: they are asked, charged to the hard limit and published, and the last one that is refused gives
// the reason (ThrottleHandler.java, whose loop has no break).
func (g *Gateway) eachOperation(now node.Clock, c *call) verdict {
	v := verdict{}
	for i, r := range c.routes {
		if next, yes := g.custom(now, r, c); yes {
			v.code, v.next = event.CustomPolicyExceeded, next
		} else if g.hardLimited(now, r) {
			v.code = event.HardLimitExceeded
		} else {
			c.told |= 1 << i
			continue
		}
		if g.cfg.WholeCalls {
			c.told = 0
			return v
		}
	}
	if v.code == event.Served {
		v.route = c.routes[0]
	}
	return v
}

// publishEach offers the events of the operations that passed.
func (g *Gateway) publishEach(now node.Clock, c *call, out *node.Output) {
	for i, r := range c.routes {
		if c.told&(1<<i) != 0 {
			c.place = i
			g.publish(now, r, c, out)
		}
	}
}
