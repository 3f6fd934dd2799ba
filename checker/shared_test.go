package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// TestSharedCounters plays what two traffic managers with one counter do, a quota of two, and a third call
// that is served.
func TestSharedCounters(t *testing.T) {
	const end = 10_000
	halves := func(p *tape) {
		p.served("gw-1").sent(1, "tm-1").served("gw-1").sent(2, "tm-2")
	}
	both := func(p *tape) {
		halves(p)
		p.counted("tm-1", 1, 1, end).counted("tm-2", 2, 1, end)
	}
	hear := func(p *tape, times int, managers ...event.NodeID) {
		for range times {
			for _, m := range managers {
				p.note(m, node.Note{Fact: node.CounterSynced, Key: key, N: 1})
			}
		}
	}
	rows := []struct {
		story string
		want  Cause
		play  func(*tape)
	}{
		{"one event has not come", EventInFlight, func(p *tape) {
			halves(p)
			p.counted("tm-1", 1, 1, end)
		}},
		{"each has counted one, and knows of no more", CounterBehind, both},
		{"each has heard of the other's, so it seems, but once", CounterBehind, func(p *tape) { both(p); hear(p, enough, "tm-1"); hear(p, 1, "tm-2") }},
		{"both have heard often enough, and still nobody decides", CounterWrong, func(p *tape) { both(p); hear(p, enough, "tm-1", "tm-2") }},
		{"what was heard before the quota was used up tells nothing", CounterBehind, func(p *tape) { hear(p, enough, "tm-1", "tm-2"); both(p) }},
		{"one stands still for the store", CounterBehind, func(p *tape) {
			halves(p)
			p.counted("tm-1", 1, 1, end).note("tm-2", node.Note{Fact: node.CounterWaited, Key: key, On: true})
		}},
		{"it stands no longer", EventInFlight, func(p *tape) {
			halves(p)
			p.counted("tm-1", 1, 1, end).note("tm-2", node.Note{Fact: node.CounterWaited, Key: key, On: true})
			p.note("tm-2", node.Note{Fact: node.CounterWaited, Key: key})
		}},
		{"nobody is there", ManagerDown, func(p *tape) {
			halves(p)
			p.play(trace.Record{Kind: trace.Stopped, Node: "tm-1"})
			p.play(trace.Record{Kind: trace.Stopped, Node: "tm-2"})
		}},
	}
	for _, row := range rows {
		s := testSetup()
		s.Managers[0].Counters, s.Managers[1].Counters = "kv", "kv"
		o := NewOracle(s)
		p := &tape{to: o}
		p.time(1).listen("gw-1", "tm-1.broker")
		row.play(p.time(1000))
		p.time(1100).served("gw-1")
		if q := o.Account(); q.Over[row.want] != 1 || q.Over.Total() != 1 {
			t.Errorf("%s: %s, want %s", row.story, q.Over, row.want)
		}
	}
}

// TestARefusalByASharedCounter is one by a decision of this window that nobody's count explains.
func TestARefusalByASharedCounter(t *testing.T) {
	for store, want := range map[event.NodeID]Cause{"kv": CounterWrong, "": Unexplained} {
		s := testSetup()
		s.Managers[0].Counters, s.Managers[1].Counters = store, store
		o := NewOracle(s)
		p := &tape{to: o}
		p.time(1).listen("gw-1", "tm-1.broker")
		p.time(100).served("gw-1").note("gw-1", node.Note{Fact: node.DecisionApplied, Key: key, On: true, Expiry: start + 10_000})
		p.time(1000).call("gw-1", event.SubscriptionExceeded, 0)
		p.call("gw-1", event.SubscriptionExceeded, 0)
		if q := o.Account(); q.Under[want] == 0 {
			t.Errorf("store %q: %s, want %s", store, q.Under, want)
		}
	}
}

func TestCounterWait(t *testing.T) {
	s := testSetup()
	begin := node.Note{Fact: node.CounterWaited, Key: key, On: true}
	ended := func(d event.Duration) node.Note {
		return node.Note{Fact: node.CounterWaited, Key: key, N: int64(d)}
	}
	rows := []struct {
		story string
		want  Verdict
		play  func(*tape)
	}{
		{"nobody waits", Holds, func(*tape) {}},
		{"a wait as long as may be", Holds, func(p *tape) {
			p.time(1000).note("tm-1", begin).time(1200).note("tm-1", ended(200*event.Millisecond))
		}},
		{"a longer one", Violated, func(p *tape) {
			p.time(1000).note("tm-1", begin).time(1201).note("tm-1", ended(201*event.Millisecond))
		}},
		{"one that does not end", Violated, func(p *tape) { p.time(1000).note("tm-1", begin) }},
		{"one that the manager did not survive", Holds, func(p *tape) {
			p.time(1000).note("tm-1", begin).play(trace.Record{Kind: trace.Stopped, Node: "tm-1"})
		}},
	}
	for _, row := range rows {
		c := NewCounterWait(s, 200*event.Millisecond)
		p := &tape{to: c}
		p.note("tm-2", node.Note{Fact: node.CounterSynced, Key: key})
		row.play(p)
		if out := c.Finish(); out.Verdict != row.want {
			t.Errorf("%s: %s (%s), want %s", row.story, out.Verdict, out.Worst, row.want)
		}
	}
	if out := NewCounterWait(s, second).Finish(); out.Verdict != NotExercised {
		t.Errorf("without a shared counter: %s", out.Verdict)
	}
}
