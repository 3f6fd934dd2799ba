package controlplane

import "hubsim/node"

var _ node.Queued = (*ControlPlane)(nil)

// Depths implements node.Queued: the rings of the feed, and what waits for the brokers.
func (c *ControlPlane) Depths(say node.Depth) {
	c.feed.Depths(say)
	for i := range c.publishers {
		c.publishers[i].Depths(say)
	}
}
