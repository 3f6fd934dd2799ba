package live

import (
	"sync"
	"sync/atomic"
	"time"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/internal/luck"
	"hubsim/world"
)

// The two directions of a link.
const (
	there = iota // from the opener
	back         // to it
)

// crossing is a connection that crosses a link.
type crossing interface {
	reset()        // breaks it at both ends, which are told
	swallow(k int) // from now on it takes everything, tells nobody and carries nothing, for fault k
	release(k int) // ends that; since something is missing, by a reset
	abandon()      // ends it because the run is over
}

// link is the way from an opener to a service of another member: latencies, and what faults do to
// the connections that cross it.
type link struct {
	run      *run
	from, to *site
	service  event.Service
	straight bool // nothing can happen to it: connections need no relay
	latency  [2]world.Latency
	drawn    [2]atomic.Uint64 // how many delays were drawn: the key of the next

	mu        sync.Mutex
	crossings map[crossing]struct{}
	relay     *relay // started by the first who needs it
	closed    bool
}

type linkKey struct {
	from, to int
	service  event.Service
}

// links are the links that were used so far.
type links struct {
	mu     sync.Mutex
	all    map[linkKey]*link
	closed bool // the run is over; links that are asked for now are closed
}

// link returns the link of an opener to an endpoint.
func (r *run) link(from, to *site, service event.Service) *link {
	r.links.mu.Lock()
	defer r.links.mu.Unlock()
	key := linkKey{from.index, to.index, service}
	l := r.links.all[key]
	if l == nil {
		l = &link{run: r, from: from, to: to, service: service, crossings: map[crossing]struct{}{}, closed: r.links.closed}
		l.latency[there] = r.w.Links.Between(from.Member, to.Member)
		l.latency[back] = r.w.Links.Between(to.Member, from.Member)
		l.straight = l.latency == [2]world.Latency{} && !r.faults.touch(from, to)
		r.links.all[key] = l
	}
	return l
}

// between returns the links that lead from one set of members to another.
func (r *run) between(from, to []bool) []*link {
	r.links.mu.Lock()
	defer r.links.mu.Unlock()
	var found []*link
	for key, l := range r.links.all {
		if from[key.from] && to[key.to] {
			found = append(found, l)
		}
	}
	return found
}

// hubGate is the gate of a paused hub, whose connections stall; nil when they do not. Other members
// are paused at their mailbox.
func (s *site) hubGate() <-chan struct{} {
	if !s.outside() {
		return nil
	}
	return s.gate.Load().closed()
}

// enter adds a crossing, unless the run is over.
func (l *link) enter(c crossing) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.crossings[c] = struct{}{}
	}
	return !l.closed
}

func (l *link) leave(c crossing) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.crossings, c)
}

// current returns the crossings of this instant.
func (l *link) current() []crossing {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]crossing, 0, len(l.crossings))
	for c := range l.crossings {
		all = append(all, c)
	}
	return all
}

// refused tells whether a fault refuses a new connection.
func (l *link) refused() bool {
	for _, k := range l.run.faults.active() {
		if l.run.faults.all[k].Kind == fault.Refuse && l.run.faults.leads(k, l.from, l.to) {
			l.run.faults.hit(k, l.from)
			return true
		}
	}
	return false
}

// frozen tells how long a freeze still holds a new connection.
func (l *link) frozen() (longest event.Duration) {
	for _, k := range l.run.faults.active() {
		if l.run.faults.all[k].Kind == fault.Freeze && l.run.faults.leads(k, l.from, l.to) {
			l.run.faults.hit(k, l.from)
			longest = max(longest, event.Mono(l.run.faults.until[k].Load()).Sub(l.run.clock.now()))
		}
	}
	return longest
}

// delay draws what the link adds to a message in a direction.
func (l *link) delay(way int) time.Duration {
	from, to := l.from, l.to
	if way == back {
		from, to = to, from
	}
	d, frost := l.latency[way].Base, event.Duration(0)
	if mean := l.latency[way].Mean; mean > 0 {
		d += l.draw(luck.Link, way, mean)
	}
	for _, k := range l.run.faults.active() {
		f := &l.run.faults.all[k]
		switch {
		case f.Kind == fault.Freeze && (l.run.faults.leads(k, from, to) || l.run.faults.leads(k, to, from)):
			l.run.faults.hit(k, from)
			frost = max(frost, event.Mono(l.run.faults.until[k].Load()).Sub(l.run.clock.now()))
		case f.Kind != fault.Delay || !l.run.faults.leads(k, from, to):
		case f.Exponential:
			l.run.faults.hit(k, from)
			d += l.draw(luck.DelayFault, way, f.By)
		default:
			l.run.faults.hit(k, from)
			d += f.By
		}
	}
	return d + frost
}

// draw draws from an exponential distribution, keyed by the link, the direction and how many draws
// there were.
func (l *link) draw(p luck.Purpose, way int, mean event.Duration) event.Duration {
	key := uint64(way)<<56 | uint64(l.service)<<48 | uint64(l.from.index)<<24 | uint64(l.to.index)
	return event.Duration(luck.Exp(luck.Pair(l.run.w.Seed, p, key, l.drawn[way].Add(1)), float64(mean)))
}

// close ends the link and all that crosses it.
func (l *link) close() {
	l.mu.Lock()
	l.closed = true
	relay := l.relay
	l.mu.Unlock()
	if relay != nil {
		relay.listener.Close()
	}
	for _, c := range l.current() {
		c.abandon()
	}
}

// close ends all links; nothing opens sessions any more.
func (all *links) close() {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.closed = true
	for _, l := range all.all {
		l.close()
	}
}
