package trafficmgr

import "hubsim/node"

var _ node.Queued = (*Manager)(nil)

// Depths implements node.Queued: what waits for the worker, in batches, and for the brokers; and the
// throttle keys that all plans keep.
func (m *Manager) Depths(say node.Depth) {
	say("receiver", "", len(m.receiver.queue))
	say("keys", "", m.registry.keys())
	m.own.Depths(say)
	m.duplicate.Depths(say)
}
