package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// KeyGrowth checks that the throttle keys which a traffic manager keeps follow those in use: at each
// window's end a plan keeps no more than were counted in that window and the one before, and Most besides.
type KeyGrowth struct {
	Most int64

	plans   map[planAt]*inUse
	seen    int
	bad     int
	worst   int64 // keys that are kept and not in use
	worstOf planAt
	kept    int64 // then
	at      event.Mono
	peak    int64
}

// planAt is a plan of a traffic manager.
type planAt struct {
	manager event.NodeID
	plan    string
}

// inUse is when a plan's keys were last counted, in windows.
type inUse struct {
	window int
	last   map[event.ThrottleKey]int
}

// NewKeyGrowth makes the checker.
func NewKeyGrowth(most int64) *KeyGrowth { return &KeyGrowth{Most: most, plans: map[planAt]*inUse{}} }

// Observe implements trace.Observer.
func (c *KeyGrowth) Observe(r *trace.Record) {
	switch {
	case r.Kind == trace.Noted && r.Note.Fact == node.Counted:
		p := c.plan(r)
		p.last[r.Note.Key] = p.window
	case r.Kind == trace.Noted && r.Note.Fact == node.KeysKept:
		c.ended(r)
	case r.Kind == trace.Booted:
		for at := range c.plans {
			if at.manager == r.Node {
				delete(c.plans, at)
			}
		}
	}
}

func (c *KeyGrowth) plan(r *trace.Record) *inUse {
	at := planAt{r.Node, r.Note.ID}
	p := c.plans[at]
	if p == nil {
		p = &inUse{last: map[event.ThrottleKey]int{}}
		c.plans[at] = p
	}
	return p
}

// ended judges what a plan keeps, and forgets the keys that are out of use.
func (c *KeyGrowth) ended(r *trace.Record) {
	p := c.plan(r)
	for key, window := range p.last {
		if window < p.window-1 {
			delete(p.last, key)
		}
	}
	p.window++
	c.seen++
	c.peak = max(c.peak, r.Note.N)
	idle := r.Note.N - int64(len(p.last))
	if idle > c.Most {
		c.bad++
	}
	if idle > c.worst {
		c.worst, c.worstOf, c.kept, c.at = idle, planAt{r.Node, r.Note.ID}, r.Note.N, r.At
	}
}

// Finish implements Checker.
func (c *KeyGrowth) Finish() Outcome {
	out := Outcome{
		Check: "key-growth", Exercised: c.seen, Bound: fmt.Sprintf("at most %d out of use when a window ends", c.Most),
		Worst: fmt.Sprintf("%d keys out of use, %s at the peak", c.worst, words.Count(int(c.peak), "key")),
	}
	if c.bad > 0 {
		out.detail("%s kept %d keys for %s at %s, %d of them out of use for two windows", c.worstOf.manager, c.kept, c.worstOf.plan, clockTime(c.at), c.worst)
	}
	out.judge(c.bad)
	return out
}
