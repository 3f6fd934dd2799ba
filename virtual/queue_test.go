package virtual

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

// TestQueueAgainstASortedList: what comes out is what a list would give that is sorted by instant, then
// class, then age, whatever goes in between.
func TestQueueAgainstASortedList(t *testing.T) {
	type entry struct {
		at    int64
		class uint64
		age   int
	}
	rapid.Check(t, func(t *rapid.T) {
		var q queue
		var list []entry
		var o occurrence
		for age := range rapid.IntRange(1, 200).Draw(t, "acts") {
			if len(list) > 0 && rapid.Bool().Draw(t, "take") {
				first := slices.MinFunc(list, func(a, b entry) int {
					return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.class, b.class), cmp.Compare(a.age, b.age))
				})
				list = slices.DeleteFunc(list, func(e entry) bool { return e == first })
				if at := q.pop(&o); at != first.at || int(o.index) != first.age {
					t.Fatalf("took number %d at %d, want number %d at %d", o.index, at, first.age, first.at)
				}
				continue
			}
			e := entry{rapid.Int64Range(0, 20).Draw(t, "at"), rapid.SampledFrom([]uint64{classFault, classNetwork, classTimer}).Draw(t, "class"), age}
			list = append(list, e)
			q.push(e.at, e.class).index = int32(age)
		}
		if len(q.heap) != len(list) {
			t.Fatalf("%d are left, want %d", len(q.heap), len(list))
		}
	})
}

func TestHoldMovesForward(t *testing.T) {
	h := NewHold(3, []event.Duration{1, 5, 2})
	var last event.Mono
	for range 100 {
		at := h.Run(1)
		if at < last || len(h.queue.heap) != 3 {
			t.Fatalf("took %v after %v, %d pending", at, last, len(h.queue.heap))
		}
		last = at
	}
}

func TestHoldAllocatesNothing(t *testing.T) {
	h := NewHold(1000, []event.Duration{3, 1, 4, 1, 5, 9, 2, 6})
	h.Run(1000)
	if n := testing.AllocsPerRun(100, func() { h.Run(100) }); n != 0 {
		t.Errorf("%v allocations in 100 events", n)
	}
}
