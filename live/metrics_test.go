package live_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/trace"
)

// decide is the trace of a call whose event makes a decision, which a gateway applies.
func decide(m *live.Metrics) {
	ms := event.Mono(event.Millisecond)
	say := func(at event.Mono, n event.NodeID, note node.Note) {
		m.Observe(&trace.Record{At: at, Node: n, Kind: trace.Noted, Note: note})
	}
	m.Observe(&trace.Record{Node: "gw-1", Kind: trace.Booted, Incarnation: 1})
	m.Observe(&trace.Record{Node: "gw-1", Kind: trace.Up, Service: event.Feed, Session: 1, Incarnation: 1})
	m.Observe(&trace.Record{Node: "gw-1", Kind: trace.Up, Service: event.Pull, Session: 2, Incarnation: 1})
	m.Observe(&trace.Record{Node: "gw-1", Kind: trace.Down, Service: event.Pull, Session: 2, Incarnation: 1})
	m.Observe(&trace.Record{Node: "gw-1", Kind: trace.Down, Service: event.Topics, Session: 3, Incarnation: 1, Reason: event.Refused})
	m.Observe(&trace.Record{At: 3 * ms, Due: 2 * ms, Node: "gw-1", Kind: trace.Answered, Msg: &event.Reply{Status: 200}})
	m.Observe(&trace.Record{At: 3 * ms, Due: 2 * ms, Node: "gw-1", Kind: trace.Answered, Msg: &event.Reply{Code: event.GeneratorOverrun}})
	m.Observe(&trace.Record{Node: "tm-1", Kind: trace.Dropped, Msg: &event.Batch{}, Reason: event.Malformed})
	say(3*ms, "gw-1", node.Note{Fact: node.EventQueued, Request: 7})
	say(4*ms, "gw-1", node.Note{Fact: node.EventSent, Request: 7, Peer: "tm-1"})
	say(5*ms, "tm-1", node.Note{Fact: node.Counted, Request: 7, Key: "k"})
	say(5*ms, "tm-1", node.Note{Fact: node.DecisionEmitted, Request: 7, Key: "k", On: true, Expiry: 60})
	say(9*ms, "gw-1", node.Note{Fact: node.DecisionApplied, Key: "k", On: true, Expiry: 60})
	m.Observe(&trace.Record{Kind: trace.FaultOn})
}

func TestMetricsFollowTheConventions(t *testing.T) {
	m := live.NewMetrics()
	decide(m)
	problems, err := testutil.GatherAndLint(m.Registry())
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

func TestMetricsAreWhatTheTraceSays(t *testing.T) {
	m := live.NewMetrics()
	decide(m)
	const want = `
# HELP hubsim_messages_dropped_total Messages that reached nobody; node is the intended receiver.
# TYPE hubsim_messages_dropped_total counter
hubsim_messages_dropped_total{class="batch",node="tm-1",reason="malformed"} 1
# HELP hubsim_requests_total API calls answered, by error code; 0 is served, 503 an absent gateway, -1 not sent.
# TYPE hubsim_requests_total counter
hubsim_requests_total{code="-1",gateway="gw-1"} 1
hubsim_requests_total{code="0",gateway="gw-1"} 1
# HELP hubsim_sessions Sessions that are up at a node.
# TYPE hubsim_sessions gauge
hubsim_sessions{node="gw-1",service="feed"} 1
hubsim_sessions{node="gw-1",service="pull"} 0
`
	if err := testutil.GatherAndCompare(m.Registry(), strings.NewReader(want),
		"hubsim_messages_dropped_total", "hubsim_requests_total", "hubsim_sessions"); err != nil {
		t.Error(err)
	}
	body := scrape(t, m)
	for _, line := range []string{
		`hubsim_decision_latency_seconds_sum{hop="gateway-queue"} 0.001`, `hubsim_decision_latency_seconds_sum{hop="wire"} 0.001`,
		`hubsim_decision_latency_seconds_sum{hop="broker"} 0.004`, `hubsim_decision_latency_seconds_sum{hop="decision"} 0.006`, `hubsim_request_latency_seconds_count{gateway="gw-1"} 1`,
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no line %s", line)
		}
	}
	m.Observe(&trace.Record{Node: "gw-1", Kind: trace.Stopped, Incarnation: 1})
	if body := scrape(t, m); strings.Contains(body, "hubsim_sessions{") || !strings.Contains(body, `hubsim_node_running{node="gw-1"} 0`) {
		t.Error("a stopped node keeps sessions, or runs")
	}
}

// scrape serves metrics at a free port, as a run does, and reads them.
func scrape(t *testing.T, m *live.Metrics) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	address, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- m.ServeMetrics(ctx, "127.0.0.1:0", func(at string) { address <- at }) }()
	q, err := http.NewRequest("GET", "http://"+<-address+"/metrics", nil)
	_, body := do(t, q, err)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	return body
}

func TestAnOccupiedPortIsToldWithAHint(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	err = live.NewMetrics().ServeMetrics(t.Context(), l.Addr().String(), nil)
	if err == nil || !strings.Contains(err.Error(), l.Addr().String()) || !strings.Contains(err.Error(), "hint:") {
		t.Errorf("the error is %v", err)
	}
}

func TestMetricsOfARun(t *testing.T) {
	m := live.NewMetrics()
	w := gateway(calls("gw-1", 3), func(*event.Request) event.Message { return &event.Reply{Status: 200} })
	until(t, w, live.Options{Metrics: m}, answers(3))
	body := scrape(t, m)
	for _, line := range []string{`hubsim_requests_total{code="0",gateway="gw-1"} 3`, `hubsim_boots_total{node="gw-1"} 1`, "hubsim_trace_stalls_total 0"} {
		if !strings.Contains(body, line) {
			t.Errorf("no line %s", line)
		}
	}
}

// stocked is a node with queues whose depth is the number of inputs it had.
type stocked struct {
	toy
	inputs int
}

func (s *stocked) Step(now node.Clock, in node.Input, out *node.Output) {
	s.inputs++
	s.toy.Step(now, in, out)
}

func (s *stocked) Depths(say node.Depth) {
	say("feed", "tm-1", s.inputs)
	say("feed", "tm-1", 2*s.inputs)
}

func TestANodeIsAskedForItsQueuesAfterEachStep(t *testing.T) {
	m, page := live.NewMetrics(), ""
	w := gateway(calls("gw-1", 3), func(*event.Request) event.Message { return &event.Reply{Status: 200} })
	made := w.Members[0].New
	w.Members[0].New = func() node.Node { return &stocked{toy: *made().(*toy)} }
	all := answers(3)
	until(t, w, live.Options{Metrics: m}, want{all.what, func(r *trace.Record) bool {
		last := all.is(r)
		if last {
			page = scrape(t, m)
		}
		return last
	}})
	for _, line := range []string{`hubsim_queue_depth{node="gw-1",queue="feed",to="tm-1"} 4`, `hubsim_queue_depth{node="gw-1",queue="feed",to="tm-1 (2)"} 8`} {
		if !strings.Contains(page, line) {
			t.Errorf("after a boot and three calls there is no line %s", line)
		}
	}
}
