package live

import (
	"context"
	"net"
	"sync"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// counterLink is a session to a real key-value store of shared counters. The store writes no records:
// an answer says that the command had come, so both are recorded then, in the store's name.
type counterLink struct {
	end *end
	to  *link

	mu      sync.Mutex
	link    Session  // nil while it is dialed
	waiting []posted // commands without an answer, oldest first
	over    bool
}

var _ Inbox = (*counterLink)(nil)

// dialCounters opens a session to a real store.
func (r *run) dialCounters(ctx context.Context, l *link, e *end) (Session, error) {
	at, _, err := r.shared.whereabouts(l)
	if err != nil {
		return nil, err
	}
	c := &counterLink{end: e, to: l}
	link, err := r.o.Counters.Dial(ctx, at, e.peer.ID, c)
	if err != nil {
		return nil, err
	}
	c.link = link
	return r.newPoster(e, c), nil
}

// Send implements Session.
func (c *counterLink) Send(id uint64, m event.Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return net.ErrClosed
	}
	if err := c.link.Send(id, m); err != nil {
		return err
	}
	c.waiting = append(c.waiting, posted{id, m})
	return nil
}

// Close implements Session.
func (c *counterLink) Close() {
	c.link.Close()
	c.ended(event.Closed)
}

// Received implements Inbox.
func (c *counterLink) Received(_ uint64, m event.Message) {
	a, ok := m.(*event.CounterResult)
	if !ok {
		return
	}
	if op, known := c.asked(a.ID); known {
		r, store := c.end.host.run, c.end.peer
		rec := trace.Record{Peer: c.end.host.site.ID, Service: event.Counters}
		rec.Kind, rec.ID, rec.Msg = trace.Received, op.id, op.msg
		r.shared.add(store, rec)
		rec.Kind, rec.ID, rec.Msg = trace.Sent, r.shared.number(), a
		r.shared.add(store, rec)
		c.end.Received(rec.ID, a)
	}
}

// asked takes the command that an answer is for.
func (c *counterLink) asked(id uint64) (posted, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, p := range c.waiting {
		if op, ok := p.msg.(*event.CounterOp); ok && op.ID == id {
			c.waiting = append(c.waiting[:i], c.waiting[i+1:]...)
			return p, true
		}
	}
	return posted{}, false
}

// Down implements Inbox.
func (c *counterLink) Down(why event.Reason) {
	c.ended(event.BrokenInFlight)
	c.end.Down(why)
}

// ended records the commands whose answers will not come.
func (c *counterLink) ended(why event.Reason) {
	c.mu.Lock()
	left := c.waiting
	c.waiting, c.over = nil, true
	c.mu.Unlock()
	switch {
	case c.end.host.run.shared.swallows(c.to):
		why = event.Swallowed
	case c.end.host.run.over.Load():
		why = event.RunEnded
	}
	for _, p := range left {
		c.end.unsent(p.id, p.msg, why)
	}
}

// swallows tells whether a connection of the link is half-open at present.
func (l *link) swallows() bool {
	for _, c := range l.current() {
		if s, ok := c.(*splice); ok && s.swallows.Load() > 0 {
			return true
		}
	}
	return false
}

// backend is what runs a member of a role outside the process's nodes, or nil.
func (r *run) backend(role node.Role) Broker {
	switch role {
	case node.Broker:
		return r.broker
	case node.KeyValue:
		return r.o.Counters
	}
	return nil
}
