package checker

import (
	"fmt"
	"strings"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// FeedLoss checks how many throttle events are lost in the gateways before they reach a traffic
// manager, a copy for each group counting as one, and that each loss says why.
type FeedLoss struct {
	Most int64 // at most so many copies in the whole run

	queued   int
	groups   map[feedPair]*losses
	order    []feedPair
	nameless int // drops without a reason
}

// feedPair is a gateway and the traffic manager of one of its groups.
type feedPair struct{ gateway, manager event.NodeID }

// losses are what one group lost.
type losses struct {
	by    [256]int // by event.Reason
	total int
	first event.Mono
}

// NewFeedLoss makes the checker.
func NewFeedLoss(most int64) *FeedLoss {
	return &FeedLoss{Most: most, groups: map[feedPair]*losses{}}
}

// Observe implements trace.Observer.
func (c *FeedLoss) Observe(r *trace.Record) {
	if r.Kind != trace.Noted {
		return
	}
	switch n := &r.Note; n.Fact {
	case node.EventQueued:
		c.queued++
	case node.EventDropped:
		c.drop(r)
	}
}

func (c *FeedLoss) drop(r *trace.Record) {
	pair := feedPair{r.Node, r.Note.Peer}
	l := c.groups[pair]
	if l == nil {
		l = &losses{first: r.At}
		c.groups[pair] = l
		c.order = append(c.order, pair)
	}
	l.total++
	l.by[r.Note.Reason]++
	if r.Note.Reason == event.NoReason {
		c.nameless++
	}
}

// Finish implements Checker.
func (c *FeedLoss) Finish() Outcome {
	out := Outcome{Check: "feed-loss", Exercised: c.queued, Bound: fmt.Sprintf("at most %d copies of events lost, each with its reason", c.Most)}
	total := 0
	var why losses
	for _, pair := range c.order {
		l := c.groups[pair]
		total += l.total
		for reason, n := range l.by {
			why.by[reason] += n
		}
		out.detail("%s lost %d events for %s (%s), the first at %s", pair.gateway, l.total, pair.manager, l, clockTime(l.first))
	}
	out.Worst = fmt.Sprintf("%d lost of %d events", total, c.queued)
	if total > 0 {
		out.Worst += fmt.Sprintf(" (%s)", &why)
	}
	bad := c.nameless
	if int64(total) > c.Most {
		bad += total
	}
	out.judge(bad)
	return out
}

// String lists the reasons.
func (l *losses) String() string {
	var parts []string
	for reason, n := range l.by {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, named(event.Reason(reason))))
		}
	}
	return strings.Join(parts, ", ")
}

func named(why event.Reason) string {
	if why == event.NoReason {
		return "without a reason"
	}
	return why.String()
}
