package main

import (
	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/scenarios"
)

// mostFronts is of how many gateways it is told where they take calls, and of how many traffic managers where they take
// throttle events.
const mostFronts = 4

// callable are the nodes of which that is told, with what it is.
func callable(e *scenarios.Experiment) map[event.NodeID]string {
	named, of := map[event.NodeID]string{}, map[node.Role]int{}
	for i := range e.World.Members {
		m := &e.World.Members[i]
		if of[m.Role]++; of[m.Role] > mostFronts {
			continue
		}
		switch m.Role {
		case node.Gateway:
			named[m.ID] = "%s takes calls at http://%s"
		case node.TrafficManager:
			named[m.ID] = "%s takes throttle events at http://%s" + live.ReceiverPath
		}
	}
	return named
}

// listening tells where gateways and traffic managers listen to what comes from outside.
func (w *watch) listening(named map[event.NodeID]string) func(event.Endpoint, string) {
	return func(at event.Endpoint, address string) {
		if text := named[at.Node]; at.Service == 0 && text != "" {
			w.say(text, at.Node, address)
		}
	}
}
