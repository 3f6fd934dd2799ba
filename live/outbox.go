package live

import (
	"errors"
	"net"
	"sync"
	"syscall"
	"time"

	"hubsim/event"
)

// sendLimit is how many messages wait to be written to one connection. A feed has one batch on its
// way and a pull some ten requests, so that a full queue means a peer that does not read.
const sendLimit = 256

// flushLimit is how long a closing connection may take to write what waits.
const flushLimit = time.Second

// outbox writes to a connection from a goroutine of its own: a node never waits for a socket.
type outbox struct {
	conn  net.Conn
	queue chan []byte
	ended chan struct{}
	once  sync.Once

	writing sync.Mutex // held during a write
	reset   bool       // the kernel told a write of a reset
}

func (r *run) newOutbox(conn net.Conn) *outbox {
	o := &outbox{conn: conn, queue: make(chan []byte, sendLimit), ended: make(chan struct{})}
	r.spawn(o.work)
	return o
}

// put queues bytes, which are the outbox's from now on.
func (o *outbox) put(b []byte) error {
	select {
	case <-o.ended:
		return net.ErrClosed
	default:
	}
	select {
	case o.queue <- b:
		return nil
	default:
		return errFull
	}
}

// close ends the connection behind what waits.
func (o *outbox) close() {
	o.once.Do(func() {
		o.conn.SetWriteDeadline(time.Now().Add(flushLimit))
		close(o.ended)
	})
}

// abort ends the connection with a reset.
func (o *outbox) abort() {
	o.once.Do(func() {
		o.conn.(*net.TCPConn).SetLinger(0)
		o.conn.Close()
		close(o.ended)
	})
}

// closed tells whether our side ended the connection.
func (o *outbox) closed() bool {
	select {
	case <-o.ended:
		return true
	default:
		return false
	}
}

// why is the reason for the end of a connection whose reader got an error. A reset is told once: to the
// writer, if it asked first, and then the reader sees the end of the stream.
func (o *outbox) why(err error) event.Reason {
	why := downReason(err)
	if why != event.Closed {
		return why
	}
	o.conn.SetWriteDeadline(time.Now())
	o.writing.Lock()
	defer o.writing.Unlock()
	if o.reset {
		return event.Reset
	}
	return why
}

func (o *outbox) write(b []byte) {
	o.writing.Lock()
	defer o.writing.Unlock()
	if _, err := o.conn.Write(b); errors.Is(err, syscall.ECONNRESET) {
		o.reset = true
	}
}

// work writes until the connection ends. Its reader hears of a write that failed (why).
func (o *outbox) work() error {
	defer o.conn.Close()
	for {
		select {
		case b := <-o.queue:
			o.write(b)
		case <-o.ended:
			for {
				select {
				case b := <-o.queue:
					o.write(b)
				default:
					return nil
				}
			}
		}
	}
}
