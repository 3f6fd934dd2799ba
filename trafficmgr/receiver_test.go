package trafficmgr

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// arrivals are what comes to a receiver: batches of events, all within one window.
type arrivals struct {
	waits   []event.Duration // before each batch
	batches [][]event.Message
}

func drawLoad(t *rapid.T) (l arrivals) {
	id, at := event.RequestID(0), t0
	for range rapid.IntRange(1, 12).Draw(t, "batches") {
		wait := event.Duration(rapid.IntRange(0, 300).Draw(t, "wait")) * event.Millisecond
		at = at.Add(wait)
		var all []event.Message
		for range rapid.IntRange(0, 5).Draw(t, "events") {
			id++
			all = append(all, throttle(id, at, rapid.SampledFrom([]event.ThrottleKey{"a", "b"}).Draw(t, "key")))
		}
		l.waits, l.batches = append(l.waits, wait), append(l.batches, all)
	}
	return l
}

func drawWorkers(t *rapid.T) Config {
	c := WSO2()
	c.Workers = rapid.IntRange(0, 12).Draw(t, "workers")
	c.ServiceTime = event.Duration(rapid.IntRange(0, 200).Draw(t, "service")) * event.Millisecond
	c.WorkerSpread = event.Duration(rapid.SampledFrom([]int{0, 0, 1, 500, 5000}).Draw(t, "spread")) * event.Millisecond
	c.ReceiverQueue = rapid.IntRange(0, 3).Draw(t, "queue")
	return c
}

// counted plays a load to a manager that wakes at each of its deadlines, or only when a batch comes and once
// at the end, and returns who was counted, in order.
func (l arrivals) counted(c Config, punctual bool) (m *member, order []event.RequestID) {
	m = start(c)
	for i, all := range append(slices.Clone(l.batches), nil) {
		wait := 50 * event.Second
		if i < len(l.waits) {
			wait = l.waits[i]
		}
		until := m.now.Mono.Add(wait)
		for punctual && m.m.Deadline() < until {
			m.pass(m.m.Deadline().Sub(m.now.Mono))
		}
		m.now.Wall = m.now.Wall.Add(until.Sub(m.now.Mono))
		m.now.Mono = until
		m.step(node.Input{Kind: node.Received, Session: -1, Msg: &event.Batch{Seq: uint64(i), Events: all}})
	}
	for _, a := range m.acts {
		if a.Verb == node.Record && a.Note.Fact == node.Counted {
			order = append(order, a.Note.Request)
		}
	}
	return m, order
}

// TestWorkersAgainstModel: each batch goes to the worker that is free first, in order of arrival, and its
// events are counted when that worker is done with them; a manager that wakes late counts in the same order.
func TestWorkersAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, l := drawWorkers(t), drawLoad(t)
		type done struct {
			at event.Mono
			id event.RequestID
		}
		var all []done
		free, at, taken := make([]event.Mono, max(c.Workers, 1)), event.Mono(0), uint64(0)
		for i, batch := range l.batches {
			at = at.Add(l.waits[i])
			if len(batch) == 0 {
				continue
			}
			taken++
			worker := slices.Index(free, slices.Min(free))
			free[worker] = max(free[worker], at).Add(session.Part(c.WorkerSpread, "tm-1", "worker", taken))
			for _, e := range batch {
				free[worker] = free[worker].Add(c.ServiceTime)
				all = append(all, done{free[worker], e.(*event.Throttle).ID})
			}
		}
		slices.SortStableFunc(all, func(a, b done) int { return cmp.Compare(a.at, b.at) })
		for _, punctual := range []bool{true, false} {
			_, order := l.counted(c, punctual)
			if !slices.EqualFunc(order, all, func(id event.RequestID, d done) bool { return id == d.id }) {
				t.Fatalf("punctual %t: counted %v, want %v", punctual, order, all)
			}
		}
	})
}

// TestAnyWorkersCountTheSame: while no window ends it does not matter how many workers there are and who
// overtakes whom. Each key comes to the same sum, and is decided on as often.
func TestAnyWorkersCountTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, l := drawWorkers(t), drawLoad(t)
		one := c
		one.Workers, one.ServiceTime, one.WorkerSpread = 1, 0, 0
		many, order := l.counted(c, true)
		single, _ := l.counted(one, true)
		events := 0
		for _, batch := range l.batches {
			events += len(batch)
		}
		if len(order) != events {
			t.Fatalf("%d of %d events were counted", len(order), events)
		}
		for _, key := range []event.ThrottleKey{"a", "b"} {
			if got, want := many.tally(key), single.tally(key); got != want {
				t.Fatalf("key %s: %+v, of one worker that takes no time %+v", key, got, want)
			}
		}
		acks := 0
		for _, a := range many.acts {
			if _, ok := a.Msg.(*event.BatchAck); ok {
				acks++
			}
		}
		if want := len(l.batches) + 1; acks != want {
			t.Fatalf("%d of %d batches were answered", acks, want)
		}
	})
}

// keyTally is what became of a key.
type keyTally struct {
	sum           int64
	trues, falses int
}

func (m *member) tally(key event.ThrottleKey) (k keyTally) {
	for _, a := range m.acts {
		if p, ok := a.Msg.(*event.Publish); ok && p.Body.(*event.Decision).Key == key {
			if p.Body.(*event.Decision).IsThrottled {
				k.trues++
			} else {
				k.falses++
			}
		}
		if a.Verb == node.Record && a.Note.Key == key && a.Note.Fact == node.Counted {
			k.sum = a.Note.N
		}
	}
	return k
}
