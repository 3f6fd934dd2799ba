package checker

import (
	"fmt"
	"slices"
	"strings"

	"github.com/HdrHistogram/hdrhistogram-go"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/trace"
)

// longest is what the histograms hold: an hour, in nanoseconds, to three digits.
const longest = int64(event.Hour)

// Latency measures throttle decisions: from the call that used the quota up to each gateway that
// learns of it, whole and by hop. It judges the 99th percentile of the whole.
type Latency struct {
	Most event.Duration // p99 of the whole; 0 measures only

	watch    *trace.Stopwatch
	by       []*hdrhistogram.Histogram // by trace.Hop
	gateways map[event.NodeID]*hdrhistogram.Histogram
}

// NewLatency makes the checker.
func NewLatency(most event.Duration) *Latency {
	l := &Latency{Most: most, gateways: map[event.NodeID]*hdrhistogram.Histogram{}}
	l.watch = trace.NewStopwatch(l.measured)
	for range trace.Hops() {
		l.by = append(l.by, hdrhistogram.New(1, longest, 3))
	}
	return l
}

// Observe implements trace.Observer.
func (l *Latency) Observe(r *trace.Record) { l.watch.Observe(r) }

func (l *Latency) measured(h trace.Hop, gateway event.NodeID, d event.Duration) {
	l.record(l.by[h], d)
	if h != trace.Whole {
		return
	}
	own := l.gateways[gateway]
	if own == nil {
		own = hdrhistogram.New(1, longest, 3)
		l.gateways[gateway] = own
	}
	l.record(own, d)
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

// FewSamples is below how many samples the 99th percentile is no more than the largest of them.
const FewSamples = 100

// worst tells the slow end, and of how many where they are few.
func (q *Quantiles) worst() string {
	text := "p99 " + words.Duration(q.P99) + ", max " + words.Duration(q.Max)
	if q.Count > 0 && q.Count < FewSamples {
		text += fmt.Sprintf(" (of only %d)", q.Count)
	}
	return text
}

func quantiles(name string, h *hdrhistogram.Histogram) Quantiles {
	at := h.ValueAtPercentilesSlice([]float64{50, 90, 99, 100}) // in one walk over the histogram
	return Quantiles{
		Name: name, Count: h.TotalCount(),
		P50: event.Duration(at[0]), P90: event.Duration(at[1]), P99: event.Duration(at[2]), Max: event.Duration(at[3]),
	}
}

// Hops returns the quantiles by hop, the whole last.
func (l *Latency) Hops() []Quantiles {
	var all []Quantiles
	for h, hist := range l.by {
		all = append(all, quantiles(trace.Hop(h).String(), hist))
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
	q := quantiles("", l.by[trace.Whole])
	out := Outcome{Check: "decision-latency", Exercised: int(q.Count), Worst: q.worst(), Bound: "measured only"}
	bad := 0
	if l.Most > 0 {
		out.Bound = "p99 at most " + words.Duration(l.Most)
		if q.P99 > l.Most {
			bad = 1
			out.detail("p50 %s, p99 %s, max %s over %s", words.Duration(q.P50), words.Duration(q.P99), words.Duration(q.Max), words.Count(int(q.Count), "decision"))
		}
	}
	out.judge(bad)
	return out
}
