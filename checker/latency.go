package checker

import (
	"fmt"
	"slices"
	"strings"

	"github.com/HdrHistogram/hdrhistogram-go"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
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
func (h Hop) String() string { return hopNames[h] }

// longest is what the histograms hold: an hour, in nanoseconds, to three digits.
const longest = int64(event.Hour)

// Latency measures throttle decisions: from the call that used the quota up to each gateway that
// learns of it, whole and by hop. It judges the 99th percentile of the whole.
type Latency struct {
	Most event.Duration // p99 of the whole; 0 measures only

	ring     []path
	sent     map[emitted]*firstSent
	by       [hops]*hdrhistogram.Histogram
	gateways map[event.NodeID]*hdrhistogram.Histogram
	setup    *Setup
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
	done []event.NodeID // gateways that have applied it
}

// NewLatency makes the checker.
func NewLatency(s *Setup, most event.Duration) *Latency {
	l := &Latency{
		Most: most, setup: s, ring: make([]path, recent), sent: map[emitted]*firstSent{}, gateways: map[event.NodeID]*hdrhistogram.Histogram{},
	}
	for h := range l.by {
		l.by[h] = hdrhistogram.New(1, longest, 3)
	}
	return l
}

// Observe implements trace.Observer.
func (l *Latency) Observe(r *trace.Record) {
	if r.Kind != trace.Noted {
		return
	}
	n := &r.Note
	switch n.Fact {
	case node.EventQueued:
		l.ring[n.Request%recent] = path{id: n.Request, queued: r.At}
	case node.EventSent:
		if p := &l.ring[n.Request%recent]; p.id == n.Request && p.left == 0 {
			p.left = r.At
		}
	case node.Counted:
		if p := &l.ring[n.Request%recent]; p.id == n.Request && p.counted == 0 {
			p.counted = r.At
		}
	case node.DecisionEmitted:
		if n.On {
			l.emit(r)
		}
	case node.DecisionApplied:
		if n.On {
			l.apply(r)
		}
	}
}

// emit keeps the first decision of a window; decisions that have expired are forgotten.
func (l *Latency) emit(r *trace.Record) {
	d := emitted{r.Note.Key, r.Note.Expiry}
	p := l.ring[r.Note.Request%recent]
	if l.sent[d] != nil || p.id != r.Note.Request || p.id == 0 {
		return
	}
	if len(l.sent) > 10_000 {
		l.expire(r.Wall)
	}
	l.sent[d] = &firstSent{path: p, at: r.At}
}

func (l *Latency) expire(now event.Wall) {
	for d := range l.sent {
		if d.expiry < now {
			delete(l.sent, d)
		}
	}
}

func (l *Latency) apply(r *trace.Record) {
	e := l.sent[emitted{r.Note.Key, r.Note.Expiry}]
	if e == nil || slices.Contains(e.done, r.Node) {
		return
	}
	e.done = append(e.done, r.Node)
	p := &e.path
	stages := [...]event.Mono{p.queued, p.left, p.counted, e.at, r.At}
	for h := GatewayQueue; h < Whole; h++ {
		if stages[h] > 0 && stages[h+1] > 0 && (h == BrokerHop || len(e.done) == 1) {
			l.record(l.by[h], stages[h+1].Sub(stages[h]))
		}
	}
	whole := r.At.Sub(p.queued)
	l.record(l.by[Whole], whole)
	if l.gateways[r.Node] == nil {
		l.gateways[r.Node] = hdrhistogram.New(1, longest, 3)
	}
	l.record(l.gateways[r.Node], whole)
}

func (l *Latency) record(h *hdrhistogram.Histogram, d event.Duration) {
	_ = h.RecordValue(min(max(int64(d), 0), longest)) // clamped, so it cannot fail
}

// Quantiles are what a histogram says, in nanoseconds.
type Quantiles struct {
	Name  string         `json:"name"`
	Count int64          `json:"count"`
	P50   event.Duration `json:"p50_ns"`
	P90   event.Duration `json:"p90_ns"`
	P99   event.Duration `json:"p99_ns"`
	Max   event.Duration `json:"max_ns"`
}

func quantiles(name string, h *hdrhistogram.Histogram) Quantiles {
	at := func(q float64) event.Duration { return event.Duration(h.ValueAtQuantile(q)) }
	return Quantiles{Name: name, Count: h.TotalCount(), P50: at(50), P90: at(90), P99: at(99), Max: event.Duration(h.Max())}
}

// Hops returns the quantiles by hop, the whole last.
func (l *Latency) Hops() []Quantiles {
	var all []Quantiles
	for h, hist := range l.by {
		all = append(all, quantiles(hopNames[h], hist))
	}
	return all
}

// Gateways returns the quantiles of the whole by gateway, in order of their names.
func (l *Latency) Gateways() []Quantiles {
	all := []Quantiles{}
	for id, hist := range l.gateways {
		all = append(all, quantiles(string(id), hist))
	}
	slices.SortFunc(all, func(a, b Quantiles) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Finish implements Checker.
func (l *Latency) Finish() Outcome {
	q := quantiles("", l.by[Whole])
	out := Outcome{Check: "decision-latency", Exercised: int(q.Count), Worst: fmt.Sprintf("p99 %v, max %v", q.P99, q.Max), Bound: "measured only"}
	bad := 0
	if l.Most > 0 {
		out.Bound = fmt.Sprintf("p99 at most %v", l.Most)
		if q.P99 > l.Most {
			bad = 1
			out.detail("p50 %v, p99 %v, max %v over %d decisions", q.P50, q.P99, q.Max, q.Count)
		}
	}
	out.judge(bad)
	return out
}
