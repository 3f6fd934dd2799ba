package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// buckets reach from a local call, 50 µs, to a window's length, 100 s and more, by factors of two.
var buckets = prometheus.ExponentialBuckets(50e-6, 2, 22)

// Metrics folds a run's trace into Prometheus metrics, in a registry of its own.
type Metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	latency   *prometheus.HistogramVec
	decisions *prometheus.HistogramVec
	facts     *prometheus.CounterVec
	sent      *prometheus.CounterVec
	received  *prometheus.CounterVec
	dropped   *prometheus.CounterVec
	boots     *prometheus.CounterVec
	faults    *prometheus.CounterVec
	sessions  *prometheus.GaugeVec
	running   *prometheus.GaugeVec
	run       atomic.Pointer[run]

	// Touched by the observing goroutine only.
	stopwatch *trace.Stopwatch
	open      map[session]bool
}

// session names one side of a session across incarnations.
type session struct {
	node        event.NodeID
	incarnation uint32
	id          node.SessionID
}

var _ trace.Observer = (*Metrics)(nil)

// NewMetrics makes metrics that have seen nothing yet.
func NewMetrics() *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), open: map[session]bool{}}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "hubsim", Name: name, Help: help}, labels)
		m.registry.MustRegister(v)
		return v
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "hubsim", Name: name, Help: help}, labels)
		m.registry.MustRegister(v)
		return v
	}
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "hubsim", Name: name, Help: help, Buckets: buckets}, labels)
		m.registry.MustRegister(v)
		return v
	}
	m.requests = counter("requests_total",
		"API calls answered, by error code; 0 is served, 503 an absent gateway, -1 not sent.", "gateway", "code")
	m.latency = histogram("request_latency_seconds",
		"From the intended instant of an API call to its answer at the gateway.", "gateway")
	m.decisions = histogram("decision_latency_seconds",
		"A throttle decision's way by hop: from gateway-queue (call admitted to event sent) to broker (decision sent to applied); decision is the whole.", "hop")
	m.stopwatch = trace.NewStopwatch(func(h trace.Hop, _ event.NodeID, d event.Duration) {
		m.decisions.WithLabelValues(h.String()).Observe(d.Seconds())
	})
	m.facts = counter("events_total", "Facts stated by nodes, by kind and by reason where something was lost.", "node", "fact", "reason")
	m.sent = counter("messages_sent_total", "Messages put on a session.", "node", "service", "class")
	m.received = counter("messages_received_total", "Messages that reached a node.", "node", "service", "class")
	m.dropped = counter("messages_dropped_total", "Messages that reached nobody; node is the intended receiver.", "node", "class", "reason")
	m.boots = counter("boots_total", "Starts of a node.", "node")
	m.faults = counter("faults_total", "Faults begun, ended, and those with an observed effect.", "what")
	m.sessions = gauge("sessions", "Sessions that are up at a node.", "node", "service")
	m.running = gauge("node_running", "1 while the node runs.", "node")
	m.registry.MustRegister(&driverState{m}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe implements trace.Observer.
func (m *Metrics) Observe(r *trace.Record) {
	name := string(r.Node)
	switch r.Kind {
	case trace.Booted:
		m.boots.WithLabelValues(name).Inc()
		m.running.WithLabelValues(name).Set(1)
	case trace.Stopped:
		m.stopped(r)
	case trace.Up:
		m.open[session{r.Node, r.Incarnation, r.Session}] = true
		m.sessions.WithLabelValues(name, r.Service.String()).Inc()
	case trace.Down:
		m.closed(r)
	case trace.Sent:
		m.sent.WithLabelValues(name, r.Service.String(), r.Msg.Class().String()).Inc()
	case trace.Received:
		m.received.WithLabelValues(name, r.Service.String(), r.Msg.Class().String()).Inc()
	case trace.Dropped:
		m.dropped.WithLabelValues(name, r.Msg.Class().String(), r.Reason.String()).Inc()
	case trace.Answered:
		m.answered(r)
	case trace.Noted:
		m.facts.WithLabelValues(name, r.Note.Fact.String(), r.Note.Reason.String()).Inc()
		m.stopwatch.Observe(r)
	case trace.FaultOn, trace.FaultHit, trace.FaultOff:
		m.faults.WithLabelValues(r.Kind.String()).Inc()
	}
}

func (m *Metrics) answered(r *trace.Record) {
	reply, ok := r.Msg.(*event.Reply)
	if !ok {
		return
	}
	m.requests.WithLabelValues(string(r.Node), strconv.Itoa(int(reply.Code))).Inc()
	if reply.Code != event.GeneratorOverrun {
		m.latency.WithLabelValues(string(r.Node)).Observe(r.At.Sub(r.Due).Seconds())
	}
}

// closed counts a session down that was up; a Down may also be the answer to Open.
func (m *Metrics) closed(r *trace.Record) {
	key := session{r.Node, r.Incarnation, r.Session}
	if m.open[key] {
		delete(m.open, key)
		m.sessions.WithLabelValues(string(r.Node), r.Service.String()).Dec()
	}
}

func (m *Metrics) stopped(r *trace.Record) {
	for key := range m.open {
		if key.node == r.Node {
			delete(m.open, key)
		}
	}
	m.sessions.DeletePartialMatch(prometheus.Labels{"node": string(r.Node)})
	m.running.WithLabelValues(string(r.Node)).Set(0)
}

// bind lets the gauges of the driver's own state read a run's.
func (m *Metrics) bind(r *run) { m.run.Store(r) }

// Registry is where the metrics are registered.
func (m *Metrics) Registry() *prometheus.Registry { return m.registry }

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// ServeMetrics serves the metrics at an address under /metrics until ctx ends, and returns when the
// server has stopped. Started, if not nil, is told the address once it listens.
func (m *Metrics) ServeMetrics(ctx context.Context, address string, started func(address string)) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("serve metrics at %s: %w (hint: choose another address with --metrics-addr, or port 0 for any free one)", address, err)
	}
	if started != nil {
		started(l.Addr().String())
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", m.Handler())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { server.Close() })
	defer stopped()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve metrics at %s: %w", address, err)
	}
	return nil
}
