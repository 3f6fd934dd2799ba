package checker

import (
	"hubsim/event"
	"hubsim/trace"
)

// store is where the managers that gateway g hears share their counters; "" when they do not.
func (o *Oracle) store(g int) event.NodeID {
	for _, m := range o.reaching(g) {
		if s := o.setup.Managers[m].Counters; s != "" {
			return s
		}
	}
	return ""
}

// enough is how often a manager must have heard of a shared counter after the quota was used up until
// it must know of it: the first answer may be to a question of before, the second brings its own count
// to the store, and the third the others' to it, or the fourth where the two cross.
const enough = 4

// together finds why managers that share a counter, and that g hears, had not decided.
func (o *Oracle) together(k *keyState, g int, now event.Mono) Cause {
	w, store := &k.now, o.store(g)
	var ever, lost, sent int64
	running, known, held, last := false, true, false, event.Mono(0)
	for m := range o.setup.Managers {
		if o.setup.Managers[m].Counters != store {
			continue
		}
		ever, lost, sent = ever+w.ever[m], lost+w.lost[m], sent+w.sent[m]
		running = running || !o.down[m] && o.fed[m].events > 0
		known = known && (o.down[m] || w.ever[m] == 0 || w.synced[m] >= enough)
		held = held || o.held[m]
		last = max(last, o.fed[m].last)
	}
	switch {
	case !running:
		return ManagerDown
	case ever >= k.needed() && known:
		return CounterWrong
	case ever >= k.needed(), held:
		return CounterBehind
	case k.head.skewed && ever+sum(w.astray) >= k.needed():
		return ClockSkew
	case ever+sum(w.astray) >= k.needed():
		return BoundaryCarry
	case lost > 0 && ever+lost+sum(w.astray) >= k.needed():
		return EventLost
	case float64(sent) < most*float64(w.admitted) && now.Sub(last) > stands:
		return EventWaiting
	}
	return EventInFlight
}

// synced enters that a manager has heard of a shared counter, if the quota was used up by then.
func (o *Oracle) synced(r *trace.Record) {
	k, m := o.keys[r.Note.Key], o.managerOf(r.Node)
	if k == nil || m < 0 {
		return
	}
	o.current(k, r.At)
	if sum(k.now.ever) >= k.needed() {
		k.now.synced[m]++
	}
}

// waits enters that a manager stands still for the store, or no longer.
func (o *Oracle) waits(r *trace.Record) {
	if m := o.managerOf(r.Node); m >= 0 {
		o.held[m] = r.Note.On
	}
}

// overcounted tells whether a refusal below the quota is the doing of a shared counter: the gateway holds
// a decision of this window, and those who made it do not count alone.
func (o *Oracle) overcounted(g int, held *applied, start event.Wall) bool {
	return held.on && held.expiry > start && o.store(g) != ""
}
