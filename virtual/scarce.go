package virtual

import (
	"hubsim/fault"
	"hubsim/internal/luck"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// beat begins another period of a starved member: it stands still, then runs until the next one.
func (f *faults) beat(r *run, k int) {
	for _, on := range f.pausing {
		if on == k {
			f.pause(r, k, f.all[k].Stands())
			*r.queue.push(r.now+int64(fault.Period), classFault) = occurrence{what: beat, index: int32(k)}
			return
		}
	}
}

// fill takes the room on members' disks, by 1, or gives it back, by -1.
func (f *faults) fill(r *run, k, by int) {
	for _, i := range f.nodes[k] {
		m := &r.members[i]
		m.full += by
		if m.running() && m.full == max(by, 0) { // the first that takes it, the last that gives it back
			sense := node.DiskFree
			if by > 0 {
				sense = node.DiskFull
			}
			*r.queue.push(r.now, classFault) = occurrence{what: feel, index: int32(sense), member: int32(i), born: m.born}
		}
	}
}

// promote lets the standby of databases take their place.
func (f *faults) promote(r *run, k int) {
	for _, i := range f.nodes[k] {
		if m := &r.members[i]; m.running() && m.Role == node.Store {
			f.hit(r, k, int32(i))
			r.input(int32(i), node.Input{Kind: node.Sensed, Sense: node.TakenOver})
		}
	}
}

// unwritten is the observed effect of a full disk: a member says that it could not write.
func (f *faults) unwritten(r *run, i int32) {
	for k := range f.all {
		if f.all[k].Kind != fault.DiskFull {
			continue
		}
		for _, j := range f.nodes[k] {
			if int32(j) == i {
				f.hit(r, k, i)
			}
		}
	}
}

// nameless tells whether a member finds no address for another.
func (f *faults) nameless(r *run, from, to int32) (none bool) {
	for _, k := range f.dialing {
		if f.all[k].Kind == fault.NoName && f.leads(k, from, to) {
			f.hit(r, k, from)
			none = true
		}
	}
	return none
}

// acceptance is how much later a new session comes up, in nanoseconds.
func (f *faults) acceptance(r *run, from, to int32) (late int64) {
	for _, k := range f.dialing {
		if f.all[k].Kind == fault.SlowAccept && f.leads(k, from, to) {
			f.hit(r, k, from)
			late += int64(f.all[k].By)
		}
	}
	return late
}

// sendAgain publishes once more, and says so for the member.
func (r *run) sendAgain(i int32, a *node.Act) {
	to := r.members[i].find(a.Session).other(a.Session).member
	for _, n := range world.Resent(a.Msg, r.members[to].id) {
		r.record(trace.Noted, i).Note = n
		r.emit()
	}
	r.send(i, a.Session, a.Msg)
}

// repeats tells whether a member publishes once more what it has just sent.
func (f *faults) repeats(r *run, i int32, a *node.Act) bool {
	s := r.members[i].find(a.Session)
	if s == nil || !s.up || s.broken || !fault.Published(a.Msg) {
		return false
	}
	to := s.other(a.Session).member
	for _, k := range f.doubled {
		if f.leads(k, i, to) &&
			luck.Unit(luck.Pair(r.w.Seed, luck.RepeatFault, uint64(k)<<40|uint64(i)<<20|uint64(to), r.lastMsg))*100 < f.all[k].Rate {
			f.hit(r, k, i)
			return true
		}
	}
	return false
}
