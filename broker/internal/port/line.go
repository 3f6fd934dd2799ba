package port

import (
	"net"
	"sync/atomic"
	"time"

	"hubsim/event"
)

// farewell is how long what was written last may take to leave once a session is being closed.
const farewell = 100 * time.Millisecond

// Line is a connection that keeps three promises which client libraries do not: a write that fails
// ends it; why it ended can be asked; and once it is to be closed, no write holds that up, though the
// libraries flush before they close, with deadlines of many seconds.
type Line struct {
	net.Conn
	hurried atomic.Bool
	silent  atomic.Bool
	stuck   atomic.Bool
}

// Read implements net.Conn.
func (l *Line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if err != nil && TimedOut(err) {
		l.silent.Store(true)
	}
	return n, err
}

// Write implements net.Conn. An empty write, with which nats.go ends, would wait for a reader on a
// pipe; on TCP it does not.
func (l *Line) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := l.Conn.Write(p)
	if err != nil {
		l.stuck.Store(TimedOut(err))
		_ = l.Conn.Close()
	}
	return n, err
}

// Ended says why the line is no more, when err is all that the library has to tell about it.
func (l *Line) Ended(err error) event.Reason {
	switch {
	case l.silent.Load():
		return event.HeartbeatMissed
	case l.stuck.Load() || TimedOut(err):
		return event.TimedOut
	}
	return event.Reset
}

// Hurry limits every write, one that waits already included, to a moment.
func (l *Line) Hurry() {
	l.hurried.Store(true)
	_ = l.Conn.SetWriteDeadline(time.Now().Add(farewell))
}

// SetWriteDeadline implements net.Conn.
func (l *Line) SetWriteDeadline(t time.Time) error {
	if l.hurried.Load() {
		t = time.Now().Add(farewell)
	}
	return l.Conn.SetWriteDeadline(t)
}
