package live

import (
	"slices"

	"hubsim/fault"
)

// Faults of which a node in a process of its own feels something there: its clock, its pace, its disk, and what
// happens to a single message. Signals and relays do the others.

// state is what faults have made of a node by now.
func (f *faults) state(s *site) *state {
	now := &state{Shift: s.shift.Load(), Drift: s.drift.Load(), Slow: s.slow.Load(), Full: s.full.Load()}
	for _, k := range f.active() {
		if kind := f.all[k].Kind; kind == fault.Slow || kind == fault.Repeat {
			now.Active = append(now.Active, k)
		}
	}
	return now
}

// mirror tells the nodes in processes of their own that a fault has begun or ended.
func (f *faults) mirror(k int, on bool) {
	switch f.all[k].Kind {
	case fault.Clock, fault.Drift, fault.Slow, fault.DiskFull, fault.Repeat, fault.Zombie:
		for _, s := range f.run.sites {
			if c := s.process(); c != nil {
				c.tell(&told{Verb: tellFault, N: int64(k), On: on, State: f.state(s)})
			}
		}
	}
}

// feel is what a fault means in a node's own process, besides its state.
func (f *faults) feel(k int, on bool) {
	own := f.run.own
	switch kind := f.all[k].Kind; {
	case kind == fault.Zombie && on:
		f.bury(k)
	case kind == fault.Zombie:
		f.raise(k)
	case (kind == fault.Clock || kind == fault.Drift) && on && slices.Contains(f.nodes[k], own):
		f.hit(k, own)
	}
}
