package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

func TestRevisionsAndLostWrites(t *testing.T) {
	stored := func(p *tape, cp event.NodeID, id string, n int64) {
		p.note(cp, node.Note{Fact: node.Stored, ID: id, Detail: "api", Key: "api-menu", N: n})
	}
	lost := func(p *tape, store event.NodeID) {
		p.note(store, node.Note{Fact: node.RowLost, ID: "api-menu", Detail: "api", Peer: "store.eu", N: 7, Reason: event.Overwritten})
	}
	for _, row := range []struct {
		why             string
		play            func(p *tape)
		revisions, lost Verdict
		worst           string
	}{
		{"each has a number of its own", func(p *tape) { stored(p, "eu-cp-1", "e1", 2); stored(p, "us-cp-1", "e2", 3) }, Holds, Holds, "0 of 2 writes lost"},
		{"one number twice", func(p *tape) { stored(p, "eu-cp-1", "e1", 2); stored(p, "us-cp-1", "e2", 2) }, Violated, Holds, "0 of 2 writes lost"},
		{"two databases tell of one loss", func(p *tape) { stored(p, "eu-cp-1", "e1", 2); lost(p, "store.eu"); lost(p, "store.us") }, Holds, Violated, "1 of 1 write lost"},
		{"its id is taken in another region", func(p *tape) {
			stored(p, "eu-cp-1", "e1", 2)
			p.note("store.us", node.Note{Fact: node.RowLost, ID: "IP:x", Detail: "block", Peer: "store.eu", N: 7, Reason: event.IDTaken})
		}, Holds, Violated, "1 of 1 write lost"},
		{"nothing is stored", func(*tape) {}, NotExercised, NotExercised, "0 of 0 writes lost"},
	} {
		t.Run(row.why, func(t *testing.T) {
			c, l := NewRevisions(), NewLostWrites()
			row.play(&tape{to: trace.Observers{c, l}})
			if got := c.Finish(); got.Verdict != row.revisions {
				t.Errorf("revisions %v %v, want %v", got.Verdict, got.Details, row.revisions)
			}
			if got := l.Finish(); got.Verdict != row.lost || got.Worst != row.worst {
				t.Errorf("lost writes %v %q, want %v %q", got.Verdict, got.Worst, row.lost, row.worst)
			}
		})
	}
}
