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
	apart          bool // Config.GroupsApart
	keys           map[event.ThrottleKey]hold
	bases          map[event.ThrottleKey]hold    // API and resource keys without their suffix
	conditions     map[event.ThrottleKey]*stored // by base key, as decisions told them
	library        library
}

func newThrottleData(c *Config) throttleData {
	return throttleData{
		trust: c.TrustRemaining, ordered: c.OrderedDecisions, apart: c.GroupsApart,
		keys: map[event.ThrottleKey]hold{}, bases: map[event.ThrottleKey]hold{},
		conditions: map[event.ThrottleKey]*stored{},
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
	base, group, hasBase := splitKey(d.Key)
	if !d.IsThrottled {
		delete(t.keys, d.Key)
		if hasBase {
			t.release(now, base, group)
		}
		return changedIf(known)
	}
	h := t.holdOf(now, d, old)
	t.keys[d.Key] = h
	if hasBase {
		t.hold(now, base, h)
		t.remember(d, base, group)
	}
	return changedIf(!known || old.expiry != h.expiry)
}

// hold stores a base key unless it is live; with groups apart it lasts as long as the longest of them.
func (t *throttleData) hold(now node.Clock, base event.ThrottleKey, h hold) {
	b, ok := t.bases[base]
	if !ok || !t.alive(now, b) || t.apart && t.longer(h, b) {
		t.bases[base] = h
	}
}

// longer tells whether one hold lasts longer than another.
func (t *throttleData) longer(a, b hold) bool {
	if t.trust && a.until != event.Never && b.until != event.Never {
		return a.until > b.until
	}
	return a.expiry > b.expiry
}

// remember stores the conditions that a decision came with. By rule what is stored for its plan stays
// as it is, even when the policy has changed.
func (t *throttleData) remember(d *event.Decision, base event.ThrottleKey, group int) {
	if d.Conditions == "" {
		return
	}
	conditions, _ := t.library.read(d.Conditions)
	if conditions == nil {
		return
	}
	s := t.conditions[base]
	if s == nil {
		s = &stored{}
		t.conditions[base] = s
	}
	s.put(storedGroup{group, d.Key, conditions}, t.apart)
}

// release removes a base key and one plan's conditions. By rule that hides every other group of the
// base until it is decided again; with groups apart the base stays while another one is live.
func (t *throttleData) release(now node.Clock, base event.ThrottleKey, group int) {
	s := t.conditions[base]
	if s != nil {
		s.drop(group)
		if s.empty() {
			delete(t.conditions, base)
		}
	}
	if !t.apart || s == nil || !t.anyLive(now, s) {
		delete(t.bases, base)
	}
}

// anyLive tells whether one of the stored plans throttles.
func (t *throttleData) anyLive(now node.Clock, s *stored) bool {
	for i := range s.groups {
		if h, ok := t.keys[s.groups[i].key]; ok && t.alive(now, h) {
			return true
		}
	}
	if s.byDefault == nil {
		return false
	}
	h, ok := t.keys[s.byDefault.key]
	return ok && t.alive(now, h)
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
	h, ok := t.keys[key]
	if !ok {
		return 0, false
	}
	if !t.alive(now, h) {
		delete(t.keys, key)
		return 0, false
	}
	return h.expiry, true
}

// liveBytes is live for a key that is put together for one call.
func (t *throttleData) liveBytes(now node.Clock, key []byte) (event.Wall, bool) {
	h, ok := t.keys[event.ThrottleKey(key)]
	if !ok {
		return 0, false
	}
	if !t.alive(now, h) {
		delete(t.keys, event.ThrottleKey(key))
		return 0, false
	}
	return h.expiry, true
}

// liveAPI asks both maps: the base key first, then the key of the default plan.
func (t *throttleData) liveAPI(now node.Clock, base, suffixed event.ThrottleKey) (event.Wall, bool) {
	if !t.liveBase(now, base) {
		return 0, false
	}
	return t.live(now, suffixed)
}

// liveBase asks the base key alone. With it that is over go the conditions stored for it.
func (t *throttleData) liveBase(now node.Clock, base event.ThrottleKey) bool {
	h, ok := t.bases[base]
	if ok && !t.alive(now, h) {
		delete(t.bases, base)
		delete(t.conditions, base)
		ok = false
	}
	return ok
}

// sweep removes every hold that is over. The product has no sweeper: a key that nobody asks for
// again stays for ever.
func (t *throttleData) sweep(now node.Clock) {
	for _, key := range slices.Sorted(maps.Keys(t.keys)) {
		t.live(now, key)
	}
	for _, base := range slices.Sorted(maps.Keys(t.bases)) {
		t.liveBase(now, base)
	}
}
