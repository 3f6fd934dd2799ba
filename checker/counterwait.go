package checker

import (
	"fmt"
	"slices"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// CounterWait checks that no traffic manager stands still for the store of shared counters: what is
// behind the event that waits is not counted either.
type CounterWait struct {
	Most event.Duration

	length event.Duration
	synced int
	waits  int
	over   int
	worst  event.Duration
	open   []wait
	out    Outcome
}

// wait is one that is not over.
type wait struct {
	manager event.NodeID
	key     event.ThrottleKey
	since   event.Mono
}

// NewCounterWait makes the checker.
func NewCounterWait(s *Setup, most event.Duration) *CounterWait {
	return &CounterWait{Most: most, length: s.Length}
}

// Observe implements trace.Observer.
func (c *CounterWait) Observe(r *trace.Record) {
	mine := func(w wait) bool { return w.manager == r.Node }
	switch {
	case r.Kind == trace.Stopped:
		c.open = slices.DeleteFunc(c.open, mine)
	case r.Kind != trace.Noted:
	case r.Note.Fact == node.CounterSynced:
		c.synced++
	case r.Note.Fact == node.CounterWaited && r.Note.On:
		c.open = append(c.open, wait{r.Node, r.Note.Key, r.At})
	case r.Note.Fact == node.CounterWaited:
		c.open = slices.DeleteFunc(c.open, mine)
		c.judge(wait{r.Node, r.Note.Key, r.At.Add(-event.Duration(r.Note.N))}, r.At, "until")
	}
}

// judge enters a wait that lasted until now.
func (c *CounterWait) judge(w wait, now event.Mono, until string) {
	c.waits++
	d := now.Sub(w.since)
	c.worst = max(c.worst, d)
	if d > c.Most {
		c.over++
		c.out.detail("%s: %s counted nothing for %s, %s the store had answered for %s", clockTime(now), w.manager, words.Duration(d), until, w.key)
	}
}

// Finish implements Checker. A wait that is not over has lasted to the end.
func (c *CounterWait) Finish() Outcome {
	for _, w := range c.open {
		c.judge(w, event.Mono(c.length), "and to the end of the run, before")
	}
	out := c.out
	out.Check, out.Exercised = "counter-wait", c.synced
	out.Bound = "at most " + words.Duration(c.Most)
	out.Worst = fmt.Sprintf("%s; %s", words.Duration(c.worst), words.Count(c.waits, "wait"))
	out.judge(c.over)
	return out
}
