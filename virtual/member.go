package virtual

import (
	"math"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

const never = int64(math.MaxInt64)

// tickLimit is how many ticks a node may have at one instant before it counts as stuck.
const tickLimit = 10_000

// member is a machine in the run. What every input and record of it asks for comes first.
type member struct {
	id       event.NodeID
	node     node.Node // nil: not running
	bootedAt int64
	ahead    event.Duration // its wall clock minus the right one, without what it gains by drift
	drift    int64          // as in world.Member
	born     uint32         // incarnation, from 1
	paused   int32          // how many pauses hold it
	armed    int64          // when its timer fires, or never
	spins    int            // ticks at this very instant
	own      []*session     // by the node's own number
	accepted []*session     // by minus the driver's number
	held     []node.Input
	heldFrom []heldCopy
	full     int            // how many faults fill its disk
	slow     event.Duration // how long a message takes it
	backlog  []late         // what waits because of that
	*world.Member
}

// heldCopy says where a held message came from.
type heldCopy struct {
	session *session
	id      uint64
}

func (m *member) running() bool { return m.node != nil }

// wall is what the member's wall clock shows.
func (r *run) wall(m *member) event.Wall {
	t := r.now + int64(m.ahead)
	if m.drift != 0 {
		t += r.now / 1e6 * m.drift
	}
	return r.w.Start + event.Wall(t/1e6)
}

func (r *run) clock(m *member) node.Clock {
	return node.Clock{Mono: event.Mono(r.now - m.bootedAt), Wall: r.wall(m)}
}

// boot builds a member's machine and starts it.
func (r *run) boot(i int32) {
	m := &r.members[i]
	if m.running() {
		return
	}
	m.node, m.bootedAt, m.armed = m.New(), r.now, never
	m.born++
	m.own, m.accepted, m.held, m.heldFrom, m.backlog = m.own[:0], m.accepted[:0], nil, nil, nil
	r.record(trace.Booted, i)
	r.emit()
	if m.full > 0 {
		r.input(i, node.Input{Kind: node.Sensed, Sense: node.DiskFull})
	}
	r.input(i, node.Input{Kind: node.Boot})
}

// input hands a member an input now, or when its pause ends.
func (r *run) input(i int32, in node.Input) { r.handle(i, in, heldCopy{}) }

func (r *run) handle(i int32, in node.Input, from heldCopy) {
	m := &r.members[i]
	if m.paused > 0 {
		r.hold(i, in, from)
		return
	}
	if (m.slow > 0 || len(m.backlog) > 0) && r.queues(i, in, from) {
		return
	}
	r.take(i, in, from)
}

// hold keeps an input for the end of a member's pause.
func (r *run) hold(i int32, in node.Input, from heldCopy) {
	m := &r.members[i]
	m.held, m.heldFrom = append(m.held, in), append(m.heldFrom, from)
	r.faults.held(r, i)
}

// take hands a member an input that nothing holds back.
func (r *run) take(i int32, in node.Input, from heldCopy) {
	m := &r.members[i]
	switch in.Kind {
	case node.Received:
		r.received(i, &in, from)
	case node.Up, node.Down:
		rec := r.record(trace.Up, i)
		if in.Kind == node.Down {
			rec.Kind = trace.Down
		}
		rec.Session, rec.Peer, rec.Reason, rec.Service = in.Session, in.Peer, in.Reason, in.Service
		r.emit()
	}
	r.result.Steps++
	m.node.Step(r.clock(m), in, &r.out)
	r.perform(i)
	r.arm(i)
}

// arm queues the member's next tick if it is earlier than the one already queued.
func (r *run) arm(i int32) {
	m := &r.members[i]
	if !m.running() {
		return
	}
	d := m.node.Deadline()
	if d == event.Never {
		return
	}
	at := max(r.now, m.bootedAt+int64(d))
	if at >= m.armed {
		return
	}
	m.armed = at
	*r.queue.push(at, classTimer) = occurrence{what: timer, member: i, born: m.born}
}

// timer fires a tick, unless an earlier one replaced it or the node no longer wants it.
func (r *run) timer(i int32, born uint32) {
	m := &r.members[i]
	if !m.running() || m.born != born || m.armed != r.now {
		return
	}
	m.armed = never
	if m.paused > 0 {
		return
	}
	if int64(m.node.Deadline()) > r.now-m.bootedAt {
		r.arm(i)
		return
	}
	r.result.Steps++
	m.node.Step(r.clock(m), node.Input{Kind: node.Tick}, &r.out)
	r.perform(i)
	r.arm(i)
	if m.spins++; m.armed > r.now {
		m.spins = 0
	} else if m.spins > tickLimit {
		r.fail("%s wants a tick at the same instant for the %dth time: its deadline never moves on", m.id, m.spins)
	}
}

// perform does what the node asked for. A crash at a mark leaves the rest undone.
func (r *run) perform(i int32) {
	acts, m := r.out.Acts, &r.members[i]
	born := m.born
	for k := range acts {
		if a := &acts[k]; m.running() && m.born == born {
			r.act(i, a)
		}
	}
	r.out.Reset()
}

func (r *run) act(i int32, a *node.Act) {
	switch a.Verb {
	case node.Record:
		r.record(trace.Noted, i).Note = a.Note
		r.emit()
		if a.Note.Reason == event.DiskFull {
			r.faults.unwritten(r, i)
		}
	case node.Send:
		r.send(i, a.Session, a.Msg)
		if len(r.faults.doubled) > 0 && r.faults.repeats(r, i, a) {
			r.sendAgain(i, a)
		}
	case node.Answer:
		r.answer(i, a.Call, a.Msg)
	case node.Open:
		r.open(i, a.Session, a.To)
	case node.Close:
		r.close(i, a.Session)
	case node.Probe:
		r.probe(i, a.Session, a.Patience)
	case node.Spot:
		r.record(trace.Marked, i).Mark = a.Mark
		r.emit()
		r.faults.passed(r, i, a.Mark)
	}
}

func (r *run) answer(i int32, id event.CallID, m event.Message) {
	if id == r.lastCall && r.pending {
		r.pending = false
		r.answered(i, id, r.current, m)
		return
	}
	c, ok := r.calls[id]
	if !ok {
		r.fail("%s answers call %d, which is not open", r.members[i].id, id)
		return
	}
	delete(r.calls, id)
	r.answered(i, id, c, m)
}

// crash ends a member: its memory, its sessions and what was on its way to it are gone.
func (r *run) crash(i int32) {
	m := &r.members[i]
	if !m.running() {
		return
	}
	r.record(trace.Stopped, i)
	r.emit()
	for _, list := range [2][]*session{m.own, m.accepted} {
		for _, s := range list {
			if s != nil {
				r.breakFrom(s, i)
			}
		}
	}
	r.discardHeld(i, event.Crashed)
	m.node, m.armed, m.paused = nil, never, 0
}

// discardHeld accounts for what waited at a paused member that will not take it any more.
func (r *run) discardHeld(i int32, why event.Reason) {
	m := &r.members[i]
	for k, in := range m.held {
		if in.Kind == node.Received {
			r.lost(i, letter{m.heldFrom[k].session, m.heldFrom[k].id, in.Msg}, why)
		}
	}
	m.held, m.heldFrom = nil, nil
	r.discardBacklog(i, why)
}

// resume ends one pause of a member; what waited comes in a burst, then its timers.
func (r *run) resume(i int32, born uint32) {
	m := &r.members[i]
	if !m.running() || m.born != born || m.paused == 0 {
		return
	}
	if m.paused--; m.paused > 0 {
		return
	}
	held, from := m.held, m.heldFrom
	m.held, m.heldFrom = nil, nil
	for k := range held {
		if m.running() && m.born == born {
			r.handle(i, held[k], from[k])
		}
	}
	r.arm(i)
}
