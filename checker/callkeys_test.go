package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// A call of three operations: all count under the subscription's key of two, the last one alone under a custom key.
const single = event.ThrottleKey("/graph/1.0.0/1.0.0news:QUERY")

func severalSetup() *Setup {
	s := testSetup()
	s.Counted = func(r *event.Request) (all []Counted) {
		for place := range 1 + len(r.Also) {
			all = append(all, Counted{Key: key, Level: event.SubscriptionLevel, Quota: 8, Window: 10 * second, Place: place})
		}
		return append(all, Counted{Key: single, Level: event.CustomLevel, Quota: 100, Window: 10 * second, Place: len(r.Also)})
	}
	return s
}

// ask is a call of three operations that gets a code.
func (p *tape) ask(code event.Code) *tape {
	p.id++
	req := &event.Request{ID: p.id, Context: "/graph/1.0.0", Also: []string{"orders", "news"}}
	p.play(trace.Record{Kind: trace.Called, Node: "gw-1", Request: req, Msg: req})
	p.play(trace.Record{Kind: trace.Answered, Node: "gw-1", Request: req, Msg: &event.Reply{Code: code}})
	return p
}

// all counts the events of a call at a manager.
func (p *tape) all(m event.NodeID, id event.RequestID, before int64) *tape {
	for place := range 3 {
		p.counted(m, id.Event(place), before+int64(place)+1, 20_000)
	}
	return p
}

func TestOracleCountsOperations(t *testing.T) {
	for _, row := range []struct {
		why         string
		play        func(p *tape)
		over, under Causes
	}{
		{"three calls of three are nine of eight: the third began below the quota", func(p *tape) {
			p.ask(event.Served).ask(event.Served).ask(event.Served).ask(event.SubscriptionExceeded)
		}, Causes{}, Causes{}},
		{"the fourth leaks once", func(p *tape) {
			p.ask(event.Served).ask(event.Served).ask(event.Served).ask(event.Served)
		}, Causes{EventInFlight: 1}, Causes{}},
		{"an event of the second call was lost, and the others are one too few", func(p *tape) {
			p.ask(event.Served).all("tm-1", 1, 0).ask(event.Served).ask(event.Served).counted("tm-1", 2, 4, 20_000).counted("tm-1", 3, 5, 20_000).counted("tm-1", event.RequestID(3).Event(1), 6, 20_000).counted("tm-1", event.RequestID(3).Event(2), 7, 20_000)
			p.note("gw-1", node.Note{Fact: node.EventDropped, Request: event.RequestID(2).Event(2), Peer: "tm-1", Reason: event.BufferFull}).ask(event.Served)
		}, Causes{EventLost: 1}, Causes{}},
		{"all events are counted, and nobody decided", func(p *tape) {
			p.ask(event.Served).all("tm-1", 1, 0).ask(event.Served).all("tm-1", 2, 3).ask(event.Served).all("tm-1", 3, 6).ask(event.Served)
		}, Causes{Unexplained: 1}, Causes{}},
		{"a manager that is sent every event is not one of several that share them", func(p *tape) {
			for id := event.RequestID(1); id <= 3; id++ {
				p.ask(event.Served)
				for place := range 3 {
					p.sent(id.Event(place), "tm-1", "tm-2")
				}
			}
			p.ask(event.Served)
		}, Causes{EventInFlight: 1}, Causes{}},
		{"a refused call's events use the quota up", func(p *tape) {
			p.ask(event.Served).ask(event.HardLimitExceeded).ask(event.HardLimitExceeded).ask(event.HardLimitExceeded)
			for id := event.RequestID(2); id <= 4; id++ {
				p.counted("tm-1", id, 2*int64(id), 20_000).counted("tm-1", id.Event(1), 2*int64(id)+1, 20_000)
			}
			p.apply("gw-1", true, 20_000).ask(event.SubscriptionExceeded)
		}, Causes{}, Causes{RefusedCounted: 1}},
		{"and do not where there are too few of them", func(p *tape) {
			p.ask(event.Served).ask(event.HardLimitExceeded).counted("tm-1", 2, 4, 20_000).counted("tm-1", event.RequestID(2).Event(1), 5, 20_000)
			p.apply("gw-1", true, 20_000).ask(event.SubscriptionExceeded)
		}, Causes{}, Causes{Unexplained: 1}},
	} {
		t.Run(row.why, func(t *testing.T) {
			o := NewOracle(severalSetup())
			p := &tape{to: o}
			p.time(500).listen("gw-1", "tm-1.broker").time(12_000)
			p.note("gw-1", node.Note{Fact: node.EventSent, Peer: "tm-1"}) // of a call long ago
			row.play(p)
			if a := o.Account(); a.Over != row.over || a.Under != row.under {
				t.Errorf("leaks: %v, want %v; refused wrongly: %v, want %v; %v", a.Over, row.over, a.Under, row.under, a.Unexplained)
			}
		})
	}
}

// Events of one call are told apart: both managers count all three, or one of them two.
func TestCountersKnowOperations(t *testing.T) {
	c := NewCounters(severalSetup(), 0)
	(&tape{to: c}).boot("tm-1", "tm-2").time(12_000).all("tm-1", 1, 0).all("tm-2", 1, 0)
	if got := c.Finish(); got.Verdict != Holds || got.Exercised != 3 {
		t.Errorf("%v, exercised %d: %v", got.Verdict, got.Exercised, got.Details)
	}
	c = NewCounters(severalSetup(), 0)
	(&tape{to: c}).boot("tm-1", "tm-2").time(12_000).all("tm-1", 1, 0).counted("tm-2", 1, 1, 20_000).counted("tm-2", event.RequestID(1).Event(2), 2, 20_000)
	if got := c.Finish(); got.Verdict != Violated || got.Worst != "1 event in one window; 1 in all of 3" {
		t.Errorf("%v, worst %q", got.Verdict, got.Worst)
	}
}
