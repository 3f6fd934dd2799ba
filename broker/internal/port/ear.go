// Package port has what every session on a client library needs to keep the promises of live.Inbox
// and live.Session.
package port

import (
	"sync"

	"hubsim/event"
	"hubsim/live"
)

// Ear hands what a client library hears to the Inbox of a session: at most one Down, and nothing
// after it or after Close. The library may call it from any goroutine, the Inbox may not call back.
type Ear struct {
	mu    sync.Mutex
	inbox live.Inbox
	over  bool
}

// NewEar makes the ear of a session.
func NewEar(in live.Inbox) *Ear { return &Ear{inbox: in} }

// Received hands over a message.
func (e *Ear) Received(id uint64, m event.Message) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.over {
		e.inbox.Received(id, m)
	}
}

// Down tells that the session is no longer there.
func (e *Ear) Down(r event.Reason) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.over {
		e.over = true
		e.inbox.Down(r)
	}
}

// Close makes the ear deaf. When it returns, no call to the Inbox is under way.
func (e *Ear) Close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.over = true
}
