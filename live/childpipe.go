package live

import (
	"net"

	"hubsim/event"
	"hubsim/trace"
)

// childEnd is a child's end of a session within the run's process.
type childEnd struct {
	child *child
	n     int64 // the child's number for it
	peer  *site
	to    event.Service
}

var _ side = (*childEnd)(nil)

func (e *childEnd) up(link Session) bool {
	c := e.child
	c.mu.Lock()
	there := c.ctx.Err() == nil
	if there {
		c.pipes[e.n] = link
	}
	c.mu.Unlock()
	if !there {
		link.Close()
		return false
	}
	c.tell(&told{Verb: tellUp, N: e.n})
	return true
}

// Received implements Inbox.
func (e *childEnd) Received(id uint64, m event.Message) {
	c := e.child
	c.mu.Lock()
	why := c.takes()
	if why == event.NoReason {
		c.afloat[id] = lost{c.site, e.loss(id, m)}
	}
	c.mu.Unlock()
	if why != event.NoReason {
		e.lost(id, m, why)
		return
	}
	c.tell(&told{Verb: tellReceived, N: e.n, ID: id, Msg: m})
}

// Down implements Inbox.
func (e *childEnd) Down(why event.Reason) {
	e.child.pipe(e.n, true)
	e.child.tell(&told{Verb: tellDown, N: e.n, Reason: why})
}

func (e *childEnd) lost(id uint64, m event.Message, why event.Reason) {
	rec := e.loss(id, m)
	rec.Reason = why
	e.child.run.recorder.add(e.child.site, rec)
}

func (e *childEnd) loss(id uint64, m event.Message) trace.Record {
	return trace.Record{Kind: trace.Dropped, Peer: e.peer.ID, Service: e.to, ID: id, Msg: m}
}

// pipe is a session within the run's process; nil when it is over, as it is then when over says so.
func (c *child) pipe(n int64, over bool) Session {
	c.mu.Lock()
	defer c.mu.Unlock()
	link := c.pipes[n]
	if over {
		delete(c.pipes, n)
	}
	return link
}

// onPipe is hear of sessions within the run's process.
func (c *child) onPipe(w *said) *told {
	switch w.Verb {
	case saidOpen:
		l := c.link(w)
		near := &childEnd{child: c, n: w.N, peer: l.to, to: l.service}
		return c.later(w, func() trouble { return troubleOf(c.run.dialPipe(c.ctx, l, near)) })
	case saidSend:
		link, m := c.pipe(w.N, false), c.floating(w.ID)
		err := net.ErrClosed
		if link != nil {
			err = link.Send(w.ID, m.rec.Msg)
		}
		if err != nil {
			c.float(w.ID, m) // the child says how it is lost
		}
		return &told{Why: troubleOf(err)}
	case saidClose:
		if link := c.pipe(w.N, true); link != nil {
			link.Close()
		}
	}
	return &told{}
}

// float enters a message of which only the child's memory knows.
func (c *child) float(id uint64, l lost) {
	if id != 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.afloat[id] = l
	}
}

// floating takes it back.
func (c *child) floating(id uint64) lost {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.afloat[id]
	delete(c.afloat, id)
	return l
}

// breakPipes ends the sessions as the death of a process does.
func (c *child) breakPipes() {
	c.mu.Lock()
	left := c.pipes
	c.pipes = nil
	c.mu.Unlock()
	for _, link := range left {
		link.(aborter).abort()
	}
}
