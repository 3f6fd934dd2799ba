package session

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

func wso2Publisher(n int) PublisherConfig {
	c := WSO2().Publisher
	c.Hubs, c.Self = hubs(n), "tm-1"
	return c
}

func hardenedPublisher(n int) PublisherConfig {
	c := Hardened().Publisher
	c.Hubs, c.Self = hubs(n), "tm-1"
	return c
}

func revocation(id string) event.Message   { return &event.TokenRevoked{EventID: id} }
func notification(id string) event.Message { return &event.Notification{EventID: id} }

func (w *wire) publish(p *Publisher, topic event.Topic, m event.Message) {
	w.do(func() { p.Publish(w.clock(), topic, m, &w.out) })
}

// outcomes counts the notes about each event, by id.
func (w *wire) outcomes(f node.Fact) map[string]int {
	all := map[string]int{}
	for i := range w.notes {
		if w.notes[i].Fact == f {
			all[w.notes[i].ID]++
		}
	}
	return all
}

// Each message is published, dropped with a reason, or waits; once.
func TestPublisherAccounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := wso2Publisher(rapid.IntRange(1, 2).Draw(t, "hubs"))
		if rapid.Bool().Draw(t, "hardened") {
			c = hardenedPublisher(len(c.Hubs))
		}
		c.Queue = rapid.IntRange(0, 5).Draw(t, "queue")
		c.Senders.Threads, c.Senders.Most = rapid.IntRange(0, 3).Draw(t, "threads"), rapid.IntRange(0, 5).Draw(t, "most")
		w, p := publisherOn(c)
		w.quiet = true
		w.start()
		n := 0
		some := rapid.SampledFrom(c.Hubs)
		t.Repeat(map[string]func(*rapid.T){
			"publish": func(t *rapid.T) {
				n++
				m := notification(fmt.Sprint(n))
				if rapid.Bool().Draw(t, "revocation") {
					m = revocation(fmt.Sprint(n))
				}
				w.publish(p, event.NotificationTopic, m)
			},
			"become": func(t *rapid.T) {
				w.become(some.Draw(t, "hub"), rapid.SampledFrom([]string{"there", "down", "dark", "slow"}).Draw(t, "state"))
			},
			"reset": func(t *rapid.T) { w.reset(some.Draw(t, "hub")) },
			"wait": func(t *rapid.T) {
				w.wait(event.Duration(rapid.IntRange(0, 8000).Draw(t, "ms")) * event.Millisecond)
			},
			"": func(t *rapid.T) {
				if len(w.breaches) > 0 {
					t.Fatal(w.breaches)
				}
				left, lost, waiting := w.outcomes(node.EventPublished), w.outcomes(node.PublishDropped), 0
				for i := 1; i <= n; i++ {
					switch id := fmt.Sprint(i); left[id] + lost[id] {
					case 0:
						waiting++
					case 1:
					default:
						t.Fatalf("message %s: published %d times and dropped %d times", id, left[id], lost[id])
					}
				}
				unconfirmed := 0
				for _, q := range []*fifo[letter]{&p.queue, &p.urgent} {
					for i := range q.len() {
						if q.slots[q.at(i)].again {
							unconfirmed++
						}
					}
				}
				if waiting != p.Depth()-unconfirmed {
					t.Fatalf("%d messages should wait, %d do", waiting, p.Depth()-unconfirmed)
				}
				room := max(c.Queue, 1)
				if c.Senders.Threads > 0 { // beside what was not confirmed
					room = 2*room + max(c.Senders.Threads, c.Senders.Most)
				}
				if p.Depth() > room {
					t.Fatalf("%d messages wait where there is room for %d", p.Depth(), room)
				}
				if p.pool != nil && (p.pool.held > p.pool.threads || p.queued > 0 && p.pool.held < p.pool.threads) {
					t.Fatalf("%d of %d threads are held while %d messages wait", p.pool.held, p.pool.threads, p.queued)
				}
			},
		})
	})
}

// Hardened, with queues that are long enough: whatever breaks, a hub gets every message in the end.
func TestStoreAndForwardLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := hardenedPublisher(2)
		w, p := publisherOn(c)
		w.quiet = true
		taken := map[string]int{}
		w.received = func(_ event.NodeID, m event.Message) { taken[event.IDOf(m)]++ }
		w.start()
		n := 0
		some := rapid.SampledFrom(c.Hubs)
		t.Repeat(map[string]func(*rapid.T){
			"publish": func(t *rapid.T) {
				n++
				w.publish(p, event.NotificationTopic, notification(fmt.Sprint(n)))
			},
			"become": func(t *rapid.T) {
				w.become(some.Draw(t, "hub"), rapid.SampledFrom([]string{"there", "down", "dark", "slow"}).Draw(t, "state"))
			},
			"reset": func(t *rapid.T) { w.reset(some.Draw(t, "hub")) },
			"wait": func(t *rapid.T) {
				w.wait(event.Duration(rapid.IntRange(0, 3000).Draw(t, "ms")) * event.Millisecond)
			},
		})
		for _, h := range c.Hubs {
			w.become(h, "there")
		}
		w.wait(2 * event.Minute)
		for i := 1; i <= n; i++ {
			if taken[fmt.Sprint(i)] == 0 {
				t.Fatalf("message %d of %d reached no hub", i, n)
			}
		}
		if p.Depth()+p.sent.len() != 0 {
			t.Fatalf("%d messages wait and %d are unconfirmed at the end", p.Depth(), p.sent.len())
		}
	})
}

// A publisher whose memory of what it sent is full forgets the oldest, and an echo still confirms no
// more than what its heartbeat followed.
func TestConfirmOnlyWhatWasTaken(t *testing.T) {
	c := hardenedPublisher(1)
	c.Queue = 3
	w, p := publisherOn(c)
	w.start()
	w.peer("cp-1").hold = true
	publish := func(ids ...string) {
		for _, id := range ids {
			w.publish(p, event.NotificationTopic, notification(id))
		}
	}
	publish("a", "b", "c")
	w.wait(event.Second) // the heartbeat that follows a, b, c
	publish("d", "e")
	w.release("cp-1")
	var again []string
	w.received = func(_ event.NodeID, m event.Message) { again = append(again, event.IDOf(m)) }
	w.reset("cp-1")
	w.wait(500 * event.Millisecond)
	if !slices.Equal(again, []string{"d", "e"}) {
		t.Errorf("sent again: %v", again)
	}
	fail(t, w)
}

// The limits of the product's publisher towards a broker that does not answer: 100 threads, 92 of them
// started when 10000 jobs wait; each is held for six attempts of 120 s.
func TestPublisherLimits(t *testing.T) {
	w, p := publisherOn(wso2Publisher(1))
	w.quiet = true
	w.become("cp-1", "dark")
	w.start()
	for range 10_101 {
		w.publish(p, event.ThrottleData, &event.Decision{})
	}
	if p.waiting() != 100 || p.Depth() != 10_100 || w.count(node.PublishDropped) != 1 {
		t.Errorf("%d in threads, %d wait in all, %d dropped", p.waiting(), p.Depth(), w.count(node.PublishDropped))
	}
	w.wait(12*event.Minute - event.Second)
	if n := w.count(node.PublishDropped); n != 1 {
		t.Errorf("%d dropped before the threads' attempts were over", n)
	}
	w.wait(2 * event.Second)
	if p.waiting() != 100 || w.count(node.PublishDropped) != 101 {
		t.Errorf("afterwards %d in threads, %d dropped", p.waiting(), w.count(node.PublishDropped))
	}
	w.become("cp-1", "there")
	w.wait(12 * event.Minute)
	if n := w.count(node.EventPublished); p.Depth() != 0 || n != 10_000 {
		t.Errorf("when it answers again %d wait, %d of 10000 were published, %d were given up", p.Depth(), n, w.count(node.PublishDropped)-1)
	}
	fail(t, w)
}

// A thread too many stays for KeepAlive: within it the next silence holds as many threads, later only as many as
// there are while the queue has room.
func TestPublisherThreadsStay(t *testing.T) {
	for _, row := range []struct {
		quiet event.Duration
		held  int
	}{{15 * event.Second, 3}, {25 * event.Second, 1}} {
		c := wso2Publisher(1)
		c.Queue, c.IdleClose, c.Senders.Threads, c.Senders.Most = 2, 0, 1, 3
		w, p := publisherOn(c)
		w.quiet = true
		w.become("cp-1", "dark")
		w.start()
		for range 5 {
			w.publish(p, event.ThrottleData, &event.Decision{})
		}
		if p.waiting() != 3 || p.queued != 2 {
			t.Fatalf("%d in threads and %d queued, want 3 and 2", p.waiting(), p.queued)
		}
		w.become("cp-1", "there")
		for p.Depth() > 0 {
			w.wait(event.Second)
		}
		w.wait(row.quiet)
		w.become("cp-1", "down")
		w.wait(event.Second)
		w.become("cp-1", "dark")
		for range 3 {
			w.publish(p, event.ThrottleData, &event.Decision{})
		}
		if p.waiting() != row.held || p.queued != 3-row.held {
			t.Errorf("after %s %d are in threads and %d queued, want %d and %d", row.quiet, p.waiting(), p.queued, row.held, 3-row.held)
		}
		fail(t, w)
	}
}

// A publisher without a broker says so of each message.
func TestPublisherNobodyThere(t *testing.T) {
	for _, c := range []PublisherConfig{wso2Publisher(0), hardenedPublisher(0)} {
		w, p := publisherOn(c)
		w.start()
		w.publish(p, event.ThrottleData, &event.Decision{})
		w.wait(event.Minute)
		if len(w.notes) != 1 || w.notes[0].Reason != event.NoSession || p.Depth() != 0 {
			t.Errorf("store %t: %d wait, notes %v", c.Store, p.Depth(), w.notes)
		}
	}
}

// A quiet publisher's connection is evicted if the knob says so, and made anew for the next message.
func TestPublisherIdleClose(t *testing.T) {
	c := wso2Publisher(1)
	c.IdleClose = 3 * event.Second
	w, p := publisherOn(c)
	w.start()
	w.publish(p, event.ThrottleData, &event.Decision{})
	w.wait(3 * event.Second)
	if p.Connected() {
		t.Error("still connected after 3 s of silence")
	}
	w.publish(p, event.ThrottleData, &event.Decision{})
	if !p.Connected() || w.count(node.EventPublished) != 2 {
		t.Error("the next message did not connect again")
	}
	fail(t, w)
}

// What a decision says of its remaining time runs on while it waits.
func TestDecisionAgesInQueue(t *testing.T) {
	c := hardenedPublisher(1)
	w, p := publisherOn(c)
	var got []*event.Decision
	w.received = func(_ event.NodeID, m event.Message) {
		if pub, ok := m.(*event.Publish); ok {
			got = append(got, pub.Body.(*event.Decision))
		}
	}
	w.become("cp-1", "down")
	w.start()
	long := &event.Decision{Key: "long", Remaining: event.Minute}
	w.publish(p, event.ThrottleData, long)
	w.publish(p, event.ThrottleData, &event.Decision{Key: "short", Remaining: event.Second})
	w.wait(30 * event.Second)
	w.become("cp-1", "there")
	back := w.now
	w.wait(10 * event.Second)
	if len(got) != 1 || got[0].Key != "long" {
		t.Fatalf("arrived %v", got)
	}
	if r := got[0].Remaining; r > event.Minute-back.Sub(0) || r < event.Minute-40*event.Second {
		t.Errorf("%s remain", r)
	}
	if long.Remaining != event.Minute {
		t.Error("the message itself was changed")
	}
	if lost := w.count(node.PublishDropped); lost != 1 {
		t.Errorf("%d dropped, the one that is over is to be", lost)
	}
}
