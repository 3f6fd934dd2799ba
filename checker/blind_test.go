package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// TestBlindCountsWhatWasServedWithoutATrafficManager follows one gateway of two traffic managers.
func TestBlindCountsWhatWasServedWithoutATrafficManager(t *testing.T) {
	call := &event.Request{ID: 1}
	s := func(at int) event.Mono { return event.Mono(event.Duration(at) * event.Second) }
	note := func(at int, f node.Fact, peer event.NodeID, detail string) trace.Record {
		return trace.Record{At: s(at), Kind: trace.Noted, Node: "gw-1", Note: node.Note{Fact: f, Peer: peer, Detail: detail}}
	}
	answer := func(at int, code event.Code) trace.Record {
		return trace.Record{At: s(at), Kind: trace.Answered, Node: "gw-1", Msg: &event.Reply{Code: code}, Request: call}
	}
	const hears, feeds = "throttleData", "feed"
	start := []trace.Record{
		{Kind: trace.Booted, Node: "gw-1"}, note(1, node.SessionUp, "tm-1", feeds), note(1, node.SessionUp, "tm-2", feeds),
		note(1, node.SessionUp, "tm-1.broker", hears),
	}
	for _, row := range []struct {
		why            string
		then           []trace.Record
		judged, served int
	}{
		{"nothing is lost", []trace.Record{answer(9, 0)}, 0, 0},
		{"one feed of two is", []trace.Record{note(2, node.SessionLost, "tm-1", feeds), answer(9, 0)}, 0, 0},
		{"both are", []trace.Record{note(2, node.SessionLost, "tm-1", feeds), note(3, node.SessionLost, "tm-2", feeds), answer(5, 0), answer(6, 0), answer(7, 503)}, 2, 1},
		{"a hub of the events' is", []trace.Record{note(2, node.SessionLost, "cp-1.broker", hears), answer(9, 0)}, 0, 0},
		{"the hub of the decisions is", []trace.Record{note(2, node.SessionLost, "tm-1.broker", hears), answer(9, 0)}, 1, 1},
		{"it was on another one by then", []trace.Record{note(2, node.SessionUp, "tm-2.broker", hears), note(3, node.SessionLost, "tm-1.broker", hears), answer(9, 0)}, 0, 0},
		{"it is connected again", []trace.Record{note(2, node.SessionLost, "tm-1.broker", hears), note(8, node.SessionUp, "tm-2.broker", hears), answer(9, 0)}, 0, 0},
		{"a start is blind until it is connected", []trace.Record{{At: s(4), Kind: trace.Stopped, Node: "gw-1"}, {At: s(5), Kind: trace.Booted, Node: "gw-1"}, answer(7, 0), answer(8, 0)}, 1, 1},
		{"another gateway does not matter", []trace.Record{{At: s(2), Kind: trace.Noted, Node: "gw-2", Note: node.Note{Fact: node.SessionLost, Peer: "tm-1.broker", Detail: hears}}, answer(9, 0)}, 0, 0},
	} {
		c := NewBlind(&Setup{
			Length: 20 * event.Second, Gateways: []Gateway{{ID: "gw-1"}},
			Managers: []Manager{{ID: "tm-1", Hubs: []event.NodeID{"tm-1.broker"}}, {ID: "tm-2", Hubs: []event.NodeID{"tm-2.broker"}}},
			Counted:  func(*event.Request) []Counted { return []Counted{{}} },
		}, 2*event.Second, 0)
		for _, r := range append(start[:len(start):len(start)], row.then...) {
			c.Observe(&r)
		}
		want := NotExercised
		if row.judged > 0 {
			want = Violated
		}
		if o := c.Finish(); o.Exercised != row.judged || int(c.served) != row.served || o.Verdict != want {
			t.Errorf("%s: %d judged, %d served, %v", row.why, o.Exercised, c.served, o.Verdict)
		}
	}
}
