package gateway

import (
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// hold is one throttled key. Which of the two ends counts is Config.TrustRemaining's choice; until
// is event.Never where a decision did not say how long it holds.
type hold struct {
	expiry event.Wall // the end of the window, by the traffic manager's wall clock
	until  event.Mono // the same instant on our own monotonic clock, at best knowledge
}

// throttleData is the product's ThrottleDataHolder: two maps that must agree at API level, both
// emptied only by a decision or by reading an entry that is over.
type throttleData struct {
	trust, ordered bool // Config.TrustRemaining, Config.OrderedDecisions
	keys           map[event.ThrottleKey]hold
	bases          map[event.ThrottleKey]hold // API and resource keys without their suffix
}

func newThrottleData(c *Config) throttleData {
	return throttleData{
		trust: c.TrustRemaining, ordered: c.OrderedDecisions,
		keys: map[event.ThrottleKey]hold{}, bases: map[event.ThrottleKey]hold{},
	}
}

// applied says what a decision did to the map.
type applied uint8

const (
	unchanged applied = iota // it said what was known
	changed
	outdated // it is older than what is known, and was set aside
)

// apply does what JMSMessageListener.java does: the last writer wins, an expiry that is already past
// is stored all the same, and false removes whatever it finds without a look at the time. For a key
// of an API or resource plan the base key follows: true stores it unless it is live (a live one's
// expiry is not extended), false removes it even if another condition group is still throttled.
//
// With ordered set it differs: see Config.OrderedDecisions.
func (t *throttleData) apply(now node.Clock, d *event.Decision) applied {
	old, known := t.keys[d.Key]
	if t.ordered && known && t.alive(now, old) && older(now, d, old) {
		return outdated
	}
	base, hasBase := baseOf(d.Key)
	if !d.IsThrottled {
		delete(t.keys, d.Key)
		if hasBase {
			delete(t.bases, base)
		}
		return changedIf(known)
	}
	h := t.holdOf(now, d, old)
	t.keys[d.Key] = h
	if hasBase {
		if b, ok := t.bases[base]; !ok || !t.alive(now, b) {
			t.bases[base] = h
		}
	}
	return changedIf(!known || old.expiry != h.expiry)
}

// older tells whether a decision speaks of a window that was over before that of a live hold began. A
// decision of a shorter window that is not over, as after a policy's window was edited, is not older.
func older(now node.Clock, d *event.Decision, old hold) bool {
	return d.Expiry < old.expiry && d.Expiry < now.Wall
}

// holdOf turns a decision into a hold. A repeated decision for the same window keeps the earlier
// end: each copy adds its own time on the way, so the smallest sum is nearest to the truth.
func (t *throttleData) holdOf(now node.Clock, d *event.Decision, old hold) hold {
	h := hold{expiry: d.Expiry, until: event.Never}
	if d.Remaining <= 0 {
		return h
	}
	h.until = now.Mono.Add(d.Remaining)
	if old.expiry == h.expiry && old.until > 0 {
		h.until = min(h.until, old.until)
	}
	return h
}

func changedIf(yes bool) applied {
	if yes {
		return changed
	}
	return unchanged
}

// alive tells whether a hold still refuses. The product compares the traffic manager's expiry with
// its own wall clock, and the instant of expiry itself still refuses (ThrottleDataHolder.java).
func (t *throttleData) alive(now node.Clock, h hold) bool {
	if t.trust && h.until != event.Never {
		return now.Mono < h.until
	}
	return h.expiry >= now.Wall
}

// live returns until when a key is throttled. A hold that is over leaves the map on being read, as
// in the product.
func (t *throttleData) live(now node.Clock, key event.ThrottleKey) (event.Wall, bool) {
	return t.read(now, t.keys, key)
}

// liveAPI asks both maps: the base key first, then the key of the default plan.
func (t *throttleData) liveAPI(now node.Clock, base, suffixed event.ThrottleKey) (event.Wall, bool) {
	if _, ok := t.read(now, t.bases, base); !ok {
		return 0, false
	}
	return t.read(now, t.keys, suffixed)
}

func (t *throttleData) read(now node.Clock, m map[event.ThrottleKey]hold, key event.ThrottleKey) (event.Wall, bool) {
	h, ok := m[key]
	if !ok {
		return 0, false
	}
	if !t.alive(now, h) {
		delete(m, key)
		return 0, false
	}
	return h.expiry, true
}

// sweep removes every hold that is over. The product has no sweeper: a key that nobody asks for
// again stays for ever.
func (t *throttleData) sweep(now node.Clock) {
	for _, m := range []map[event.ThrottleKey]hold{t.keys, t.bases} {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			t.read(now, m, key)
		}
	}
}
