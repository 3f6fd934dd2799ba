package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"hubsim/event"
)

// relayLimit is how many bytes wait in one direction of a connection: what a window of 4 MiB would
// let be on its way. Beyond it the relay stops reading and the sender's kernel makes it wait.
const relayLimit = 4 << 20

// relayRead is what a relay reads at once.
const relayRead = 16 << 10

// relay is the listener of a link: what an opener dials instead of the service.
type relay struct {
	link     *link
	listener net.Listener
}

// address is where an opener reaches the link's service: itself, or the relay in front of it, which is
// started on the way.
func (l *link) address() (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return "", net.ErrClosed
	}
	if l.straight {
		at, listens := l.to.address(l.service)
		if !listens {
			return "", errRefused
		}
		return at, nil
	}
	if l.relay == nil {
		listener, err := net.Listen("tcp", net.JoinHostPort(l.run.o.Bind, "0"))
		if err != nil {
			err = fmt.Errorf("listen for the relay %s>%s/%s: %w", l.from.ID, l.to.ID, l.service, err)
			l.run.abort(err)
			return "", err
		}
		l.relay = &relay{link: l, listener: listener}
		l.run.spawn(l.relay.accept)
	}
	return l.relay.listener.Addr().String(), nil
}

// accept admits connections until the link is closed.
func (v *relay) accept() error {
	for {
		conn, err := v.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept at the relay %s>%s/%s: %w", v.link.from.ID, v.link.to.ID, v.link.service, err)
		}
		v.link.run.spawn(func() error {
			v.link.admit(conn.(*net.TCPConn))
			return nil
		})
	}
}

// admit connects an opener with the service, or hangs up on it as a closed port would. While the link is
// frozen, or its far end slow to accept, the opener is neither: its own kernel says connected, and no byte comes.
func (l *link) admit(near *net.TCPConn) {
	if l.run.wait(l.run.ctx, l.acceptance()) != nil {
		hangUp(near)
		return
	}
	far, err := l.reach(l.run.ctx)
	if err != nil {
		hangUp(near)
		return
	}
	c := newSplice(l, near, far)
	c.name() // before either side hears a byte
	if !l.enter(c) || l.refused() {
		c.sever(true)
		return
	}
	l.run.spawn(func() error {
		c.pump(back)
		return nil
	})
	c.pump(there)
}

// reach connects to the service itself, if the link lets it.
func (l *link) reach(ctx context.Context) (*net.TCPConn, error) {
	if err := l.run.wait(ctx, l.frozen()); err != nil {
		return nil, err
	}
	at, listens := l.to.address(l.service)
	if !listens || l.refused() {
		return nil, errRefused
	}
	return l.run.dialTCP(ctx, at)
}

// hangUp closes a connection with a reset.
func hangUp(conn *net.TCPConn) {
	conn.SetLinger(0)
	conn.Close()
}

// splice is the relay's part of a cable: two sockets and what is between them.
type splice struct {
	cable
	ends   [2]*net.TCPConn // by the way that begins at it
	lines  [2]*line
	broken chan struct{}
	once   sync.Once
	mute   atomic.Int32 // ends that closed while it swallowed
}

func newSplice(l *link, near, far *net.TCPConn) *splice {
	c := &splice{ends: [2]*net.TCPConn{near, far}, broken: make(chan struct{})}
	c.link = l
	c.lay()
	c.joints = [2]joint{jointOf(near.RemoteAddr(), near.LocalAddr()), jointOf(far.LocalAddr(), far.RemoteAddr())}
	for way := range c.lines {
		c.lines[way] = newLine(l, relayLimit, c.broken)
	}
	return c
}

// pump carries one direction to its end.
func (c *splice) pump(way int) {
	buf := make([]byte, relayRead)
	for {
		n, err := c.ends[way].Read(buf)
		if n > 0 {
			c.carry(way, buf[:n])
		}
		if err != nil {
			c.ended(way, err)
			return
		}
	}
}

// carry puts bytes on their way; they are the caller's again when it returns.
func (c *splice) carry(way int, b []byte) {
	if c.swallowed() {
		return
	}
	d := c.link.delay(way, len(b))
	if c.lines[way].through(d) {
		c.write(way, b)
		return
	}
	c.lines[way].push(chunk{c, way, bytes.Clone(b)}, len(b), d)
}

// write puts bytes into the socket at the far end of a way. An error shows at the pump that reads it.
func (c *splice) write(way int, b []byte) { c.ends[1-way].Write(b) }

// swallowed tells whether a half-open fault takes what comes, and counts it.
func (c *splice) swallowed() bool {
	k := c.swallows.Load()
	if k > 0 {
		c.link.run.faults.hit(int(k)-1, c.link.from)
	}
	return k > 0
}

// ended passes on that a side hung up, behind what it sent; not through a half-open cable.
func (c *splice) ended(way int, err error) {
	if c.swallowed() {
		c.ends[way].Close()
		if c.mute.Add(1) == 2 {
			c.sever(false)
		}
		return
	}
	c.lines[way].offer(farewell{c, !errors.Is(err, io.EOF)}, 0, c.link.delay(way, signalBytes))
}

// sever ends the connection; hard is by a reset.
func (c *splice) sever(hard bool) {
	c.once.Do(func() {
		close(c.broken)
		for _, conn := range c.ends {
			if hard {
				conn.SetLinger(0)
			}
			conn.Close()
		}
		c.link.leave(c)
		c.unname(there)
		if c.link.to.outside() {
			c.unname(back)
		} // else the service still reads what came before, and unnames it then
	})
}

// reset implements crossing.
func (c *splice) reset() { c.sever(true) }

// abandon implements crossing.
func (c *splice) abandon() { c.sever(false) }

// swallow implements crossing.
func (c *splice) swallow(k int) { c.swallows.CompareAndSwap(0, int32(k)+1) }

// release implements crossing. Bytes are missing, so only a reset is honest.
func (c *splice) release(k int) {
	if c.swallows.Load() == int32(k)+1 {
		c.sever(true)
	}
}

// chunk is bytes on a way.
type chunk struct {
	splice *splice
	way    int
	bytes  []byte
}

func (k chunk) deliver() {
	if !k.splice.swallowed() {
		k.splice.write(k.way, k.bytes)
	}
}

func (chunk) lost(event.Reason) {}

// farewell is the end of a splice, on its way like any byte.
type farewell struct {
	splice *splice
	hard   bool
}

func (f farewell) deliver() {
	if !f.splice.swallowed() {
		f.splice.sever(f.hard)
	}
}

func (farewell) lost(event.Reason) {}
