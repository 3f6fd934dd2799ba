package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Blind counts the calls under a quota that a gateway served while it had no part in throttling: no feed to a
// traffic manager, so that nobody counted them, or no hub that tells it decisions.
type Blind struct {
	Within event.Duration // how long it may go on serving
	Most   int64          // at most so many calls served after that

	setup    *Setup
	gateways map[event.NodeID]*sight
	judged   int
	served   int64
}

// sight is what one gateway is connected to.
type sight struct {
	hub     event.NodeID // that it hears decisions from
	fed     map[event.NodeID]bool
	since   event.Mono // blind; Never while it is not
	longest event.Duration
	served  int64
	first   event.Mono // call served too late
}

// NewBlind makes the checker.
func NewBlind(s *Setup, within event.Duration, most int64) *Blind {
	c := &Blind{Within: within, Most: most, setup: s, gateways: map[event.NodeID]*sight{}}
	if len(s.Managers) > 0 {
		for _, g := range s.Gateways {
			c.gateways[g.ID] = &sight{fed: map[event.NodeID]bool{}, since: event.Never}
		}
	}
	return c
}

// Observe implements trace.Observer.
func (c *Blind) Observe(r *trace.Record) {
	g := c.gateways[r.Node]
	if g == nil {
		return
	}
	switch {
	case r.Kind == trace.Booted:
		g.hub = ""
		clear(g.fed)
		g.see(r.At)
	case r.Kind == trace.Stopped:
		g.ends(r.At)
	case r.Kind == trace.Noted && (r.Note.Fact == node.SessionUp || r.Note.Fact == node.SessionLost):
		c.session(g, r)
	case r.Kind == trace.Answered && g.since != event.Never:
		c.answered(g, r)
	}
}

func (c *Blind) session(g *sight, r *trace.Record) {
	up := r.Note.Fact == node.SessionUp
	for _, m := range c.setup.Managers {
		if m.ID == r.Note.Peer && r.Note.Detail == event.Feed.String() {
			g.fed[m.ID] = up
		}
		for _, hub := range m.Hubs {
			switch {
			case hub != r.Note.Peer || r.Note.Detail != string(event.ThrottleData):
			case up:
				g.hub = hub
			case g.hub == hub:
				g.hub = ""
			}
		}
	}
	g.see(r.At)
}

// see opens or closes the stretch in which it is blind.
func (g *sight) see(at event.Mono) {
	fed := false
	for _, up := range g.fed {
		fed = fed || up
	}
	if g.hub != "" && fed {
		g.ends(at)
	} else if g.since == event.Never {
		g.since = at
	}
}

func (g *sight) ends(at event.Mono) {
	if g.since != event.Never {
		g.longest = max(g.longest, at.Sub(g.since))
	}
	g.since = event.Never
}

func (c *Blind) answered(g *sight, r *trace.Record) {
	reply, ok := r.Msg.(*event.Reply)
	if !ok || r.Request == nil || r.At.Sub(g.since) <= c.Within || len(c.setup.Counted(r.Request)) == 0 {
		return
	}
	c.judged++
	if reply.Code != event.Served {
		return
	}
	if g.served == 0 {
		g.first = r.At
	}
	g.served++
	c.served++
}

// Finish implements Checker.
func (c *Blind) Finish() Outcome {
	out := Outcome{Check: "blind-admission", Exercised: c.judged, Bound: fmt.Sprintf(
		"at most %d calls served once a gateway is without a traffic manager for %s", c.Most, words.Duration(c.Within))}
	var longest event.Duration
	for _, one := range c.setup.Gateways {
		g := c.gateways[one.ID]
		if g == nil {
			continue
		}
		if g.ends(event.Mono(c.setup.Length)); g.longest > longest {
			longest = g.longest
		}
		if g.served > 0 {
			out.detail("%s served %d calls under a quota, the first at %s, while it was without a traffic manager (%.1fs at the longest)",
				one.ID, g.served, clockTime(g.first), g.longest.Seconds())
		}
	}
	out.Worst = fmt.Sprintf("%d served, %.1fs blind at the longest", c.served, longest.Seconds())
	bad := 0
	if c.served > c.Most {
		bad = int(c.served)
	}
	out.judge(bad)
	return out
}
