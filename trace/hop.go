package trace

import (
	"hubsim/event"
	"hubsim/node"
)

// Hop is one stage of a throttle decision's way.
type Hop uint8

// The hops, in order.
const (
	GatewayQueue Hop = iota // call admitted → its event leaves the gateway
	Wire                    // → the traffic manager counts it
	Window                  // → the decision leaves
	BrokerHop               // → a gateway applies it
	Whole                   // call admitted → a gateway applies the decision
	hops
)

var hopNames = [hops]string{"gateway-queue", "wire", "traffic-manager", "broker", "decision"}

// String names the hop.
func (h Hop) String() string {
	if h < hops {
		return hopNames[h]
	}
	return "?"
}

// Hops returns every hop, in order, the whole last.
func Hops() []Hop { return []Hop{GatewayQueue, Wire, Window, BrokerHop, Whole} }

// Stopwatch measures throttle decisions hop by hop: from the call that used the quota up to each
// gateway that learns of it. The first emission of a decision counts, and each gateway once; the hops
// before the broker are measured with the first gateway.
type Stopwatch struct {
	measured func(h Hop, gateway event.NodeID, d event.Duration)
	ring     []path
	sent     map[emitted]*firstSent
	gateways map[event.NodeID]int // those that have applied any decision, numbered as they come
	sweep    int                  // how many of sent there are when the expired are forgotten
}

// path is when the event of a call passed the hops.
type path struct {
	id                    event.RequestID
	queued, left, counted event.Mono
}

// emitted names a decision: a key in a window.
type emitted struct {
	key    event.ThrottleKey
	expiry event.Wall
}

// firstSent is the first emission of a decision.
type firstSent struct {
	path path
	at   event.Mono
	done []uint64 // a bit for each gateway, by its number: it has applied the decision
	some bool     // one has
}

// The limits of what a stopwatch remembers.
const (
	// recentCalls is enough for all whose events can still be on their way, at 20,000 calls a second
	// and 3 s of latency. A decision that an older call caused is not measured.
	recentCalls = 1 << 16
	// fewDecisions are kept even if they have expired.
	fewDecisions = 10_000
)

// NewStopwatch makes a stopwatch that says what it measured.
func NewStopwatch(measured func(h Hop, gateway event.NodeID, d event.Duration)) *Stopwatch {
	return &Stopwatch{measured: measured, ring: make([]path, recentCalls), sent: map[emitted]*firstSent{}, gateways: map[event.NodeID]int{}, sweep: fewDecisions}
}

// Observe implements Observer.
func (w *Stopwatch) Observe(r *Record) {
	if r.Kind != Noted {
		return
	}
	n := &r.Note
	p := &w.ring[n.Request.Slot(recentCalls)]
	switch n.Fact {
	case node.EventQueued:
		*p = path{id: n.Request, queued: r.At}
	case node.EventSent:
		if p.id == n.Request && p.left == 0 {
			p.left = r.At
		}
	case node.Counted:
		if p.id == n.Request && p.counted == 0 {
			p.counted = r.At
		}
	case node.DecisionEmitted:
		if n.On {
			w.emit(r)
		}
	case node.DecisionApplied:
		if n.On {
			w.apply(r)
		}
	}
}

// emit keeps the first decision of a window; decisions that have expired are forgotten.
func (w *Stopwatch) emit(r *Record) {
	d := emitted{r.Note.Key, r.Note.Expiry}
	p := w.ring[r.Note.Request.Slot(recentCalls)]
	if w.sent[d] != nil || p.id != r.Note.Request || p.id == 0 {
		return
	}
	if len(w.sent) > w.sweep {
		w.expire(r.Wall)
		w.sweep = max(fewDecisions, 2*len(w.sent))
	}
	w.sent[d] = &firstSent{path: p, at: r.At}
}

func (w *Stopwatch) expire(now event.Wall) {
	for d := range w.sent {
		if d.expiry < now {
			delete(w.sent, d)
		}
	}
}

func (w *Stopwatch) apply(r *Record) {
	e := w.sent[emitted{r.Note.Key, r.Note.Expiry}]
	if e == nil || !e.first(w.number(r.Node)) {
		return
	}
	p, foremost := &e.path, !e.some
	e.some = true
	stages := [...]event.Mono{p.queued, p.left, p.counted, e.at, r.At}
	for h := GatewayQueue; h < Whole; h++ {
		if stages[h] > 0 && stages[h+1] > 0 && (h == BrokerHop || foremost) {
			w.measured(h, r.Node, stages[h+1].Sub(stages[h]))
		}
	}
	w.measured(Whole, r.Node, r.At.Sub(p.queued))
}

func (w *Stopwatch) number(gateway event.NodeID) int {
	n, ok := w.gateways[gateway]
	if !ok {
		n = len(w.gateways)
		w.gateways[gateway] = n
	}
	return n
}

// first notes that a gateway has applied the decision, and tells whether that is new.
func (f *firstSent) first(gateway int) bool {
	for len(f.done) <= gateway/64 {
		f.done = append(f.done, 0)
	}
	word, bit := &f.done[gateway/64], uint64(1)<<(gateway%64)
	fresh := *word&bit == 0
	*word |= bit
	return fresh
}
