package live

import (
	"sync"

	"hubsim/event"
)

// passage is one direction of a connection, to those who send into it and read from it.
type passage interface {
	push(id uint64, m event.Message) bool // enters a message that is about to leave; false means that nobody would read it
	undo(id uint64)                       // takes the message back that was pushed last: it did not leave
	pop() (id uint64)                     // takes the number of the oldest message
	remove(id uint64)                     // takes a message by its number
	end(e *end, own bool)                 // its reader has read all there is; own: its own side closed
}

// unknownPassage is a direction of a stranger's connection, of which nobody knows anything.
type unknownPassage struct{}

func (unknownPassage) push(uint64, event.Message) bool { return true }
func (unknownPassage) undo(uint64)                     {}
func (unknownPassage) pop() uint64                     { return 0 }
func (unknownPassage) remove(uint64)                   {}
func (unknownPassage) end(*end, bool)                  {}

// transit is what was sent over a connection in one direction and has not come out of it: the wire
// has no room for the number of a sending, but both ends are ours, and a connection keeps order.
type transit struct {
	cable *cable
	mu    sync.Mutex
	sent  []posted // oldest first
	ended bool     // the reader has gone; nothing sent now would be read
}

// push implements passage.
func (t *transit) push(id uint64, m event.Message) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		t.sent = append(t.sent, posted{id, m})
	}
	return !t.ended
}

// undo implements passage.
func (t *transit) undo(id uint64) { t.remove(id) }

// pop implements passage.
func (t *transit) pop() uint64 { return t.oldest().id }

// oldest takes the oldest message; none has the number 0.
func (t *transit) oldest() (oldest posted) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.sent) > 0 {
		oldest = t.sent[0]
		t.sent = t.sent[1:]
	}
	return oldest
}

// remove implements passage.
func (t *transit) remove(id uint64) { t.take(id) }

// take takes a message by its number, if it is there.
func (t *transit) take(id uint64) (posted, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.sent {
		if t.sent[i].id == id {
			p := t.sent[i]
			t.sent = append(t.sent[:i], t.sent[i+1:]...)
			return p, true
		}
	}
	return posted{}, false
}

// end implements passage: it records what did not come.
func (t *transit) end(e *end, own bool) {
	why := t.cable.fate(own)
	for _, m := range t.conclude() {
		e.lost(m.id, m.msg, why)
	}
}

// conclude lets nothing in any more, and returns what did not come out.
func (t *transit) conclude() []posted {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := t.sent
	t.sent, t.ended = nil, true
	return left
}
