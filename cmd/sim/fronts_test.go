package main

import (
	"maps"
	"testing"

	"hubsim/event"
	"hubsim/scenarios"
)

// TestWhoIsToldOf: where four gateways take calls, the traffic managers throttle events and the control planes requests is
// told, and where event hubs listen, and of nobody else.
func TestWhoIsToldOf(t *testing.T) {
	s, err := scenarios.Parse("six.yaml", []byte(`
name: six
question: Who takes calls?
deployment: {pattern: gw-cp-tm, topology: "nodes: {gw-1: {copies: 6}}"}
length: 1s
checks: [{check: accounting}]
expect: {}
`))
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Prepare(scenarios.Options{Profile: "wso2", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	const calls, events = "%s takes calls at http://%s", "%s takes throttle events at http://%s/endpoints/throttleEventReceiver"
	const asked, hub = "%s answers the internal API at http://%s/internal/data/v1", "%s is an event hub at %s"
	want := map[event.Endpoint]string{
		{Node: "gw-1"}: calls, {Node: "gw-2"}: calls, {Node: "gw-3"}: calls, {Node: "gw-4"}: calls, {Node: "tm-1"}: events,
		{Node: "cp-1", Service: event.Pull}: asked, {Node: "cp-1.broker", Service: event.Topics}: hub, {Node: "tm-1.broker", Service: event.Topics}: hub,
	}
	if got := callable(e); !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
