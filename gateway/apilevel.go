package gateway

import (
	"hubsim/event"
	"hubsim/node"
)

// apiLevel asks whether a call is throttled at API or resource level (ThrottleHandler.java,
// isResourceThrottled): the base key must be live, and so must the key of the plan that counts this
// call. Which plan that is, the conditions say that decisions left for the base key; where they left
// none, the policy's own groups.
func (g *Gateway) apiLevel(now node.Clock, r *route, c *call) (event.Wall, bool) {
	t := &g.throttled
	if !t.liveBase(now, r.base) {
		return 0, false
	}
	s := t.conditions[r.base]
	switch {
	case s == nil:
		return g.ownGroups(now, r, c)
	case g.cfg.GroupsApart:
		return g.everyStored(now, s, c)
	}
	if key, ok := s.hits(c, g.flags); ok {
		return t.live(now, key)
	}
	return 0, false
}

// everyStored asks for all groups that a call meets, and for the default plan if it meets none: an
// event counts in all of these.
func (g *Gateway) everyStored(now node.Clock, s *stored, c *call) (event.Wall, bool) {
	met := false
	for i := range s.groups {
		if !s.groups[i].conditions.match(c, g.flags) {
			continue
		}
		met = true
		if next, yes := g.throttled.live(now, s.groups[i].key); yes {
			return next, true
		}
	}
	d := s.byDefault
	if met || d == nil || d.conditions.match(c, g.flags) {
		return 0, false
	}
	return g.throttled.live(now, d.key)
}

// ownGroups walks the policy's condition groups.
func (g *Gateway) ownGroups(now node.Clock, r *route, c *call) (event.Wall, bool) {
	met := false
	for i := range r.groups {
		if !r.groups[i].conditions.match(c, g.flags) {
			continue
		}
		met = true
		if next, yes := g.throttled.live(now, r.groupKeys[i]); yes {
			return next, true
		}
	}
	if met {
		return 0, false
	}
	return g.throttled.live(now, r.suffixed)
}
