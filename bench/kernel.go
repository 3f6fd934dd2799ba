package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"hubsim/event"
	"hubsim/virtual"
)

func virtualKernel() *Bench {
	return &Bench{
		Name:      "virtual-kernel",
		Question:  "What does the virtual driver's queue cost beside the heap within it?",
		Ours:      "the hold model on the driver's queue: a 4-ary heap with a slab of occurrences, in a total order",
		Reference: "the hold model on a bare 4-ary heap of values of 32 bytes",
		Figures:   []Figure{{"1k pending", "ns/event"}, {"1M pending", "ns/event"}, {"1k pending allocations", "/event"}, {"1M pending allocations", "/event"}},
		Goals: []Goal{
			{Figure: "1k pending", Most: 1.8}, {Figure: "1M pending", Most: 1.8},
			{Figure: "1k pending allocations", Alone: true, Exact: true, Most: 0.001}, {Figure: "1M pending allocations", Alone: true, Exact: true, Most: 0.001},
		},
		Defaults:   Options{Pairs: 10, Duration: time.Second},
		Processors: 1,
		size:       1000,
		begin:      beginKernel,
	}
}

// kernel is the bench of the queue. Half of a measurement is for each number of pending events: the size
// and its square.
type kernel struct {
	size   int
	length time.Duration
	gaps   []event.Duration
}

func beginKernel(b *Bench, o Options) (sides, error) {
	k := &kernel{size: b.size, length: o.Duration / 2, gaps: make([]event.Duration, 1<<16)}
	luck := rand.New(rand.NewPCG(1, 1))
	for i := range k.gaps {
		k.gaps[i] = event.Duration(luck.ExpFloat64() * float64(event.Second))
	}
	ours := func(pending int) holder { return virtual.NewHold(pending, k.gaps) }
	bare := func(pending int) holder { return newBareHold(pending, k.gaps) }
	return sides{
		ours:      func(ctx context.Context) (Sample, error) { return k.measure(ctx, ours) },
		reference: func(ctx context.Context) (Sample, error) { return k.measure(ctx, bare) },
		end:       func() {},
	}, nil
}

// holder runs the hold model.
type holder interface {
	Run(events int) event.Mono
}

// turn is how many events are run between two looks at the clock: about a millisecond.
const turn = 10_000

func (k *kernel) measure(ctx context.Context, begin func(pending int) holder) (Sample, error) {
	out := Sample{}
	for _, c := range []struct {
		name    string
		pending int
	}{{"1k pending", k.size}, {"1M pending", k.size * k.size}} {
		h := begin(c.pending)
		h.Run(2 * c.pending) // until the heap is as it stays
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began, events := time.Now(), 0
		var last event.Mono
		for ; time.Since(began) < k.length; events += turn {
			if last = h.Run(turn); ctx.Err() != nil {
				return nil, ctx.Err()
			}
		}
		spent := time.Since(began)
		runtime.ReadMemStats(&after)
		if last <= 0 {
			return nil, fmt.Errorf("the hold model with %d pending stands still", c.pending)
		}
		out[c.name] = float64(spent) / float64(events)
		out[c.name+" allocations"] = float64(after.Mallocs-before.Mallocs) / float64(events)
	}
	return out, nil
}
