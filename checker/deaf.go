package checker

import (
	"slices"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Deaf checks how long a gateway's consumer had no session although a broker that it could have used
// was running.
type Deaf struct {
	Most event.Duration

	setup    *Setup
	decision map[event.NodeID]bool // hubs of traffic managers
	brokers  [2][]span             // running, of event hubs and of traffic managers
	deaf     map[consumer][]span
	heard    map[consumer]bool         // it had a session once
	at       map[consumer]event.NodeID // where it is attached
	order    []consumer
}

// consumer is one of a gateway's topic connections.
type consumer struct {
	gateway  event.NodeID
	topic    string
	decision bool // attached to traffic managers' hubs
}

// span is a stretch of time of one broker or consumer; to is event.Never while it lasts.
type span struct {
	who      event.NodeID
	from, to event.Mono
}

// NewDeaf makes the checker.
func NewDeaf(s *Setup, most event.Duration) *Deaf {
	c := &Deaf{Most: most, setup: s, decision: map[event.NodeID]bool{}, deaf: map[consumer][]span{}, heard: map[consumer]bool{}, at: map[consumer]event.NodeID{}}
	for _, m := range s.Managers {
		for _, h := range m.Hubs {
			c.decision[h] = true
		}
	}
	return c
}

// Observe implements trace.Observer.
func (c *Deaf) Observe(r *trace.Record) {
	switch {
	case r.Kind == trace.Booted && c.setup.hub(r.Node):
		list := c.group(r.Node)
		*list = append(*list, span{r.Node, r.At, event.Never})
	case r.Kind == trace.Stopped && c.setup.hub(r.Node):
		end(*c.group(r.Node), r.Node, r.At)
	case r.Kind == trace.Stopped:
		for _, k := range c.order {
			if k.gateway == r.Node {
				end(c.deaf[k], r.Node, r.At)
			}
		}
	case r.Kind == trace.Noted && (r.Note.Fact == node.SessionUp || r.Note.Fact == node.SessionLost) && c.setup.hub(r.Note.Peer) && c.isGateway(r.Node):
		c.session(r)
	}
}

func (c *Deaf) isGateway(id event.NodeID) bool {
	return slices.ContainsFunc(c.setup.Gateways, func(g Gateway) bool { return g.ID == id })
}

func (c *Deaf) group(hub event.NodeID) *[]span {
	if c.decision[hub] {
		return &c.brokers[1]
	}
	return &c.brokers[0]
}

func (c *Deaf) session(r *trace.Record) {
	k := consumer{r.Node, r.Note.Detail, c.decision[r.Note.Peer]}
	switch r.Note.Fact {
	case node.SessionUp:
		c.at[k], c.heard[k] = r.Note.Peer, true
		end(c.deaf[k], r.Node, r.At)
	case node.SessionLost:
		if at := c.at[k]; at != "" && at != r.Note.Peer {
			return // it has moved to another hub already
		}
		c.at[k] = ""
		if list := c.deaf[k]; len(list) > 0 && list[len(list)-1].to == event.Never {
			return
		}
		if c.deaf[k] == nil {
			c.order = append(c.order, k)
		}
		c.deaf[k] = append(c.deaf[k], span{r.Node, r.At, event.Never})
	}
}

// end closes the last open span of who.
func end(list []span, who event.NodeID, at event.Mono) {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].who == who && list[i].to == event.Never {
			list[i].to = at
			return
		}
	}
}

// Finish implements Checker.
func (c *Deaf) Finish() Outcome {
	out := Outcome{Check: "deaf-time", Exercised: len(c.heard), Bound: "at most " + words.Duration(c.Most) + " while a broker runs"}
	var worst event.Duration
	bad := 0
	for _, k := range c.order {
		brokers, sum := c.brokers[0], event.Duration(0)
		if k.decision {
			brokers = c.brokers[1]
		}
		for _, s := range c.deaf[k] {
			sum += overlap(s, brokers, event.Mono(c.setup.Length))
		}
		worst = max(worst, sum)
		if sum > c.Most {
			bad++
			out.detail("%s heard nothing on %s for %s (%s) while a broker was running", k.gateway, k.topic, words.Duration(sum), words.Count(len(c.deaf[k]), "break"))
		}
	}
	out.Worst = words.Duration(worst)
	out.judge(bad)
	return out
}

// overlap is how much of a span at least one of the others covers.
func overlap(s span, others []span, last event.Mono) (sum event.Duration) {
	sorted := slices.Clone(others)
	slices.SortFunc(sorted, func(a, b span) int { return int(a.from - b.from) })
	at := s.from
	for _, o := range sorted {
		from, to := max(at, o.from), min(s.to, o.to, last)
		if to > from {
			sum += to.Sub(from)
			at = to
		}
	}
	return sum
}
