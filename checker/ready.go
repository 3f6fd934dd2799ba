package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Ready checks that, whatever the order in which they started, all that run at the end have what they
// need in time: a traffic manager the plan of each policy, a gateway its start-up lists, its
// subscriptions and each API that its labels ask for. Time counts from the last start of anybody and
// the end of the last fault, whichever is later.
type Ready struct {
	Within event.Duration

	setup  *Setup
	has    map[event.NodeID]map[string]event.Mono // what a node that runs has, since when
	settle event.Mono
}

// startedUp is what a gateway has once it says that it is ready; everything else goes by its id.
const startedUp = "start-up"

// NewReady makes the checker.
func NewReady(s *Setup, within event.Duration) *Ready {
	return &Ready{Within: within, setup: s, has: map[event.NodeID]map[string]event.Mono{}}
}

// Observe implements trace.Observer.
func (c *Ready) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Booted:
		c.has[r.Node] = map[string]event.Mono{}
		c.settle = r.At
	case trace.Stopped:
		if r.At < event.Mono(c.setup.Length) { // what ends with the run was there to its end
			delete(c.has, r.Node)
		}
	case trace.FaultOff:
		c.settle = r.At
	case trace.Noted:
		c.noted(r)
	}
}

func (c *Ready) noted(r *trace.Record) {
	has := c.has[r.Node]
	if has == nil {
		return
	}
	switch n := &r.Note; n.Fact {
	case node.Ready:
		gain(has, startedUp, r.At)
	case node.Deployed, node.PlanDeployed:
		gain(has, n.ID, r.At)
	case node.Undeployed, node.PlanRemoved:
		delete(has, n.ID)
	}
}

// gain keeps the time at which something was there first.
func gain(has map[string]event.Mono, what string, at event.Mono) {
	if _, there := has[what]; !there {
		has[what] = at
	}
}

// Finish implements Checker.
func (c *Ready) Finish() Outcome {
	out := Outcome{Check: "ready", Bound: "everybody has all within " + words.Duration(c.Within) + " of the last start or fault"}
	var slowest event.Duration
	bad := 0
	c.each(func(id event.NodeID, what string) {
		out.Exercised++
		late := c.late(id, what, &out)
		slowest = max(slowest, late)
		if late > c.Within {
			bad++
		}
	})
	out.Worst = fmt.Sprintf("%d of %d not there in time; slowest %s", bad, out.Exercised, words.Duration(slowest))
	out.judge(bad)
	return out
}

// Boot tells how long it took until everybody had all, and who was the last for what.
func (c *Ready) Boot() (b Boot) {
	c.each(func(id event.NodeID, what string) {
		took, there := c.waited(id, what)
		if later := !there && !b.Never || there == !b.Never && took > b.Took; later {
			b.Took, b.Never, b.Last, b.What = took, !there, id, what
		}
	})
	return b
}

// each visits what everybody who runs needs.
func (c *Ready) each(visit func(id event.NodeID, what string)) {
	ask := func(id event.NodeID, needs []string) {
		if c.has[id] == nil {
			return
		}
		for _, what := range needs {
			visit(id, what)
		}
	}
	for _, m := range c.setup.Managers {
		ask(m.ID, c.setup.Plans)
	}
	for _, g := range c.setup.Gateways {
		ask(g.ID, append([]string{startedUp}, c.served(g)...))
	}
}

// served are the APIs that a gateway should have.
func (c *Ready) served(g Gateway) (ids []string) {
	for _, a := range c.setup.APIs {
		if g.serves(a.Labels, a.Tenant) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// late is how long a node had to wait: what it never got, to the end of the run.
func (c *Ready) late(id event.NodeID, what string, out *Outcome) event.Duration {
	late, there := c.waited(id, what)
	if !there {
		out.detail("%s never got %s", id, what)
		return max(late, c.Within+1)
	}
	if late > c.Within {
		out.detail("%s got %s at %s, %s late", id, what, clockTime(c.has[id][what]), words.Duration(late))
	}
	return late
}

// waited is how long a node has waited for something, and whether that came.
func (c *Ready) waited(id event.NodeID, what string) (event.Duration, bool) {
	at, there := c.has[id][what]
	if !there {
		return c.setup.Length - event.Duration(c.settle), false
	}
	return max(0, at.Sub(c.settle)), true
}
