package live

import (
	"sync"
	"time"

	"hubsim/event"
	"hubsim/trace"
)

// recordLimit is how many records may wait for the observers: a few seconds of a busy run in some
// 20 MB. Beyond it the nodes wait, since a trace with holes would make every verdict worthless.
const recordLimit = 1 << 16

// The observers look when recordBatch records wait, and every recordPause: to wake their goroutine for
// each record would put as many wakes again between the nodes as their messages cost.
const (
	recordBatch = 1 << 10
	recordPause = 10 * time.Millisecond
)

// recorder puts records in the order of their instants and hands them to the observers from one
// goroutine.
type recorder struct {
	clock *clock
	watch trace.Observer // nil: nobody looks; called by the goroutine in run only

	many chan struct{} // holds a token when recordBatch records wait
	over chan struct{} // closed at the end
	done chan struct{} // closed when all is observed

	mu     sync.Mutex
	room   sync.Cond // there is room again
	queue  []trace.Record
	count  uint64
	stalls uint64 // how often a node had to wait
}

func newRecorder(c *clock, watch trace.Observer) *recorder {
	r := &recorder{clock: c, watch: watch, many: make(chan struct{}, 1), over: make(chan struct{}), done: make(chan struct{})}
	r.room.L = &r.mu
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
	if r.queue = append(r.queue, rec); len(r.queue) == recordBatch {
		select {
		case r.many <- struct{}{}:
		default:
		}
	}
}

// run observes until the end.
func (r *recorder) run() {
	defer close(r.done)
	pause := time.NewTicker(recordPause)
	defer pause.Stop()
	var batch []trace.Record
	for ended := false; !ended; {
		select {
		case <-r.many:
		case <-pause.C:
		case <-r.over:
			ended = true
		}
		batch = r.take(batch)
		for i := range batch {
			r.watch.Observe(&batch[i])
		}
		clear(batch)
	}
}

// take exchanges the records that wait for an empty slice to fill.
func (r *recorder) take(empty []trace.Record) []trace.Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.queue
	r.queue = empty[:0]
	r.room.Broadcast()
	return taken
}

// close returns when all that was added is observed.
func (r *recorder) close() {
	close(r.over)
	<-r.done
}

// counted says how many records there were and how often a node waited for the observers.
func (r *recorder) counted() (records, stalls uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count, r.stalls
}
