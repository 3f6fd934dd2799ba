package gateway

import (
	"hubsim/event"
	"hubsim/node"
)

// see keeps since when the gateway is blind: no endpoint of its groups is up, so that nobody counts its calls, or
// no hub tells it what was counted. The product knows of it by its log alone and goes on serving.
func (g *Gateway) see(now node.Clock) {
	if g.cfg.ClosedAfter <= 0 {
		return
	}
	deaf := g.hasDecisions && !g.topics[0].Connected()
	switch blind := deaf || !g.feed.Reaches(); {
	case !blind:
		g.blind = event.Never
	case g.blind == event.Never:
		g.blind = now.Mono
	}
}

// closed tells whether a call is refused because the gateway has been blind for too long: one that some quota
// would be asked for.
func (g *Gateway) closed(now node.Clock, r *route) bool {
	if g.blind == event.Never || now.Mono.Sub(g.blind) < g.cfg.ClosedAfter {
		return false
	}
	return r.level != 0 || len(r.rules) > 0 || counts(r.attrs.AppTier) || counts(r.attrs.SubscriptionTier) && !r.goOn
}
