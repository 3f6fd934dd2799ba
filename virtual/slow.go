package virtual

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// late is an input of a slow member's session that waits for its turn.
type late struct {
	in   node.Input
	from heldCopy
}

// slow makes members take so much more time for each message, or so much less: what waits for one that is
// slow no longer comes at once.
func (f *faults) slow(r *run, k int, by event.Duration) {
	for _, i := range f.nodes[k] {
		m := &r.members[i]
		if m.slow += by; m.slow == 0 {
			for len(m.backlog) > 0 && m.running() {
				r.serve(int32(i))
			}
		}
	}
}

// drift makes members' wall clocks run faster by so many parts per million; what they show now stays.
func (f *faults) drift(r *run, k int, ppm int64) {
	for _, i := range f.nodes[k] {
		m := &r.members[i]
		m.drift += ppm
		m.ahead -= event.Duration(r.now / 1e6 * ppm)
		if m.running() {
			f.hit(r, k, int32(i))
		}
	}
}

// bury takes the consumers from the sessions that are there.
func (f *faults) bury(r *run, k int) {
	f.each(r, k, func(s *session) {
		if s.up && !s.broken && s.zombie == 0 {
			s.zombie = k + 1
		}
	})
}

// dead tells whether a message goes to a session's opener, which has no consumer there any more.
func (r *run) dead(s *session, to uint8, m event.Message) bool {
	if _, copied := m.(*event.Publish); s.zombie == 0 || to != 0 || !copied {
		return false
	}
	r.faults.hit(r, s.zombie-1, s.ends[0].member)
	return true
}

// queues tells whether an input has to wait because the member is slow, and lets it wait. What happens to
// a session stands behind what came on it.
func (r *run) queues(i int32, in node.Input, from heldCopy) bool {
	m := &r.members[i]
	of := in.Kind == node.Received || in.Kind == node.Up || in.Kind == node.Down
	if !of || len(m.backlog) == 0 && (m.slow == 0 || in.Kind != node.Received) {
		return false
	}
	if m.backlog = append(m.backlog, late{in, from}); len(m.backlog) == 1 {
		r.next(i)
	}
	r.faults.slowed(r, i)
	if s := from.session; s != nil && in.Session > 0 {
		if s.ahead++; s.ahead >= window && !s.full {
			s.full = true
			r.reading(s, node.LineFull)
		}
	}
	return true
}

// window is how many messages are on their way to a reader that is behind before its other side has to
// wait: what the product's client takes ahead (Qpid's max_prefetch, of which Andes is made, 500).
const window = 500

// took tells the other side of a session that the reader has taken a message.
func (r *run) took(s *session) {
	s.ahead--
	switch {
	case s.full && s.ahead == 0:
		s.full = false
		r.reading(s, node.LineFree)
	case s.full:
		r.reading(s, node.LineTakes)
	}
}

// reading lets the side that accepted a session sense how far its opener has read.
func (r *run) reading(s *session, sense node.Sense) {
	*r.queue.push(r.now, classNetwork) = occurrence{what: feel, session: s, side: 1, index: int32(sense), member: s.ends[1].member, born: s.ends[1].born}
}

// feel hands a member something that it senses, unless it died or closed that session meanwhile.
func (r *run) feel(o *occurrence) {
	m := &r.members[o.member]
	if !m.running() || m.born != o.born {
		return
	}
	in := node.Input{Kind: node.Sensed, Sense: node.Sense(o.index)}
	if s := o.session; s != nil {
		if !s.ends[o.side].open {
			return
		}
		in.Session = s.ends[o.side].id
	}
	r.input(o.member, in)
}

// next queues the end of the time that the first of the backlog takes.
func (r *run) next(i int32) {
	m := &r.members[i]
	at := r.now
	if m.backlog[0].in.Kind == node.Received {
		at += int64(m.slow)
	}
	*r.queue.push(at, classNetwork) = occurrence{what: served, member: i, born: m.born}
}

// slowed is the observed effect of a slow member: something waits.
func (f *faults) slowed(r *run, i int32) {
	for _, k := range f.slowing {
		for _, j := range f.nodes[k] {
			if int32(j) == i {
				f.hit(r, k, i)
			}
		}
	}
}

// served ends the time that the first of the backlog takes, unless the member died or is slow no longer.
func (r *run) served(i int32, born uint32) {
	if m := &r.members[i]; !m.running() || m.born != born || len(m.backlog) == 0 || m.slow == 0 {
		return
	}
	r.serve(i)
	if m := &r.members[i]; m.born == born && len(m.backlog) > 0 {
		r.next(i)
	}
}

// serve hands a member the first of its backlog, unless it closed that session meanwhile.
func (r *run) serve(i int32) {
	m := &r.members[i]
	first := m.backlog[0]
	m.backlog = m.backlog[1:]
	if s := first.from.session; s != nil && first.in.Session > 0 {
		r.took(s)
	}
	if s := first.from.session; s != nil && !s.ends[side(first.in.Session)].open {
		r.lost(i, letter{s, first.from.id, first.in.Msg}, event.Closed)
		return
	}
	if m.paused > 0 {
		r.hold(i, first.in, first.from)
		return
	}
	r.take(i, first.in, first.from)
}

// discardBacklog accounts for what waited at a slow member that will not take it any more.
func (r *run) discardBacklog(i int32, why event.Reason) {
	m := &r.members[i]
	for _, l := range m.backlog {
		if l.in.Kind == node.Received {
			r.lost(i, letter{l.from.session, l.from.id, l.in.Msg}, why)
		}
	}
	m.backlog = nil
}

// received records that a member takes a message.
func (r *run) received(i int32, in *node.Input, from heldCopy) {
	rec := r.record(trace.Received, i)
	rec.ID, rec.Msg, rec.Session, rec.Service = from.id, in.Msg, in.Session, from.session.service
	rec.Peer = r.members[from.session.other(in.Session).member].id
	r.emit()
}
