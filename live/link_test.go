package live

import (
	"testing"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/node"
	"hubsim/world"
)

// TestStraight holds that a link has a relay when something can happen to it, and only then.
func TestStraight(t *testing.T) {
	for _, row := range []struct {
		what, schedule string
		latency        event.Duration
		straight       bool
	}{
		{"nothing happens", "", 0, true},
		{"a member crashes, which closes its sockets", "at 1s crash b", 0, true},
		{"a clock is wrong", "at 1s clock a +5s", 0, true},
		{"a fault means another link", "at 1s reset a>c", 0, true},
		{"a host is paused at its mailbox", "at 1s for 1s pause a", 0, true},
		{"a paused hub stalls", "at 1s for 1s pause b", 0, false},
		{"a reset", "at 1s reset a>b", 0, false},
		{"a refusal", "at 1s for 1s refuse a>b", 0, false},
		{"a half-open link", "at 1s for 1s half-open a>b", 0, false},
		{"what comes back is delayed", "at 1s for 1s delay b>a 5ms", 0, false},
		{"it has a latency", "", event.Millisecond, false},
	} {
		schedule, err := fault.Parse(row.schedule)
		if err != nil {
			t.Fatalf("%s: %v", row.what, err)
		}
		w := &world.World{Faults: schedule, Links: world.Links{Near: world.Latency{Base: row.latency}}, Members: []world.Member{
			{ID: "a", Role: node.Gateway}, {ID: "b", Role: node.Broker}, {ID: "c", Role: node.Broker},
		}}
		r, err := newRun(w, nil, Options{})
		if err != nil {
			t.Fatalf("%s: %v", row.what, err)
		}
		if got := r.link(r.byID["a"], r.byID["b"], event.Topics).straight; got != row.straight {
			t.Errorf("%s: straight %v, want %v", row.what, got, row.straight)
		}
		r.recorder.close()
	}
}
