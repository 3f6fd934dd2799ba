package trafficmgr

import (
	"math"
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// dropped counts the notes of events that were not counted, by reason.
func (m *member) dropped() map[event.Reason]int {
	all := map[event.Reason]int{}
	for _, a := range m.acts {
		if a.Verb == node.Record && a.Note.Fact == node.CountDropped {
			all[a.Note.Reason]++
		}
	}
	return all
}

func (m *member) batch(events ...event.Message) {
	m.step(node.Input{Kind: node.Received, Session: -1, Msg: &event.Batch{Events: events}})
}

// TestKeysAreBounded: a plan that keeps as many keys as it may counts those it knows, drops the events of
// others and says why, and has room again when old ones are forgotten.
func TestKeysAreBounded(t *testing.T) {
	c := Hardened()
	c.Rules.MaxKeys = 2
	m := start(c)
	at := func(id event.RequestID, key event.ThrottleKey) event.Message { return throttle(id, m.now.Wall, key) }
	m.batch(at(1, "a"), at(2, "b"), at(3, "c"), at(4, "a"))
	if n := m.dropped(); n[event.BufferFull] != 1 || len(n) != 1 {
		t.Errorf("dropped: %v, want one for want of room", n)
	}
	if n := len(m.said("c")); n != 1 {
		t.Errorf("%d facts about the key that found no room, want the one that says so", n)
	}
	if n := m.m.registry.keys(); n != 2 {
		t.Errorf("%d keys are kept, want 2", n)
	}
	for range 3 {
		m.pass(event.Minute)
	}
	m.acts = nil
	m.batch(at(5, "c"))
	if n := m.dropped(); len(n) != 0 || m.m.registry.keys() != 1 {
		t.Errorf("after two idle windows dropped %v, %d keys kept; want room for a new one", n, m.m.registry.keys())
	}
}

// TestNobodyIsAskedOfAKeyWithoutRoom: where counters are shared the first event of a key waits for the store; that of
// a key which finds no room does not, and is dropped.
func TestNobodyIsAskedOfAKeyWithoutRoom(t *testing.T) {
	c := WSO2()
	c.Rules.MaxKeys, c.Sharing.Store = 1, "kv"
	m := start(c)
	m.batch(throttle(1, m.now.Wall, "a"))
	for range 2 {
		m.pass(c.Sharing.Interval)
	}
	for _, a := range m.acts {
		if a.Verb == node.Open && a.To.Node == "kv" {
			m.step(node.Input{Kind: node.Down, Session: a.Session, Reason: event.Refused})
		}
	}
	m.batch(throttle(2, m.now.Wall, "b"))
	if n := m.dropped(); len(m.said("a")) == 0 || n[event.BufferFull] != 1 || m.m.registry.keys() != 1 {
		t.Errorf("dropped %v, %d keys kept, of a was said %v; want b dropped and a counted", n, m.m.registry.keys(), m.said("a"))
	}
}

// TestBadPolicies: a policy that cannot be deployed is refused with its reason, and its neighbours and
// what was deployed before stay as they are.
func TestBadPolicies(t *testing.T) {
	limit := event.Limit{Quota: 5, Window: event.Minute}
	group := func(c ...event.Condition) []event.ConditionGroup {
		return []event.ConditionGroup{{ID: 1, Limit: limit, Conditions: c}}
	}
	for _, row := range []struct {
		why   string
		spoil func(p *event.Policy)
	}{
		{"a window of no length", func(p *event.Policy) { p.Window = 0 }},
		{"a window that runs backwards", func(p *event.Policy) { p.Window = -event.Minute }},
		{"a negative quota", func(p *event.Policy) { p.Quota = -1 }},
		{"a quota that overflows in bytes", func(p *event.Policy) { p.Counts, p.DataUnit, p.Quota = event.Bandwidth, "MB", math.MaxInt64 }},
		{"a quota in bytes that overflows to a small one", func(p *event.Policy) { p.Counts, p.DataUnit, p.Quota = event.Bandwidth, "MB", 1<<44+1 }},
		{"a unit that nobody knows", func(p *event.Policy) { p.Counts, p.DataUnit = event.Bandwidth, "TB" }},
		{"a condition of a type that nobody knows", func(p *event.Policy) { p.Groups = group(event.Condition{Name: "q", Value: "a"}) }},
		{"no address", func(p *event.Policy) { p.Groups = group(event.Condition{Type: event.IPIs, Value: "10.0.0"}) }},
		{"a range of two kinds", func(p *event.Policy) {
			p.Groups = group(event.Condition{Type: event.IPBetween, Value: "10.0.0.1", End: "2001:db8::1"})
		}},
		{"a regular expression that does not end", func(p *event.Policy) {
			p.Groups = group(event.Condition{Type: event.HeaderHas, Name: "X", Value: "(a"})
		}},
		{"a query that is none", func(p *event.Policy) { p.Level, p.Query = event.CustomLevel, "FROM nothing" }},
	} {
		t.Run(row.why, func(t *testing.T) {
			bad := event.Policy{Name: "Bad", Level: event.APILevel, Tenant: event.Super, Quota: 5, Window: event.Minute}
			row.spoil(&bad)
			m := start(WSO2())
			m.batch(throttle(1, t0, keyK))
			m.acts = nil
			var out node.Output
			m.m.registry.deployListed(&bad, &out)
			if len(out.Acts) != 1 || out.Acts[0].Note.Fact != node.DeployFailed || out.Acts[0].Note.Reason != event.Malformed || out.Acts[0].Note.Detail == "" {
				t.Fatalf("notes %+v, want one refusal that says why", out.Acts)
			}
			m.batch(throttle(2, t0, keyK))
			if said := m.said(keyK); len(said) != 1 || said[0].(node.Note).N != 2 {
				t.Errorf("the neighbour says %v, want its second event counted", said)
			}
		})
	}
}

// FuzzEvents hands a traffic manager whatever a gateway may send, before and after an event of K: each
// event has a fact, and K is counted as if it were alone.
func FuzzEvents(f *testing.F) {
	f.Add("Five", "k", `{"ip":167772161}`, int64(t0), false)
	f.Add("Five", "", `{"ip":`, int64(math.MaxInt64), true)
	f.Add("", "k", "null", int64(math.MinInt64), false)
	f.Add("Nobody", "\x00", `{"messageSize":9223372036854775808}`, int64(-1), true)
	f.Add("Five", strings.Repeat("k", 5000), `{"reset":true}`, int64(t0)+1<<40, false)
	f.Fuzz(func(t *testing.T, tier, key, properties string, stamp int64, hardened bool) {
		c := WSO2()
		if hardened {
			c = Hardened()
		}
		if key == string(keyK) {
			return
		}
		m := start(c)
		m.batch(throttle(1, t0, keyK)) // opens the window
		m.acts = nil
		odd := throttle(2, event.Wall(stamp), event.ThrottleKey(key))
		odd.SubscriptionTier, odd.Properties = tier, properties
		odd.ResourceTier, odd.ResourceKey = tier, event.ThrottleKey(key)
		m.batch(odd, throttle(3, t0, keyK))
		facts := 0
		for _, a := range m.acts {
			if a.Verb == node.Record && a.Note.Request == 2 && (a.Note.Fact == node.Counted || a.Note.Fact == node.CountDropped && a.Note.Reason != event.NoReason) {
				facts++
			}
		}
		if facts == 0 {
			t.Error("nothing says what became of the event")
		}
		if said := m.said(keyK); len(said) != 1 || said[0].(node.Note).N != 2 {
			t.Errorf("K says %v, want its second event counted", said)
		}
	})
}
