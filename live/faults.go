package live

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/trace"
)

// faults is the one controller of all that breaks, and of all that boots: what happens at an instant
// happens on its agenda's goroutine, what is pinned to a mark on that of the node that passes it.
type faults struct {
	run    *run
	all    fault.Schedule
	nodes  [][]*site // by fault: whom crash, pause and clock mean
	from   [][]bool  // by fault and member: whether its link begins there
	to     [][]bool
	hits   []atomic.Int64
	told   sync.Map // touched → true: effects that were traced
	agenda agenda

	mu       sync.Mutex
	passes   map[string]int   // how often each mark was passed
	pausing  map[int][]holder // by pause that is on: what it shut
	until    []atomic.Int64   // by fault: when a freeze ends
	starving []atomic.Bool    // by fault: a starve is on
	links    atomic.Pointer[[]int]
}

// touched is a fault and a node that it had an effect on.
type touched struct {
	fault int
	at    *site
}

// newFaults resolves the names of a schedule and puts its instants on the agenda.
func newFaults(r *run) (*faults, error) {
	n := len(r.w.Faults)
	f := &faults{
		run: r, all: r.w.Faults, nodes: make([][]*site, n), from: make([][]bool, n), to: make([][]bool, n),
		hits: make([]atomic.Int64, n), agenda: newAgenda(&r.clock), passes: map[string]int{}, pausing: map[int][]holder{},
		until: make([]atomic.Int64, n), starving: make([]atomic.Bool, n),
	}
	f.links.Store(new([]int))
	for k := range f.all {
		if err := f.resolve(k); err != nil {
			return nil, err
		}
		if one := &f.all[k]; one.Mark == "" && one.At > 0 {
			f.agenda.at(event.Mono(one.At), func() error {
				f.begin(k)
				return nil
			})
		}
	}
	return f, nil
}

// beginFirst begins the faults of instant 0, before anybody boots.
func (f *faults) beginFirst() {
	for k := range f.all {
		if f.all[k].Mark == "" && f.all[k].At <= 0 {
			f.begin(k)
		}
	}
}

func (f *faults) resolve(k int) error {
	one := &f.all[k]
	if one.Kind.Macro() {
		return fmt.Errorf("live run: the fault %q stands for several, which are not written out", one)
	}
	named := func(name string) ([]bool, error) {
		mask, some := make([]bool, len(f.run.sites)), false
		for _, i := range f.run.w.Find(name) {
			mask[i], some = true, true
		}
		if !some {
			return nil, fmt.Errorf("live run: the fault %q names %q, which is nobody's name", one, name)
		}
		return mask, nil
	}
	if !one.Kind.OnLink() {
		mask, err := named(one.Node)
		for i, meant := range mask {
			if meant {
				f.nodes[k] = append(f.nodes[k], f.run.sites[i])
			}
		}
		return err
	}
	var err error
	if f.from[k], err = named(one.From); err != nil {
		return err
	}
	f.to[k], err = named(one.To)
	return err
}

// passed counts a mark that a node's goroutine passes, under its own name and under node/mark, and begins the
// faults pinned to it. It returns when they have happened, so that what stands behind the mark meets them, or when
// the node is killed.
func (f *faults) passed(ctx context.Context, s *site, mark string) {
	began := false
	for _, name := range [2]string{mark, string(s.ID) + "/" + mark} {
		f.mu.Lock()
		f.passes[name]++
		nth := f.passes[name]
		f.mu.Unlock()
		for k := range f.all {
			if f.all[k].Mark == name && f.all[k].Nth == nth {
				f.begin(k)
				began = true
			}
		}
	}
	if !began {
		return
	}
	done := make(chan struct{})
	f.agenda.at(f.run.clock.now(), func() error {
		close(done)
		return nil
	})
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// begin starts a fault and puts its end on the agenda. It does not wait for anything.
func (f *faults) begin(k int) {
	one := &f.all[k]
	f.report(trace.FaultOn, k)
	switch one.Kind {
	case fault.Crash:
		f.crash(k)
	case fault.Pause:
		f.pause(k)
	case fault.Starve:
		f.starve(k)
	case fault.Slow:
		f.enable(k, true)
		f.slow(k, one.By)
	case fault.Zombie:
		f.bury(k)
	case fault.DiskFull:
		f.fill(k, 1)
	case fault.Promote:
		f.promote(k)
	case fault.Clock:
		f.shift(k, one.By)
	case fault.Refuse:
		f.enable(k, true)
		f.breakLinks(k)
	case fault.Reset:
		f.breakLinks(k)
	case fault.HalfOpen:
		f.each(k, func(l *link, c crossing) { c.swallow(k) })
	case fault.Drift:
		f.drift(k, int64(one.Rate))
	case fault.Delay, fault.Loss, fault.Bandwidth, fault.SlowAccept, fault.NoName, fault.Repeat:
		f.enable(k, true)
	case fault.Freeze, fault.Stall:
		f.until[k].Store(int64(f.run.clock.now().Add(one.For)))
		f.enable(k, true)
	}
	f.mirror(k, true)
	if one.For > 0 {
		f.agenda.at(f.run.clock.now().Add(one.For), func() error { return f.end(k) })
	}
}

// end heals a fault, on the agenda's goroutine.
func (f *faults) end(k int) error {
	switch one := &f.all[k]; one.Kind {
	case fault.Crash:
		for _, s := range f.nodes[k] {
			if h := s.current(); h != nil && h.killed() {
				<-h.done
			}
			if c := s.process(); c != nil && c.killed() {
				<-c.done
			}
			if err := f.run.boot(s); err != nil {
				return err
			}
		}
	case fault.Pause:
		f.resume(k)
	case fault.Starve:
		f.starving[k].Store(false)
		f.resume(k)
	case fault.DiskFull:
		f.fill(k, -1)
	case fault.Slow:
		f.enable(k, false)
		f.slow(k, -one.By)
	case fault.Zombie:
		f.raise(k)
	case fault.Clock:
		f.shift(k, -one.By)
	case fault.Drift:
		f.drift(k, -int64(one.Rate))
	case fault.Refuse, fault.Delay, fault.Loss, fault.Bandwidth, fault.Freeze, fault.Stall, fault.SlowAccept, fault.NoName, fault.Repeat:
		f.enable(k, false)
	case fault.HalfOpen:
		f.each(k, func(_ *link, c crossing) { c.release(k) })
	}
	f.mirror(k, false)
	f.report(trace.FaultOff, k)
	return nil
}

func (f *faults) report(kind trace.Kind, k int) {
	f.run.recorder.world(trace.Record{Kind: kind, N: int64(k), Mark: f.all[k].String()})
}

// hit counts an observed effect of a fault, wherever it was observed.
func (f *faults) hit(k int, s *site) { f.run.shared.hit(k, s) }

// count counts an observed effect of a fault; the first one at each node is traced.
func (f *faults) count(k int, s *site) {
	f.hits[k].Add(1)
	if _, told := f.told.LoadOrStore(touched{k, s}, true); !told {
		f.run.recorder.add(s, trace.Record{Kind: trace.FaultHit, N: int64(k), Mark: f.all[k].String()})
	}
}

// crash kills the hosts that run: the effect is observed when nothing of one is left. A hub is stopped on the agenda's goroutine, since that takes time.
func (f *faults) crash(k int) {
	for _, s := range f.nodes[k] {
		if h := s.current(); h != nil && !h.killed() {
			h.killer.CompareAndSwap(0, int32(k)+1)
			h.kill(event.Crashed)
		}
		if c := s.process(); c != nil && !c.killed() {
			c.killer.CompareAndSwap(0, int32(k)+1)
			c.kill(event.Crashed)
		}
		if s.outside() {
			f.agenda.at(f.run.clock.now(), func() error {
				if s.running() {
					f.run.stop(s, event.Crashed)
					f.hit(k, s)
				}
				return nil
			})
		}
	}
}

// pause shuts the gates of those that run; one that boots meanwhile has a new gate.
func (f *faults) pause(k int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.nodes[k] {
		if s.running() {
			g := s.holder()
			g.close()
			f.pausing[k] = append(f.pausing[k], g)
		}
	}
}

func (f *faults) resume(k int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, g := range f.pausing[k] {
		g.lift()
	}
	delete(f.pausing, k)
}

// held is the observed effect of a pause: something waits at the site's gate.
func (f *faults) held(s *site) { f.holds(s.gate.Load(), s) }

// holds is the observed effect of what a pause has shut.
func (f *faults) holds(g holder, s *site) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for k, shut := range f.pausing {
		if slices.Contains(shut, g) {
			f.hit(k, s)
		}
	}
}

func (f *faults) shift(k int, by event.Duration) {
	for _, s := range f.nodes[k] {
		s.shift.Add(int64(by))
		if s.running() && !s.apart {
			f.hit(k, s)
		}
	}
}

// drift makes wall clocks run faster by so many parts per million; what they show now stays.
func (f *faults) drift(k int, ppm int64) {
	for _, s := range f.nodes[k] {
		s.drift.Add(ppm)
		s.shift.Add(-int64(f.run.clock.now()) / int64(event.Millisecond) * ppm)
		if s.running() && !s.apart {
			f.hit(k, s)
		}
	}
}

// each visits what crosses the links that a fault means.
func (f *faults) each(k int, visit func(*link, crossing)) {
	for _, l := range f.run.between(k) {
		for _, c := range l.current() {
			visit(l, c)
		}
	}
}

func (f *faults) breakLinks(k int) {
	f.each(k, func(l *link, c crossing) {
		f.hit(k, l.from)
		c.reset()
	})
}

// enable turns a fault on that links ask for at each connection or message.
func (f *faults) enable(k int, on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := without(append([]int(nil), *f.links.Load()...), k)
	if on {
		list = append(list, k)
	}
	f.links.Store(&list)
}

// active are the faults of links that are on and not over at once.
func (f *faults) active() []int { return *f.links.Load() }

// leads tells whether a fault means the link from one member to another.
func (f *faults) leads(k int, from, to *site) bool {
	if !f.all[k].Kind.OnLink() {
		return false
	}
	a, b := from.index, to.index
	return f.from[k][a] && f.to[k][b] || f.all[k].Both && f.from[k][b] && f.to[k][a]
}

// touch tells whether a fault of the schedule means the link between two members: one of links, either
// way, or the pause of a hub, whose connections stall.
func (f *faults) touch(from, to *site) bool {
	for k := range f.all {
		switch {
		case f.all[k].Kind.OnLink():
			if f.leads(k, from, to) || f.leads(k, to, from) {
				return true
			}
		case (f.all[k].Kind == fault.Pause || f.all[k].Kind == fault.Starve) && to.outside():
			if slices.Contains(f.nodes[k], to) {
				return true
			}
		}
	}
	return false
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
