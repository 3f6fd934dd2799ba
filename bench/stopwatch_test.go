package bench

import (
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// noted is a record of a fact.
func noted(at event.Mono, who event.NodeID, n node.Note) *trace.Record {
	return &trace.Record{At: at, Kind: trace.Noted, Node: who, Note: n}
}

// told is a stopwatch that has seen a whole small run: one gateway, one decision that is measured, learnt
// 3 ms after its event entered the feed and 5 ms after its call was due.
func told(leave func(r *trace.Record) bool) (s *stopwatch, done int) {
	p := &plan{rate: 1000, gateways: 1, count: 2*loopQuota*loopLanes + 1, warm: 2 * loopQuota * loopLanes}
	for !p.decides(p.count - 1) {
		p.count++
	}
	p.warm = p.count - 1
	s = newStopwatch(p)
	s.done = func() { done++ }
	s.stop = func() { done += 100 }
	last := event.RequestID(p.count)
	call := &event.Request{ID: last}
	const ms = event.Mono(event.Millisecond)
	for _, r := range []*trace.Record{
		noted(1, "gw-1", node.Note{Fact: node.Deployed}),
		noted(2, "gw-1", node.Note{Fact: node.Ready}),
		noted(3, "tm-1", node.Note{Fact: node.PlanDeployed, ID: "subscription:" + sitePolicy}),
		noted(4, "gw-1", node.Note{Fact: node.EventQueued, Request: last - 1}), // of the warm-up
		{At: 12 * ms, Kind: trace.Called, Node: "gw-1", Request: call, Due: 10 * ms},
		{At: 12 * ms, Kind: trace.Answered, Node: "gw-1", Request: call, Msg: &event.Reply{Status: 200}},
		noted(12*ms, "gw-1", node.Note{Fact: node.EventQueued, Request: last}),
		noted(13*ms, "tm-1", node.Note{Fact: node.DecisionEmitted, On: true, Key: "k", Request: last}),
		noted(15*ms, "gw-1", node.Note{Fact: node.DecisionApplied, On: true, Key: "k"}),
		noted(19*ms, "gw-1", node.Note{Fact: node.DecisionApplied, On: true, Key: "k"}), // again
	} {
		if !leave(r) {
			s.Observe(r)
		}
	}
	return s, done
}

func TestStopwatch(t *testing.T) {
	s, done := told(func(*trace.Record) bool { return false })
	got, err := s.sample(&meter{})
	if err != nil || done != 1 {
		t.Fatalf("error %v, done %d times", err, done)
	}
	if got["p50"] != 3000 || got["p99"] != 3000 || got["p50 since due"] != 5000 {
		t.Errorf("%v", got)
	}
	if at := <-s.ready; at != 3 {
		t.Errorf("ready at %d", at)
	}
}

func TestStopwatchSaysWhatIsMissing(t *testing.T) {
	fact := func(f node.Fact) func(*trace.Record) bool {
		return func(r *trace.Record) bool { return r.Note.Fact == f }
	}
	for _, row := range []struct {
		why       string
		leave     func(*trace.Record) bool
		complaint string
	}{
		{"no gateway serves the API", fact(node.Deployed), "the site was not ready"},
		{"the traffic manager has no policy", fact(node.PlanDeployed), "the site was not ready"},
		{"the last call was not handled", fact(node.EventQueued), "0 of 1 measured calls entered a feed"},
		{"the gateway did not learn", fact(node.DecisionApplied), "decisions were learnt 0 times by gateways, want 1"},
		{"a call was refused", func(r *trace.Record) bool {
			if r.Kind == trace.Answered {
				r.Msg = &event.Reply{Status: 429, Code: event.SubscriptionExceeded}
			}
			return false
		}, "was answered by gw-1 with status 429, code 900804"},
	} {
		t.Run(row.why, func(t *testing.T) {
			s, _ := told(row.leave)
			if got, err := s.sample(&meter{}); err == nil || !strings.Contains(err.Error(), row.complaint) {
				t.Errorf("%v, error %v", got, err)
			}
		})
	}
}
