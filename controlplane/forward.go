package controlplane

import (
	"strconv"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// Forward is an event receiver: it hears a topic and puts what it hears into the topic's stream, and so
// to all publishers of that stream. The product has none; that nobody subscribes to a topic and publishes
// it again is all that keeps events from going round (conf/eventreceivers has data-bridge receivers only).
type Forward struct {
	Topic   event.Topic
	Brokers []event.NodeID // a failover list: one of them is heard
}

// mostForwarded is of how many events a node knows how often it has passed them on: ours. An event that
// is forgotten may go round once more from the start.
const mostForwarded = 10_000

// forwarder keeps the receivers' consumers and counts what they pass on.
type forwarder struct {
	topics []session.Topic
	times  map[string]int
	order  []string // of times, the oldest first
}

func (c *ControlPlane) receivers() {
	c.forwarder.times = map[string]int{}
	for _, f := range c.cfg.Forwards {
		knobs := c.cfg.Receiver
		knobs.Topic, knobs.Hubs, knobs.Self = f.Topic, f.Brokers, c.cfg.ID
		c.forwarder.topics = append(c.forwarder.topics, session.NewTopic(knobs, &c.numbers))
	}
}

func (f *forwarder) deadline() event.Mono {
	next := event.Never
	for i := range f.topics {
		next = min(next, f.topics[i].Deadline())
	}
	return next
}

// stepForwards hands an input to every receiver; each takes its own.
func (c *ControlPlane) stepForwards(now node.Clock, in *node.Input, out *node.Output) {
	for i := range c.forwarder.topics {
		t := &c.forwarder.topics[i]
		if m, what := t.Step(now, in, out); what == session.TopicMessage {
			c.forward(now, t, m, out)
		}
	}
}

// forward puts what a topic says into the stream of that topic. What belongs to another stream does not
// have its form, and nothing comes of it: throttle decisions share a topic with blocking conditions.
func (c *ControlPlane) forward(now node.Clock, from *session.Topic, m event.Message, out *node.Output) {
	s, ours := streamOf(m)
	if !ours || s.Topic() != from.Name() {
		return
	}
	n := c.forwarder.count(trail(m))
	if n > c.cfg.ForwardMost {
		ignored(out, event.IDOf(m), event.Looped)
		return
	}
	out.Note(node.Note{Fact: node.EventForwarded, ID: event.IDOf(m), Detail: string(from.Name()), Peer: from.Hub(), N: int64(n)})
	c.enter(now, entry{stream: s, msg: m}, out)
}

// count tells the how manieth time it is that an event comes by.
func (f *forwarder) count(id string) int {
	if f.times[id] == 0 {
		f.order = append(f.order, id)
	}
	f.times[id]++
	n := f.times[id]
	if len(f.order) > mostForwarded {
		delete(f.times, f.order[0])
		f.order = f.order[1:]
	}
	return n
}

// trail is what one event is known by wherever it comes: its id; blocking conditions have none.
func trail(m event.Message) string {
	if b, ok := m.(*event.BlockingCondition); ok {
		return b.Kind + ":" + b.Value + ":" + strconv.FormatBool(b.On)
	}
	return event.IDOf(m)
}
