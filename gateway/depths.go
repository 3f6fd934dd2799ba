package gateway

import "hubsim/node"

var _ node.Queued = (*Gateway)(nil)

// Depths implements node.Queued: the rings of the feed, in events.
func (g *Gateway) Depths(say node.Depth) { g.feed.Depths(say) }
