package port

import (
	"net"
	"sync/atomic"
	"time"
)

// farewell is how long what was written last may take to leave once a session is being closed.
const farewell = 100 * time.Millisecond

// Line is a connection on which a write that nobody reads does not hold up the end: client libraries
// flush before they close, with deadlines of many seconds.
type Line struct {
	net.Conn
	hurried atomic.Bool
	silent  atomic.Bool
}

// Read implements net.Conn. It remembers that the other side was silent for too long, which a client
// library may not say in a form that can be read.
func (l *Line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if err != nil && TimedOut(err) {
		l.silent.Store(true)
	}
	return n, err
}

// Silent tells whether a read has reached its deadline.
func (l *Line) Silent() bool { return l.silent.Load() }

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
