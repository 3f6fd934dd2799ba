package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Dials checks how many connections a running broker is asked for within one second by nodes that had one to a
// broker before: a herd that comes back. What is asked of a broker that is down costs nobody anything, and what
// a node opens before it first loses a session is its start, which check ready judges.
type Dials struct {
	Most int64 // within a second, of one broker

	setup   *Setup
	brokers map[event.NodeID]*dialled
	order   []event.NodeID
	dials   int
	up      map[topicSession]struct{}
	lost    map[incarnated]struct{} // who has lost a session
}

// incarnated is a node between two starts.
type incarnated struct {
	node        event.NodeID
	incarnation uint32
}

// topicSession is one of its sessions to brokers.
type topicSession struct {
	of incarnated
	id node.SessionID
}

// dialled is one broker.
type dialled struct {
	running bool
	since   []event.Mono // dials of the last second
	most    int64
	at      event.Mono // when there were the most
}

// NewDials makes the checker.
func NewDials(s *Setup, most int64) *Dials {
	return &Dials{Most: most, setup: s, brokers: map[event.NodeID]*dialled{}, up: map[topicSession]struct{}{}, lost: map[incarnated]struct{}{}}
}

// Observe implements trace.Observer.
func (c *Dials) Observe(r *trace.Record) {
	if r.Kind == trace.Booted || r.Kind == trace.Stopped {
		if c.setup.hub(r.Node) {
			c.broker(r.Node).running = r.Kind == trace.Booted
		}
		return
	}
	if r.Service != event.Topics || !c.setup.hub(r.Peer) {
		return
	}
	who := incarnated{r.Node, r.Incarnation}
	s := topicSession{who, r.Session}
	switch r.Kind {
	case trace.Up:
		c.up[s] = struct{}{}
	case trace.Closed:
		delete(c.up, s)
	case trace.Down:
		if _, ok := c.up[s]; ok {
			c.lost[who] = struct{}{}
			delete(c.up, s)
		}
	case trace.Opening:
		if _, ok := c.lost[who]; ok {
			c.dial(c.broker(r.Peer), r.At)
		}
	}
}

func (c *Dials) broker(id event.NodeID) *dialled {
	b := c.brokers[id]
	if b == nil {
		b = &dialled{}
		c.brokers[id], c.order = b, append(c.order, id)
	}
	return b
}

func (c *Dials) dial(b *dialled, at event.Mono) {
	if !b.running {
		return
	}
	c.dials++
	gone := 0
	for gone < len(b.since) && at.Sub(b.since[gone]) >= event.Second {
		gone++
	}
	b.since = append(b.since[gone:], at)
	if n := int64(len(b.since)); n > b.most {
		b.most, b.at = n, at
	}
}

// Finish implements Checker.
func (c *Dials) Finish() Outcome {
	out := Outcome{Check: "dials", Exercised: c.dials, Bound: fmt.Sprintf("at most %d connections asked of a broker in a second", c.Most)}
	bad, worst := 0, int64(0)
	for _, id := range c.order {
		b := c.brokers[id]
		if worst = max(worst, b.most); b.most > c.Most {
			bad++
			out.detail("%s was asked for %d connections in the second up to %s", id, b.most, clockTime(b.at))
		}
	}
	out.Worst = fmt.Sprintf("%d in a second; %s", worst, words.Count(c.dials, "dial"))
	out.judge(bad)
	return out
}
