package virtual

import (
	"hubsim/event"
	"hubsim/fault"
	"hubsim/internal/luck"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// session is one connection between two members.
type session struct {
	service   event.Service
	ends      [2]end // 0 opened it, 1 accepted it
	up        bool
	broken    bool
	swallowed int  // 1 + the index of the half-open fault that swallows what it carries; 0 is none
	zombie    int  // 1 + the index of the fault that took its consumer; 0 is none
	givesUp   bool // something on it waits for longer than TCP does
	ahead     int  // how many messages wait at its opener, which is slow
	full      bool // those are so many that the other side sends no more
}

// end is one side of a session.
type end struct {
	member  int32
	born    uint32
	id      node.SessionID
	open    bool          // the node may still hear of it
	last    int64         // when the last thing on its way to this end arrives: order is kept
	latency world.Latency // of what travels to this end
}

// other returns the end opposite to the one that is known by this number.
func (s *session) other(id node.SessionID) *end { return &s.ends[1-side(id)] }

// side tells which end is known by a number: the opener's are positive.
func side(id node.SessionID) uint8 {
	if id > 0 {
		return 0
	}
	return 1
}

// find returns the session that a member knows by a number, or nil.
func (m *member) find(id node.SessionID) *session {
	if id > 0 && int(id) <= len(m.own) {
		return m.own[id-1]
	}
	if id < 0 && int(-id) <= len(m.accepted) {
		return m.accepted[-id-1]
	}
	return nil
}

// forget drops a member's own entry for a session end.
func (m *member) forget(e *end) {
	if e.id > 0 {
		m.own[e.id-1] = nil
	} else if e.id < 0 {
		m.accepted[-e.id-1] = nil
	}
	e.open = false
}

// open begins a session: the request travels to the target.
func (r *run) open(i int32, id node.SessionID, to event.Endpoint) {
	m := &r.members[i]
	target, ok := r.byID[to.Node]
	if !ok {
		r.fail("%s opens a session to %s, which is not deployed", m.id, to)
		return
	}
	for len(m.own) < int(id) {
		m.own = append(m.own, nil)
	}
	if id <= 0 || m.own[id-1] != nil {
		r.fail("%s opens session %d, a number that is in use or not positive", m.id, id)
		return
	}
	t := &r.members[target]
	s := &session{service: to.Service}
	s.ends[0] = end{member: i, born: m.born, id: id, open: true, latency: r.w.Links.Between(t.Member, m.Member)}
	s.ends[1] = end{member: target, latency: r.w.Links.Between(m.Member, t.Member)}
	m.own[id-1] = s
	rec := r.record(trace.Opening, i)
	rec.Session, rec.Peer, rec.Service = id, t.id, to.Service
	r.emit()
	if r.faults.nameless(r, i, target) {
		s.broken = true
		*r.queue.push(r.now, classNetwork) = occurrence{what: tell, session: s, reason: event.Unresolved}
		return
	}
	*r.queue.push(r.reach(s, 1, nil)+r.faults.acceptance(r, i, target), classNetwork) = occurrence{what: dial, session: s}
}

// reach draws when something sent now, a message or what makes and ends a session, arrives at an end: after
// all that was sent to it before.
func (r *run) reach(s *session, side uint8, msg event.Message) int64 {
	e := &s.ends[side]
	e.last = max(e.last, r.now+r.travel(s, side, msg))
	if e.last-r.now > int64(fault.GivesUp) && s.up && !s.givesUp {
		s.givesUp = true
		*r.queue.push(r.now+int64(fault.GivesUp), classNetwork) = occurrence{what: giveUp, session: s}
	}
	return e.last
}

// travel is how long something that is sent now takes to an end, whatever is on its way there, in nanoseconds.
func (r *run) travel(s *session, side uint8, msg event.Message) int64 {
	e, from := &s.ends[side], s.ends[1-side].member
	d := int64(e.latency.Base)
	if e.latency.Mean > 0 {
		d += int64(luck.Exp(luck.Pair(r.w.Seed, luck.Link, uint64(from)<<32|uint64(e.member), uint64(r.now)), float64(e.latency.Mean)))
	}
	return d + r.faults.delay(r, from, e.member, msg)
}

// dialled is the arrival of a request for a session at its target.
func (r *run) dialled(s *session) {
	a, b := &s.ends[0], &s.ends[1]
	if !a.open {
		return
	}
	t := &r.members[b.member]
	if !t.running() || r.faults.refuses(r, a.member, b.member) {
		r.queueTell(s, 0, occurrence{reason: event.Refused})
		return
	}
	t.accepted = append(t.accepted, s)
	b.born, b.id, b.open = t.born, node.SessionID(-len(t.accepted)), true
	s.up = true
	r.queueTell(s, 0, occurrence{up: true})
	r.input(b.member, node.Input{Kind: node.Up, Session: b.id, Peer: r.members[a.member].id, Service: s.service})
}

// queueTell lets an end learn something of its session, after what is on its way to it.
func (r *run) queueTell(s *session, side uint8, o occurrence) {
	o.what, o.session, o.side = tell, s, side
	*r.queue.push(r.reach(s, side, nil), classNetwork) = o
}

// tell hands an end what it has to learn, unless it closed the session or died meanwhile.
func (r *run) tell(o *occurrence) {
	s := o.session
	e, other := &s.ends[o.side], &s.ends[1-o.side]
	m := &r.members[e.member]
	if !e.open || m.born != e.born || !m.running() {
		return
	}
	kind := node.Up
	if !o.up {
		kind = node.Down
		m.forget(e)
	}
	r.input(e.member, node.Input{Kind: kind, Session: e.id, Service: s.service, Peer: r.members[other.member].id, Reason: o.reason})
}

// send puts a message on its way.
func (r *run) send(i int32, id node.SessionID, msg event.Message) {
	r.lastMsg++
	msgID := r.lastMsg
	s := r.members[i].find(id)
	rec := r.record(trace.Sent, i)
	rec.ID, rec.Msg, rec.Session = msgID, msg, id
	if s != nil {
		rec.Peer, rec.Service = r.members[s.other(id).member].id, s.service
	}
	r.emit()
	switch {
	case s == nil:
		r.record(trace.Dropped, i)
		r.rec.Peer, r.rec.ID, r.rec.Msg, r.rec.Reason = r.members[i].id, msgID, msg, event.NoSession
		r.emit()
	case !s.up || s.broken:
		r.dropped(letter{s, msgID, msg}, 1-side(id), event.NoSession)
	case s.swallowed > 0:
		r.faults.hit(r, s.swallowed-1, i)
		r.dropped(letter{s, msgID, msg}, 1-side(id), event.Swallowed)
	default:
		to := 1 - side(id)
		*r.queue.push(r.reach(s, to, msg), classNetwork) = occurrence{what: arrive, session: s, side: to, id: msgID, msg: msg}
	}
}

// arrive hands a message to the end it was sent to, if that end still lives.
func (r *run) arrive(o *occurrence) {
	s, e := o.session, &o.session.ends[o.side]
	m := &r.members[e.member]
	switch {
	case s.broken:
		r.dropped(o.letter(), o.side, event.BrokenInFlight)
	case s.swallowed > 0:
		r.faults.hit(r, s.swallowed-1, e.member)
		r.dropped(o.letter(), o.side, event.Swallowed)
	case s.zombie > 0 && r.dead(s, o.side, o.msg):
		r.dropped(o.letter(), o.side, event.NotSubscribed)
	case !m.running() || m.born != e.born:
		r.dropped(o.letter(), o.side, event.NodeDown)
	case !e.open:
		r.dropped(o.letter(), o.side, event.Closed)
	default:
		r.handle(e.member, node.Input{Kind: node.Received, Session: e.id, Msg: o.msg}, heldCopy{s, o.id})
	}
}

// letter is a message on a session.
type letter struct {
	session *session
	id      uint64
	msg     event.Message
}

// letter is what an arrival brings.
func (o *occurrence) letter() letter { return letter{o.session, o.id, o.msg} }

// dropped records that a letter to one end of its session reached nobody.
func (r *run) dropped(l letter, to uint8, why event.Reason) {
	r.lost(l.session.ends[to].member, l, why)
}

// lost records that a letter to member i reached nobody.
func (r *run) lost(i int32, l letter, why event.Reason) {
	s := l.session
	from := s.ends[0].member
	if from == i {
		from = s.ends[1].member
	}
	rec := r.record(trace.Dropped, i)
	rec.Peer, rec.ID, rec.Msg, rec.Reason, rec.Service = r.members[from].id, l.id, l.msg, why, s.service
	r.emit()
}

// close ends a session at the side of member i; the other side hears of it behind what was sent.
func (r *run) close(i int32, id node.SessionID) {
	m := &r.members[i]
	s := m.find(id)
	if s == nil {
		return
	}
	at := side(id)
	rec := r.record(trace.Closed, i)
	rec.Session, rec.Peer, rec.Service = id, r.members[s.ends[1-at].member].id, s.service
	r.emit()
	m.forget(&s.ends[at])
	if s.up && !s.broken && s.swallowed == 0 {
		r.queueTell(s, 1-at, occurrence{reason: event.Closed})
	}
}

// breakFrom ends a session because member i died: the other end hears of a reset, behind what the
// dead one had sent, as a kernel would have it.
func (r *run) breakFrom(s *session, i int32) {
	side := uint8(0)
	if s.ends[1].member == i && s.ends[1].open {
		side = 1
	}
	r.members[i].forget(&s.ends[side])
	if s.up && !s.broken && s.swallowed == 0 {
		r.queueTell(s, 1-side, occurrence{reason: event.Reset})
	}
}

// reset breaks a session at both ends at once.
func (r *run) reset(s *session, why event.Reason) {
	if s.broken {
		return
	}
	s.broken = true
	for side := range s.ends {
		if !s.ends[side].open {
			continue
		}
		*r.queue.push(r.now, classNetwork) = occurrence{what: tell, session: s, side: uint8(side), reason: why}
	}
}
