package checker

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// remembered is how many messages of one stream are kept at least. A copy that comes after so many
// later ones were sent is not judged.
const remembered = 1 << 14

// stream is what one session sent on one topic, or on a data bridge in one direction, in order.
type stream struct {
	from, to event.NodeID
	topic    event.Topic // "" on a data bridge
	base     int         // how many were forgotten
	letters  []letter
	broken   bool // the session ended without its sender's doing: the last may be lost
}

// letter is one message.
type letter struct {
	id   uint64
	at   event.Mono
	fate fate
}

// fate is what became of a letter as a whole.
type fate uint8

const (
	onItsWay fate = iota
	arrived       // at its one receiver
	gone          // it did not leave, or did not come to the hub; a record says why
)

// place is a letter's place in its stream.
type place struct {
	stream *stream
	seq    int
}

// letter is the one at the place; one that was forgotten has nothing but an instant long past.
func (p place) letter() *letter {
	if p.seq < p.stream.base {
		return &letter{at: -1, fate: arrived}
	}
	return &p.stream.letters[p.seq-p.stream.base]
}

func (s *stream) end() int { return s.base + len(s.letters) }

// sent enters a message into the stream of its session.
func (c *Delivery) sent(r *trace.Record) {
	p := c.party(r.Node)
	e := p.session(r.Session)
	e.peer = r.Peer
	switch m := r.Msg.(type) {
	case *event.Subscribe:
		e.subscribe(m.Topic, r.At)
	case *event.Publish:
		if p.hub {
			c.relayed(r, p, m)
			return
		}
		c.post(r, e, m.Topic)
	case *event.Batch:
		at := c.post(r, e, "")
		e.waiting = append(e.waiting, batch{m.Seq, at})
	case *event.BatchAck:
		c.post(r, e, "")
	}
}

func (c *Delivery) post(r *trace.Record, e *ending, t event.Topic) place {
	s := e.out[t]
	if s == nil {
		s = &stream{from: r.Node, to: r.Peer, topic: t}
		e.out[t] = s
		if t != "" {
			on := channel{r.Peer, t}
			c.streams[on] = append(c.streams[on], s)
		}
	}
	s.letters = append(s.letters, letter{id: r.ID, at: r.At})
	at := place{s, s.end() - 1}
	if r.ID != 0 {
		c.letters[r.ID] = at
	}
	if len(s.letters) > 2*remembered {
		c.forget(s)
	}
	return at
}

// forget keeps the latest letters of a stream.
func (c *Delivery) forget(s *stream) {
	old := s.letters[:len(s.letters)-remembered]
	for i := range old {
		c.blind = max(c.blind, old[i].id)
		delete(c.letters, old[i].id)
	}
	s.base += len(old)
	s.letters = append([]letter(nil), s.letters[len(old):]...)
}

// relayed enters a copy that a modelled hub makes: it stands for what the publisher sent.
func (c *Delivery) relayed(r *trace.Record, hub *party, m *event.Publish) {
	hub.modelled = true
	at, ok := hub.find(m)
	if !ok {
		c.breach(unsent, "%s sends %s something on %s that nobody published", r.Node, r.Peer, m.Topic)
		return
	}
	c.letters[r.ID] = at
}

// taken is a publish that a modelled hub has received.
type taken struct {
	msg *event.Publish
	at  place
}

// held is how many publishes of a modelled hub are kept to find copies by that leave later.
const held = 1 << 12

// take keeps a publish for its copies.
func (p *party) take(m *event.Publish, at place) {
	if len(p.taken) >= 2*held {
		p.taken = append(p.taken[:0], p.taken[held:]...)
	}
	p.taken = append(p.taken, taken{m, at})
}

// find looks for the publish that a copy is of, the latest first.
func (p *party) find(m *event.Publish) (place, bool) {
	for i := len(p.taken) - 1; i >= 0; i-- {
		if p.taken[i].msg == m {
			return p.taken[i].at, true
		}
	}
	return place{}, false
}

// party is a node with its sessions.
type party struct {
	hub      bool
	modelled bool // a hub that is a node of the run
	sessions map[node.SessionID]*ending
	taken    []taken    // a modelled hub's latest publishes, oldest first
	deafened bool       // a half-open connection of its swallowed something
	stopped  event.Mono // when it last booted or stopped
}
