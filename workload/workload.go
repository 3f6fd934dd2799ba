// Package workload says who calls, when and with what: open loop, so that a slow answer does not
// make the next call later.
package workload

import (
	"hubsim/event"
	"hubsim/internal/luck"
)

// Arrival is one intended call.
type Arrival struct {
	At  event.Duration // since the run began
	To  event.NodeID   // the gateway
	Req *event.Request
	// Place is the gateway's among those that a load calls, from 1: the same place, the same gateway. A
	// driver may keep there what it has found by name. 0 is none.
	Place int
}

// Load is an iterator over arrivals, in order of At.
type Load interface {
	// Next returns the next arrival, or false when there is none.
	Next() (Arrival, bool)
}

// Phase is a stretch of time in which calls come in one way.
type Phase struct {
	From, For event.Duration
	Pacer     Pacer
	Calls     []event.Request // taken in turn, or drawn if Random; ID is filled in
	Gateways  []event.NodeID  // likewise: what the load balancer in front of the gateways does
	Random    bool
	// Sticky keeps each caller at the gateway that it was first given to, as a load balancer with a
	// cookie does. Callers are told apart by consumer key and user.
	Sticky bool
	Usage  *Usage // nil: what Calls say
}

// Phases is the load of several phases, merged by time.
type Phases struct {
	seed  uint64
	list  []running
	count event.RequestID
}

type running struct {
	Phase
	n      uint64
	places int               // of the phases before
	offset event.Duration    // of the next call, since From
	homes  map[caller]uint64 // sticky: the gateways of callers
	done   bool
}

// New starts the phases. A phase without calls or gateways makes no calls.
func New(seed uint64, phases []Phase) *Phases {
	w, places := &Phases{seed: seed}, 0
	for _, p := range phases {
		r := running{Phase: p, places: places, homes: map[caller]uint64{}, done: len(p.Calls) == 0 || len(p.Gateways) == 0}
		places += len(p.Gateways)
		r.advance(0)
		w.list = append(w.list, r)
	}
	return w
}

// advance finds the next call of the phase after one at the offset before.
func (r *running) advance(before event.Duration) {
	if r.done {
		return
	}
	next, ok := r.Pacer.Next(before, r.n)
	r.offset, r.done = next, !ok || next >= r.For
}

// Next implements Load. Of two calls at one instant the earlier phase's comes first.
func (w *Phases) Next() (Arrival, bool) {
	first := -1
	for i := range w.list {
		if r := &w.list[i]; !r.done && (first < 0 || r.From+r.offset < w.list[first].From+w.list[first].offset) {
			first = i
		}
	}
	if first < 0 {
		return Arrival{}, false
	}
	r := &w.list[first]
	a := w.call(r, uint64(first))
	r.n++
	r.advance(r.offset)
	return a, true
}

// caller is who calls, as a load balancer's cookie tells them apart.
type caller struct{ key, user string }

// home is the gateway of the caller of a call, the next one if this is the first. The calls are taken
// in turn: with every caller at one gateway there is no round of gateways to wait for.
func (r *running) home(g, c uint64) (gateway, call uint64) {
	if !r.Random {
		c = r.n % uint64(len(r.Calls))
	}
	who := caller{user: r.Calls[c].Basic}
	if t := r.Calls[c].Token; t != nil {
		who = caller{t.ConsumerKey, t.User}
	} else if who.user == "" {
		return g, c
	}
	at, known := r.homes[who]
	if !known {
		at = uint64(len(r.homes)) % uint64(len(r.Gateways))
		r.homes[who] = at
	}
	return at, c
}

// call makes the n-th call of a phase. Taken in turn, the gateways turn once for each call and the
// calls once for each round of gateways, so that every gateway sees every call.
func (w *Phases) call(r *running, stream uint64) Arrival {
	gateways, calls := uint64(len(r.Gateways)), uint64(len(r.Calls))
	g, c := r.n%gateways, r.n/gateways%calls
	if r.Random {
		bits := luck.Pair(w.seed, luck.Mix, stream, r.n)
		g, c = bits%gateways, bits>>32%calls
	}
	if r.Sticky {
		g, c = r.home(g, c)
	}
	w.count++
	req := r.Calls[c]
	req.ID = w.count
	if r.Usage != nil {
		req.Usage = r.Usage.draw(w.seed, stream, r.n)
	}
	return Arrival{At: r.From + r.offset, To: r.Gateways[g], Req: &req, Place: r.places + int(g) + 1}
}
