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
	narrow   [2]narrow        // under a bandwidth fault

	mu        sync.Mutex
	crossings map[crossing]struct{}
	consumers map[*end]struct{} // the opener's ends of sessions to a hub
	relay     *relay            // started by the first who needs it
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
		l = &link{run: r, from: from, to: to, service: service, crossings: map[crossing]struct{}{}, consumers: map[*end]struct{}{}, closed: r.links.closed}
		l.latency[there] = r.w.Links.Between(from.Member, to.Member)
		l.latency[back] = r.w.Links.Between(to.Member, from.Member)
		l.straight = l.latency == [2]world.Latency{} && !r.faults.touch(from, to)
		r.links.all[key] = l
	}
	return l
}

// between returns the links that a fault means.
func (r *run) between(k int) []*link {
	r.links.mu.Lock()
	defer r.links.mu.Unlock()
	var found []*link
	for _, l := range r.links.all {
		if r.faults.leads(k, l.from, l.to) {
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

// nameless tells whether the opener finds no address for the other end.
func (l *link) nameless() bool { return l.meets(fault.NoName) > 0 }

// acceptance is how much later a new connection comes up.
func (l *link) acceptance() event.Duration { return l.meets(fault.SlowAccept) }

// meets sums up what the faults of a kind do to a new connection.
func (l *link) meets(kind fault.Kind) (sum event.Duration) {
	for _, k := range l.run.faults.active() {
		if one := &l.run.faults.all[k]; one.Kind == kind && l.run.faults.leads(k, l.from, l.to) {
			l.run.faults.hit(k, l.from)
			sum += max(1, one.By)
		}
	}
	return sum
}

// frozen tells how long a freeze or stall still holds a new connection.
func (l *link) frozen() event.Duration {
	return max(l.frost(l.from, l.to), l.frost(l.to, l.from))
}

// frost is how long freezes and stalls still hold what goes from one end of the link to the other. A freeze
// is of both directions.
func (l *link) frost(from, to *site) (longest event.Duration) {
	f := l.run.faults
	for _, k := range f.active() {
		kind := f.all[k].Kind
		if (kind == fault.Freeze || kind == fault.Stall) && f.leads(k, from, to) || kind == fault.Freeze && f.leads(k, to, from) {
			f.hit(k, from)
			longest = max(longest, event.Mono(f.until[k].Load()).Sub(l.run.clock.now()))
		}
	}
	return longest
}

// delay draws what the link adds to so many bytes in a direction.
func (l *link) delay(way, bytes int) time.Duration {
	from, to := l.from, l.to
	if way == back {
		from, to = to, from
	}
	d := l.latency[way].Base
	if mean := l.latency[way].Mean; mean > 0 {
		d += l.draw(luck.Link, way, mean)
	}
	for _, k := range l.run.faults.active() {
		if l.run.faults.leads(k, from, to) {
			d += l.late(k, way, bytes)
		}
	}
	return d + l.frost(from, to)
}

// late is what one fault adds to so many bytes.
func (l *link) late(k, way, bytes int) (d event.Duration) {
	f := &l.run.faults.all[k]
	switch {
	case f.Kind == fault.Loss:
		d = f.Resent(luck.Unit(l.bits(luck.LossFault, way)))
	case f.Kind == fault.Bandwidth:
		d = l.narrow[way].pass(l.run.clock.now(), f.Takes(bytes))
	case f.Kind == fault.Delay && f.Shape > 0:
		d = f.Tail(luck.Unit(l.bits(luck.DelayFault, way)))
	case f.Kind == fault.Delay && f.Exponential:
		d = l.draw(luck.DelayFault, way, f.By)
	case f.Kind == fault.Delay:
		d = f.By
	default:
		return 0
	}
	l.run.faults.hit(k, [2]*site{l.from, l.to}[way])
	return d
}

// narrow is one direction of a line that lets little pass.
type narrow struct{ free atomic.Int64 }

// pass is how long until what takes so long has passed, behind all that came before.
func (n *narrow) pass(now event.Mono, takes event.Duration) event.Duration {
	for {
		was := n.free.Load()
		done := max(now, event.Mono(was)).Add(takes)
		if n.free.CompareAndSwap(was, int64(done)) {
			return done.Sub(now)
		}
	}
}

// draw draws from an exponential distribution.
func (l *link) draw(p luck.Purpose, way int, mean event.Duration) event.Duration {
	return event.Duration(luck.Exp(l.bits(p, way), float64(mean)))
}

// bits are keyed by the link, the direction and how many draws there were.
func (l *link) bits(p luck.Purpose, way int) uint64 {
	key := uint64(way)<<56 | uint64(l.service)<<48 | uint64(l.from.index)<<24 | uint64(l.to.index)
	return luck.Pair(l.run.w.Seed, p, key, l.drawn[way].Add(1))
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
