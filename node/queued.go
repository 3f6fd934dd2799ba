package node

import "hubsim/event"

// Queued is a node that can say how full its queues are. A driver that wants to know asks between
// Steps, from where it steps.
type Queued interface {
	// Depths says each queue's depth: the same queues in the same order, as long as the node lives.
	Depths(say Depth)
}

// Depth is told of a queue: its name, whom it leads to ("" is the node itself), how much waits in it.
type Depth func(queue string, to event.NodeID, depth int)
