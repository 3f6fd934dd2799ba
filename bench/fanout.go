package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"hubsim/broker/natsbroker"
	"hubsim/event"
	"hubsim/live"
)

// fanoutWave is how many notifications are on their way at once when throughput is measured.
const fanoutWave = 16

func notificationFanout() *Bench {
	return &Bench{
		Name:      "notification-fanout",
		Question:  "What does a gateway's session to the hub cost when a notification goes to many?",
		Ours:      "sessions as live runs have them (natsbroker): every copy is parsed; the notification is written once",
		Reference: "plain nats.go subscribers on the same server, the same bytes, which nobody parses",
		Figures: []Figure{
			{"deliveries", "deliveries/s"}, {"p50", "µs"}, {"p99", "µs"}, {"CPU", "µs/delivery"},
		},
		Goals:    []Goal{{Figure: "deliveries", Least: 0.8}},
		Defaults: Options{Pairs: 6, Duration: 4 * time.Second, Rate: 50},
		size:     100,
		begin:    beginFanout,
	}
}

// fanout is the bench of the hub's sessions. Half of a measurement is for latency at a fixed rate, half
// for throughput.
type fanout struct {
	sessions int
	length   time.Duration
	rate     float64
	addr     string
	hub      *natsbroker.Broker
}

const fanoutHub event.NodeID = "cp-1.broker"

func beginFanout(b *Bench, o Options) (sides, error) {
	f := &fanout{sessions: b.size, length: o.Duration / 2, rate: o.Rate, hub: natsbroker.New(natsbroker.Defaults())}
	var err error
	if f.addr, err = f.hub.Start(context.Background(), fanoutHub); err != nil {
		return sides{}, err
	}
	return sides{ours: f.ours, reference: f.bare, end: f.hub.Close}, nil
}

// notice is the notification of a bench; its number is its id.
func notice(n int) *event.Notification {
	return &event.Notification{
		EventID: fmt.Sprintf("%08d", n), Type: event.DeployAPI, At: 1_750_000_000_123, Tenant: event.Super,
		API: &event.API{
			UUID: "7c6a2c1e-4a0d-4a9b-9d0c-0f6f3a1f2b11", ID: 12, Name: "PizzaShackAPI", Version: "1.0.0",
			Context: "/pizzashack/1.0.0", Provider: "admin", Labels: []string{"Default"},
		},
	}
}

// ours measures sessions.
func (f *fanout) ours(ctx context.Context) (Sample, error) {
	a := newAudience(f.sessions)
	var open []live.Session
	defer func() {
		for _, s := range open {
			s.Close()
		}
	}()
	dial := func(in live.Inbox) (live.Session, error) {
		s, err := f.hub.Dial(ctx, f.addr, fanoutHub, in)
		if err == nil {
			open = append(open, s)
		}
		return s, err
	}
	for i := range f.sessions {
		s, err := dial(&listener{a, i})
		if err == nil {
			err = s.Send(0, &event.Subscribe{Topic: event.NotificationTopic})
		}
		if err != nil {
			return nil, err
		}
	}
	s, err := dial(&listener{a, 0})
	if err != nil {
		return nil, err
	}
	return f.measure(ctx, a, func(n int) error {
		return s.Send(uint64(n+1), &event.Publish{Topic: event.NotificationTopic, Body: notice(n)})
	})
}

// listener is the Inbox of one session.
type listener struct {
	audience *audience
	index    int
}

// Received implements live.Inbox.
func (l *listener) Received(_ uint64, m event.Message) {
	p, ok := m.(*event.Publish)
	if !ok {
		return
	}
	if n, err := strconv.Atoi(event.IDOf(p.Body)); err == nil {
		l.audience.hear(l.index, n)
	}
}

// Down implements live.Inbox.
func (l *listener) Down(r event.Reason) { l.audience.fail(fmt.Errorf("a session went down: %s", r)) }

// bare measures plain subscribers.
func (f *fanout) bare(ctx context.Context) (Sample, error) {
	text, err := event.AppendPayload(nil, notice(0))
	if err != nil {
		return nil, err
	}
	a := newAudience(f.sessions)
	var conns bareConns
	defer conns.close()
	for i := range f.sessions {
		conn, err := conns.open(f.addr)
		if err == nil {
			err = conns.listen(conn, bareDecisions, func(m *nats.Msg) { a.hear(i, int(binary.BigEndian.Uint64(m.Data))) })
		}
		if err != nil {
			return nil, err
		}
	}
	conn, err := conns.open(f.addr)
	if err != nil {
		return nil, err
	}
	return f.measure(ctx, a, func(n int) error {
		binary.BigEndian.PutUint64(text, uint64(n))
		return conn.Publish(bareDecisions, text)
	})
}

// measure publishes at the fixed rate first, then wave by wave as fast as all have heard.
func (f *fanout) measure(ctx context.Context, a *audience, publish func(n int) error) (Sample, error) {
	count := max(int(f.rate*f.length.Seconds()), 2)
	warm := max(int(float64(count)*warmShare), 1)
	a.measured(warm, count)
	for n := range count {
		if err := sleep(ctx, time.Duration(float64(n)/f.rate*float64(time.Second))-a.since()); err != nil {
			return nil, err
		}
		a.sent(n)
		if err := publish(n); err != nil {
			return nil, err
		}
	}
	if err := a.wait(ctx, count); err != nil {
		return nil, err
	}
	var m meter
	n := count
	m.began = readUsage()
	for began := time.Now(); time.Since(began) < f.length; {
		for range fanoutWave {
			if err := publish(n); err != nil {
				return nil, err
			}
			n++
		}
		if err := a.wait(ctx, n); err != nil {
			return nil, err
		}
	}
	m.ended = readUsage()
	out := Sample{}
	m.tell(out, (n-count)*f.sessions)
	out["deliveries"] = out["reached"]
	delete(out, "reached")
	all := slices.Sorted(slices.Values(slices.Concat(a.latencies...)))
	out["p50"], out["p99"] = quantile(all, 0.50), quantile(all, 0.99)
	return out, nil
}
