package live

import (
	"sync"
	"time"

	"hubsim/event"
)

// parcel is what a line carries.
type parcel interface {
	deliver()            // at the far end, when it is due
	lost(r event.Reason) // instead, when the line broke under it
}

// line carries parcels in one direction: in order, each no sooner than it is due, none while the
// gate is shut. What is due at once passes through without waiting for a goroutine.
type line struct {
	link   *link
	limit  int           // of the sizes of what waits
	broken chan struct{} // closed when the line breaks; shared with the line back

	mu    sync.Mutex
	queue []timed
	size  int
	works bool          // a goroutine empties the queue
	room  chan struct{} // holds a token when there may be room again
}

type timed struct {
	parcel
	due  event.Mono
	size int
}

func newLine(l *link, limit int, broken chan struct{}) *line {
	return &line{link: l, limit: limit, broken: broken, room: make(chan struct{}, 1)}
}

// through tells whether something due after d may pass at once. Only the one sender of the line asks.
func (l *line) through(d time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return d <= 0 && !l.works && l.link.to.hubGate() == nil
}

// offer puts a parcel on the line unless that would exceed the limit, which one of size 0 never does.
func (l *line) offer(p parcel, size int, d time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size > 0 && l.size+size > l.limit {
		return false
	}
	l.queue = append(l.queue, timed{p, l.link.run.clock.now().Add(max(0, d)), size})
	l.size += size
	if !l.works {
		l.works = true
		l.link.run.spawn(l.work)
	}
	return true
}

// push is offer that waits for room. On a line that breaks the parcel is lost.
func (l *line) push(p parcel, size int, d time.Duration) {
	for !l.offer(p, size, d) {
		select {
		case <-l.room:
		case <-l.broken:
			p.lost(event.BrokenInFlight)
			return
		}
	}
}

// work delivers until nothing waits.
func (l *line) work() error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		next, ok := l.head()
		if !ok {
			return nil
		}
		if !l.wait(timer, next.due) {
			l.abandon()
			return nil
		}
		next.deliver()
		l.drop()
	}
}

// head is the parcel to deliver next.
func (l *line) head() (timed, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		l.works = false
		return timed{}, false
	}
	return l.queue[0], true
}

// drop takes the delivered parcel off the line.
func (l *line) drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.size -= l.queue[0].size
	l.queue[0] = timed{}
	if l.queue = l.queue[1:]; len(l.queue) == 0 {
		l.queue = nil
	}
	select {
	case l.room <- struct{}{}:
	default:
	}
}

// wait waits until an instant and for an open gate; false means that the line broke.
func (l *line) wait(timer *time.Timer, due event.Mono) bool {
	if d := l.link.run.clock.until(due); d > 0 {
		timer.Reset(d)
		select {
		case <-timer.C:
		case <-l.broken:
			return false
		}
	}
	for opens := l.link.to.hubGate(); opens != nil; opens = l.link.to.hubGate() {
		l.link.run.faults.held(l.link.to)
		select {
		case <-opens:
		case <-l.broken:
			return false
		}
	}
	select {
	case <-l.broken:
		return false
	default:
		return true
	}
}

// abandon loses what waits on a broken line.
func (l *line) abandon() {
	l.mu.Lock()
	left := l.queue
	l.queue, l.size, l.works = nil, 0, false
	l.mu.Unlock()
	why := event.BrokenInFlight
	if l.link.run.over.Load() {
		why = event.RunEnded
	}
	for _, p := range left {
		p.lost(why)
	}
}
