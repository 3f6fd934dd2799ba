package virtual

import (
	"fmt"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/world"
)

// BenchmarkHold is one occurrence taken and one put in; sim bench virtual-kernel compares it with a bare
// heap.
func BenchmarkHold(b *testing.B) {
	gaps := make([]event.Duration, 1<<16)
	for i := range gaps {
		gaps[i] = event.Duration(i*48271%len(gaps)) + 1
	}
	for _, pending := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("pending=%d", pending), func(b *testing.B) {
			h := NewHold(pending, gaps)
			h.Run(pending)
			b.ReportAllocs()
			b.ResetTimer()
			h.Run(b.N)
		})
	}
}

// BenchmarkRun is the loop with machines that do next to nothing: pairs that send each other a batch a
// millisecond and its acknowledgement. Nobody observes.
func BenchmarkRun(b *testing.B) {
	for _, pairs := range []int{1, 500} {
		b.Run(fmt.Sprintf("pairs=%d", pairs), func(b *testing.B) {
			steps, records := uint64(0), uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				result, err := Run(chatty(pairs, 100*event.Millisecond))
				if err != nil {
					b.Fatal(err)
				}
				steps, records = steps+result.Steps, records+result.Records
			}
			b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/record")
		})
	}
}

// chatty is a world of so many pairs.
func chatty(pairs int, length event.Duration) *world.World {
	w := &world.World{Seed: 1, Length: length, Links: world.Links{Near: world.Latency{Base: 100 * event.Microsecond}}}
	for i := range pairs {
		friend := event.NodeID(fmt.Sprintf("echo-%d", i))
		w.Members = append(w.Members,
			world.Member{ID: friend, New: func() node.Node { return &echo{} }},
			world.Member{ID: event.NodeID(fmt.Sprintf("chatter-%d", i)), New: func() node.Node { return &chatter{friend: friend, period: event.Millisecond} }},
		)
	}
	return w
}
