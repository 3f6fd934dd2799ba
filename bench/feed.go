package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hubsim/broker/natsbroker"
	"hubsim/event"
	"hubsim/node"
	"hubsim/scenarios"
	"hubsim/trace"
)

const (
	bundle    = 200  // events in a batch, the agent's most (org.wso2.carbon.databridge.agent.default.json)
	feedKeys  = 1000 // keys that a feeder's events are spread over
	unlimited = 1 << 50
)

func requestEvents() *Bench {
	return &Bench{
		Name:      "request-events",
		Question:  "How many request events a second can the feed carry into one traffic manager that counts them?",
		Ours:      "agents that send batches of 200 over TCP with the data bridge's Binary protocol, each when the one before is answered",
		Reference: "publishers and one counting subscriber on a nats-server, one event a message of the same size",
		Figures:   []Figure{{"events", "events/s"}, {"CPU", "µs/event"}},
		Goals:     []Goal{{Figure: "events", Least: 2}},
		Defaults:  Options{Pairs: 6, Duration: 3 * time.Second},
		size:      10,
		begin:     beginFeed,
	}
}

// flood is the bench of the feed.
type flood struct {
	feeders int
	length  time.Duration
	site    *scenarios.Scenario
	model   model
	hub     *natsbroker.Broker
}

func beginFeed(b *Bench, o Options) (sides, error) {
	f := &flood{feeders: b.size, length: o.Duration, site: site(b.size, 2, unlimited), hub: natsbroker.New(natsbroker.Defaults())}
	var err error
	if f.model, err = probe(); err != nil {
		return sides{}, err
	}
	return sides{ours: f.ours, reference: f.bare, end: f.hub.Close}, nil
}

// ours runs the site with feeders in the gateways' places.
func (f *flood) ours(ctx context.Context) (Sample, error) {
	w, _, err := build(f.site)
	if err != nil {
		return nil, err
	}
	for k, i := range w.Find("gateways") {
		w.Members[i].New = func() node.Node { return newFeeder(k, f.feeders, f.model.event) }
	}
	limited, stop := context.WithTimeout(ctx, 2*f.length+patience)
	defer stop()
	tally := &tally{length: f.length, stop: stop}
	w.Watch = tally
	if err := run(limited, w, f.hub); err != nil || ctx.Err() != nil {
		return nil, errors.Join(err, ctx.Err())
	}
	return tally.sample()
}

// tally counts what a traffic manager counts, for a while that begins when it has begun to.
type tally struct {
	length   event.Duration
	stop     func() // called when the while is over
	from, to event.Mono
	meter    meter
	counted  int
	lost     string // the first that was lost, and why
}

// Observe implements trace.Observer.
func (t *tally) Observe(r *trace.Record) {
	if t.from == 0 && r.Kind == trace.Noted && r.Note.Fact == node.Counted {
		t.from = r.At.Add(event.Duration(float64(t.length) * warmShare))
		t.to = t.from.Add(t.length)
	}
	switch {
	case t.from == 0 || r.At < t.from:
	case r.At >= t.to:
		if t.meter.ended.at.IsZero() {
			t.meter.ended = readUsage()
			t.stop()
		}
	default:
		if t.meter.began.at.IsZero() {
			t.meter.began = readUsage()
		}
		t.count(r)
	}
}

func (t *tally) count(r *trace.Record) {
	switch {
	case r.Kind == trace.Dropped:
		t.lose(r.Node, r.Reason)
	case r.Kind == trace.Noted && r.Note.Fact == node.CountDropped:
		t.lose(r.Node, r.Note.Reason)
	case r.Kind == trace.Noted && r.Note.Fact == node.Counted:
		t.counted++
	}
}

func (t *tally) lose(at event.NodeID, why event.Reason) {
	if t.lost == "" {
		t.lost = fmt.Sprintf("something was lost at %s: %s", at, why)
	}
}

func (t *tally) sample() (Sample, error) {
	switch {
	case t.lost != "":
		return nil, errors.New(t.lost)
	case t.meter.ended.at.IsZero():
		return nil, fmt.Errorf("the traffic manager counted %d events and then nothing any more", t.counted)
	}
	out := Sample{}
	t.meter.tell(out, t.counted)
	delete(out, "reached") // by the observer's clock, which runs behind that of the records
	out["events"] = float64(t.counted) / t.to.Sub(t.from).Seconds()
	return out, nil
}

// feeder is the agent of a gateway that has always a batch to send: it stands where the gateway would.
type feeder struct {
	id      event.RequestID // of the last event
	step    event.RequestID // from one to the next: feeders share the numbers out
	callers []event.Attributes
	session node.SessionID
	pause   event.Mono
}

func newFeeder(index, of int, model event.Throttle) *feeder {
	f := &feeder{id: event.RequestID(index), step: event.RequestID(of), pause: event.Never}
	for k := range feedKeys {
		caller := *model.Attributes
		caller.SubscriptionKey = event.ThrottleKey(fmt.Sprintf("%d:%s:%s:%s", k, caller.APIContext, caller.APIVersion, caller.SubscriptionTier))
		f.callers = append(f.callers, caller)
	}
	return f
}

// Deadline implements node.Node.
func (f *feeder) Deadline() event.Mono { return f.pause }

// feedRetry is how long a feeder waits when it finds no receiver.
const feedRetry = 50 * event.Millisecond

// Step implements node.Node.
func (f *feeder) Step(now node.Clock, in node.Input, out *node.Output) {
	switch in.Kind {
	case node.Boot, node.Tick:
		f.session++
		f.pause = event.Never
		out.Open(f.session, event.Endpoint{Node: "tm-1", Service: event.Feed})
	case node.Down:
		f.pause = now.Mono.Add(feedRetry)
	case node.Up, node.Received:
		out.Send(f.session, f.batch(now))
	}
}

func (f *feeder) batch(now node.Clock) *event.Batch {
	events := make([]event.Throttle, bundle)
	b := &event.Batch{Events: make([]event.Message, bundle)}
	for i := range events {
		f.id += f.step
		events[i] = event.Throttle{Attributes: &f.callers[int(f.id/f.step)%feedKeys], ID: f.id, At: now.Wall}
		b.Events[i] = &events[i]
	}
	return b
}
