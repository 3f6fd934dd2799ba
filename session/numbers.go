package session

import "hubsim/node"

// Numbers gives a node's own session numbers: 1, 2, … The zero value is ready. It must stay where it
// is while parts use it: a machine that embeds it is built behind a pointer.
type Numbers struct{ last node.SessionID }

// Next returns a number that this node has not used since it booted.
func (n *Numbers) Next() node.SessionID {
	n.last++
	return n.last
}
