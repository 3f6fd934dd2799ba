package live

import (
	"slices"

	"hubsim/fault"
	"hubsim/internal/luck"
	"hubsim/node"
)

// starve begins another period of nodes that have a part of a processor: they stand still, then run.
func (f *faults) starve(k int) {
	f.starving[k].Store(true)
	var period func() error
	period = func() error {
		if !f.starving[k].Load() {
			return nil
		}
		now := f.run.clock.now()
		f.pause(k)
		f.agenda.at(now.Add(f.all[k].Stands()), func() error {
			f.resume(k)
			return nil
		})
		f.agenda.at(now.Add(fault.Period), period)
		return nil
	}
	f.agenda.at(f.run.clock.now(), period)
}

// fill takes the room on nodes' disks, by 1, or gives it back, by -1. One that boots meanwhile asks.
func (f *faults) fill(k int, by int64) {
	for _, s := range f.nodes[k] {
		sense := node.DiskFree
		if s.full.Add(by) > 0 {
			sense = node.DiskFull
		}
		if h := s.current(); h != nil {
			h.box.put(item{kind: node.Sensed, sense: sense})
		}
	}
}

// promote lets the standby of databases take their place.
func (f *faults) promote(k int) {
	for _, s := range f.nodes[k] {
		if h := s.current(); h != nil && s.Role == node.Store {
			f.hit(k, s)
			h.box.put(item{kind: node.Sensed, sense: node.TakenOver})
		}
	}
}

// unwritten is the observed effect of a full disk: a node says that it could not write.
func (f *faults) unwritten(s *site) {
	for k := range f.all {
		if f.all[k].Kind == fault.DiskFull && slices.Contains(f.nodes[k], s) {
			f.hit(k, s)
		}
	}
}

// repeats tells whether the node publishes once more what it has just sent.
func (h *host) repeats(a *node.Act) bool {
	active := h.run.faults.active()
	e := h.ends[a.Session]
	if len(active) == 0 || e == nil || e.link == nil || e.peer == nil || !fault.Published(a.Msg) {
		return false
	}
	for _, k := range active {
		one := &h.run.faults.all[k]
		if one.Kind == fault.Repeat && h.run.faults.leads(k, h.site, e.peer) && h.run.luck(luck.RepeatFault)*100 < one.Rate {
			h.run.faults.hit(k, h.site)
			return true
		}
	}
	return false
}

// luck is a draw for the message that was sent last.
func (r *run) luck(p luck.Purpose) float64 {
	return luck.Unit(luck.Pair(r.w.Seed, p, 0, r.lastMsg.Load()))
}
