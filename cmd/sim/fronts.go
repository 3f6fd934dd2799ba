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

// callable are the services of which that is told, with what it is.
func callable(e *scenarios.Experiment) map[event.Endpoint]string {
	named, of := map[event.Endpoint]string{}, map[node.Role]int{}
	for i := range e.World.Members {
		m := &e.World.Members[i]
		front, told := fronts[m.Role]
		if of[m.Role]++; told && of[m.Role] <= mostFronts {
			named[event.Endpoint{Node: m.ID, Service: front.service}] = front.text
		}
	}
	return named
}

// listening tells where nodes listen to what comes from outside.
func (w *watch) listening(named map[event.Endpoint]string) func(event.Endpoint, string) {
	return func(at event.Endpoint, address string) {
		if text := named[at]; text != "" {
			w.say(text, at.Node, address)
		}
	}
}
