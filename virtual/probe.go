package virtual

import (
	"hubsim/event"
	"hubsim/node"
)

// probe sends a bare connect to the target of a session. What answers is the port, not the machine: it is taken
// while the member runs, paused or slow as it may be, and whatever became of the session itself.
func (r *run) probe(i int32, id node.SessionID, patience event.Duration) {
	s := r.members[i].find(id)
	if s == nil || !s.up {
		return
	}
	if len(r.faults.all) == 0 && r.members[s.ends[1].member].running() {
		return // nothing can happen to it on its way: it is taken
	}
	if r.faults.nameless(r, i, s.ends[1].member) {
		r.queueMiss(s, r.now, event.Unresolved)
		return
	}
	until := never
	if patience > 0 {
		until = r.now + int64(patience)
	}
	at := r.now + r.travel(s, 1, nil)
	if at > until {
		r.queueMiss(s, until, event.TimedOut)
		return
	}
	*r.queue.push(at, classNetwork) = occurrence{what: probe, session: s, id: uint64(until)}
}

// probed is the arrival of a probe. The answer of a port is on its way back, a refusal is so too.
func (r *run) probed(o *occurrence) {
	s, until := o.session, int64(o.id)
	from, to := s.ends[0].member, s.ends[1].member
	at := r.now + r.travel(s, 0, nil)
	switch {
	case at > until:
		r.queueMiss(s, until, event.TimedOut)
	case !r.members[to].running() || r.faults.refuses(r, from, to):
		r.queueMiss(s, at, event.Refused)
	}
}

func (r *run) queueMiss(s *session, at int64, why event.Reason) {
	*r.queue.push(at, classNetwork) = occurrence{what: miss, session: s, reason: why}
}

// missed tells the opener of a session that a probe found nobody, unless it has no such session any more.
func (r *run) missed(o *occurrence) {
	e := &o.session.ends[0]
	m := &r.members[e.member]
	if !e.open || m.born != e.born || !m.running() {
		return
	}
	r.input(e.member, node.Input{
		Kind: node.Unreachable, Session: e.id, Service: o.session.service, Peer: r.members[o.session.ends[1].member].id, Reason: o.reason,
	})
}
