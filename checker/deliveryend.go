package checker

import (
	"maps"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// ending is a session at one of its ends.
type ending struct {
	peer    event.NodeID
	up      bool
	out     map[event.Topic]*stream
	in      []*hearing // one a topic; one on a data bridge
	waiting []batch    // without an answer, the oldest first
}

// batch is one that was sent.
type batch struct {
	seq uint64
	at  place
}

// hearing is what a session hears of one topic, or of a data bridge.
type hearing struct {
	topic  event.Topic
	asked  event.Mono // when it was subscribed
	proved event.Mono // when something came first: it is subscribed for certain; 0 is not yet
	next   map[*stream]int
	missed map[place]bool
}

func (p *party) session(id node.SessionID) *ending {
	e := p.sessions[id]
	if e == nil {
		e = &ending{out: map[event.Topic]*stream{}}
		p.sessions[id] = e
	}
	return e
}

// over ends a session at this end.
func (p *party) over(id node.SessionID, broken bool) {
	if e := p.sessions[id]; e != nil {
		e.leave(broken)
		delete(p.sessions, id)
	}
}

func (e *ending) leave(broken bool) {
	for _, s := range e.out {
		s.broken = s.broken || broken
	}
}

// end ends all sessions of a node that booted or stopped.
func (p *party) end(at event.Mono) {
	for _, id := range slices.Sorted(maps.Keys(p.sessions)) {
		p.over(id, true)
	}
	p.taken, p.stopped = nil, at
}

// struck enters that a fault had an effect on a node.
func (p *party) struck(mark string) { p.deafened = p.deafened || strings.Contains(mark, halfOpen) }

func (e *ending) subscribe(t event.Topic, at event.Mono) {
	if e.hearing(t) == nil {
		e.in = append(e.in, &hearing{topic: t, asked: at, next: map[*stream]int{}})
	}
}

// hearing finds the subscription of a topic, in this or, at a broker that folds case, another spelling.
func (e *ending) hearing(t event.Topic) *hearing {
	for _, h := range e.in {
		if h.topic == t || strings.EqualFold(string(h.topic), string(t)) {
			return h
		}
	}
	return nil
}

// received holds a message that came against what was sent.
func (c *Delivery) received(r *trace.Record) {
	m, publish := r.Msg.(*event.Publish)
	if r.ID == 0 || !publish && r.Service == event.Topics {
		return // of a stranger, or a subscription or heartbeat
	}
	p := c.party(r.Node)
	at, known := c.letters[r.ID]
	switch {
	case !known && r.ID <= c.blind:
		return
	case !known || at.letter().fate == gone:
		c.breach(unsent, "%s received a %s from %s that had not been sent", r.Node, r.Msg.Class(), r.Peer)
		return
	case p.hub:
		p.modelled = true
		p.take(m, at)
		return
	}
	c.heard++
	e := p.sessions[r.Session]
	if e == nil || !e.up {
		c.breach(astray, "%s received a %s from %s on a session that is not up", r.Node, r.Msg.Class(), r.Peer)
		return
	}
	if publish {
		c.single(r)
	} else {
		e.subscribe("", r.At)
		at.letter().fate = arrived
	}
	h := e.hearing(at.stream.topic)
	if h == nil {
		c.breach(astray, "%s received a %s on %s from %s, which it had not subscribed there", r.Node, r.Msg.Class(), at.stream.topic, r.Peer)
		return
	}
	c.hear(r, h, at)
	if ack, ok := r.Msg.(*event.BatchAck); ok {
		c.answered(r, e, ack)
	}
}

// hear enters that a message came in its place.
func (c *Delivery) hear(r *trace.Record, h *hearing, at place) {
	next, known := h.next[at.stream]
	if !known {
		next = h.first(at)
	}
	if h.proved == 0 {
		h.proved = r.At
	}
	switch {
	case at.seq >= next:
		for seq := next; seq < at.seq; seq++ {
			c.miss(r.Node, h, place{at.stream, seq})
		}
		h.next[at.stream] = at.seq + 1
	case h.missed[at]:
		delete(h.missed, at)
		c.breaches[vanished]--
		c.breach(disorder, "%s received number %d of %s behind later ones", r.Node, at.seq+1, at.stream)
	default:
		c.breach(twice, "%s received number %d of %s again", r.Node, at.seq+1, at.stream)
	}
}

// first is the first letter of a stream that a hearing cannot do without, when one has come: what was
// sent after the subscription was proved. A data bridge is not subscribed.
func (h *hearing) first(at place) int {
	if at.stream.topic == "" {
		return at.stream.base
	}
	seq := at.seq
	for h.proved > 0 && seq > at.stream.base && (place{at.stream, seq - 1}).letter().at > h.proved {
		seq--
	}
	return seq
}

func (c *Delivery) miss(to event.NodeID, h *hearing, at place) {
	if c.excused(to, at) {
		return
	}
	if h.missed == nil {
		h.missed = map[place]bool{}
	}
	h.missed[at] = true
	c.breach(vanished, "%s did not receive number %d of %s", to, at.seq+1, at.stream)
}

// answered holds the answer to a batch against the batch that waits for one.
func (c *Delivery) answered(r *trace.Record, e *ending, ack *event.BatchAck) {
	c.acks++
	for len(e.waiting) > 0 && e.waiting[0].at.letter().fate == gone {
		e.waiting = e.waiting[1:]
	}
	if len(e.waiting) == 0 {
		c.breach(misacked, "%s received an answer from %s to a batch that it had not sent", r.Node, r.Peer)
		return
	}
	first := e.waiting[0]
	e.waiting = e.waiting[1:]
	switch {
	case first.seq != ack.Seq:
		c.breach(misacked, "%s received the answer to batch %d from %s while %d was waiting", r.Node, ack.Seq, r.Peer, first.seq)
	case first.at.letter().fate != arrived:
		c.breach(misacked, "%s received the answer to batch %d from %s, which had not come there", r.Node, ack.Seq, r.Peer)
	}
}
