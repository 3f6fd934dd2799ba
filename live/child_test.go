package live

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// orphan is the account of a gateway in a process of its own, without the process, and a cable from it to a
// traffic manager of the run's process.
func orphan(t *testing.T) (*child, *cable, *blocked) {
	t.Helper()
	watch := &blocked{release: make(chan struct{})}
	close(watch.release)
	w := &world.World{Watch: watch, Members: []world.Member{{ID: "gw-1", Role: node.Gateway}, {ID: "tm-1", Role: node.TrafficManager}}}
	r, err := newRun(w, nil, Options{}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	c := &child{
		run: r, site: r.byID["gw-1"], wake: make(chan struct{}, 1), calls: map[event.CallID]*call{}, afloat: map[uint64]lost{},
		cables: map[joint]*cable{}, pipes: map[int64]Session{},
	}
	c.ctx, c.cancel = context.WithCancel(t.Context())
	t.Cleanup(c.cancel)
	l := r.link(c.site, r.byID["tm-1"], event.Feed)
	r.straighten(l, joint{"gw", "tm"})
	c.hear(&said{Verb: saidCable, Joint: joint{"gw", "tm"}})
	return c, r.cableOf(joint{"gw", "tm"}), watch
}

// TestWhatOnlyADeadProcessKnewIsAccountedFor lets a process say things and die at once.
func TestWhatOnlyADeadProcessKnewIsAccountedFor(t *testing.T) {
	ack := func(n uint64) event.Message { return &event.BatchAck{Seq: n} }
	record := func(kind trace.Kind, id uint64) *said {
		return &said{Verb: saidRecord, Record: &trace.Record{Kind: kind, Peer: "tm-1", Service: event.Feed, ID: id, Msg: ack(id)}}
	}
	on := func(v verb, way int, id uint64) *said {
		return &said{Verb: v, Joint: joint{"gw", "tm"}, Way: way, ID: id}
	}
	for _, row := range []struct {
		what string
		says []*said
		lost []string
	}{
		{"a message that it had recorded and not put on the connection", []*said{record(trace.Sent, 1)}, []string{"tm-1 dropped 1 crashed"}},
		{"one that is on the connection, whose reader tells of it", []*said{record(trace.Sent, 1), on(saidPush, there, 1)}, nil},
		{"one that it took back", []*said{record(trace.Sent, 1), on(saidPush, there, 1), on(saidUndo, there, 1)}, []string{"tm-1 dropped 1 crashed"}},
		{"one of which it said that it did not leave", []*said{record(trace.Sent, 1), record(trace.Dropped, 1)}, nil},
		{"one that went to a hub", []*said{record(trace.Sent, 1), {Verb: saidLeaves, ID: 1}}, nil},
		{"one that had come, and that its node had not taken", []*said{on(saidPop, back, 0)}, []string{"gw-1 dropped 8 crashed", "gw-1 dropped 9 broken-in-flight"}},
		{"one that its node had taken", []*said{on(saidPop, back, 0), record(trace.Received, 8)}, []string{"gw-1 dropped 9 broken-in-flight"}},
		{"one of several that came", []*said{on(saidRemove, back, 9), record(trace.Received, 9)}, []string{"gw-1 dropped 8 broken-in-flight"}},
		{"those that it had read to the end", []*said{on(saidEnd, back, 0)}, []string{"gw-1 dropped 8 broken-in-flight", "gw-1 dropped 9 broken-in-flight"}},
		{"a real store's answer that its node had not taken", []*said{{Verb: saidRecord, Peer: 1,
			Record: &trace.Record{Kind: trace.Sent, Peer: "gw-1", Service: event.Counters, ID: 5, Msg: &event.CounterResult{}}}}, []string{"gw-1 dropped 5 crashed"}},
		{"a call that its node had not seen", []*said{{Verb: saidClaim, ID: 3}}, []string{"gw-1 answered 3 crashed"}},
		{"a call that its node had: it may have taken effect", []*said{{Verb: saidClaim, ID: 3},
			{Verb: saidRecord, Record: &trace.Record{Kind: trace.Called, Call: 3}}}, nil},
	} {
		t.Run(row.what, func(t *testing.T) {
			c, cable, watch := orphan(t)
			call := &call{id: 3, to: c.site, msg: &event.Request{}, req: &event.Request{}, reply: make(chan event.Message, 1)}
			c.run.load.open[3] = call
			toRead := false
			for _, w := range row.says {
				toRead = toRead || w.Joint != (joint{}) && w.Way == back
			}
			if toRead {
				cable.ways[back].push(8, ack(8))
				cable.ways[back].push(9, ack(9))
			}
			for _, w := range row.says {
				c.hear(w)
			}
			c.account(event.Crashed)
			c.run.recorder.close()
			var lost []string
			for i := range watch.seen {
				switch r := &watch.seen[i]; r.Kind {
				case trace.Dropped:
					if r.Reason != event.NoReason {
						lost = append(lost, fmt.Sprintf("%s dropped %d %s", r.Node, r.ID, r.Reason))
					}
				case trace.Answered:
					lost = append(lost, fmt.Sprintf("%s answered %d %s", r.Node, r.Call, r.Reason))
				}
			}
			if d := cmp.Diff(row.lost, lost); d != "" {
				t.Errorf("want (-) and got (+):\n%s", d)
			}
			if cable.ways[back].push(10, ack(10)) {
				t.Error("the dead one still takes messages")
			}
		})
	}
}

// TestAJournalOutlivesItsProcess lets a process write down three things, remove one and die; the next one of the
// same node reads what is left.
func TestAJournalOutlivesItsProcess(t *testing.T) {
	c, _, _ := orphan(t)
	write := func(name string, at event.Wall, on bool) *said {
		return &said{Verb: saidWrote, Entry: node.Entry{Kind: "token", Name: name, At: at}, On: on}
	}
	for _, w := range []*said{write("b", 1, true), write("a", 2, true), write("b", 3, true), write("c", 4, true), write("c", 0, false)} {
		c.hear(w)
	}
	c.account(event.Crashed)
	c.run.recorder.close()
	next := &child{run: c.run, site: c.site}
	want := []node.Entry{{Kind: "token", Name: "a", At: 2}, {Kind: "token", Name: "b", At: 3}}
	if d := cmp.Diff(want, next.hear(&said{Verb: saidRecall}).Entries); d != "" {
		t.Errorf("want (-) and got (+):\n%s", d)
	}
}
