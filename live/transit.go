package live

import (
	"sync"

	"hubsim/event"
)

// transit is what was sent over a connection in one direction and has not come out of it: the wire
// has no room for the number of a sending, but both ends are ours, and a connection keeps order. A nil
// transit is that of a stranger's connection, and knows nothing.
type transit struct {
	mu    sync.Mutex
	sent  []posted // oldest first
	ended bool     // the reader has gone; nothing sent now would be read
}

// push enters a message that is about to leave; false means that nobody would read it.
func (t *transit) push(id uint64, m event.Message) bool {
	if t == nil {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		t.sent = append(t.sent, posted{id, m})
	}
	return !t.ended
}

// undo takes the message back that was pushed last: it did not leave.
func (t *transit) undo(id uint64) { t.remove(id) }

// pop takes the number of the oldest message.
func (t *transit) pop() (id uint64) {
	if t == nil {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.sent) > 0 {
		id = t.sent[0].id
		t.sent = t.sent[1:]
	}
	return id
}

// remove takes a message by its number.
func (t *transit) remove(id uint64) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.sent {
		if t.sent[i].id == id {
			t.sent = append(t.sent[:i], t.sent[i+1:]...)
			return
		}
	}
}

// end is called by the reader when it has read all there is; it records what did not come.
func (t *transit) end(e *end, why event.Reason) {
	if t == nil {
		return
	}
	t.mu.Lock()
	left := t.sent
	t.sent, t.ended = nil, true
	t.mu.Unlock()
	for _, m := range left {
		e.lost(m.id, m.msg, why)
	}
}
