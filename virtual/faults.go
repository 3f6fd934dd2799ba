package virtual

import (
	"hubsim/event"
	"hubsim/fault"
	"hubsim/trace"
)

// faults is the one controller of all that breaks.
type faults struct {
	all     fault.Schedule
	nodes   [][]int  // by fault: the members that crash, pause and clock mean
	from    [][]bool // by fault and member: whether the link begins there
	to      [][]bool
	delays  []int // those that are on and hold messages up: delay, loss, bandwidth
	frozen  []int
	until   []int64 // by fault: when a freeze or stall ends
	lines   map[wire]int64
	refused []int
	pausing []int
	slowing []int
	dialing []int // those that meet new sessions: slow-accept, no-name
	doubled []int // repeat
	passes  map[string]int
}

// prepare resolves names and queues the faults that have an instant.
func (f *faults) prepare(r *run) {
	f.all, f.passes = r.w.Faults, map[string]int{}
	f.nodes, f.from, f.to = make([][]int, len(f.all)), make([][]bool, len(f.all)), make([][]bool, len(f.all))
	f.until, f.lines = make([]int64, len(f.all)), map[wire]int64{}
	for i, one := range f.all {
		if one.Kind.OnLink() {
			f.from[i], f.to[i] = r.mask(one, one.From), r.mask(one, one.To)
		} else {
			f.nodes[i] = r.named(one, one.Node)
		}
		if one.Mark == "" {
			*r.queue.push(int64(one.At), classFault) = occurrence{what: faultOn, index: int32(i)}
		}
	}
}

func (r *run) named(one fault.Fault, name string) []int {
	found := r.w.Find(name)
	if len(found) == 0 {
		r.fail("the fault %q names %q, which is nobody's name", one, name)
	}
	return found
}

func (r *run) mask(one fault.Fault, name string) []bool {
	mask := make([]bool, len(r.members))
	for _, i := range r.named(one, name) {
		mask[i] = true
	}
	return mask
}

// passed counts a mark and begins the faults that are pinned to it.
func (f *faults) passed(r *run, i int32, mark string) {
	for _, name := range [2]string{mark, string(r.members[i].id) + "/" + mark} {
		f.passes[name]++
		for k := range f.all {
			if f.all[k].Mark == name && f.all[k].Nth == f.passes[name] {
				f.begin(r, k)
			}
		}
	}
}

// begin starts a fault and queues its end.
func (f *faults) begin(r *run, k int) {
	one := f.all[k]
	f.report(r, trace.FaultOn, k)
	switch one.Kind {
	case fault.Crash:
		f.crash(r, k)
	case fault.Pause:
		f.pausing = append(f.pausing, k)
		f.pause(r, k, one.For)
	case fault.Starve:
		f.pausing = append(f.pausing, k)
		f.beat(r, k)
	case fault.DiskFull:
		f.fill(r, k, 1)
	case fault.Promote:
		f.promote(r, k)
	case fault.SlowAccept, fault.NoName:
		f.dialing = append(f.dialing, k)
	case fault.Repeat:
		f.doubled = append(f.doubled, k)
	case fault.Clock:
		f.shift(r, k, one.By)
	case fault.Refuse:
		f.refused = append(f.refused, k)
		f.breakLink(r, k)
	case fault.Reset:
		f.breakLink(r, k)
	case fault.HalfOpen:
		f.swallow(r, k)
	case fault.Zombie:
		f.bury(r, k)
	case fault.Slow:
		f.slowing = append(f.slowing, k)
		f.slow(r, k, one.By)
	case fault.Drift:
		f.drift(r, k, int64(one.Rate))
	case fault.Delay, fault.Loss, fault.Bandwidth:
		f.delays = append(f.delays, k)
	case fault.Freeze, fault.Stall:
		f.frozen, f.until[k] = append(f.frozen, k), r.now+int64(one.For)
	}
	if one.For > 0 {
		*r.queue.push(r.now+int64(one.For), classFault) = occurrence{what: faultOff, index: int32(k)}
	}
}

// end heals a fault.
func (f *faults) end(r *run, k int) {
	switch one := f.all[k]; one.Kind {
	case fault.Crash:
		for _, i := range f.nodes[k] {
			r.boot(int32(i))
		}
	case fault.Pause, fault.Starve:
		f.pausing = without(f.pausing, k)
	case fault.DiskFull:
		f.fill(r, k, -1)
	case fault.SlowAccept, fault.NoName:
		f.dialing = without(f.dialing, k)
	case fault.Repeat:
		f.doubled = without(f.doubled, k)
	case fault.Clock:
		f.shift(r, k, -one.By)
	case fault.Refuse:
		f.refused = without(f.refused, k)
	case fault.HalfOpen:
		f.each(r, k, func(s *session) {
			if s.swallowed == k+1 {
				s.swallowed = 0
				r.reset(s, event.Reset)
			}
		})
	case fault.Zombie:
		f.each(r, k, func(s *session) {
			if s.zombie == k+1 {
				s.zombie = 0
			}
		})
	case fault.Slow:
		f.slowing = without(f.slowing, k)
		f.slow(r, k, -one.By)
	case fault.Drift:
		f.drift(r, k, -int64(one.Rate))
	case fault.Delay, fault.Loss, fault.Bandwidth:
		f.delays = without(f.delays, k)
	case fault.Freeze, fault.Stall:
		f.frozen = without(f.frozen, k)
	}
	f.report(r, trace.FaultOff, k)
}

func without(list []int, k int) []int {
	kept := list[:0]
	for _, x := range list {
		if x != k {
			kept = append(kept, x)
		}
	}
	return kept
}

func (f *faults) report(r *run, kind trace.Kind, k int) {
	r.rec = trace.Record{At: event.Mono(r.now), Wall: r.w.Start + event.Wall(r.now/1e6), Kind: kind, N: int64(k), Mark: f.all[k].String()}
	r.emit()
}

// hit counts an observed effect of a fault; the first one is traced.
func (f *faults) hit(r *run, k int, i int32) {
	if r.result.Hits[k]++; r.result.Hits[k] > 1 {
		return
	}
	r.record(trace.FaultHit, i)
	r.rec.N, r.rec.Mark = int64(k), f.all[k].String()
	r.emit()
}

func (f *faults) crash(r *run, k int) {
	for _, i := range f.nodes[k] {
		if r.members[i].running() {
			f.hit(r, k, int32(i))
			r.crash(int32(i))
		}
	}
}

// pause holds a fault's members still for a while.
func (f *faults) pause(r *run, k int, d event.Duration) {
	for _, i := range f.nodes[k] {
		m := &r.members[i]
		if !m.running() {
			continue
		}
		m.paused++
		*r.queue.push(r.now+int64(d), classFault) = occurrence{what: resume, member: int32(i), born: m.born}
	}
}

// held is the observed effect of a pause: something waits.
func (f *faults) held(r *run, i int32) {
	for _, k := range f.pausing {
		for _, j := range f.nodes[k] {
			if int32(j) == i {
				f.hit(r, k, i)
			}
		}
	}
}

func (f *faults) shift(r *run, k int, by event.Duration) {
	for _, i := range f.nodes[k] {
		r.members[i].ahead += by
		if r.members[i].running() {
			f.hit(r, k, int32(i))
		}
	}
}

// each visits the sessions that the link of a fault means.
func (f *faults) each(r *run, k int, visit func(*session)) {
	for i := range r.members {
		if !f.from[k][i] && !f.all[k].Both {
			continue
		}
		for _, s := range r.members[i].own {
			if s != nil && f.leads(k, int32(i), s.ends[1].member) {
				visit(s)
			}
		}
	}
}

// leads tells whether a fault means the link from one member to another.
func (f *faults) leads(k int, a, b int32) bool {
	return f.from[k][a] && f.to[k][b] || f.all[k].Both && f.from[k][b] && f.to[k][a]
}

func (f *faults) breakLink(r *run, k int) {
	f.each(r, k, func(s *session) {
		if !s.broken {
			f.hit(r, k, s.ends[0].member)
			r.reset(s, event.Reset)
		}
	})
}

func (f *faults) swallow(r *run, k int) {
	f.each(r, k, func(s *session) {
		if s.up && !s.broken && s.swallowed == 0 {
			s.swallowed = k + 1
		}
	})
}

// refuses tells whether a new session is refused.
func (f *faults) refuses(r *run, from, to int32) bool {
	for _, k := range f.refused {
		if f.leads(k, from, to) {
			f.hit(r, k, from)
			return true
		}
	}
	return false
}
