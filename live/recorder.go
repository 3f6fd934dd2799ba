package live

import (
	"sync"

	"hubsim/event"
	"hubsim/trace"
)

// recordLimit is how many records may wait for the observers: a few seconds of a busy run in some
// 20 MB. Beyond it the nodes wait, since a trace with holes would make every verdict worthless.
const recordLimit = 1 << 16

// recorder puts records in the order of their instants and hands them to the observers from one
// goroutine.
type recorder struct {
	clock *clock
	watch trace.Observer // nil: nobody looks; called by the goroutine in run only

	mu     sync.Mutex
	some   sync.Cond // there is something to observe, or the end
	room   sync.Cond // there is room again
	queue  []trace.Record
	ended  bool
	count  uint64
	stalls uint64 // how often a node had to wait
	done   chan struct{}
}

func newRecorder(c *clock, watch trace.Observer) *recorder {
	r := &recorder{clock: c, watch: watch, done: make(chan struct{})}
	r.some.L, r.room.L = &r.mu, &r.mu
	go r.run()
	return r
}

// add stamps a record with the instant, the site's wall clock, its name and its incarnation.
func (r *recorder) add(s *site, rec trace.Record) {
	rec.Node, rec.Incarnation = s.ID, s.incarnation.Load()
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.queue) >= recordLimit {
		r.stalls++
		r.room.Wait()
	}
	rec.At = r.clock.now()
	rec.Wall = s.wall(r.clock, rec.At)
	r.push(rec)
}

// world adds a record that is of no node.
func (r *recorder) world(rec trace.Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec.At = r.clock.now()
	rec.Wall = r.clock.start + event.Wall(rec.At/event.Mono(event.Millisecond))
	r.push(rec)
}

func (r *recorder) push(rec trace.Record) {
	r.count++
	if r.watch == nil {
		return
	}
	if r.queue = append(r.queue, rec); len(r.queue) == 1 {
		r.some.Signal()
	}
}

// run observes until the end.
func (r *recorder) run() {
	defer close(r.done)
	var batch []trace.Record
	for {
		r.mu.Lock()
		for len(r.queue) == 0 && !r.ended {
			r.some.Wait()
		}
		batch, r.queue = r.queue, batch[:0]
		r.room.Broadcast()
		r.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		for i := range batch {
			r.watch.Observe(&batch[i])
		}
		clear(batch)
	}
}

// close returns when all that was added is observed.
func (r *recorder) close() {
	r.mu.Lock()
	r.ended = true
	r.some.Signal()
	r.mu.Unlock()
	<-r.done
}

// counted says how many records there were and how often a node waited for the observers.
func (r *recorder) counted() (records, stalls uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count, r.stalls
}
