package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

const (
	start  event.Wall = 1_700_000_000_000 // a multiple of 10 s
	key               = event.ThrottleKey("7:/pizza/1.0.0:1.0.0:Two")
	second            = event.Second
)

func testSetup() *Setup {
	return &Setup{
		Start: start, Length: 60 * second,
		Gateways: []Gateway{{ID: "gw-1", Region: "main", Labels: []string{"Default"}}, {ID: "gw-2", Region: "main", Labels: []string{"Default"}}},
		Managers: []Manager{{ID: "tm-1", Hubs: []event.NodeID{"tm-1.broker"}}, {ID: "tm-2", Hubs: []event.NodeID{"tm-2.broker"}}},
		Counted: func(*event.Request) []Counted {
			return []Counted{{Key: key, Level: event.SubscriptionLevel, Quota: 2, Window: 10 * second}}
		},
		Region: func(event.NodeID) string { return "main" },
	}
}

// tape plays records to an observer in a few words.
type tape struct {
	to trace.Observer
	at event.Mono
	id event.RequestID
}

func (p *tape) play(r trace.Record) {
	r.At = p.at
	if r.Wall == 0 {
		r.Wall = start + event.Wall(p.at/1e6)
	}
	p.to.Observe(&r)
}

func (p *tape) time(ms int64) *tape { p.at = event.Mono(ms) * event.Mono(event.Millisecond); return p }

func (p *tape) note(at event.NodeID, n node.Note) *tape {
	p.play(trace.Record{Kind: trace.Noted, Node: at, Note: n})
	return p
}

func (p *tape) listen(g, hub event.NodeID) *tape {
	return p.note(g, node.Note{Fact: node.SessionUp, Peer: hub, Detail: string(event.ThrottleData)})
}

func (p *tape) deaf(g, hub event.NodeID) *tape {
	return p.note(g, node.Note{Fact: node.SessionLost, Peer: hub, Detail: string(event.ThrottleData)})
}

// call is a call that gets a code; wall is the gateway's clock error in ms.
func (p *tape) call(g event.NodeID, code event.Code, wall event.Wall) *tape {
	p.id++
	req := &event.Request{ID: p.id, Context: "/pizza/1.0.0"}
	p.play(trace.Record{Kind: trace.Called, Node: g, Request: req, Msg: req})
	p.play(trace.Record{Kind: trace.Answered, Node: g, Request: req, Msg: &event.Reply{Code: code}, Wall: start + event.Wall(p.at/1e6) + wall})
	return p
}

func (p *tape) served(g event.NodeID) *tape { return p.call(g, event.Served, 0) }

func (p *tape) sent(id event.RequestID, to ...event.NodeID) *tape {
	for _, m := range to {
		p.note("gw-1", node.Note{Fact: node.EventSent, Request: id, Peer: m})
	}
	return p
}

func (p *tape) counted(m event.NodeID, id event.RequestID, n int64, expiry event.Wall) *tape {
	return p.note(m, node.Note{Fact: node.Counted, Request: id, Key: key, N: n, Expiry: start + expiry})
}

// emit is that a manager decides, and tells its broker at once.
func (p *tape) emit(m event.NodeID, on bool, expiry event.Wall) *tape {
	return p.decided(m, on, expiry).given(m, m+".broker", on, expiry)
}

func (p *tape) decided(m event.NodeID, on bool, expiry event.Wall) *tape {
	return p.note(m, node.Note{Fact: node.DecisionEmitted, Key: key, On: on, Expiry: start + expiry})
}

func (p *tape) given(m, hub event.NodeID, on bool, expiry event.Wall) *tape {
	return p.note(m, node.Note{Fact: node.EventPublished, Key: key, On: on, Expiry: start + expiry, Peer: hub, Detail: string(event.ThrottleData)})
}

func (p *tape) apply(g event.NodeID, on bool, expiry event.Wall) *tape {
	return p.note(g, node.Note{Fact: node.DecisionApplied, Key: key, On: on, Expiry: start + expiry})
}

// leak is a story of calls and how many of them leaked, by cause.
type leak struct {
	why  string
	play func(p *tape)
	over Causes
}

func nameTheCause(t *testing.T, leaks []leak) {
	for _, row := range leaks {
		t.Run(row.why, func(t *testing.T) {
			o := NewOracle(testSetup())
			p := &tape{to: o}
			p.time(500).listen("gw-1", "tm-1.broker").time(1000)
			p.note("gw-1", node.Note{Fact: node.EventSent, Peer: "tm-1"}) // of a call long ago
			row.play(p)
			if got := o.Account().Over; got != row.over {
				t.Errorf("leaks: %v, want %v", got, row.over)
			}
		})
	}
}

// The loop is whole, or broke before an event was counted.
func TestOracleNamesTheCauseOnTheWayThere(t *testing.T) {
	nameTheCause(t, []leak{
		{"two calls fill the quota, none leaks", func(p *tape) { p.served("gw-1").served("gw-1") }, Causes{}},
		{"a new window has a new quota", func(p *tape) { p.served("gw-1").served("gw-1").time(11_000).served("gw-1") }, Causes{}},
		{"nothing was counted yet", func(p *tape) {
			p.served("gw-1").sent(1, "tm-1").served("gw-1").sent(2, "tm-1").served("gw-1")
		}, Causes{EventInFlight: 1}},
		{"nothing has left the gateway for long", func(p *tape) {
			p.served("gw-1").served("gw-1").time(2500).served("gw-1")
		}, Causes{EventWaiting: 1}},
		{"one of two managers stands, the other is sent every event", func(p *tape) {
			p.served("gw-1").sent(1, "tm-1", "tm-2").time(11_000).served("gw-1").sent(2, "tm-2").served("gw-1").sent(3, "tm-2").time(12_500).served("gw-1")
		}, Causes{EventWaiting: 1}},
		{"nothing has left the gateway just now", func(p *tape) { p.served("gw-1").served("gw-1").served("gw-1") }, Causes{EventInFlight: 1}},
		{"each of two managers is sent both events and has counted one", func(p *tape) {
			p.served("gw-1").sent(1, "tm-1", "tm-2").served("gw-1").sent(2, "tm-1", "tm-2")
			p.counted("tm-1", 1, 1, 10_000).counted("tm-2", 1, 1, 10_000).served("gw-1")
		}, Causes{EventInFlight: 1}},
		{"an event was dropped at the gateway", func(p *tape) {
			p.served("gw-1").served("gw-1").counted("tm-1", 1, 1, 10_000)
			p.note("gw-1", node.Note{Fact: node.EventDropped, Request: 2, Peer: "tm-1", Reason: event.BufferFull}).served("gw-1")
		}, Causes{EventLost: 1}},
	})
}

// The loop broke where events are counted.
func TestOracleNamesTheCauseAtTheManager(t *testing.T) {
	nameTheCause(t, []leak{
		{"each of two managers counted one of two", func(p *tape) {
			p.served("gw-2").sent(1, "tm-2").served("gw-2").sent(2, "tm-2").time(11_000) // in the window before
			p.served("gw-1").sent(3, "tm-1").served("gw-1").sent(4, "tm-2").counted("tm-1", 3, 1, 20_000).counted("tm-2", 4, 1, 20_000).served("gw-1")
		}, Causes{SplitCounting: 1}},
		{"the traffic manager forgot what it had counted", func(p *tape) {
			p.served("gw-1").served("gw-1").counted("tm-1", 1, 1, 10_000).counted("tm-1", 2, 2, 10_000)
			p.play(trace.Record{Kind: trace.Stopped, Node: "tm-1"})
			p.play(trace.Record{Kind: trace.Booted, Node: "tm-1"})
			p.served("gw-1")
		}, Causes{ManagerRestarted: 1}},
		{"the policy was deployed again in between", func(p *tape) {
			deploy := node.Note{Fact: node.PlanDeployed, ID: "subscription:P"}
			p.note("tm-1", deploy).time(11_000).served("gw-1").served("gw-1").counted("tm-1", 1, 1, 20_000).counted("tm-1", 2, 2, 20_000)
			p.time(15_000).note("tm-1", deploy).served("gw-1")
		}, Causes{PolicySaved: 1}},
		{"the policy was deployed for the first time after a restart", func(p *tape) {
			deploy := node.Note{Fact: node.PlanDeployed, ID: "subscription:P"}
			p.note("tm-1", deploy).served("gw-1").served("gw-1").counted("tm-1", 1, 1, 10_000).counted("tm-1", 2, 2, 10_000)
			p.time(5000).play(trace.Record{Kind: trace.Stopped, Node: "tm-1"})
			p.play(trace.Record{Kind: trace.Booted, Node: "tm-1"})
			p.time(6000).note("tm-1", deploy).served("gw-1")
		}, Causes{ManagerRestarted: 1}},
		{"enough was counted, nobody forgot it, and nobody decided", func(p *tape) {
			p.time(11_000).served("gw-1").served("gw-1").counted("tm-1", 1, 1, 20_000).counted("tm-1", 2, 2, 20_000).served("gw-1")
		}, Causes{Unexplained: 1}},
		{"no traffic manager runs", func(p *tape) {
			p.play(trace.Record{Kind: trace.Stopped, Node: "tm-1"})
			p.served("gw-1").served("gw-1").served("gw-1")
		}, Causes{ManagerDown: 1}},
		{"an event was counted in the next window", func(p *tape) {
			p.time(9990).served("gw-1").served("gw-1").counted("tm-1", 1, 1, 10_000).counted("tm-1", 2, 1, 20_000).served("gw-1")
		}, Causes{BoundaryCarry: 1}},
	})
}

// TestOracleUnderAQuotaOfNothing: the first event throttles, so that every call before its decision leaks.
func TestOracleUnderAQuotaOfNothing(t *testing.T) {
	for _, store := range []event.NodeID{"", "kv"} {
		setup := testSetup()
		setup.Managers[0].Counters = store
		setup.Counted = func(*event.Request) []Counted {
			return []Counted{{Key: key, Level: event.SubscriptionLevel, Window: 10 * second}}
		}
		o := NewOracle(setup)
		p := &tape{to: o}
		p.listen("gw-1", "tm-1.broker").sent(0, "tm-1").time(11_000).served("gw-1").sent(1, "tm-1").served("gw-1")
		if got := o.Account().Over; got != (Causes{EventInFlight: 2}) {
			t.Errorf("leaks: %v, with a store of shared counters %q", got, store)
		}
	}
}

// The loop broke behind the decision.
func TestOracleNamesTheCauseOnTheWayBack(t *testing.T) {
	nameTheCause(t, []leak{
		{"the decision was made and comes later", func(p *tape) {
			p.served("gw-1").served("gw-1").counted("tm-1", 1, 1, 10_000).counted("tm-1", 2, 2, 10_000).emit("tm-1", true, 10_000)
			p.served("gw-1").time(1100).apply("gw-1", true, 10_000)
		}, Causes{DecisionInFlight: 1}},
		{"the decision never comes", func(p *tape) {
			p.served("gw-1").served("gw-1").counted("tm-1", 2, 2, 10_000).emit("tm-1", true, 10_000).served("gw-1")
		}, Causes{DecisionLost: 1}},
		{"the decision was made and waits for a thread that can send it", func(p *tape) {
			p.served("gw-1").served("gw-1").counted("tm-1", 1, 1, 10_000).counted("tm-1", 2, 2, 10_000).decided("tm-1", true, 10_000)
			p.time(2000).served("gw-1").time(3000).given("tm-1", "tm-1.broker", true, 10_000).served("gw-1").time(3100).apply("gw-1", true, 10_000)
		}, Causes{DecisionWaiting: 1, DecisionInFlight: 1}},
		{"the decision waits for a new connection, which is part of its way", func(p *tape) {
			p.served("gw-1").served("gw-1").counted("tm-1", 2, 2, 10_000).decided("tm-1", true, 10_000)
			p.time(1050).served("gw-1").given("tm-1", "tm-1.broker", true, 10_000).time(1100).apply("gw-1", true, 10_000)
		}, Causes{DecisionInFlight: 1}},
		{"the decision waits until its window is over", func(p *tape) {
			p.served("gw-1").served("gw-1").counted("tm-1", 2, 2, 10_000).decided("tm-1", true, 10_000).served("gw-1")
			p.time(11_000).given("tm-1", "tm-1.broker", true, 10_000).apply("gw-1", true, 10_000)
		}, Causes{DecisionWaiting: 1}},
		{"the gateway was deaf when it was made", func(p *tape) {
			p.deaf("gw-1", "tm-1.broker").served("gw-1").served("gw-1").counted("tm-1", 2, 2, 10_000).emit("tm-1", true, 10_000)
			p.time(1200).listen("gw-1", "tm-1.broker").time(1300).served("gw-1")
		}, Causes{GatewayDeaf: 1}},
		{"a fast clock lifts the block early", func(p *tape) {
			p.served("gw-1").served("gw-1").counted("tm-1", 2, 2, 10_000).emit("tm-1", true, 10_000).apply("gw-1", true, 10_000)
			p.time(9000).call("gw-1", event.Served, 2000)
		}, Causes{ClockSkew: 1}},
		{"another manager's false lifts the block", func(p *tape) {
			p.served("gw-1").served("gw-1").counted("tm-1", 2, 2, 10_000).emit("tm-1", true, 10_000).apply("gw-1", true, 10_000)
			p.time(2000).apply("gw-1", false, 10_000).time(2100).served("gw-1")
		}, Causes{LiftedEarly: 1}},
		{"served against a live decision is a bug", func(p *tape) {
			p.served("gw-1").served("gw-1").counted("tm-1", 2, 2, 10_000).emit("tm-1", true, 10_000).apply("gw-1", true, 10_000).time(2000).served("gw-1")
		}, Causes{Unexplained: 1}},
	})
}

func TestOracleFindsWrongRefusals(t *testing.T) {
	for _, row := range []struct {
		why   string
		play  func(p *tape)
		under Causes
	}{
		{"a refusal after the quota is right", func(p *tape) {
			p.served("gw-1").served("gw-1").call("gw-1", event.SubscriptionExceeded, 0)
		}, Causes{}},
		{"a carried event counts towards the quota", func(p *tape) {
			p.time(9990).served("gw-1").time(10_005).counted("tm-1", 1, 1, 20_000).served("gw-1").call("gw-1", event.SubscriptionExceeded, 0)
		}, Causes{}},
		{"two managers that count one carried event each use up one call of the quota, not two", func(p *tape) {
			p.time(9990).served("gw-1").time(10_005).counted("tm-1", 1, 1, 20_000).counted("tm-2", 1, 1, 20_000).apply("gw-1", true, 20_000).call("gw-1", event.SubscriptionExceeded, 0)
		}, Causes{Unexplained: 1}},
		{"an event of the window before the last one counts, and should not", func(p *tape) {
			p.served("gw-1").time(20_005).counted("tm-1", 1, 1, 30_000).served("gw-1").apply("gw-1", true, 30_000).call("gw-1", event.SubscriptionExceeded, 0)
		}, Causes{StaleEvents: 1}},
		{"an event of the last window that waited in the gateway counts, and should not", func(p *tape) {
			p.time(7000).served("gw-1").time(10_005).sent(1, "tm-1").counted("tm-1", 1, 1, 20_000).served("gw-1").apply("gw-1", true, 20_000).call("gw-1", event.SubscriptionExceeded, 0)
		}, Causes{StaleEvents: 1}},
		{"an event that took long on the wire was in flight", func(p *tape) {
			p.time(7000).served("gw-1").sent(1, "tm-1").time(10_005).counted("tm-1", 1, 1, 20_000).served("gw-1").call("gw-1", event.SubscriptionExceeded, 0)
		}, Causes{}},
		{"what waited for one manager was in flight to the other", func(p *tape) {
			p.time(9900).served("gw-1").sent(1, "tm-1").time(12_000).sent(1, "tm-2").counted("tm-1", 1, 1, 20_000).served("gw-1").call("gw-1", event.SubscriptionExceeded, 0)
		}, Causes{}},
		{"the instant of expiry still refuses", func(p *tape) {
			p.served("gw-1").apply("gw-1", true, 10_000).time(10_000).call("gw-1", event.SubscriptionExceeded, 0)
		}, Causes{}},
		{"a clock that is behind refuses too long", func(p *tape) {
			p.served("gw-1").apply("gw-1", true, 10_000).time(11_000).call("gw-1", event.SubscriptionExceeded, -2000)
		}, Causes{ClockSkew: 1}},
		{"a decision of the old window came late", func(p *tape) {
			p.served("gw-1").apply("gw-1", true, 10_000).time(10_300).call("gw-1", event.SubscriptionExceeded, 0)
		}, Causes{LateDecision: 1}},
		{"a refusal out of nowhere is a bug", func(p *tape) {
			p.served("gw-1").apply("gw-1", true, 10_000).call("gw-1", event.SubscriptionExceeded, 0)
		}, Causes{Unexplained: 1}},
	} {
		t.Run(row.why, func(t *testing.T) {
			o := NewOracle(testSetup())
			p := &tape{to: o}
			p.time(500).listen("gw-1", "tm-1.broker").time(1000)
			row.play(p)
			if got := o.Account().Under; got != row.under {
				t.Errorf("wrong refusals: %v, want %v", got, row.under)
			}
		})
	}
}
