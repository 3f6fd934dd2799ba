package bench

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// audience is those who hear notifications. Each has its own latencies, which may be read when all have
// heard what was sent.
type audience struct {
	began      time.Time
	entered    []atomic.Int64 // by notification: when it was published, since began
	warm       int            // before it, latencies are not kept
	latencies  [][]float64    // in µs, by listener
	deliveries atomic.Int64
	wanted     atomic.Int64 // how many deliveries are waited for; 0: nobody waits
	heard      chan struct{}
	trouble    chan error
	once       sync.Once
}

func newAudience(size int) *audience {
	return &audience{
		began: time.Now(), latencies: make([][]float64, size), heard: make(chan struct{}, 1), trouble: make(chan error, 1),
	}
}

// measured says which notifications are timed; nothing was sent before.
func (a *audience) measured(warm, count int) {
	a.warm, a.entered, a.began = warm, make([]atomic.Int64, count), time.Now()
}

func (a *audience) since() time.Duration { return time.Since(a.began) }

func (a *audience) sent(n int) { a.entered[n].Store(int64(a.since())) }

// hear is a delivery.
func (a *audience) hear(index, n int) {
	if n >= a.warm && n < len(a.entered) {
		a.latencies[index] = append(a.latencies[index], micros(a.since()-time.Duration(a.entered[n].Load())))
	}
	if a.deliveries.Add(1) == a.wanted.Load() {
		select {
		case a.heard <- struct{}{}:
		default:
		}
	}
}

func (a *audience) fail(err error) { a.once.Do(func() { a.trouble <- err }) }

// wait returns when all have heard so many notifications.
func (a *audience) wait(ctx context.Context, notifications int) error {
	want := int64(notifications * len(a.latencies))
	a.wanted.Store(want)
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for a.deliveries.Load() < want {
		select {
		case <-a.heard:
		case err := <-a.trouble:
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-limit.C:
			return fmt.Errorf("%d deliveries are missing after %v", want-a.deliveries.Load(), patience)
		}
	}
	return nil
}
