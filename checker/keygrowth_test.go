package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

func (p *tape) kept(m event.NodeID, n int64) *tape {
	return p.note(m, node.Note{Fact: node.KeysKept, N: n, ID: "subscription:Two"})
}

func (p *tape) uses(m event.NodeID, keys ...event.ThrottleKey) *tape {
	for _, k := range keys {
		p.note(m, node.Note{Fact: node.Counted, Key: k, ID: "subscription:Two"})
	}
	return p
}

func TestKeyGrowth(t *testing.T) {
	for _, row := range []struct {
		why  string
		most int64
		play func(p *tape)
		want Verdict
	}{
		{"nothing was counted", 0, func(*tape) {}, NotExercised},
		{"all that is kept was counted in the window", 0, func(p *tape) { p.uses("tm-1", "a", "b", "a").kept("tm-1", 2) }, Holds},
		{"a key of the window before is in use", 0, func(p *tape) { p.uses("tm-1", "a").kept("tm-1", 1).uses("tm-1", "b").kept("tm-1", 2) }, Holds},
		{"a key is kept two windows later", 0, func(p *tape) { p.uses("tm-1", "a").kept("tm-1", 1).kept("tm-1", 1).kept("tm-1", 1) }, Violated},
		{"and that is allowed", 1, func(p *tape) { p.uses("tm-1", "a").kept("tm-1", 1).kept("tm-1", 1).kept("tm-1", 1) }, Holds},
		{"it was forgotten in time", 0, func(p *tape) { p.uses("tm-1", "a").kept("tm-1", 1).kept("tm-1", 1).kept("tm-1", 0) }, Holds},
		{"another traffic manager's keys are its own", 0, func(p *tape) { p.uses("tm-1", "a").kept("tm-2", 1) }, Violated},
		{"a restart forgets", 0, func(p *tape) {
			p.uses("tm-1", "a").kept("tm-1", 1)
			p.play(trace.Record{Kind: trace.Booted, Node: "tm-1"})
			p.uses("tm-1", "b").kept("tm-1", 1)
		}, Holds},
	} {
		t.Run(row.why, func(t *testing.T) {
			c := NewKeyGrowth(row.most)
			row.play(&tape{to: c})
			if out := c.Finish(); out.Verdict != row.want {
				t.Errorf("%v (%s), want %v", out.Verdict, out.Worst, row.want)
			}
		})
	}
}
