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

// slot is what the map of keys has for one key. Routes hold on to the slots of their keys, so that a
// call need not look them up: such a slot is kept while it is off.
type slot struct {
	hold
	on     bool // the key is throttled, as far as has been told; else there is no hold
	wanted bool // a route may hold on to it
}

// maxWanted bounds the slots that are kept for routes: two for each of as many as are kept.
const maxWanted = 2 * maxRoutes

// throttleData is the product's ThrottleDataHolder: two maps that must agree at API level, both
// emptied only by a decision or by reading an entry that is over.
type throttleData struct {
	trust, ordered bool                          // Config.TrustRemaining, Config.OrderedDecisions
	apart          bool                          // Config.GroupsApart
	keys           map[event.ThrottleKey]*slot   // a slot is on, or wanted
	wanted         int                           // how many of them are
	bases          map[event.ThrottleKey]hold    // API and resource keys without their suffix
	conditions     map[event.ThrottleKey]*stored // by base key, as decisions told them
	library        library
}

func newThrottleData(c *Config) throttleData {
	return throttleData{
		trust: c.TrustRemaining, ordered: c.OrderedDecisions, apart: c.GroupsApart,
		keys: map[event.ThrottleKey]*slot{}, bases: map[event.ThrottleKey]hold{},
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
	s := t.keys[d.Key]
	old, known := s.held()
	if t.ordered && known && t.alive(now, old) && older(now, d, old) {
		return outdated
	}
	base, group, hasBase := splitKey(d.Key)
	if !d.IsThrottled {
		if known {
			t.lift(d.Key, s)
		}
		if hasBase {
			t.release(now, base, group)
		}
		return changedIf(known)
	}
	h := t.holdOf(now, d, old)
	if s == nil {
		s = t.slot(d.Key)
	}
	s.hold, s.on = h, true
	if hasBase {
		t.remember(d, base, group)
		t.hold(now, base, h)
	}
	return changedIf(!known || old.expiry != h.expiry)
}

// held returns the hold, whether over or not; false if there is none.
func (s *slot) held() (hold, bool) {
	if s == nil || !s.on {
		return hold{}, false
	}
	return s.hold, true
}

// hold stores a base key unless it is live; with groups apart it lasts as long as the longest of them. To ask
// whether one is live that is over takes the conditions stored for it away (ThrottleDataHolder.java), by rule
// those of this decision too: JMSMessageListener.java stores them before it asks. The next decision brings them again.
func (t *throttleData) hold(now node.Clock, base event.ThrottleKey, h hold) {
	switch {
	case t.apart:
		if b, ok := t.bases[base]; !ok || !t.alive(now, b) || t.longer(h, b) {
			t.bases[base] = h
		}
	case !t.liveBase(now, base):
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
		if t.throttles(now, s.groups[i].key) {
			return true
		}
	}
	return s.byDefault != nil && t.throttles(now, s.byDefault.key)
}

// throttles tells whether a key is live, and leaves it as it is.
func (t *throttleData) throttles(now node.Clock, key event.ThrottleKey) bool {
	h, ok := t.keys[key].held()
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
	s := t.keys[key]
	if s == nil {
		return 0, false
	}
	next, yes := t.ask(now, s)
	if !yes {
		t.lift(key, s)
	}
	return next, yes
}

// liveBytes is live for a key that is put together for one call.
func (t *throttleData) liveBytes(now node.Clock, key []byte) (event.Wall, bool) {
	s := t.keys[event.ThrottleKey(key)]
	if s == nil {
		return 0, false
	}
	next, yes := t.ask(now, s)
	if !yes {
		t.lift(event.ThrottleKey(key), s)
	}
	return next, yes
}

// ask is live for a slot that a route holds on to.
func (t *throttleData) ask(now node.Clock, s *slot) (event.Wall, bool) {
	if s.on && !t.alive(now, s.hold) {
		s.on = false
	}
	if !s.on {
		return 0, false
	}
	return s.expiry, true
}

// lift ends a key's hold. The slot leaves the map unless a route wants it.
func (t *throttleData) lift(key event.ThrottleKey, s *slot) {
	if s.on = false; !s.wanted {
		delete(t.keys, key)
	}
}

// want returns the slot of a key for a route to hold on to.
func (t *throttleData) want(key event.ThrottleKey) *slot {
	s := t.slot(key)
	if !s.wanted {
		s.wanted = true
		t.wanted++
	}
	return s
}

// slot returns the slot of a key, a new one if there is none.
func (t *throttleData) slot(key event.ThrottleKey) *slot {
	s := t.keys[key]
	if s == nil {
		s = &slot{}
		t.keys[key] = s
	}
	return s
}

// clean makes room. Routes that hold on to slots must be forgotten with it.
func (t *throttleData) clean() {
	maps.DeleteFunc(t.keys, func(_ event.ThrottleKey, s *slot) bool {
		s.wanted = false
		return !s.on
	})
	t.wanted = 0
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
