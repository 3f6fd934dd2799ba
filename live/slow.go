package live

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// lane is what came on the sessions of a node that is slow and waits for its turn: one message after the
// other, each for as long as it takes. Calls and timers go past it. Of its host's goroutine.
type lane struct {
	queue []item
	due   event.Mono // when the first is done with, in the run's time
}

// slow makes nodes take so much more time for each message, or so much less.
func (f *faults) slow(k int, by event.Duration) {
	for _, s := range f.nodes[k] {
		s.slow.Add(int64(by))
		if h := s.current(); h != nil {
			h.box.poke()
		}
	}
}

// slowed is the observed effect of a slow node: something waits.
func (f *faults) slowed(s *site) {
	for _, k := range f.active() {
		if slices.Contains(f.nodes[k], s) {
			f.hit(k, s)
		}
	}
}

// queues tells whether an item has to wait because the node is slow, and lets it wait. What happens to a
// session stands behind what came on it.
func (h *host) queues(it *item) bool {
	of := it.kind == node.Received || it.kind == node.Up || it.kind == node.Down
	if !of || len(h.lane.queue) == 0 && (it.kind != node.Received || h.site.slow.Load() == 0) {
		return false
	}
	if it.kind == node.Received && len(h.lane.queue) >= h.box.limit {
		it.end.lost(it.id, it.msg, event.MailboxFull)
		return true
	}
	if h.lane.queue = append(h.lane.queue, *it); len(h.lane.queue) == 1 {
		h.next(h.run.clock.now())
	}
	h.run.faults.slowed(h.site)
	return true
}

// next sets when the first of the lane is done with.
func (h *host) next(from event.Mono) {
	h.lane.due = from
	if h.lane.queue[0].kind == node.Received {
		h.lane.due = from.Add(event.Duration(h.site.slow.Load()))
	}
}

// turn is when the first of the lane is done with, in the node's time, or Never.
func (h *host) turn() event.Mono {
	if len(h.lane.queue) == 0 {
		return event.Never
	}
	return h.lane.due - h.booted
}

// serve hands the node what has waited long enough, or all when it is slow no longer.
func (h *host) serve() {
	for len(h.lane.queue) > 0 && (h.site.slow.Load() == 0 || h.lane.due <= h.run.clock.now()) && h.pass() {
		first := h.lane.queue[0]
		h.lane.queue[0] = item{}
		h.lane.queue = h.lane.queue[1:]
		h.take(&first)
		if len(h.lane.queue) > 0 {
			h.next(h.lane.due)
		}
	}
}

// abandon accounts for what the node will not see.
func (l *lane) abandon(h *host) {
	for i := range l.queue {
		h.discard(&l.queue[i])
	}
	l.queue = nil
}
