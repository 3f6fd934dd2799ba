package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

const (
	apiBase     = event.ThrottleKey("/pasta/1.0.0:1.0.0")
	ofPartner   = apiBase + "_condition_1"
	ofEverybody = apiBase + "_default"
)

// groups is an oracle of an API policy: two calls for everybody, two for a partner, in windows of 10 s. A
// call with a header counts for the partner.
func groups(unasked bool) (*Oracle, *tape) {
	s := testSetup()
	s.Counted = func(r *event.Request) []Counted {
		c := Counted{Key: ofEverybody, Base: apiBase, Level: event.APILevel, Quota: 2, Window: 10 * second, Unasked: unasked}
		if len(r.Headers) > 0 {
			c.Key = ofPartner
		}
		return []Counted{c}
	}
	o := NewOracle(s)
	p := &tape{to: o}
	return o, p.time(500).listen("gw-1", "tm-1.broker").time(1000)
}

var fromPartner = []event.Pair{{Name: "X-Partner", Value: "yes"}}

func (p *tape) pasta(code event.Code, headers []event.Pair) *tape {
	p.id++
	req := &event.Request{ID: p.id, Context: "/pasta/1.0.0", Headers: headers}
	p.play(trace.Record{Kind: trace.Called, Node: "gw-1", Request: req, Msg: req})
	p.play(trace.Record{Kind: trace.Answered, Node: "gw-1", Request: req, Msg: &event.Reply{Code: code}})
	return p
}

// throttle is a key's quota used up, decided and applied.
func (p *tape) throttle(key event.ThrottleKey, headers []event.Pair) *tape {
	for n := range int64(2) {
		p.pasta(event.Served, headers)
		p.note("tm-1", node.Note{Fact: node.Counted, Request: p.id, Key: key, N: n + 1, Expiry: start + 10_000})
	}
	p.note("tm-1", node.Note{Fact: node.DecisionEmitted, Key: key, On: true, Expiry: start + 10_000})
	return p.decide(key, true)
}

func (p *tape) decide(key event.ThrottleKey, on bool) *tape {
	return p.note("gw-1", node.Note{Fact: node.DecisionApplied, Key: key, On: on, Expiry: start + 10_000})
}

func TestOracleTellsHiddenGroups(t *testing.T) {
	for _, c := range []struct {
		why         string
		unasked     bool
		play        func(p *tape)
		over, under Causes
	}{
		{"two groups fill their quotas", false, func(p *tape) {
			p.throttle(ofEverybody, nil).throttle(ofPartner, fromPartner).pasta(event.APILimitExceeded, nil).pasta(event.APILimitExceeded, fromPartner)
		}, Causes{}, Causes{}},
		{"a false for one takes the base key from the other", false, func(p *tape) {
			p.throttle(ofEverybody, nil).throttle(ofPartner, fromPartner).decide(ofPartner, false).pasta(event.Served, nil)
		}, Causes{GroupHidden: 1}, Causes{}},
		{"until it is decided anew", false, func(p *tape) {
			p.throttle(ofEverybody, nil).throttle(ofPartner, fromPartner).decide(ofPartner, false).decide(ofEverybody, true).pasta(event.Served, nil)
		}, Causes{Unexplained: 1}, Causes{}},
		{"gateways do not look at what the group asks for", true, func(p *tape) {
			p.throttle(ofPartner, fromPartner).pasta(event.Served, fromPartner)
		}, Causes{GroupHidden: 1}, Causes{}},
		{"a call is refused for another group than it counts in", false, func(p *tape) {
			p.throttle(ofEverybody, nil).pasta(event.APILimitExceeded, fromPartner)
		}, Causes{}, Causes{LateDecision: 1}},
	} {
		t.Run(c.why, func(t *testing.T) {
			o, p := groups(c.unasked)
			c.play(p)
			if got := o.Account(); got.Over != c.over || got.Under != c.under {
				t.Errorf("leaks %v, wrong refusals %v; want %v, %v", got.Over, got.Under, c.over, c.under)
			}
		})
	}
}

// A call that counts in two groups is refused rightly if one of them is used up.
func TestOracleAllowsARefusalForOneOfTwoGroups(t *testing.T) {
	s := testSetup()
	s.Counted = func(*event.Request) []Counted {
		return []Counted{{Key: ofEverybody, Base: apiBase, Level: event.APILevel, Quota: 5, Window: 10 * second}, {Key: ofPartner, Base: apiBase, Level: event.APILevel, Quota: 2, Window: 10 * second}}
	}
	o := NewOracle(s)
	p := (&tape{to: o}).time(500).listen("gw-1", "tm-1.broker").time(1000)
	p.throttle(ofPartner, nil).pasta(event.APILimitExceeded, nil)
	if q := o.Account(); q.Under.Total() != 0 || q.Throttled != 1 {
		t.Errorf("%v of %d refusals are wrong", q.Under, q.Throttled)
	}
}

// A quota of bytes is used up by the sizes of calls; the call that goes beyond it is served.
func TestOracleCountsBytes(t *testing.T) {
	for _, c := range []struct {
		why         string
		taken       int64
		sizes       []int64 // of calls that are served
		refused     int     // calls after them
		over, under Causes
	}{
		{"250 bytes are three calls of 100", 0, []int64{100, 100, 100}, 1, Causes{}, Causes{}},
		{"a fourth leaks", 0, []int64{100, 100, 100, 100}, 0, Causes{EventWaiting: 1}, Causes{}},
		{"one large call uses it up", 0, []int64{1000}, 1, Causes{}, Causes{}},
		{"refused with 200 of 250", 0, []int64{100, 100}, 1, Causes{}, Causes{LateDecision: 1}},
		{"the traffic manager takes the number for bytes", 2, []int64{100}, 3, Causes{}, Causes{UnitIgnored: 3}},
	} {
		t.Run(c.why, func(t *testing.T) {
			s := testSetup()
			s.Counted = func(*event.Request) []Counted {
				return []Counted{{Key: key, Level: event.SubscriptionLevel, Quota: 250, Taken: c.taken, Window: 10 * second, Measure: Bytes}}
			}
			o := NewOracle(s)
			p := (&tape{to: o}).time(500).listen("gw-1", "tm-1.broker").note("gw-1", node.Note{Fact: node.EventSent, Peer: "tm-1"}).time(2000)
			for i := range len(c.sizes) + c.refused {
				p.id++
				req, code := &event.Request{ID: p.id, Context: "/pizza/1.0.0"}, event.SubscriptionExceeded
				if i < len(c.sizes) {
					req.Size, code = c.sizes[i], event.Served
				}
				p.play(trace.Record{Kind: trace.Called, Node: "gw-1", Request: req, Msg: req})
				p.play(trace.Record{Kind: trace.Answered, Node: "gw-1", Request: req, Msg: &event.Reply{Code: code}})
			}
			if q := o.Account(); q.Over != c.over || q.Under != c.under {
				t.Errorf("leaks %v, wrong refusals %v; want %v, %v", q.Over, q.Under, c.over, c.under)
			}
		})
	}
}
