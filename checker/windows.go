package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Windows checks that each traffic manager counts, rolls and decides in the window that its own clock is in:
// a window ends once and the next one is running then, an event is counted in a window that is not over, and a
// decision names an end that is still to come, at most one window away.
type Windows struct {
	setup   *Setup
	lengths map[event.ThrottleKey]event.Duration
	rolled  map[rollsOf]event.Wall
	judged  int
	bad     [breachesOfWindows]int
	out     Outcome
}

// rollsOf is a plan at one incarnation of a traffic manager.
type rollsOf struct {
	manager     event.NodeID
	incarnation uint32
	plan        string
}

// The ways to be in a wrong window.
const (
	rolledTwice = iota
	rolledBehind
	countedBehind
	decidedBehind
	decidedAhead
	breachesOfWindows
)

var windowBreaches = [breachesOfWindows]string{
	"window ended twice", "window began when it was over", "event counted in a window that was over",
	"decision for a window that was over", "decision for longer than a window",
}

// NewWindows makes the checker.
func NewWindows(s *Setup) *Windows {
	return &Windows{setup: s, lengths: map[event.ThrottleKey]event.Duration{}, rolled: map[rollsOf]event.Wall{}}
}

// Observe implements trace.Observer.
func (c *Windows) Observe(r *trace.Record) {
	switch {
	case r.Kind == trace.Called && r.Request != nil:
		for _, k := range c.setup.Counted(r.Request) {
			c.lengths[k.Key] = k.Window
		}
	case r.Kind != trace.Noted:
	case r.Note.Fact == node.Counted && r.Note.Detail != node.RolledWindow:
		c.judge(r, countedBehind, over(r))
	case r.Note.Fact == node.DecisionEmitted && r.Note.On:
		c.judge(r, decidedBehind, over(r))
		length := c.lengths[r.Note.Key]
		c.judge(r, decidedAhead, length > 0 && r.Note.Expiry.Sub(r.Wall) > length)
	case r.Note.Fact == node.WindowRolled:
		at := rollsOf{r.Node, r.Incarnation, r.Note.ID}
		last := c.rolled[at]
		c.rolled[at] = r.Note.Expiry
		c.judge(r, rolledTwice, r.Note.Expiry <= last)
		c.judge(r, rolledBehind, over(r))
	}
}

// stamped is how much later than a step its records may be stamped: in a live run that is when they are written.
const stamped = 250 * event.Millisecond

// over tells whether the window that a record names was over by its node's own clock.
func over(r *trace.Record) bool { return r.Note.Expiry.Add(stamped) <= r.Wall }

// judge counts what was looked at, and tells of a breach.
func (c *Windows) judge(r *trace.Record, what int, bad bool) {
	c.judged++
	if !bad {
		return
	}
	c.bad[what]++
	whose := r.Note.ID
	if r.Note.Key != "" {
		whose = string(r.Note.Key)
	}
	ends := event.Mono(r.Note.Expiry-c.setup.Start) * event.Mono(event.Millisecond)
	c.out.detail("%s, %s: %s: %s, which ends at %s", clockTime(r.At), r.Node, windowBreaches[what], whose, clockTime(ends))
}

// Finish implements Checker.
func (c *Windows) Finish() Outcome {
	out, bad := c.out, 0
	for what, n := range c.bad {
		if bad += n; n > 0 {
			out.Worst += fmt.Sprintf("%d × %s, ", n, windowBreaches[what])
		}
	}
	out.Check, out.Exercised, out.Bound = "windows", c.judged, "0 outside the window of the traffic manager's own clock by "+words.Duration(stamped)
	out.Worst += words.Count(c.judged, "thing") + " judged"
	out.judge(bad)
	return out
}
