package live

import (
	"context"
	"net"
	"sync/atomic"

	"hubsim/event"
)

// cable is what the two ends of a session over TCP know of each other: which link it crosses, and what
// is on its way. Where nothing can happen to the link, it is one connection; else two with a splice
// between them.
type cable struct {
	link     *link
	joints   [2]joint     // by end: the connection there; the same one twice when there is no splice
	swallows atomic.Int32 // 1 + the half-open fault; 0: none
	ways     [2]passage
}

// lay begins the two ways of a cable.
func (c *cable) lay() { c.ways = [2]passage{&transit{cable: c}, &transit{cable: c}} }

// dialCable connects an opener with a service. The far end looks for the cable's name when it hears
// something, and so after it was given.
func (l *link) dialCable(ctx context.Context) (*net.TCPConn, error) {
	at, straight, err := l.run.shared.whereabouts(l)
	if err != nil {
		return nil, err
	}
	conn, err := l.run.dialTCP(ctx, at)
	if err == nil && straight {
		j := jointOf(conn.LocalAddr(), conn.RemoteAddr())
		l.run.shared.straighten(l, j)
	}
	return conn, err
}

// giveUp closes a connection whose session did not come up.
func (r *run) giveUp(conn *net.TCPConn) {
	r.shared.forget(jointOf(conn.LocalAddr(), conn.RemoteAddr()))
	conn.Close()
}

// name lets the ends find the cable.
func (c *cable) name() {
	for _, j := range c.joints {
		c.link.run.cables.Store(j, c)
	}
}

// unname lets an end find it no longer.
func (c *cable) unname(end int) { c.link.run.cables.CompareAndDelete(c.joints[end], c) }

// identify finds out who stands behind an accepted connection that has said something, or has ended:
// a member, though a relay may be between, or a stranger.
func (e *end) identify(conn net.Conn) *cable {
	c := e.host.run.shared.cableOf(jointOf(conn.RemoteAddr(), conn.LocalAddr()))
	e.name = event.NodeID(conn.RemoteAddr().String())
	if c != nil {
		e.peer, e.name = c.link.from, c.link.from.ID
	}
	return c
}

// conclude ends what an accepted connection read, after its last word.
func (c *cable) conclude(e *end, own bool) {
	c.transit(there).end(e, own)
	if c != nil {
		e.host.run.shared.unname(c, back)
	}
}

// joint names a connection by its two ends. One end is not enough: the kernel gives a port to several
// connections that lead to different places.
type joint struct{ From, To string }

func jointOf(from, to net.Addr) joint { return joint{from.String(), to.String()} }

// transit is a direction of the cable.
func (c *cable) transit(way int) passage {
	if c == nil {
		return unknownPassage{}
	}
	return c.ways[way]
}

// fate says why what is in transit does not come out.
func (c *cable) fate(own bool) event.Reason {
	switch {
	case c.swallows.Load() > 0:
		return event.Swallowed
	case c.link.run.over.Load():
		return event.RunEnded
	case own:
		return event.Closed
	}
	return event.BrokenInFlight
}
