package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

// The subjects of the bare loops.
const (
	bareEvents    = "bench.events"
	bareDecisions = "bench.decisions"
)

// patience is how long a bare loop waits for what must come.
const patience = 20 * time.Second

// bareLoop is the throttle loop without a simulator: gateways publish events, one subscriber counts them
// by key, and publishes a decision when a key has reached its quota, which the gateways hear. What is
// sent has the size of the stand-ins' own messages and begins with the number of the call.
type bareLoop struct {
	plan     plan
	began    time.Time
	event    []byte
	gateways []*bareGateway
	entered  []atomic.Int64 // by call: when it was published, since began
	missing  atomic.Int64   // decisions that are still to be learnt
	whole    chan struct{}  // closed when none is
}

// bareGateway hears decisions. Its latencies are its callback's until the loop is whole.
type bareGateway struct {
	conn         *nats.Conn
	entered, due []float64
}

// bare runs the bare loop.
func (l *loop) bare(ctx context.Context) (Sample, error) {
	addr, err := l.hub.Start(ctx, "bench.broker")
	if err != nil {
		return nil, err
	}
	defer l.hub.Stop("bench.broker")
	b := &bareLoop{
		plan: l.plan, event: make([]byte, l.model.eventSize), entered: make([]atomic.Int64, l.plan.count), whole: make(chan struct{}),
	}
	for i := range l.plan.count {
		if l.plan.decides(i) {
			b.missing.Add(int64(l.plan.gateways))
		}
	}
	var conns bareConns
	defer conns.close()
	if err := b.connect(&conns, addr, l.model.decision); err != nil {
		return nil, err
	}
	return b.run(ctx)
}

// connect opens a connection for each gateway and one for the counting subscriber.
func (b *bareLoop) connect(conns *bareConns, addr string, decision int) error {
	for range b.plan.gateways {
		conn, err := conns.open(addr)
		if err != nil {
			return err
		}
		g := &bareGateway{conn: conn}
		b.gateways = append(b.gateways, g)
		if err := conns.listen(conn, bareDecisions, func(m *nats.Msg) { b.learn(g, m) }); err != nil {
			return err
		}
	}
	conn, err := conns.open(addr)
	if err != nil {
		return err
	}
	counts, answer := map[string]int{}, make([]byte, decision)
	return conns.listen(conn, bareEvents, func(m *nats.Msg) {
		key := string(m.Data[8:24])
		if counts[key]++; counts[key] == loopQuota {
			copy(answer, m.Data[:8])
			conn.Publish(bareDecisions, answer) // a decision that does not leave is missed at the end
		}
	})
}

// learn is a gateway's callback.
func (b *bareLoop) learn(g *bareGateway, m *nats.Msg) {
	at := time.Since(b.began)
	i := int(binary.BigEndian.Uint64(m.Data))
	if i >= b.plan.warm {
		g.entered = append(g.entered, micros(at-time.Duration(b.entered[i].Load())))
		g.due = append(g.due, micros(at-b.plan.at(i)))
	}
	if b.missing.Add(-1) == 0 {
		close(b.whole)
	}
}

// run publishes as planned, with the pacing of the live driver's generator, and waits for the decisions.
func (b *bareLoop) run(ctx context.Context) (Sample, error) {
	var m meter
	b.began = time.Now()
	for i := range b.plan.count {
		if err := sleep(ctx, b.plan.at(i)-time.Since(b.began)); err != nil {
			return nil, err
		}
		if i == b.plan.warm {
			m.began = readUsage()
		}
		if err := b.publish(i); err != nil {
			return nil, err
		}
	}
	m.ended = readUsage()
	select {
	case <-b.whole:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(patience):
		return nil, fmt.Errorf("the bare loop misses %d decisions after %v", b.missing.Load(), patience)
	}
	var entered, due []float64
	for _, g := range b.gateways {
		entered, due = append(entered, g.entered...), append(due, g.due...)
	}
	out, err := b.plan.decisions(entered, due)
	if err == nil {
		m.tell(out, b.plan.count-b.plan.warm)
	}
	return out, err
}

func (b *bareLoop) publish(i int) error {
	binary.BigEndian.PutUint64(b.event, uint64(i))
	copy(b.event[8:24], fmt.Sprintf("key-%012d", b.plan.key(i)))
	b.entered[i].Store(int64(time.Since(b.began)))
	return b.gateways[i%len(b.gateways)].conn.Publish(bareEvents, b.event)
}

// sleep waits for a while.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// bareConns are plain connections to one hub. Closing returns when their callbacks have ended.
type bareConns struct {
	all    []*nats.Conn
	closed sync.WaitGroup
}

func (c *bareConns) open(addr string) (*nats.Conn, error) {
	conn, err := nats.Connect("nats://"+addr, nats.NoReconnect(), nats.ClosedHandler(func(*nats.Conn) { c.closed.Done() }))
	if err != nil {
		return nil, fmt.Errorf("connect to the hub at %s: %w", addr, err)
	}
	c.closed.Add(1)
	c.all = append(c.all, conn)
	return conn, nil
}

// listen returns when the hub has the subscription.
func (c *bareConns) listen(conn *nats.Conn, subject string, heard nats.MsgHandler) error {
	sub, err := conn.Subscribe(subject, heard)
	if err == nil {
		err = sub.SetPendingLimits(-1, -1)
	}
	if err == nil {
		err = conn.Flush()
	}
	if err != nil {
		return fmt.Errorf("subscribe %s: %w", subject, err)
	}
	return nil
}

func (c *bareConns) close() {
	for _, conn := range c.all {
		conn.Close()
	}
	c.closed.Wait()
}
