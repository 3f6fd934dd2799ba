package checker

import (
	"fmt"
	"slices"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Home checks that a gateway's consumers are back on a hub of their own region within a time after
// the last fault has ended. Where its region has no hub, as a region without a control plane has no event
// hub, there is no home to come back to.
type Home struct {
	Within event.Duration

	setup    *Setup
	at       map[consumer]event.NodeID
	since    map[consumer]event.Mono
	order    []consumer
	gateways map[event.NodeID]*Gateway
	decision map[event.NodeID]bool
	hubs     map[string]bool // the regions with an event hub's broker
	faults   outages
	away     int
}

// NewHome makes the checker.
func NewHome(s *Setup, within event.Duration) *Home {
	c := &Home{
		Within: within, setup: s, at: map[consumer]event.NodeID{}, since: map[consumer]event.Mono{},
		gateways: map[event.NodeID]*Gateway{}, decision: map[event.NodeID]bool{}, hubs: map[string]bool{},
	}
	for i := range s.Gateways {
		c.gateways[s.Gateways[i].ID] = &s.Gateways[i]
	}
	for _, m := range s.Managers {
		for _, h := range m.Hubs {
			c.decision[h] = true
		}
	}
	return c
}

// Observe implements trace.Observer.
func (c *Home) Observe(r *trace.Record) {
	if r.Kind == trace.FaultOn || r.Kind == trace.FaultOff {
		c.faults.observe(r)
	}
	if r.Kind == trace.Booted && c.setup.hub(r.Node) && !c.decision[r.Node] {
		c.hubs[c.setup.Region(r.Node)] = true
	}
	g, ok := c.gateways[r.Node]
	if !ok || r.Kind != trace.Noted || !c.setup.hub(r.Note.Peer) {
		return
	}
	k := consumer{r.Node, r.Note.Detail, c.decision[r.Note.Peer]}
	if !c.hasHome(g, k.decision) {
		return
	}
	switch r.Note.Fact {
	case node.SessionUp:
		if _, known := c.at[k]; !known {
			c.order = append(c.order, k)
		}
		c.at[k], c.since[k] = r.Note.Peer, r.At
		if c.setup.Region(r.Note.Peer) != g.Region {
			c.away++
		}
	case node.SessionLost:
		if c.at[k] == r.Note.Peer {
			c.at[k] = ""
		}
	}
}

// hasHome tells whether a gateway's region has an event hub, or the gateway lists a broker of its own region
// for decisions.
func (c *Home) hasHome(g *Gateway, decision bool) bool {
	if !decision && c.hubs[g.Region] {
		return true
	}
	list := g.Hubs
	if decision {
		list = g.Decisions
	}
	return list == nil || slices.ContainsFunc(list, func(b event.NodeID) bool { return c.setup.Region(b) == g.Region })
}

// late is how long after the end of the last fault before it a consumer came back.
func (c *Home) late(k consumer) event.Duration {
	return c.since[k].Sub(c.faults.mended(0, c.since[k]))
}

// Finish implements Checker.
func (c *Home) Finish() Outcome {
	out := Outcome{Check: "home-hub", Exercised: c.away, Bound: "every consumer in its own region " + words.Duration(c.Within) + " after the last fault"}
	bad := 0
	for _, k := range c.order {
		hub := c.at[k]
		switch {
		case hub == "" || c.setup.Region(hub) != c.gateways[k.gateway].Region:
			bad++
			out.detail("%s is still attached to %q for %s when the run ends", k.gateway, hub, k.topic)
		case c.late(k) > c.Within:
			bad++
			out.detail("%s came back for %s at %s, %s after the fault had ended", k.gateway, k.topic, clockTime(c.since[k]), words.Duration(c.late(k)))
		}
	}
	out.Worst = fmt.Sprintf("%d of %d consumers away", bad, len(c.order))
	out.judge(bad)
	return out
}
