package broker

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// sensed hears from the kernel how far a subscriber has read. One that is behind gets a copy for each that
// it takes; the others wait here.
func (b *Broker) sensed(now event.Mono, in node.Input, out *node.Output) {
	s := b.sessions[in.Session]
	switch {
	case s == nil:
	case in.Sense == node.LineFull && !s.held:
		b.backlog.remove(s)
		s.held, s.credit = true, 0
	case in.Sense == node.LineTakes && s.held:
		if len(s.waiting) > 0 {
			out.Send(s.id, s.next())
		} else {
			s.credit++
		}
	case in.Sense == node.LineFree && s.held:
		s.free = max(s.free, now)
		b.release(s, out)
	}
}

// release lets a session that was held go on: all at once, or at its line's pace.
func (b *Broker) release(s *session, out *node.Output) {
	s.held = false
	if b.config.Outflow > 0 && len(s.waiting) > 0 {
		b.backlog.add(s)
		return
	}
	for len(s.waiting) > 0 {
		out.Send(s.id, s.next())
	}
}

// Leave implements node.Leaver: the copies that wait when the run ends.
func (b *Broker) Leave(out *node.Output) {
	ids := make([]node.SessionID, 0, len(b.sessions))
	for id := range b.sessions {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		b.sessions[id].abandon(event.RunEnded, out)
	}
}

var _ node.Leaver = (*Broker)(nil)
