package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// Carry checks how many calls of earlier windows use up the quota of a later one: events that were on
// their way when their own window ended, or that a gateway kept while it could not send them.
type Carry struct {
	Most int64 // in one window of one key at one traffic manager

	setup   *Setup
	ring    []served
	windows map[event.ThrottleKey]event.Duration
	carried map[countedIn]int64
	worst   countedIn
	counted int
	total   int64
}

// served is when a call was answered.
type served struct {
	id event.RequestID
	at event.Mono
}

// countedIn is a window of a key at a traffic manager.
type countedIn struct {
	manager event.NodeID
	key     event.ThrottleKey
	end     event.Wall
}

// NewCarry makes the checker.
func NewCarry(s *Setup, most int64) *Carry {
	return &Carry{
		Most: most, setup: s, ring: make([]served, recent),
		windows: map[event.ThrottleKey]event.Duration{}, carried: map[countedIn]int64{},
	}
}

// Observe implements trace.Observer.
func (c *Carry) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Called:
		if r.Request != nil {
			for _, k := range c.setup.Counted(r.Request) {
				if k.Opened == "" { // which is the window of another is not known here
					c.windows[k.Key] = k.Window
				}
			}
		}
	case trace.Answered:
		if reply, ok := r.Msg.(*event.Reply); ok && r.Request != nil && reply.Code == event.Served {
			c.ring[r.Request.ID%recent] = served{r.Request.ID, r.At}
		}
	case trace.Noted:
		if r.Note.Fact == node.Counted {
			c.count(r)
		}
	}
}

// count enters an event, in the true window of its call or in another.
func (c *Carry) count(r *trace.Record) {
	n := &r.Note
	window, known := c.windows[n.Key]
	id := n.Request.Call()
	call := &c.ring[id%recent]
	if !known || id == 0 || call.id != id {
		return
	}
	c.counted++
	if windowEnd(c.setup.truth(call.at), window) >= n.Expiry {
		return
	}
	in := countedIn{r.Node, n.Key, n.Expiry}
	c.total++
	c.carried[in]++
	if c.carried[in] > c.carried[c.worst] {
		c.worst = in
	}
}

// Finish implements Checker.
func (c *Carry) Finish() Outcome {
	most := c.carried[c.worst]
	out := Outcome{
		Check: "carry", Exercised: c.counted, Bound: fmt.Sprintf("at most %d events of earlier windows in one", c.Most),
		Worst: fmt.Sprintf("%d of earlier windows in one; %d of %d in all", most, c.total, c.counted),
	}
	over := 0
	for _, n := range c.carried {
		if n > c.Most {
			over++
		}
	}
	if over > 0 {
		ended := event.Mono(c.worst.end-c.setup.Start) * event.Mono(event.Millisecond)
		out.detail("%s counted %d events of earlier windows under %s in the window that ended at %s", c.worst.manager, most, c.worst.key, clockTime(ended))
	}
	out.judge(over)
	return out
}
