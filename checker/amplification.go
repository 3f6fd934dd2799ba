package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Amplification checks how often a gateway is sent one and the same decision: a key, a window and
// whether it throttles. What each traffic manager says counts, for a gateway has to read it.
type Amplification struct {
	Copies int // at most so many, from all traffic managers together

	gateways   map[event.NodeID]bool
	got        map[told]int
	distinct   map[verdict]bool
	deliveries int
	emissions  int
	most       told
}

// verdict is a decision as its meaning goes.
type verdict struct {
	key    event.ThrottleKey
	on     bool
	expiry event.Wall
}

// told is a verdict at one gateway.
type told struct {
	gateway event.NodeID
	verdict
}

// NewAmplification makes the checker.
func NewAmplification(s *Setup, copies int) *Amplification {
	c := &Amplification{Copies: copies, gateways: map[event.NodeID]bool{}, got: map[told]int{}, distinct: map[verdict]bool{}}
	for _, g := range s.Gateways {
		c.gateways[g.ID] = true
	}
	return c
}

// Observe implements trace.Observer.
func (c *Amplification) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Noted:
		if n := &r.Note; n.Fact == node.DecisionEmitted {
			c.emissions++
			c.distinct[verdict{n.Key, n.On, n.Expiry}] = true
		}
	case trace.Received:
		if p, ok := r.Msg.(*event.Publish); ok && c.gateways[r.Node] {
			if d, ok := p.Body.(*event.Decision); ok {
				c.deliver(r.Node, d)
			}
		}
	}
}

func (c *Amplification) deliver(g event.NodeID, d *event.Decision) {
	c.deliveries++
	t := told{g, verdict{d.Key, d.IsThrottled, d.Expiry}}
	c.got[t]++
	if c.got[t] > c.got[c.most] {
		c.most = t
	}
}

// Finish implements Checker.
func (c *Amplification) Finish() Outcome {
	out := Outcome{
		Check: "amplification", Exercised: len(c.got), Bound: "a gateway gets a decision at most " + words.Count(c.Copies, "time"),
		Worst: fmt.Sprintf("%s; %s sent %s, delivered %s", words.Count(c.got[c.most], "time"), words.Count(len(c.distinct), "decision"), words.Count(c.emissions, "time"), words.Count(c.deliveries, "time")),
	}
	over := 0
	for _, n := range c.got {
		if n > c.Copies {
			over++
		}
	}
	if over > 0 {
		out.detail("%s was told %d times that %s is throttled: %v", c.most.gateway, c.got[c.most], c.most.key, c.most.on)
	}
	out.judge(over)
	return out
}
