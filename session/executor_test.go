package session

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// pool is a feed whose executor works, on its wire, and what reached the traffic manager: ids, with the
// time that the event says.
func pool(c ExecutorConfig) (*wire, *Feed, func() []event.Throttle) {
	cfg := wso2Feed(Group{Endpoints: endpoints("tm-1")})
	cfg.Executor = c
	w, f := feedOn(cfg)
	w.quiet = true
	return w, f, func() (all []event.Throttle) {
		for f.groups[0].events.len() > 0 {
			all = append(all, *f.groups[0].events.pop().(*event.Throttle))
		}
		return all
	}
}

// Two threads with 10 ms of work each pass on two events every 10 ms, in order; an event says when its
// thread began.
func TestExecutorPassesEventsOnAsThreadsAreFree(t *testing.T) {
	w, f, ring := pool(ExecutorConfig{Threads: 2, Work: 10 * event.Millisecond})
	w.offer(f, 1, 5)
	deepest := 0
	f.Depths(func(queue string, _ event.NodeID, n int) {
		if queue == "executor" {
			deepest = n
		}
	})
	if deepest != 3 || f.Depth(0) != 0 || f.Deadline() != event.Mono(10*event.Millisecond) {
		t.Fatalf("%d wait for a thread, %d are in the ring, the next is due at %v", deepest, f.Depth(0), f.Deadline())
	}
	for _, want := range [][]event.RequestID{{1, 2}, {3, 4}, {5}, nil} {
		w.now = w.now.Add(10 * event.Millisecond)
		w.input(node.Input{Kind: node.Tick})
		for i, got := range ring() {
			if i >= len(want) || got.ID != want[i] {
				t.Fatalf("at %v event %d comes, want %v", w.now, got.ID, want)
			}
			if began := event.Wall(w.now/1e6) - 10; got.At != began {
				t.Errorf("event %d says %d, its thread began at %d", got.ID, got.At, began)
			}
		}
	}
	if f.Deadline() != event.Never {
		t.Errorf("nothing is left to do, and the next is due at %v", f.Deadline())
	}
}

// By rule nothing in front of the ring is dropped, and the ring drops what comes out of it; a bound drops
// what it has no room for, and says so.
func TestExecutorQueue(t *testing.T) {
	for _, c := range []struct {
		why     string
		queue   int
		dropped int
	}{{"no bound", 0, 0}, {"room for three", 3, 95}} {
		w, f, ring := pool(ExecutorConfig{Threads: 2, Work: 10 * event.Millisecond, Queue: c.queue})
		drops := 0
		for id := range 100 {
			w.out.Reset()
			f.Offer(w.clock(), throttle(id+1), &w.out)
			for i := range w.out.Acts {
				if n := &w.out.Acts[i].Note; n.Fact == node.EventDropped && n.Reason == event.BufferFull {
					drops++
				}
			}
		}
		passed := 0
		for range 60 {
			w.now = w.now.Add(10 * event.Millisecond)
			w.input(node.Input{Kind: node.Tick})
			passed += len(ring())
		}
		if drops != c.dropped || passed != 100-c.dropped {
			t.Errorf("%s: %d dropped, %d passed on", c.why, drops, passed)
		}
	}
}
