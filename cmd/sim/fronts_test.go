package main

import (
	"maps"
	"testing"

	"hubsim/event"
	"hubsim/scenarios"
)

// TestWhoIsToldOf: where four gateways take calls and the traffic managers take throttle events is told, and of nobody else.
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
	want := map[event.NodeID]string{"gw-1": calls, "gw-2": calls, "gw-3": calls, "gw-4": calls, "tm-1": events}
	if got := callable(e); !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
