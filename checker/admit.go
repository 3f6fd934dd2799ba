package checker

import (
	"hubsim/event"
	"hubsim/trace"
)

// enter adds a call, of which so many events count, to all quotas of a key.
func (k *keyState) enter(times, size int64, d *detour) {
	for one := k; one != nil; one = one.next {
		one.now.admitted += times * one.weight(size, d)
	}
}

// leak enters a call that was let through past a quota.
func (o *Oracle) leak(k *keyState, p *passage) {
	w := &k.now
	if k.GoesOn {
		w.over[LetThrough]++
		return
	}
	c := o.cause(k, p)
	if c == DecisionInFlight {
		w.wait(p.gateway, o.hubs[o.listens[p.gateway].hub].index)
		return
	}
	w.over[c]++
	if c == Unexplained {
		o.example("%s: call %d was served by %s past %d of %d %s under %s while the gateway held a live decision",
			clockTime(p.at), p.id, p.node, w.admitted, k.Quota, k.Measure, k.Key)
	}
}

// wait notes a leak that is decided when the decision arrives, or the window ends.
func (w *window) wait(g, hub int) {
	for i := range w.pending {
		if w.pending[i].gateway == g {
			w.pending[i].n++
			return
		}
	}
	w.pending = append(w.pending, pendingLeak{g, hub, 1})
}

// spent is how much of a quota is used up in its window, as gateway g may know: what was served, and what was
// in flight when the window began.
func (o *Oracle) spent(k *keyState, g int) int64 {
	return k.now.admitted + brought(o.store(g) != "", k.now.carried)
}

// used tells whether any quota of a key is used up, as gateway g may know.
func (o *Oracle) used(k *keyState, g int) bool {
	for ; k != nil; k = k.next {
		if o.spent(k, g) >= k.Quota {
			return true
		}
	}
	return false
}

// stale tells whether a quota of a key is used up with the events of earlier windows that were counted in this
// one.
func (o *Oracle) stale(k *keyState, g int) bool {
	for ; k != nil; k = k.next {
		if w := &k.now; w.admitted+brought(o.store(g) != "", w.carried, w.stale, w.unserved) >= k.Quota {
			return true
		}
	}
	return false
}

// told tells whether a quota of a key is used up with the events of calls that were refused.
func (o *Oracle) told(k *keyState, g int) bool {
	for ; k != nil; k = k.next {
		if o.spent(k, g)+brought(o.store(g) != "", k.now.unserved) >= k.Quota {
			return true
		}
	}
	return false
}

// refuse checks a refusal: below the quota it is wrong, but for calls of the window before whose events
// were in flight at its end. A traffic manager counts those in this one, and they use up its quota.
func (o *Oracle) refuse(k *keyState, g int, r *trace.Record) {
	w := &k.now
	w.refused++
	if !k.GoesOn && o.used(k, g) {
		return
	}
	held := k.hold(g)
	start := w.end - event.Wall(k.Window/event.Millisecond)
	switch truth := o.setup.truth(r.At); {
	case k.GoesOn:
		o.wrongly(k, r)
	case truth == start && held.expiry == start:
		return // the expiry instant itself still throttles (ThrottleDataHolder.java)
	case k.Taken > 0 && o.spent(k, g) >= k.Taken:
		k.under[UnitIgnored]++
	case o.told(k, g):
		k.under[RefusedCounted]++
	case o.foreign.used(k):
		k.under[ForeignCounted]++
	case k.skewed || skewed(r.Wall, truth):
		k.under[ClockSkew]++
	case held.expiry <= start:
		k.under[LateDecision]++
	case k.opening != nil && held.on && held.expiry != w.end:
		k.under[WindowsApart]++
	case o.overcounted(g, held, start):
		k.under[CounterWrong]++
	case o.stale(k, g):
		k.under[StaleEvents]++
	case k.drifts && held.on && held.expiry == w.end:
		k.under[SumsDrifted]++
	case sum(w.astray) > 0 || sum(w.count) > w.admitted+sum(w.unserved):
		k.under[BoundaryCarry]++
	default:
		o.wrongly(k, r)
	}
}

// wrongly enters a refusal that nothing explains.
func (o *Oracle) wrongly(k *keyState, r *trace.Record) {
	k.under[Unexplained]++
	o.example("%s: call %d was refused by %s under %s with %d of %d %s served", clockTime(r.At), r.Request.ID, r.Node, k.Key, k.now.admitted, k.Quota, k.Measure)
}
