package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hubsim/broker/natsbroker"
	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/scenarios"
	"hubsim/trace"
)

const (
	bundle    = 200  // events in a batch, the agent's most (throttling.md 2.2)
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
	warm := event.Duration(float64(f.length) * warmShare)
	tally := &tally{from: event.Mono(startUp + warm), to: event.Mono(startUp + warm + f.length)}
	w.Watch, w.Length = tally, startUp+warm+f.length+settle
	if _, err := live.Run(ctx, w, f.hub, live.Options{}); err != nil {
		return nil, err
	}
	return tally.sample()
}

// tally counts what a traffic manager has counted, from one instant to another.
type tally struct {
	from, to event.Mono
	meter    meter
	counted  int
	lost     string // the first that was lost, and why
}

// Observe implements trace.Observer.
func (t *tally) Observe(r *trace.Record) {
	switch {
	case t.meter.began.at.IsZero() && r.At >= t.from:
		t.meter.began = readUsage()
	case t.meter.ended.at.IsZero() && r.At >= t.to:
		t.meter.ended = readUsage()
	}
	if r.At >= t.from && r.At < t.to {
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
	case t.counted == 0 || t.meter.ended.at.IsZero():
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

// Step implements node.Node. It opens its session when the site is up, and ends with it.
func (f *feeder) Step(now node.Clock, in node.Input, out *node.Output) {
	switch in.Kind {
	case node.Boot:
		f.pause = event.Mono(startUp)
	case node.Tick:
		if f.session == 0 && now.Mono >= f.pause {
			f.session, f.pause = 1, event.Never
			out.Open(f.session, event.Endpoint{Node: "tm-1", Service: event.Feed})
		}
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
