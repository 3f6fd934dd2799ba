package session

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

func endpoints(names ...event.NodeID) []event.Endpoint {
	var all []event.Endpoint
	for _, n := range names {
		all = append(all, event.Endpoint{Node: n, Service: event.Feed})
	}
	return all
}

func wso2Feed(groups ...Group) FeedConfig {
	c := WSO2().Feed
	c.Groups, c.Self = groups, "gw-1"
	return c
}

func throttle(id int) event.Message { return &event.Throttle{ID: event.RequestID(id)} }

func (w *wire) offer(f *Feed, from, to int) {
	for id := from; id <= to; id++ {
		w.do(func() { f.Offer(w.clock(), throttle(id), &w.out) })
	}
}

// ledger follows every event of one group by its id: where it is must be exactly one of these.
type ledger struct {
	offered map[event.RequestID]bool
	acked   map[event.RequestID]int
	dropped map[event.RequestID]int
}

// audit keeps the ledgers of a feed of two groups, and hears what its wire says.
type audit struct {
	w      *wire
	f      *Feed
	groups map[event.NodeID]int
	books  [2]ledger
	next   event.RequestID
}

func auditOf(c FeedConfig) *audit {
	a := &audit{groups: map[event.NodeID]int{"tm-1": 0, "tm-2": 0, "tm-3": 1}, next: 1}
	a.w, a.f = feedOn(c)
	a.w.quiet, a.w.acked = true, a.acked
	for g := range a.books {
		a.books[g] = ledger{map[event.RequestID]bool{}, map[event.RequestID]int{}, map[event.RequestID]int{}}
	}
	return a
}

// acked is called before the feed hears of an acknowledgement.
func (a *audit) acked(p event.NodeID, m event.Message) {
	ack, ok := m.(*event.BatchAck)
	if !ok {
		return
	}
	for _, e := range a.f.groups[a.groups[p]].endpoints {
		if e.to.Node == p && e.batch != nil && e.batch.Seq == ack.Seq {
			for _, m := range e.batch.Events {
				a.books[a.groups[p]].acked[m.(*event.Throttle).ID]++
			}
		}
	}
}

func (a *audit) offer(n int) {
	for range n {
		for g := range a.books {
			a.books[g].offered[a.next] = true
		}
		a.w.offer(a.f, int(a.next), int(a.next))
		a.next++
	}
}

func (a *audit) check(t *rapid.T) {
	for i := range a.w.notes {
		if n := &a.w.notes[i]; n.Fact == node.EventDropped {
			a.books[a.groups[n.Peer]].dropped[n.Request]++
		}
	}
	a.w.notes = a.w.notes[:0]
	for g := range a.books {
		a.books[g].check(t, a.f, g)
	}
	if len(a.w.breaches) > 0 {
		t.Fatal(a.w.breaches)
	}
}

// An event that was offered is acknowledged, dropped with a reason, on its way or in the ring; once.
func TestFeedAccounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := wso2Feed(
			Group{Endpoints: endpoints("tm-1", "tm-2"), LoadBalance: rapid.Bool().Draw(t, "balance")},
			Group{Endpoints: endpoints("tm-3")},
		)
		c.Ring, c.Batch = rapid.IntRange(1, 40).Draw(t, "ring"), rapid.IntRange(1, 7).Draw(t, "batch")
		a := auditOf(c)
		w, f := a.w, a.f
		w.start()
		some := rapid.SampledFrom([]event.NodeID{"tm-1", "tm-2", "tm-3"})
		t.Repeat(map[string]func(*rapid.T){
			"":        a.check,
			"offer":   func(t *rapid.T) { a.offer(rapid.IntRange(1, 10).Draw(t, "events")) },
			"hold":    func(t *rapid.T) { w.peer(some.Draw(t, "peer")).hold = true },
			"release": func(t *rapid.T) { w.release(some.Draw(t, "peer")) },
			"ack one": func(t *rapid.T) { w.ackOne(some.Draw(t, "peer")) },
			"reset":   func(t *rapid.T) { w.reset(some.Draw(t, "peer")) },
			"become": func(t *rapid.T) {
				w.become(some.Draw(t, "peer"), rapid.SampledFrom([]string{"there", "down", "dark", "slow"}).Draw(t, "state"))
			},
			"wait": func(t *rapid.T) {
				w.wait(event.Duration(rapid.IntRange(0, 40).Draw(t, "seconds")) * event.Second)
			},
		})
		for p := range a.groups {
			w.become(p, "there")
			w.release(p)
		}
		w.wait(5 * event.Minute)
		a.check(t)
		if f.Depth(0)+f.Depth(1) != 0 || !f.Connected() {
			t.Fatalf("with all endpoints there %d and %d events stay in the rings", f.Depth(0), f.Depth(1))
		}
	})
}

func (l *ledger) check(t *rapid.T, f *Feed, g int) {
	on, waiting := map[event.RequestID]int{}, 0
	for _, e := range f.groups[g].endpoints {
		if e.batch != nil {
			for _, m := range e.batch.Events {
				on[m.(*event.Throttle).ID]++
			}
		}
	}
	for id := range l.offered {
		switch n := l.acked[id] + l.dropped[id] + on[id]; n {
		case 0:
			waiting++
		case 1:
		default:
			t.Fatalf("group %d: event %d acknowledged %d times, dropped %d, on its way %d", g, id, l.acked[id], l.dropped[id], on[id])
		}
	}
	if waiting != f.Depth(g) {
		t.Fatalf("group %d: %d events should wait, the ring holds %d", g, waiting, f.Depth(g))
	}
	if f.Depth(g) > f.cfg.Ring {
		t.Fatalf("group %d: %d events in a ring of %d", g, f.Depth(g), f.cfg.Ring)
	}
}

// A group with one endpoint keeps the order of its events, whatever breaks, up to those sent again.
func TestFeedKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := wso2Feed(Group{Endpoints: endpoints("tm-1")})
		c.Batch = 4
		w, f := feedOn(c)
		w.quiet = true
		var first []event.RequestID
		w.received = func(_ event.NodeID, m event.Message) {
			last := event.RequestID(0)
			for _, e := range m.(*event.Batch).Events {
				id := e.(*event.Throttle).ID
				if id <= last {
					t.Fatalf("event %d behind %d in one batch", id, last)
				}
				if last = id; !slices.Contains(first, id) {
					first = append(first, id)
				}
			}
		}
		w.start()
		n := 0
		t.Repeat(map[string]func(*rapid.T){
			"offer":   func(*rapid.T) { n++; w.offer(f, n, n) },
			"reset":   func(*rapid.T) { w.reset("tm-1") },
			"hold":    func(*rapid.T) { w.peer("tm-1").hold = true },
			"release": func(*rapid.T) { w.release("tm-1") },
			"ack one": func(*rapid.T) { w.ackOne("tm-1") },
		})
		w.release("tm-1")
		w.reset("tm-1")
		w.wait(event.Minute)
		if !slices.IsSorted(first) || len(first) != n {
			t.Fatalf("offered 1 to %d, arrived %v", n, first)
		}
	})
}

// A full ring takes 32768 events and no more while every endpoint is down, and all of them leave
// in batches of 200 once one is back.
func TestFeedOutage(t *testing.T) {
	w, f := feedOn(wso2Feed(Group{Endpoints: endpoints("tm-1")}))
	w.quiet = true
	batches, events := 0, 0
	w.received = func(_ event.NodeID, m event.Message) {
		batches++
		events += len(m.(*event.Batch).Events)
	}
	w.become("tm-1", "down")
	w.start()
	w.offer(f, 1, 40_000)
	if f.Depth(0) != 32_768 || w.count(node.EventDropped) != 40_000-32_768 {
		t.Errorf("holds %d and dropped %d", f.Depth(0), w.count(node.EventDropped))
	}
	w.become("tm-1", "there")
	w.wait(29 * event.Second)
	if events != 0 {
		t.Error("connected before 30 s were over")
	}
	w.wait(event.Second)
	if events != 32_768 || batches != 164 || f.Depth(0) != 0 {
		t.Errorf("sent %d events in %d batches, holds %d", events, batches, f.Depth(0))
	}
	fail(t, w)
}

// An ack that belongs to no batch frees nobody.
func TestFeedStrayAck(t *testing.T) {
	w, f := feedOn(wso2Feed(Group{Endpoints: endpoints("tm-1")}))
	w.peer("tm-1").hold = true
	w.start()
	w.offer(f, 1, 2)
	w.say("tm-1", &event.BatchAck{Seq: 7})
	w.say("tm-1", (*event.BatchAck)(nil))
	if f.Depth(0) != 1 {
		t.Error("a stray ack freed the endpoint")
	}
	w.release("tm-1")
	if f.Depth(0) != 0 {
		t.Error("the right ack did not")
	}
	fail(t, w)
}

// A ring costs what it holds, not what it may hold.
func TestFeedRingGrowsLazily(t *testing.T) {
	w, f := feedOn(wso2Feed(Group{Endpoints: endpoints("tm-1")}))
	w.quiet = true
	w.start()
	w.offer(f, 1, 1000)
	if n := len(f.groups[0].events.slots); n > firstSlots {
		t.Errorf("%d slots for one event at a time", n)
	}
}

// With load balance each endpoint gets every second event; what arrives while both are busy is dealt
// when they are free.
func TestFeedBalance(t *testing.T) {
	w, f := feedOn(wso2Feed(Group{Endpoints: endpoints("tm-1", "tm-2"), LoadBalance: true}))
	got := map[event.NodeID]int{}
	w.received = func(p event.NodeID, m event.Message) { got[p] += len(m.(*event.Batch).Events) }
	w.start()
	w.offer(f, 1, 100)
	if got["tm-1"] != 50 || got["tm-2"] != 50 {
		t.Errorf("dealt %v", got)
	}
	fail(t, w)
}

func TestFeedConfigs(t *testing.T) {
	for name, c := range map[string]Config{"wso2": WSO2(), "hardened": Hardened()} {
		if c.Feed.Ring != 32_768 || c.Feed.Batch != 200 {
			t.Errorf("%s: ring %d, batch %d", name, c.Feed.Ring, c.Feed.Batch)
		}
	}
}

// What an event costs from Offer to its ack: the batch and its slice, for each group.
func BenchmarkFeed(b *testing.B) {
	for groups := 1; groups <= 2; groups++ {
		b.Run(fmt.Sprintf("%d groups", groups), func(b *testing.B) {
			var all []Group
			for g := range groups {
				all = append(all, Group{Endpoints: endpoints(event.NodeID(fmt.Sprint("tm-", g+1)))})
			}
			f := NewFeed(wso2Feed(all...), new(Numbers))
			var out node.Output
			f.Start(node.Clock{}, &out)
			for s := range groups {
				f.Step(node.Clock{}, &node.Input{Kind: node.Up, Session: node.SessionID(s + 1)}, &out)
			}
			var ack event.BatchAck
			m := throttle(1)
			b.ReportAllocs()
			for b.Loop() {
				out.Reset()
				f.Offer(node.Clock{}, m, &out)
				for s := range groups {
					ack.Seq = f.seq - uint64(groups-1-s)
					f.Step(node.Clock{}, &node.Input{Kind: node.Received, Session: node.SessionID(s + 1), Msg: &ack}, &out)
				}
			}
		})
	}
}
