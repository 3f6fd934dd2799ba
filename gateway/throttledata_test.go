package gateway

import (
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

// naive is JMSMessageListener.java and ThrottleDataHolder.java said again in the plainest way: no entry
// is ever removed by reading it, and a key is looked up by going through all that was said about it.
type naive struct {
	said []event.Decision
	when []event.Wall
}

func (n *naive) apply(at event.Wall, d event.Decision) {
	n.said, n.when = append(n.said, d), append(n.when, at)
}

// key is the expiry that was said last, unless the last word was a release.
func (n *naive) key(at event.Wall, key event.ThrottleKey) (event.Wall, bool) {
	for i := len(n.said) - 1; i >= 0; i-- {
		if n.said[i].Key == key {
			return n.said[i].Expiry, n.said[i].IsThrottled && n.said[i].Expiry >= at
		}
	}
	return 0, false
}

// base follows the base key from the beginning: the first true of any of its plans holds until it
// expires, or until a release of any of them.
func (n *naive) base(at event.Wall, base event.ThrottleKey) bool {
	var expiry event.Wall
	for i, d := range n.said {
		if b, _, ok := splitKey(d.Key); !ok || b != base {
			continue
		}
		switch {
		case !d.IsThrottled:
			expiry = 0
		case expiry < n.when[i]:
			expiry = d.Expiry
		}
	}
	return expiry >= at
}

func TestThrottleDataAgainstModel(t *testing.T) {
	keys := []event.ThrottleKey{"7:alice@carbon.super", "7:/p/1:1:Gold", "/p/1:1_default", "/p/1:1_condition_2", "/q/1:1_default"}
	rapid.Check(t, func(t *rapid.T) {
		real, model, slots := newThrottleData(&Config{}), naive{}, map[event.ThrottleKey]*slot{}
		at := event.Wall(1000)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			at += event.Wall(rapid.IntRange(0, 5).Draw(t, "later"))
			now := node.Clock{Wall: at}
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0, 1:
				d := event.Decision{
					Key:         rapid.SampledFrom(keys).Draw(t, "key"),
					IsThrottled: rapid.Bool().Draw(t, "on"),
					Expiry:      at + event.Wall(rapid.IntRange(-3, 25).Draw(t, "expiry")),
				}
				real.apply(now, &d)
				model.apply(at, d)
			case 2:
				real.sweep(now)
			case 3:
				k := rapid.SampledFrom(keys).Draw(t, "wanted")
				slots[k] = real.want(k)
			case 4:
				clear(slots)
				real.clean()
			}
			for _, k := range keys {
				compare(t, &real, &model, now, k)
				if want, on := model.key(now.Wall, k); slots[k] != nil && now.Wall%3 == 0 {
					if got, live := real.ask(now, slots[k]); live != on || live && got != want {
						t.Fatalf("at %d the slot of %s is %v until %d, want %v until %d", now.Wall, k, live, got, on, want)
					}
				}
			}
			if real.wanted != len(slots) || len(real.keys) > len(keys) {
				t.Fatalf("%d of %d slots are wanted, want %d", real.wanted, len(real.keys), len(slots))
			}
		}
	})
}

func compare(t *rapid.T, real *throttleData, model *naive, now node.Clock, k event.ThrottleKey) {
	want, on := model.key(now.Wall, k)
	base, _, isAPI := splitKey(k)
	if isAPI {
		on = on && model.base(now.Wall, base)
	}
	// A read removes what is over: every other time the key is not read, so that the map is also
	// compared with entries that lie in it over their time.
	if now.Wall%2 == 0 {
		return
	}
	var got event.Wall
	var live bool
	if !isAPI || real.liveBase(now, base) { // of an API's keys the base key is asked first
		got, live = real.live(now, k)
	}
	if live != on || live && got != want {
		t.Fatalf("at %d key %s is %v until %d, want %v until %d", now.Wall, k, live, got, on, want)
	}
}

// TestTrustRemaining says when a hold ends that is measured on the gateway's own clock.
func TestTrustRemaining(t *testing.T) {
	const s = event.Second
	decision := func(expiry event.Wall, left event.Duration) event.Decision {
		return event.Decision{Key: "k", IsThrottled: true, Expiry: expiry, Remaining: left}
	}
	type said struct {
		at event.Duration
		d  event.Decision
	}
	rows := []struct {
		why  string
		said []said
		ends event.Duration
	}{
		{"from arrival, whatever the wall clock shows", []said{{1 * s, decision(1, 10*s)}}, 11 * s},
		{"a later copy of the same window does not lengthen it", []said{{1 * s, decision(1, 10*s)}, {4 * s, decision(1, 10*s)}}, 11 * s},
		{"an earlier estimate shortens it", []said{{4 * s, decision(1, 10*s)}, {5 * s, decision(1, 6*s)}}, 11 * s},
		{"the next window has an end of its own", []said{{1 * s, decision(1, 10*s)}, {11 * s, decision(2, 60*s)}}, 71 * s},
	}
	for _, r := range rows {
		data := newThrottleData(&Config{TrustRemaining: true})
		for _, x := range r.said {
			data.apply(node.Clock{Mono: event.Mono(x.at), Wall: 999_999}, &x.d)
		}
		before := node.Clock{Mono: event.Mono(r.ends) - 1, Wall: 999_999}
		if _, live := data.live(before, "k"); !live {
			t.Errorf("%s: over before %v", r.why, r.ends)
		}
		if _, live := data.live(node.Clock{Mono: event.Mono(r.ends), Wall: 999_999}, "k"); live {
			t.Errorf("%s: still there at %v", r.why, r.ends)
		}
	}
}

// TestGroupsAtTheBase plays decisions about the plans of one base key: what a call that meets group 1
// is told. Conditions of group 1 match every caller, those of the default plan name group 1's.
func TestGroupsAtTheBase(t *testing.T) {
	const base = "/p/1:1"
	anybody := text64(`[{"ipspecific":{"specificIp":1,"invert":true}}]`)
	nobody := text64(`[{"ipspecific":{"specificIp":1}}]`)
	on := func(key string, expiry event.Wall, conditions string) event.Decision {
		return event.Decision{Key: event.ThrottleKey(base + key), IsThrottled: true, Expiry: expiry, Conditions: conditions}
	}
	off := func(key string) event.Decision { return event.Decision{Key: event.ThrottleKey(base + key)} }
	for _, c := range []struct {
		why         string
		at          event.Wall
		decisions   []event.Decision
		wso2, apart bool
	}{
		{"its own group", 10, []event.Decision{on("_condition_1", 100, anybody)}, true, true},
		{"a false for another group hides it", 10, []event.Decision{on("_condition_1", 100, anybody), on("_condition_2", 100, nobody), off("_condition_2")}, false, true},
		{"a false for the default plan too", 10, []event.Decision{on("_condition_1", 100, anybody), off("_default")}, false, true},
		{"until any of them is decided again", 10, []event.Decision{on("_condition_1", 100, anybody), off("_condition_2"), on("_condition_2", 100, nobody)}, true, true},
		{"the base ends with the first that was stored", 51, []event.Decision{on("_condition_2", 50, nobody), on("_condition_1", 100, anybody)}, false, true},
		{"its own false", 10, []event.Decision{on("_condition_2", 100, nobody), on("_condition_1", 100, anybody), off("_condition_1")}, false, false},
		{"conditions that are stored stay as they were", 10, []event.Decision{on("_condition_1", 100, nobody), on("_condition_1", 100, anybody)}, false, true},
		{"those of the default plan too", 10, []event.Decision{on("_default", 100, "W10="), on("_default", 100, anybody)}, true, false},
		{"the first group by id is the one that is asked", 10, []event.Decision{on("_condition_0", 100, anybody), on("_condition_1", 100, anybody), off("_condition_0"), on("_condition_1", 100, anybody)}, true, true},
		{"a group whose window is over hides one behind it", 51, []event.Decision{on("_condition_1", 100, anybody), on("_condition_0", 50, anybody)}, false, true},
	} {
		for profile, want := range map[string]bool{"wso2": c.wso2, "apart": c.apart} {
			g := New(Config{GroupsApart: profile == "apart"})
			for i := range c.decisions {
				g.throttled.apply(node.Clock{Wall: 10}, &c.decisions[i])
			}
			r := route{base: base, suffixed: base + defaultSuffix}
			_, got := g.apiLevel(node.Clock{Wall: c.at}, &r, &call{Request: &event.Request{ClientIP: "10.0.0.1"}})
			if got != want {
				t.Errorf("%s, %s: throttled %v, want %v", c.why, profile, got, want)
			}
		}
	}
}
