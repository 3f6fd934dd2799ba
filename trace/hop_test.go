package trace_test

import (
	"fmt"
	"slices"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

func TestAStopwatchMeasuresEachHop(t *testing.T) {
	queued := node.Note{Fact: node.EventQueued, Request: 7}
	sent := node.Note{Fact: node.EventSent, Request: 7}
	counted := node.Note{Fact: node.Counted, Request: 7, Key: "k"}
	emitted := node.Note{Fact: node.DecisionEmitted, Request: 7, Key: "k", On: true, Expiry: 60}
	applied := node.Note{Fact: node.DecisionApplied, Key: "k", On: true, Expiry: 60}
	type said struct {
		at event.Mono
		by event.NodeID
		n  node.Note
	}
	way := []said{{1, "gw-1", queued}, {3, "gw-1", sent}, {6, "tm-1", counted}, {10, "tm-1", emitted}, {15, "gw-1", applied}}
	hops := []string{"gateway-queue gw-1 2", "wire gw-1 3", "traffic-manager gw-1 4", "broker gw-1 5", "decision gw-1 14"}
	lifted := emitted
	lifted.On, lifted.Request = false, 0
	for _, row := range []struct {
		what string
		said []said
		want []string
	}{
		{"the way of a decision", way, hops},
		{"another gateway adds its broker's hop and the whole", append(slices.Clone(way), said{17, "gw-2", applied}),
			append(slices.Clone(hops), "broker gw-2 7", "decision gw-2 16")},
		{"what a gateway hears again adds nothing", append(slices.Clone(way), said{18, "gw-1", applied}), hops},
		{"the other manager's count and decision come after the first", slices.Insert(slices.Clone(way), 4,
			said{11, "tm-2", counted}, said{12, "tm-2", emitted}), hops},
		{"a lifted throttle is not measured", []said{{10, "tm-1", lifted}, {15, "gw-1", node.Note{Fact: node.DecisionApplied, Key: "k", Expiry: 60}}}, nil},
		{"nor a decision whose call nobody knows", []said{{10, "tm-1", emitted}, {15, "gw-1", applied}}, nil},
		{"nor one that was never made", []said{{1, "gw-1", queued}, {15, "gw-1", applied}}, nil},
		{"another operation of the call has a way of its own", slices.Concat(way[:2], []said{{2, "gw-1", node.Note{Fact: node.EventQueued, Request: event.RequestID(7).Event(1)}},
			{4, "gw-1", node.Note{Fact: node.EventSent, Request: event.RequestID(7).Event(1)}}}, way[2:]), hops},
		{"a hop that nobody noted is left out", slices.Delete(slices.Clone(way), 1, 2), []string{hops[2], hops[3], hops[4]}},
	} {
		t.Run(row.what, func(t *testing.T) {
			var got []string
			w := trace.NewStopwatch(func(h trace.Hop, gateway event.NodeID, d event.Duration) {
				got = append(got, fmt.Sprintf("%s %s %d", h, gateway, int64(d)))
			})
			for _, s := range row.said {
				w.Observe(&trace.Record{Kind: trace.Noted, At: s.at, Node: s.by, Note: s.n})
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("measured %q, want %q", got, row.want)
			}
		})
	}
}

// What has expired is forgotten when there is much, and what has not is still measured.
func TestAStopwatchForgetsWhatHasExpired(t *testing.T) {
	measured := 0
	w := trace.NewStopwatch(func(h trace.Hop, _ event.NodeID, _ event.Duration) {
		if h == trace.Whole {
			measured++
		}
	})
	say := func(wall event.Wall, n node.Note) {
		w.Observe(&trace.Record{Kind: trace.Noted, At: 1, Wall: wall, Node: "x", Note: n})
	}
	const many = 30_000
	for i := range event.Wall(many) {
		say(i, node.Note{Fact: node.EventQueued, Request: event.RequestID(i + 1)})
		say(i, node.Note{Fact: node.DecisionEmitted, Request: event.RequestID(i + 1), Key: "k", On: true, Expiry: i + 10})
	}
	for i := range event.Wall(many) {
		say(many, node.Note{Fact: node.DecisionApplied, Key: "k", On: true, Expiry: i + 10})
	}
	if measured < 10 || measured > 20_000 {
		t.Errorf("%d of %d decisions are remembered", measured, many)
	}
}

func TestHopsHaveNames(t *testing.T) {
	for _, h := range trace.Hops() {
		if h.String() == "?" || h.String() == "" {
			t.Errorf("hop %d has no name", h)
		}
	}
	if trace.Hop(99).String() != "?" {
		t.Error("a hop that is none has a name")
	}
}
