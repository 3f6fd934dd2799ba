package natsbroker

import (
	"net"
	"sync"
	"testing"

	"hubsim/event"
)

// mode is what a relay does with what comes.
type mode int

const (
	carry   mode = iota
	swallow      // reads it and says nothing: a half-open connection
	stall        // does not even read it: full buffers on the way
	past         // new connections go past it; old ones stall
)

// relays is a broker with one hub "hub" whose connections, pipes, go through relays.
type relays struct {
	*Broker
	t      *testing.T
	pipe   func() (net.Conn, error) // without a relay
	writes chan struct{}            // gets one for every write that a session begins
	done   chan struct{}            // closed at the end, when all relays go

	mu   sync.Mutex
	mode mode
}

func relayed(t *testing.T, c Config) *relays {
	c.InProcess = true
	r := &relays{Broker: New(c), t: t, done: make(chan struct{}), writes: make(chan struct{}, 1000)}
	if _, err := r.Start(t.Context(), "hub"); err != nil {
		t.Fatal(err)
	}
	h := r.hubs["hub"]
	r.pipe = h.pipe
	h.pipe = func() (net.Conn, error) {
		far, err := r.pipe()
		if err != nil || r.now() == past {
			return far, err
		}
		near, here := net.Pipe()
		go r.relay(far, here)
		go r.relay(here, far)
		return &watched{near, r.writes}, nil
	}
	return r
}

// watched is the session's end of a pipe through a relay.
type watched struct {
	net.Conn
	writes chan struct{}
}

// Write implements net.Conn.
func (w *watched) Write(p []byte) (int, error) {
	select {
	case w.writes <- struct{}{}:
	default: // nobody counts them
	}
	return w.Conn.Write(p)
}

// end closes the broker and its relays.
func (r *relays) end() {
	close(r.done)
	r.Close()
}

func (r *relays) turn(m mode) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mode = m
}

func (r *relays) now() mode {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mode
}

// relay carries bytes one way. The end of one side is the end of the other only while it carries.
func (r *relays) relay(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		switch r.now() {
		case carry:
			if err == nil {
				_, err = to.Write(buf[:n])
			}
			if err != nil {
				return
			}
		case stall, past:
			<-r.done
			return
		case swallow:
			if err != nil {
				<-r.done
				return
			}
		}
	}
}

func (r *relays) dial(in *heard) *session {
	r.t.Helper()
	s, err := r.Dial(r.t.Context(), "in-process", "hub", in)
	if err != nil {
		r.t.Fatal(err)
	}
	return s.(*session)
}

// send sends what must not fail.
func send(t *testing.T, s *session, id uint64, m event.Message) {
	t.Helper()
	if err := s.Send(id, m); err != nil {
		t.Fatal(err)
	}
}

// heard is an Inbox of which one can wait for things.
type heard struct {
	published chan published
	beats     chan struct{}
	down      chan event.Reason
	slow      chan struct{} // when set, each message waits until it is closed
}

type published struct {
	id uint64
	*event.Publish
}

func listen() *heard {
	return &heard{published: make(chan published, 10_000), beats: make(chan struct{}, 100), down: make(chan event.Reason, 100)}
}

// Received implements live.Inbox.
func (h *heard) Received(id uint64, m event.Message) {
	if h.slow != nil {
		<-h.slow
	}
	if p, ok := m.(*event.Publish); ok {
		h.published <- published{id, p}
		return
	}
	h.beats <- struct{}{}
}

// Down implements live.Inbox.
func (h *heard) Down(r event.Reason) { h.down <- r }

func decision(key event.ThrottleKey) *event.Publish {
	return &event.Publish{Topic: event.ThrottleData, Body: &event.Decision{Key: key, IsThrottled: true, Expiry: 1_700_000_000_000}}
}
