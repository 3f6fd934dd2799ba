package checker

import "hubsim/event"

// cause finds why gateway g served a call past the quota of key k. The question is asked backwards
// along the loop: did the gateway hold the decision; was it sent to the gateway's hub; had the
// traffic managers counted enough to make it?
func (o *Oracle) cause(k *keyState, p *passage) Cause {
	if k.reset {
		return QuotaReset
	}
	g := p.gateway
	w, held := &k.now, k.hold(g)
	switch live := held.expiry == w.end && held.on; {
	case live && (held.expiry < p.wall || held.skewed || k.misjudged(held.expiry)):
		return ClockSkew // also where the gateway goes by how long the manager said that it holds
	case k.Level == event.CustomLevel && (k.Unasked || live && !o.asks(g, k)):
		return KeyNotAsked
	case live && k.Base != "" && o.hidden(k, p):
		return GroupHidden
	case live:
		return Unexplained
	case k.opening != nil && k.head.skewed:
		return ClockSkew
	case k.opening != nil && (w.behind || o.apart(k, g)):
		return WindowsApart
	}
	first, ok := o.emission(k, g)
	switch {
	case !ok && o.store(g) != "":
		return o.together(k, g, p.at)
	case !ok:
		return o.uncounted(k, g, p.at)
	case held.expiry == w.end && held.at >= first:
		return LiftedEarly
	case o.listens[g].hub == "":
		return GatewayDeaf
	}
	switch given := k.given[o.hubs[o.listens[g].hub].index]; {
	case given.expiry != w.end && p.at.Sub(first) > connects:
		return DecisionWaiting
	case given.expiry != w.end:
		return DecisionInFlight
	case o.listens[g].since > given.at:
		return GatewayDeaf
	}
	return DecisionInFlight
}

// reaching are the managers whose decisions go to the hub that gateway g listens to; of a deaf
// gateway, all.
func (o *Oracle) reaching(g int) []int {
	if hub := o.listens[g].hub; hub != "" {
		return o.hubs[hub].of
	}
	all := make([]int, len(o.setup.Managers))
	for m := range all {
		all[m] = m
	}
	return all
}

// emission is the earliest instant at which a decision for the present window was sent towards g.
func (o *Oracle) emission(k *keyState, g int) (event.Mono, bool) {
	first, found := event.Never, false
	for _, m := range o.reaching(g) {
		if e := k.emitted[m]; e.expiry == k.now.end && e.expiry != 0 && e.at < first {
			first, found = e.at, true
		}
	}
	return first, found
}

// Bounds between a feed that works, one that is shared and one that stands.
const (
	most   = 0.75         // of a window's events a working feed has delivered or has on its way
	whole  = 0.6          // of all events a manager gets at least that is sent every one, outages included
	stands = event.Second // without an event a feed stands
	// A decision may wait for a new connection for so long and counts as on its way.
	connects = 100 * event.Millisecond
)

// needed is how much must be counted before anybody can decide: under a quota of 0 it is the first event that throttles.
func (k *keyState) needed() int64 { return max(k.Quota, 1) }

// uncounted finds why no manager that g hears had counted up to the quota. Of several managers the
// one that came closest is asked.
func (o *Oracle) uncounted(k *keyState, g int, now event.Mono) Cause {
	w := &k.now
	var ever, lost, sent, astray int64
	running, last := false, event.Mono(0)
	for _, m := range o.reaching(g) {
		ever, lost, sent = max(ever, w.ever[m]), max(lost, w.lost[m]), max(sent, w.sent[m])
		running = running || !o.down[m] && o.fed[m].events > 0
		last, astray = max(last, o.fed[m].last), max(astray, w.astray[m])
	}
	switch {
	case ever >= k.needed() && o.forgot(k, g, o.booted):
		return ManagerRestarted
	case ever >= k.needed() && o.forgot(k, g, o.renewed):
		return PolicySaved
	case ever >= k.needed() && k.head.drifts:
		return SumsDrifted
	case ever >= k.needed() && k.head.skewed:
		return ClockSkew
	case ever >= k.needed():
		return Unexplained
	case !running:
		return ManagerDown
	case k.head.skewed && ever+astray >= k.needed():
		return ClockSkew
	case ever+astray >= k.needed():
		return BoundaryCarry
	case lost > 0 && ever+lost+astray >= k.needed():
		return EventLost
	case float64(sent) >= most*float64(w.admitted):
		return EventInFlight
	case o.shared(g):
		return SplitCounting
	case now.Sub(last) > stands:
		return EventWaiting
	}
	return EventInFlight
}

// forgot tells whether a manager that g hears is down, or lost its counts since the present window of a key began.
func (o *Oracle) forgot(k *keyState, g int, when []event.Mono) bool {
	for _, m := range o.reaching(g) {
		if o.down[m] || o.setup.truth(when[m]) >= k.now.end.Add(-k.Window) {
			return true
		}
	}
	return false
}

// shared tells whether the managers that g hears are each sent a part of the events only.
func (o *Oracle) shared(g int) bool {
	var closest, all int64
	share := 0.0
	for m := range o.fed {
		all += o.fed[m].events
	}
	for _, m := range o.reaching(g) {
		f := &o.fed[m]
		closest, share = max(closest, f.events), max(share, float64(f.events)/float64(max(f.of, 1)))
	}
	return closest < all && share < whole
}
