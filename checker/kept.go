package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Revisions checks that each revision number of an API was given to one deployment.
type Revisions struct {
	given map[string][]string // "revision 3 of api": the events of its deployments
	order []string
}

// NewRevisions makes the checker.
func NewRevisions() *Revisions { return &Revisions{given: map[string][]string{}} }

// Observe implements trace.Observer.
func (c *Revisions) Observe(r *trace.Record) {
	n := &r.Note
	if r.Kind != trace.Noted || n.Fact != node.Stored || n.N == 0 {
		return
	}
	what := fmt.Sprintf("revision %d of %s", n.N, n.Key)
	if c.given[what] == nil {
		c.order = append(c.order, what)
	}
	c.given[what] = append(c.given[what], fmt.Sprintf("%s at %s", n.ID, r.Node))
}

// Finish implements Checker.
func (c *Revisions) Finish() Outcome {
	out := Outcome{Check: "revisions", Bound: "each number is one deployment's"}
	bad := 0
	for _, what := range c.order {
		by := c.given[what]
		out.Exercised += len(by)
		if len(by) > 1 {
			bad++
			out.detail("%s was given %s: %v", what, words.Count(len(by), "time"), by)
		}
	}
	out.Worst = words.Count(bad, "number") + " given twice"
	out.judge(bad)
	return out
}

// LostWrites checks that what a database has confirmed is not lost: to another region's write to the same
// row, made without knowing of it, with the tail that a standby did not have, or on the way to a region that
// has given its integer id to another row.
type LostWrites struct {
	stored int
	seen   map[string]bool
	lost   Outcome
}

// NewLostWrites makes the checker.
func NewLostWrites() *LostWrites { return &LostWrites{seen: map[string]bool{}} }

// Observe implements trace.Observer.
func (c *LostWrites) Observe(r *trace.Record) {
	n := &r.Note
	switch {
	case r.Kind != trace.Noted:
	case n.Fact == node.Stored:
		c.stored++
	case n.Fact == node.RowLost:
		key := fmt.Sprintf("%s/%s@%d", n.Detail, n.ID, n.N)
		if !c.seen[key] { // two databases may tell of one loss
			c.seen[key] = true
			if n.Reason == event.IDTaken {
				c.lost.detail("%s refuses %s/%s of %s at %s (%s), and what comes behind it", r.Node, n.Detail, n.ID, n.Peer, clockTime(r.At), n.Reason)
				return
			}
			c.lost.detail("%s/%s as %s had written it is lost (%s), told by %s at %s", n.Detail, n.ID, n.Peer, n.Reason, r.Node, clockTime(r.At))
		}
	}
}

// Finish implements Checker.
func (c *LostWrites) Finish() Outcome {
	out := c.lost
	out.Check, out.Exercised, out.Bound = "lost-writes", c.stored, "0 confirmed writes lost"
	out.Worst = fmt.Sprintf("%d of %s lost", len(c.seen), words.Count(c.stored, "write"))
	out.judge(len(c.seen))
	return out
}
