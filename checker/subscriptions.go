package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Subscriptions checks that reconnecting leaves nothing behind: a gateway has one subscription to a topic, on
// sessions that it has neither ended nor lost; a second one, as while it moves to another broker, is gone in time.
type Subscriptions struct {
	Within event.Duration // how long there may be one too many

	setup    *Setup
	gateways map[event.NodeID]*subscriber
	order    []event.NodeID
	times    int
	bad      int
	most     int
	longest  event.Duration
	out      Outcome
}

// subscriber is a gateway since its last start.
type subscriber struct {
	id       event.NodeID
	sessions map[node.SessionID][]event.Topic
	topics   map[event.Topic]*subscriptionsTo
	order    []event.Topic
}

// subscriptionsTo is how many subscriptions a gateway has to one topic.
type subscriptionsTo struct {
	open   int
	crowds event.Mono // since when there are too many; event.Never: there are not
}

// NewSubscriptions makes the checker.
func NewSubscriptions(s *Setup, within event.Duration) *Subscriptions {
	c := &Subscriptions{Within: within, setup: s, gateways: map[event.NodeID]*subscriber{}}
	for _, g := range s.Gateways {
		c.gateways[g.ID], c.order = newSubscriber(g.ID), append(c.order, g.ID)
	}
	return c
}

func newSubscriber(id event.NodeID) *subscriber {
	return &subscriber{id: id, sessions: map[node.SessionID][]event.Topic{}, topics: map[event.Topic]*subscriptionsTo{}}
}

// due is how many subscriptions to a topic are right: decisions come from the traffic managers and, under the
// same name, from the event hub (GatewayStartupListener.java and JMSListener.java subscribe for themselves).
func due(t event.Topic) int {
	if t == event.ThrottleData {
		return 2
	}
	return 1
}

// Observe implements trace.Observer.
func (c *Subscriptions) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Booted, trace.Stopped:
		if g := c.gateways[r.Node]; g != nil {
			c.settle(g, r.At)
			c.gateways[r.Node] = newSubscriber(r.Node)
		}
	case trace.Down, trace.Closed:
		if g := c.gateways[r.Node]; g != nil && r.Service == event.Topics {
			for _, topic := range g.sessions[r.Session] {
				c.count(g, topic, -1, r.At)
			}
			delete(g.sessions, r.Session)
		}
	case trace.Sent:
		s, ok := r.Msg.(*event.Subscribe)
		if g := c.gateways[r.Node]; ok && g != nil {
			c.times++
			g.sessions[r.Session] = append(g.sessions[r.Session], s.Topic)
			c.count(g, s.Topic, 1, r.At)
		}
	}
}

// count enters one subscription more or less.
func (c *Subscriptions) count(g *subscriber, topic event.Topic, by int, at event.Mono) {
	l := g.topics[topic]
	if l == nil {
		l = &subscriptionsTo{crowds: event.Never}
		g.topics[topic], g.order = l, append(g.order, topic)
	}
	l.open += by
	c.most = max(c.most, l.open-due(topic)+1)
	switch {
	case l.open > due(topic) && l.crowds == event.Never:
		l.crowds = at
	case l.open <= due(topic) && l.crowds != event.Never:
		c.lasted(g, topic, at)
		l.crowds = event.Never
	}
}

// settle judges what is left when a gateway stops, or the run.
func (c *Subscriptions) settle(g *subscriber, at event.Mono) {
	for _, topic := range g.order {
		if l := g.topics[topic]; l.crowds != event.Never {
			c.lasted(g, topic, at)
		}
	}
}

func (c *Subscriptions) lasted(g *subscriber, topic event.Topic, at event.Mono) {
	since := g.topics[topic].crowds
	long := at.Sub(since)
	c.longest = max(c.longest, long)
	if long > c.Within {
		c.bad++
		c.out.detail("%s had too many subscriptions to %s for %s, from %s on", g.id, topic, words.Duration(long), clockTime(since))
	}
}

// Finish implements Checker.
func (c *Subscriptions) Finish() Outcome {
	for _, id := range c.order {
		c.settle(c.gateways[id], event.Mono(c.setup.Length))
	}
	out := c.out
	out.Check, out.Exercised = "subscriptions", c.times
	out.Bound = "1 of a gateway to a topic, 1 more for at most " + words.Duration(c.Within)
	out.Worst = fmt.Sprintf("%d at a time, more than one for %s; %s", c.most, words.Duration(c.longest), words.Count(c.times, "subscription"))
	out.judge(c.bad)
	return out
}
