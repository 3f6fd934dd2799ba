package checker

import (
	"fmt"
	"maps"
	"slices"

	"hubsim/event"
)

// String names a stream.
func (s *stream) String() string {
	if s.topic == "" {
		return fmt.Sprintf("what %s sent to %s", s.from, s.to)
	}
	return fmt.Sprintf("what %s published on %s at %s", s.from, s.topic, s.to)
}

// settle looks at the end for what should have come and did not, on the sessions that are still there.
func (c *Delivery) settle() {
	for _, one := range c.faults.list {
		if one.to == event.Never {
			c.lasting = min(c.lasting, one.from)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.parties)) {
		p := c.parties[id]
		if p.hub || p.deafened {
			continue
		}
		for _, session := range slices.Sorted(maps.Keys(p.sessions)) {
			e := p.sessions[session]
			for _, h := range e.in {
				c.rest(id, e, h)
			}
		}
	}
}

// rest counts what a hearing lacks at the end, of every stream of its channel.
func (c *Delivery) rest(id event.NodeID, e *ending, h *hearing) {
	for _, s := range c.streams[channel{e.peer, h.topic}] {
		from := c.party(s.from)
		if s.broken || from.deafened {
			continue
		}
		next, known := h.next[s]
		if !known {
			next = s.base
		}
		for seq := max(next, s.base); seq < s.end(); seq++ {
			at := place{s, seq}
			if sent := at.letter().at; (known || c.attached(h, sent)) && sent > c.party(e.peer).stopped && c.settled(sent) {
				c.miss(id, h, at)
			}
		}
	}
}

// attached tells whether a hearing was subscribed for certain at an instant.
func (c *Delivery) attached(h *hearing, at event.Mono) bool {
	return h.proved > 0 && at > h.proved || at > c.quiet(h.asked).Add(settling)
}

// settled tells whether there was time for what was sent at an instant to come.
func (c *Delivery) settled(at event.Mono) bool {
	came := c.quiet(at).Add(event.Second)
	return came < c.lasting && came < c.now && (c.setup.Length == 0 || came < event.Mono(c.setup.Length))
}

// quiet is an instant, or the end of the faults that were on then or soon after.
func (c *Delivery) quiet(at event.Mono) event.Mono {
	for _, one := range c.faults.list { // in order of their begin
		if one.from <= at.Add(event.Second) && one.to >= at && one.to != event.Never {
			at = one.to
		}
	}
	return at
}
