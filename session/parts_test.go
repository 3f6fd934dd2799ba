package session

import (
	"fmt"

	"hubsim/event"
	"hubsim/node"
)

// The parts, with their results in words.

type topicPart struct{ *Topic }

func (p topicPart) Step(now node.Clock, in *node.Input, out *node.Output) []string {
	msg, what := p.Topic.Step(now, in, out)
	switch what {
	case TopicNothing:
		return nil
	case TopicMessage:
		return []string{"message " + text(msg)}
	}
	return []string{what.String()}
}

type publisherPart struct{ *Publisher }

func (p publisherPart) Step(now node.Clock, in *node.Input, out *node.Output) []string {
	p.Publisher.Step(now, in, out)
	return nil
}

type feedPart struct{ *Feed }

func (p feedPart) Step(now node.Clock, in *node.Input, out *node.Output) []string {
	p.Feed.Step(now, in, out)
	return nil
}

type pullPart struct {
	*Pull
	final func(*event.PullResponse)
}

func (pullPart) Start(node.Clock, *node.Output) {}

func (p pullPart) Step(now node.Clock, in *node.Input, out *node.Output) []string {
	r, done := p.Pull.Step(now, in, out)
	if !done {
		return nil
	}
	if p.final != nil {
		p.final(r)
	}
	return []string{fmt.Sprintf("final %s #%d status %d", r.Path, r.ID, r.Status)}
}

func topicOn(c TopicConfig) (*wire, *Topic) {
	w := newWire()
	t := NewTopic(c, new(Numbers))
	w.part = topicPart{&t}
	return w, &t
}

func publisherOn(c PublisherConfig) (*wire, *Publisher) {
	w := newWire()
	p := NewPublisher(c, new(Numbers))
	w.part = publisherPart{&p}
	return w, &p
}

// pairPart is two publishers of one node.
type pairPart struct{ own, duplicate *Publisher }

func (p pairPart) Start(now node.Clock, out *node.Output) {
	p.own.Start(now, out)
	p.duplicate.Start(now, out)
}

func (p pairPart) Step(now node.Clock, in *node.Input, out *node.Output) []string {
	p.own.Step(now, in, out)
	p.duplicate.Step(now, in, out)
	return nil
}

func (p pairPart) Deadline() event.Mono { return min(p.own.Deadline(), p.duplicate.Deadline()) }

// publishersOn makes two publishers: of hubs, and of what the knobs name.
func publishersOn(hubs []event.NodeID, c PublisherConfig) (w *wire, own, duplicate *Publisher) {
	w, n := newWire(), new(Numbers)
	second := NewPublisher(c, n)
	c.Hubs = hubs
	first := NewPublisher(c, n)
	second.Share(&first)
	w.part = pairPart{&first, &second}
	return w, &first, &second
}

func feedOn(c FeedConfig) (*wire, *Feed) {
	w := newWire()
	f := NewFeed(c, new(Numbers))
	w.part = feedPart{&f}
	return w, &f
}

func pullOn(c PullConfig) (*wire, *Pull) {
	w := newWire()
	p := NewPull(c, new(Numbers))
	w.part = pullPart{Pull: &p}
	return w, &p
}
