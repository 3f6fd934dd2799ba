package bench

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"hubsim/broker/natsbroker"
	"hubsim/event"
	"hubsim/scenarios"
	"hubsim/workload"
)

func decisionLatency() *Bench {
	return &Bench{
		Name:      "decision-latency",
		Question:  "How much later do gateways learn of a throttle decision from the stand-ins than from a bare loop on the same broker?",
		Ours:      "gateways, a traffic manager and a control plane on real sockets: data bridge there, nats-server back; calls handed over in process",
		Reference: "publish, count, publish on one nats-server: as many connections, bytes, events a second and decisions",
		Figures: []Figure{
			{"p50", "µs"}, {"p99", "µs"}, {"p50 since due", "µs"}, {"CPU", "µs/event"}, {"reached", "events/s"},
			{"hop gateway-queue p50", "µs"}, {"hop wire p50", "µs"}, {"hop traffic-manager p50", "µs"}, {"hop broker p50", "µs"},
		},
		Goals:    []Goal{{Figure: "p50", Most: 1.5}, {Figure: "CPU", Most: 1.3}},
		Defaults: Options{Pairs: 6, Duration: 5 * time.Second, Rate: 2500},
		size:     10,
		begin:    beginDecision,
	}
}

// loop is the bench of the throttle loop.
type loop struct {
	plan  plan
	site  *scenarios.Scenario
	model model
	hub   *natsbroker.Broker
}

func beginDecision(b *Bench, o Options) (sides, error) {
	l := &loop{plan: planOf(b.size, o), hub: natsbroker.New(natsbroker.Defaults())}
	l.site = site(b.size, l.plan.keys(), loopQuota)
	var err error
	if l.model, err = probe(); err != nil {
		return sides{}, err
	}
	return sides{ours: l.ours, reference: l.bare, end: l.hub.Close}, nil
}

// ours runs the site live.
func (l *loop) ours(ctx context.Context) (Sample, error) {
	w, calls, err := build(l.site)
	if err != nil {
		return nil, err
	}
	limited, stop := context.WithTimeout(ctx, l.plan.at(l.plan.count)+patience)
	defer stop()
	var left atomic.Int32
	left.Store(2) // the load, and who waits for what it causes
	done := func() {
		if left.Add(-1) == 0 {
			stop()
		}
	}
	watch := newStopwatch(&l.plan)
	watch.done, watch.stop = done, stop
	load := &loopLoad{plan: &l.plan, calls: calls, done: done, ready: watch.ready, over: limited.Done()}
	for _, i := range w.Find("gateways") {
		load.gateways = append(load.gateways, w.Members[i].ID)
	}
	w.Load, w.Watch = load, watch
	if err := run(limited, w, l.hub); err != nil || ctx.Err() != nil {
		return nil, errors.Join(err, ctx.Err())
	}
	return watch.sample(&load.meter)
}

// loopLoad is the plan as the load of a live run. It begins when the site is ready.
type loopLoad struct {
	plan     *plan
	gateways []event.NodeID
	calls    []event.Request
	done     func() // called when all calls are sent
	ready    <-chan event.Mono
	over     <-chan struct{}
	meter    meter
	from     event.Mono
	n        int
}

// headStart is between the instant at which a site is ready and the first call.
const headStart = 100 * event.Millisecond

// Next implements workload.Load. The driver asks for a call when the one before it is sent.
func (l *loopLoad) Next() (workload.Arrival, bool) {
	i := l.n
	l.n++
	switch i {
	case 0:
		select {
		case at := <-l.ready:
			l.from = at.Add(headStart)
		case <-l.over:
			return workload.Arrival{}, false
		}
	case l.plan.warm:
		l.meter.began = readUsage()
	case l.plan.count:
		l.meter.ended = readUsage()
		l.done()
		return workload.Arrival{}, false
	}
	req := l.calls[l.plan.key(i)]
	req.ID = event.RequestID(i + 1)
	return workload.Arrival{At: event.Duration(l.from) + l.plan.at(i), To: l.gateways[i%len(l.gateways)], Req: &req}, true
}
