package main

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/scenarios"
)

// mostFronts is of how many gateways it is told where they take calls.
const mostFronts = 4

// callable are the gateways of which it is told where they take calls.
func callable(e *scenarios.Experiment) map[event.NodeID]bool {
	named := map[event.NodeID]bool{}
	for i := range e.World.Members {
		if m := &e.World.Members[i]; m.Role == node.Gateway && len(named) < mostFronts {
			named[m.ID] = true
		}
	}
	return named
}

// listening tells where gateways take calls.
func (w *watch) listening(named map[event.NodeID]bool) func(event.Endpoint, string) {
	return func(at event.Endpoint, address string) {
		if at.Service == 0 && named[at.Node] {
			w.say("%s takes calls at http://%s", at.Node, address)
		}
	}
}
