package bench

import (
	"fmt"
	"slices"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// stopwatch measures decisions in a site: from the instant at which the event that caused one entered its
// gateway's feed until each gateway has applied it.
type stopwatch struct {
	plan    *plan
	done    func()          // called when every call has entered its feed and every decision is learnt
	stop    func()          // called when something is wrong
	start   readiness       // of the site
	ready   chan event.Mono // gets the instant at which it was
	hops    *checker.Latency
	path    []passage                             // by request
	cause   map[event.ThrottleKey]event.RequestID // of a key's decision
	applied map[copyOf]bool
	entered []float64 // latencies in µs, since the event entered
	due     []float64 // since its call was intended
	want    int       // how many of each there will be
	events  int
	refused string // the first call that was not served, and how it was answered
}

// passage is when a call was intended, and when its event entered the feed.
type passage struct{ due, queued event.Mono }

// copyOf is a decision at one gateway.
type copyOf struct {
	key event.ThrottleKey
	at  event.NodeID
}

func newStopwatch(p *plan) *stopwatch {
	return &stopwatch{
		plan: p, start: newReadiness(p.gateways), ready: make(chan event.Mono, 1),
		hops: checker.NewLatency(0), path: make([]passage, p.count+1),
		cause: map[event.ThrottleKey]event.RequestID{}, applied: map[copyOf]bool{}, want: p.learnt(),
	}
}

// Observe implements trace.Observer.
func (s *stopwatch) Observe(r *trace.Record) {
	if s.start.observe(r) {
		s.ready <- r.At
	}
	switch {
	case r.Kind == trace.Called && r.Request != nil:
		s.path[r.Request.ID].due = r.Due
	case r.Kind == trace.Answered && r.Request != nil:
		s.answered(r)
	case r.Kind == trace.Noted:
		s.noted(r)
	}
}

func (s *stopwatch) answered(r *trace.Record) {
	if reply, ok := r.Msg.(*event.Reply); ok && reply.Code != event.Served && s.refused == "" {
		s.refused = fmt.Sprintf("call %d was answered by %s with status %d, code %d", r.Request.ID, r.Node, reply.Status, reply.Code)
		s.stop()
	}
}

func (s *stopwatch) noted(r *trace.Record) {
	id, measured := r.Note.Request, int(r.Note.Request) > s.plan.warm
	switch r.Note.Fact {
	case node.EventQueued:
		s.path[id].queued = r.At
		if measured {
			s.events++
			s.check()
		}
	case node.DecisionEmitted:
		if r.Note.On && s.cause[r.Note.Key] == 0 {
			s.cause[r.Note.Key] = id
		}
	case node.DecisionApplied:
		s.apply(r)
		measured = true // the checker knows no decision of the warm-up
	}
	if measured {
		s.hops.Observe(r)
	}
}

func (s *stopwatch) apply(r *trace.Record) {
	id := s.cause[r.Note.Key]
	if at := (copyOf{r.Note.Key, r.Node}); int(id) > s.plan.warm && r.Note.On && !s.applied[at] {
		s.applied[at] = true
		s.entered = append(s.entered, micros(r.At.Sub(s.path[id].queued)))
		s.due = append(s.due, micros(r.At.Sub(s.path[id].due)))
		s.check()
	}
}

// check ends the measurement when all of it is there.
func (s *stopwatch) check() {
	if s.events == s.calls() && len(s.entered) == s.want {
		s.done()
	}
}

// calls is how many are measured.
func (s *stopwatch) calls() int { return s.plan.count - s.plan.warm }

func micros(d event.Duration) float64 { return float64(d) / float64(event.Microsecond) }

// sample says what was measured, or why that is worth nothing.
func (s *stopwatch) sample(m *meter) (Sample, error) {
	switch {
	case !s.start.done():
		return nil, fmt.Errorf("the site was not ready after %v", patience)
	case s.refused != "":
		return nil, fmt.Errorf("%s; all should be served", s.refused)
	case s.events != s.calls():
		return nil, fmt.Errorf("%d of %d measured calls entered a feed", s.events, s.calls())
	}
	out, err := s.plan.decisions(s.entered, s.due)
	if err != nil {
		return nil, err
	}
	for _, q := range s.hops.Hops() {
		out["hop "+q.Name+" p50"] = micros(q.P50)
	}
	m.tell(out, s.calls())
	return out, nil
}

// decisions are the figures of the latencies, of which there must be one for each key and gateway.
func (p *plan) decisions(entered, due []float64) (Sample, error) {
	if want := p.learnt(); len(entered) != want {
		return nil, fmt.Errorf("decisions were learnt %d times by gateways, want %d", len(entered), want)
	}
	slices.Sort(entered)
	slices.Sort(due)
	return Sample{
		"p50": quantile(entered, 0.50), "p99": quantile(entered, 0.99), "p50 since due": quantile(due, 0.50),
	}, nil
}

// meter is the machine's use between the first and the last call that is measured.
type meter struct{ began, ended usage }

// tell adds the CPU and the rate of so many events to a sample; no CPU where it is not known.
func (m *meter) tell(out Sample, events int) {
	l := m.ended.since(m.began)
	out["reached"] = float64(events) / l.wall.Seconds()
	if l.own > 0 {
		out["CPU"] = micros(l.own) / float64(events)
	}
}
