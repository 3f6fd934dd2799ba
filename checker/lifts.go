package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// Lifts checks that what gateways are told of a throttled key stands until its window ends: a block is not
// lifted and set again for the same window, and its expiry does not go back while it holds.
type Lifts struct {
	Most int64 // blocks set again in one window of a key at a gateway

	holds  map[blockAt]*standing
	judged int
	again  int64 // blocks set again for their window
	back   int
	worst  int64
	out    Outcome
	over   int
}

// blockAt is a key at one incarnation of a gateway.
type blockAt struct {
	gateway     event.NodeID
	incarnation uint32
	key         event.ThrottleKey
}

// standing is what a gateway was told last.
type standing struct {
	on     bool
	expiry event.Wall // of the last window that it was blocked in
	lifted event.Mono // when it was lifted before that, 0 if it was not
	again  int64      // how often it was set again in it
}

// NewLifts makes the checker.
func NewLifts(most int64) *Lifts { return &Lifts{Most: most, holds: map[blockAt]*standing{}} }

// Observe implements trace.Observer.
func (c *Lifts) Observe(r *trace.Record) {
	if r.Kind != trace.Noted || r.Note.Fact != node.DecisionApplied {
		return
	}
	at := blockAt{r.Node, r.Incarnation, r.Note.Key}
	h := c.holds[at]
	switch {
	case r.Note.On && h == nil:
		c.judged++
		c.holds[at] = &standing{on: true, expiry: r.Note.Expiry}
	case r.Note.On:
		c.judged++
		c.set(r, h)
	case h != nil && h.on:
		c.judged++
		if h.on = false; r.Wall < h.expiry {
			h.lifted = r.At
		}
	}
}

// set enters that a key is blocked, which it was before.
func (c *Lifts) set(r *trace.Record, h *standing) {
	n := &r.Note
	switch {
	case h.on && n.Expiry < h.expiry && h.expiry >= r.Wall:
		c.back++
		c.out.detail("%s, %s: the end of the block on %s went back from %s to %s", clockTime(r.At), r.Node, n.Key, h.expiry, n.Expiry)
	case !h.on && h.lifted != 0 && n.Expiry == h.expiry:
		c.again++
		if h.again++; h.again > c.Most {
			c.over++
			c.out.detail("%s lifted the block on %s at %s and set it again for the same window at %s", r.Node, n.Key, clockTime(h.lifted), clockTime(r.At))
		}
		c.worst = max(c.worst, h.again)
	}
	if n.Expiry != h.expiry {
		h.again = 0
	}
	h.on, h.expiry, h.lifted = true, n.Expiry, 0
}

// Finish implements Checker.
func (c *Lifts) Finish() Outcome {
	out := c.out
	out.Check, out.Exercised = "lifts", c.judged
	out.Bound = fmt.Sprintf("a block set again at most %d times in its window, 0 whose end goes back", c.Most)
	out.Worst = fmt.Sprintf("%d times in one window; %d in all, %d went back", c.worst, c.again, c.back)
	out.judge(c.over + c.back)
	return out
}
