package kvtest

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"hubsim/event"
	"hubsim/live"
)

// session is a session of a script, and its own inbox.
type session struct {
	live.Session
	name, store string
	closed      bool
	told        bool // that it is down

	mu      sync.Mutex
	changed *sync.Cond
	last    uint64
	answers map[uint64]*event.CounterResult
	order   []uint64
	odd     string
	down    bool
}

var _ live.Inbox = (*session)(nil)

func newSession(name, store string) *session {
	c := &session{name: name, store: store, answers: map[uint64]*event.CounterResult{}}
	c.changed = sync.NewCond(&c.mu)
	return c
}

func sortedNames(all map[string]*session) []string { return slices.Sorted(maps.Keys(all)) }

// Received implements live.Inbox.
func (c *session) Received(_ uint64, m event.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.changed.Broadcast()
	r, ok := m.(*event.CounterResult)
	switch {
	case !ok:
		c.odd = "heard something that is no answer"
	case c.down:
		c.odd = "heard something after down"
	case c.closed:
		c.odd = "heard something after close"
	case c.answers[r.ID] != nil:
		c.odd = "heard an answer twice"
	default:
		c.answers[r.ID] = r
		c.order = append(c.order, r.ID)
	}
}

// Down implements live.Inbox.
func (c *session) Down(why event.Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.changed.Broadcast()
	if c.down || c.closed || why == event.NoReason {
		c.odd = "down twice, after close, or for no reason"
	}
	c.down = true
}

// Close implements live.Session.
func (c *session) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.Session.Close()
}

// await waits until done holds, which it asks under the lock; false is that patience ran out.
func (c *session) await(done func() bool) bool {
	end := time.AfterFunc(patience, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.odd = "never heard what it waited for"
		c.changed.Broadcast()
	})
	defer end.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for !done() && c.odd == "" {
		c.changed.Wait()
	}
	return done()
}

var errDown = errors.New("down")

// send sends a command under the next number.
func (c *session) send(op event.CounterOp) (uint64, error) {
	c.mu.Lock()
	c.last++
	op.ID = c.last
	c.mu.Unlock()
	if err := c.Send(op.ID, &op); err != nil {
		return 0, errDown
	}
	return op.ID, nil
}

// ask sends a command and waits for its answer.
func (c *session) ask(op event.CounterOp) (*event.CounterResult, error) {
	id, err := c.send(op)
	if err != nil {
		return nil, err
	}
	return c.result(id)
}

func (c *session) result(id uint64) (*event.CounterResult, error) {
	c.await(func() bool { return c.answers[id] != nil || c.down })
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.odd != "":
		return nil, errors.New(c.odd)
	case c.answers[id] == nil:
		return nil, errDown
	}
	return c.answers[id], nil
}

// burst adds 1 so often, and waits for the last answer.
func (c *session) burst(key string, times int64) (*event.CounterResult, error) {
	var id uint64
	var err error
	for range times {
		if id, err = c.send(event.CounterOp{Do: event.CounterAdd, Key: key, N: 1}); err != nil {
			return nil, err
		}
	}
	r, err := c.result(id)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.IsSorted(c.order) {
		return nil, errors.New("the answers on one key came out of order")
	}
	return r, nil
}

// gone asks until a key is no longer there.
func (c *session) gone(key string) (string, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		r, err := c.ask(event.CounterOp{Do: event.CounterGet, Key: key})
		if err != nil || !r.There {
			return answer(c.name, r, err)
		}
	}
	return "", errors.New(key + " has not expired")
}
