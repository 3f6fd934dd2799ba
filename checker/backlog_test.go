package checker

import (
	"testing"

	"hubsim/node"
	"hubsim/trace"
)

// TestBacklog holds that each subscriber of each broker has the limit to itself, and that the most counts.
func TestBacklog(t *testing.T) {
	c := NewBacklog(10)
	waits := func(n int64) {
		c.Observe(&trace.Record{Kind: trace.Noted, Node: "cp-1.broker", Note: node.Note{Fact: node.CopyWaits, Peer: "gw-1", N: n}})
		c.Observe(&trace.Record{Kind: trace.Noted, Node: "cp-2.broker", Note: node.Note{Fact: node.CopyWaits, Peer: "gw-2", N: 1}})
	}
	for _, n := range []int64{1, 10, 3} {
		waits(n)
	}
	if o := c.Finish(); o.Verdict != Holds || o.Exercised != 6 || o.Worst != "10 copies waited" {
		t.Errorf("%+v", o)
	}
	waits(11)
	if o := c.Finish(); o.Verdict != Violated || len(o.Details) != 1 {
		t.Errorf("%+v", o)
	}
	if o := NewBacklog(10).Finish(); o.Verdict != NotExercised {
		t.Errorf("%+v", o)
	}
}
