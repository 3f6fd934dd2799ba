package virtual

import "hubsim/event"

// Hold is the hold model on the driver's own queue, for measuring it: so many occurrences pending, the
// earliest is taken and another put in, again and again.
type Hold struct {
	queue queue
	o     occurrence
	gaps  []event.Duration
	drawn int
}

// NewHold fills a queue. The gaps say how long after the one that was taken the next is due, in turn;
// there must be one at least.
func NewHold(pending int, gaps []event.Duration) *Hold {
	h := &Hold{gaps: gaps}
	for range pending {
		h.put(0)
	}
	return h
}

// Run takes so many occurrences and returns the instant of the last.
func (h *Hold) Run(events int) (at event.Mono) {
	for range events {
		at = event.Mono(h.queue.pop(&h.o))
		h.put(at)
	}
	return at
}

func (h *Hold) put(after event.Mono) {
	if h.drawn++; h.drawn >= len(h.gaps) {
		h.drawn = 0
	}
	o := h.queue.push(int64(after.Add(h.gaps[h.drawn])), classNetwork)
	o.what, o.member = arrive, int32(h.drawn)
}
