package checker

import (
	"hubsim/event"
	"hubsim/trace"
)

// admit counts a served call and, past the quota, finds its cause.
func (o *Oracle) admit(k *keyState, r *trace.Record) {
	w := &k.now
	before := w.admitted
	w.admitted += k.weight(r.Request.Size)
	if before < k.Quota {
		return
	}
	g := o.gateways[r.Node]
	c := o.cause(k, g, r)
	if c == DecisionInFlight {
		w.wait(g, o.hubs[o.listens[g].hub].index)
		return
	}
	w.over[c]++
	if c == Unexplained {
		o.example("%s: call %d was served by %s as number %d of %d under %s while the gateway held a live decision",
			clockTime(r.At), r.Request.ID, r.Node, w.admitted, k.Quota, k.Key)
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

// spent is how much of a key's quota is used up in its window, as gateway g may know: what was served, and
// what was in flight when the window began.
func (o *Oracle) spent(k *keyState, g int) int64 {
	return k.now.admitted + brought(o.store(g) != "", k.now.carried)
}

// refuse checks a refusal: below the quota it is wrong, but for calls of the window before whose events
// were in flight at its end. A traffic manager counts those in this one, and they use up its quota.
func (o *Oracle) refuse(k *keyState, g int, r *trace.Record) {
	w := &k.now
	w.refused++
	if o.spent(k, g) >= k.Quota {
		return
	}
	held := k.hold(g)
	start := w.end - event.Wall(k.Window/event.Millisecond)
	switch truth := o.setup.truth(r.At); {
	case truth == start && held.expiry == start:
		return // the expiry instant itself still throttles (ThrottleDataHolder.java)
	case k.Taken > 0 && o.spent(k, g) >= k.Taken:
		k.under[UnitIgnored]++
	case k.skewed || skewed(r.Wall, truth):
		k.under[ClockSkew]++
	case held.expiry <= start:
		k.under[LateDecision]++
	case o.overcounted(g, held, start):
		k.under[CounterWrong]++
	case w.admitted+brought(o.store(g) != "", w.carried, w.stale) >= k.Quota:
		k.under[StaleEvents]++
	case sum(w.astray) > 0 || sum(w.count) > w.admitted:
		k.under[BoundaryCarry]++
	default:
		k.under[Unexplained]++
		o.example("%s: call %d was refused by %s under %s with %d of %d served", clockTime(r.At), r.Request.ID, r.Node, k.Key, w.admitted, k.Quota)
	}
}
