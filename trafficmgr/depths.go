package trafficmgr

import "hubsim/node"

var _ node.Queued = (*Manager)(nil)

// Depths implements node.Queued: the receiver's batches that are not counted yet, what waits for the brokers, and the
// throttle keys that all plans keep.
func (m *Manager) Depths(say node.Depth) {
	say("receiver", "", m.receiver.waiting())
	say("keys", "", m.registry.keys())
	m.own.Depths(say)
	m.duplicate.Depths(say)
}
