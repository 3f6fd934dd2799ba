package bench

import "hubsim/event"

// value is what the bare heap holds: an instant, the age that orders equal ones, and two words.
type value struct {
	at  int64
	age uint64
	a,
	b uint64
}

func (v *value) before(w *value) bool { return v.at < w.at || v.at == w.at && v.age < w.age }

// bareHold is the hold model on a 4-ary heap of values, with nothing around it.
type bareHold struct {
	heap  []value
	age   uint64
	gaps  []event.Duration
	drawn int
}

func newBareHold(pending int, gaps []event.Duration) *bareHold {
	h := &bareHold{gaps: gaps}
	for range pending {
		h.put(0)
	}
	return h
}

// Run takes so many values, each followed by one put in, and returns the instant of the last.
func (h *bareHold) Run(events int) event.Mono {
	var at int64
	for range events {
		at = h.take().at
		h.put(at)
	}
	return event.Mono(at)
}

func (h *bareHold) put(after int64) {
	if h.drawn++; h.drawn >= len(h.gaps) {
		h.drawn = 0
	}
	h.age++
	h.push(value{at: after + int64(h.gaps[h.drawn]), age: h.age, a: h.age, b: uint64(h.drawn)})
}

func (h *bareHold) push(v value) {
	h.heap = append(h.heap, v)
	heap, i := h.heap, len(h.heap)-1
	for i > 0 {
		parent := (i - 1) / 4
		if !v.before(&heap[parent]) {
			break
		}
		heap[i] = heap[parent]
		i = parent
	}
	heap[i] = v
}

func (h *bareHold) take() value {
	top := h.heap[0]
	last := len(h.heap) - 1
	moved := h.heap[last]
	h.heap = h.heap[:last]
	if last > 0 {
		h.sink(moved)
	}
	return top
}

// sink puts a value at the root and moves it towards the leaves.
func (h *bareHold) sink(v value) {
	heap, i := h.heap, 0
	for {
		first := 4*i + 1
		if first >= len(heap) {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, len(heap)); c++ {
			if heap[c].before(&heap[least]) {
				least = c
			}
		}
		if !heap[least].before(&v) {
			break
		}
		heap[i] = heap[least]
		i = least
	}
	heap[i] = v
}
