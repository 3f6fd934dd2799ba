package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"
)

// A bare publisher sends so many events before it asks whether the subscriber keeps up, and has at most
// so many such turns under way: else the server would cut the subscriber off.
const (
	bareTurn    = 256
	bareAllowed = 32
)

// bareFlood is publishers that send as fast as one counting subscriber lets them.
type bareFlood struct {
	size    int
	allowed []chan struct{} // by publisher: a token for each turn that may begin
	counted atomic.Int64
}

// bare runs the bare flood.
func (f *flood) bare(ctx context.Context) (Sample, error) {
	addr, err := f.hub.Start(ctx, "bench.broker")
	if err != nil {
		return nil, err
	}
	defer f.hub.Stop("bench.broker")
	b := &bareFlood{size: f.model.eventSize}
	for range f.feeders {
		b.allowed = append(b.allowed, make(chan struct{}, bareAllowed))
	}
	var conns bareConns
	defer conns.close()
	conn, err := conns.open(addr)
	if err == nil {
		err = conns.listen(conn, bareEvents, b.counter())
	}
	if err != nil {
		return nil, err
	}
	return b.run(ctx, &conns, addr, f.length)
}

// counter is the subscriber's callback.
func (b *bareFlood) counter() nats.MsgHandler {
	counts, turns := map[string]int{}, make([]int, len(b.allowed))
	return func(m *nats.Msg) {
		counts[string(m.Data[8:24])]++
		b.counted.Add(1)
		k := binary.BigEndian.Uint64(m.Data) // the publisher
		if turns[k]++; turns[k] == bareTurn {
			turns[k] = 0
			b.allowed[k] <- struct{}{} // has room: it is a turn that was taken out
		}
	}
}

// run publishes, and measures the stretch in the middle.
func (b *bareFlood) run(ctx context.Context, conns *bareConns, addr string, length time.Duration) (Sample, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	publishers, ctx := errgroup.WithContext(ctx)
	defer publishers.Wait()
	defer stop()
	for k := range b.allowed {
		for range bareAllowed {
			b.allowed[k] <- struct{}{}
		}
		conn, err := conns.open(addr)
		if err != nil {
			return nil, err
		}
		publishers.Go(func() error { return b.publish(ctx, conn, k) })
	}
	var m meter
	if err := sleep(ctx, time.Duration(float64(length)*warmShare)); err != nil {
		return nil, err
	}
	before := b.counted.Load()
	m.began = readUsage()
	if err := b.stretch(ctx, before, length); err != nil {
		return nil, err
	}
	m.ended = readUsage()
	events := int(b.counted.Load() - before)
	stop()
	if err := publishers.Wait(); err != nil {
		return nil, err
	}
	out := Sample{}
	m.tell(out, events)
	out["events"] = out["reached"]
	delete(out, "reached")
	return out, nil
}

// longest is how often a measured stretch is prolonged on a machine that is too busy to count one event
// in it.
const longest = 600

// stretch waits for the measured length, and on until something was counted.
func (b *bareFlood) stretch(ctx context.Context, before int64, length time.Duration) error {
	for range longest {
		if err := sleep(ctx, length); err != nil {
			return err
		}
		if b.counted.Load() > before {
			return nil
		}
	}
	return fmt.Errorf("the bare subscriber counted nothing in %v", longest*length)
}

func (b *bareFlood) publish(ctx context.Context, conn *nats.Conn, k int) error {
	text, keys := make([]byte, b.size), make([]string, feedKeys)
	binary.BigEndian.PutUint64(text, uint64(k))
	for i := range keys {
		keys[i] = fmt.Sprintf("%03d-%012d", k, i)
	}
	for n := 0; ; {
		select {
		case <-b.allowed[k]:
		case <-ctx.Done():
			return nil
		}
		for range bareTurn {
			n++
			copy(text[8:24], keys[n%feedKeys])
			if err := conn.Publish(bareEvents, text); err != nil {
				return fmt.Errorf("publish a bare event: %w", err)
			}
		}
	}
}
