package main

import (
	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/scenarios"
)

// mostFronts is of how many nodes of each role it is told where they listen to what comes from outside.
const mostFronts = 4

// fronts are the services that are told of, with what each is; 0 is a gateway's front, and a traffic manager's.
var fronts = map[node.Role]struct {
	service event.Service
	text    string
}{
	node.Gateway:        {0, "%s takes calls at http://%s"},
	node.TrafficManager: {0, "%s takes throttle events at http://%s" + live.ReceiverPath},
	node.ControlPlane:   {event.Pull, "%s answers the internal API at http://%s" + live.APIBase},
	node.Broker:         {event.Topics, "%s is an event hub at %s"},
}

// callable are the nodes of which that is told, with their roles.
func callable(e *scenarios.Experiment) map[event.NodeID]node.Role {
	named, of := map[event.NodeID]node.Role{}, map[node.Role]int{}
	for i := range e.World.Members {
		m := &e.World.Members[i]
		if of[m.Role]++; of[m.Role] <= mostFronts {
			named[m.ID] = m.Role
		}
	}
	return named
}

// listening tells where nodes listen to what comes from outside.
func (w *watch) listening(named map[event.NodeID]node.Role) func(event.Endpoint, string) {
	return func(at event.Endpoint, address string) {
		role, is := named[at.Node]
		if front, told := fronts[role]; is && told && front.service == at.Service {
			w.say(front.text, at.Node, address)
		}
	}
}
