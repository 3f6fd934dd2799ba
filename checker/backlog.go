package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Backlog checks how many copies wait in a broker for one subscriber that is slow: what a broker keeps
// without a limit takes the memory of all. Only modelled brokers tell what waits in them.
type Backlog struct {
	Most int64 // copies for one subscriber

	waits   map[waiter]int64 // the most that waited
	order   []waiter
	waiters int
}

// waiter is a subscriber and the broker in which its copies wait.
type waiter struct{ broker, subscriber event.NodeID }

// NewBacklog makes the checker.
func NewBacklog(most int64) *Backlog { return &Backlog{Most: most, waits: map[waiter]int64{}} }

// Observe implements trace.Observer.
func (c *Backlog) Observe(r *trace.Record) {
	if r.Kind != trace.Noted || r.Note.Fact != node.CopyWaits {
		return
	}
	c.waiters++
	w := waiter{r.Node, r.Note.Peer}
	most, known := c.waits[w]
	if !known {
		c.order = append(c.order, w)
	}
	c.waits[w] = max(most, r.Note.N)
}

// Finish implements Checker.
func (c *Backlog) Finish() Outcome {
	out := Outcome{Check: BacklogCheck, Exercised: c.waiters, Bound: "at most " + words.Count(int(c.Most), "copy") + " for one subscriber"}
	bad, worst := 0, int64(0)
	for _, w := range c.order {
		worst = max(worst, c.waits[w])
		if c.waits[w] > c.Most {
			bad++
			out.detail("%s kept up to %d copies for %s", w.broker, c.waits[w], w.subscriber)
		}
	}
	out.Worst = fmt.Sprintf("%s waited", words.Count(int(worst), "copy"))
	out.judge(bad)
	return out
}

// BacklogCheck is the name of the check that Backlog makes.
const BacklogCheck = "backlog"
