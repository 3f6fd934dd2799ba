package live

import (
	"sync"

	"hubsim/event"
	"hubsim/node"
)

// item is an input on its way to a node, with what the driver knows of it.
type item struct {
	kind   node.Kind
	end    *end          // Up, Down, Received, Unreachable
	link   Session       // Up: what the end is connected to
	id     uint64        // Received: of the sending
	reason event.Reason  // Down, Unreachable
	msg    event.Message // Received
	call   *call         // Called
	sense  node.Sense    // Sensed
}

// mailbox holds what waits for a node. Messages and calls have a limit; Up and Down do not, since
// the session contract promises them and there are at most two for each session.
type mailbox struct {
	mu     sync.Mutex
	items  []item
	limit  int
	closed bool
	wake   chan struct{} // holds one token while something may be to do
}

func newMailbox(limit int) mailbox { return mailbox{limit: limit, wake: make(chan struct{}, 1)} }

// put queues an item, or says why it did not.
func (m *mailbox) put(it item) event.Reason {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return event.NodeDown
	case len(m.items) >= m.limit && (it.kind == node.Received || it.kind == node.Called):
		return event.MailboxFull
	}
	if m.items = append(m.items, it); len(m.items) == 1 {
		m.poke()
	}
	return event.NoReason
}

// poke wakes who empties the mailbox, though it may be empty.
func (m *mailbox) poke() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take exchanges what waits for an empty slice to fill.
func (m *mailbox) take(empty []item) []item {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken := m.items
	m.items = empty
	return taken
}

// close refuses all that comes and returns what waited.
func (m *mailbox) close() []item {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return m.items
}

// depth is how much waits.
func (m *mailbox) depth() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.items)
}
