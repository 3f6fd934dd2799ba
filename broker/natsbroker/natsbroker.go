package natsbroker

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"hubsim/broker/internal/port"
	"hubsim/event"
	"hubsim/live"
)

// Broker runs the hubs of a live run and opens sessions to them.
type Broker struct {
	config    Config
	reader    port.Reader
	malformed atomic.Uint64
	slow      atomic.Uint64

	mu       sync.Mutex
	hubs     map[event.NodeID]*hub
	sessions map[*session]struct{} // that are not over
	closed   bool
}

var _ live.Broker = (*Broker)(nil)

// New makes a broker without hubs.
func New(c Config) *Broker {
	return &Broker{config: c, hubs: make(map[event.NodeID]*hub), sessions: make(map[*session]struct{})}
}

// Counters are what a broker dropped or ended by itself.
type Counters struct {
	Malformed uint64 // messages that came and could not be read
	Slow      uint64 // sessions that were cut because their Inbox was too slow
	HubCut    uint64 // connections that a hub cut because they were not read
}

// Counters returns the counts so far.
func (b *Broker) Counters() Counters {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := Counters{Malformed: b.malformed.Load(), Slow: b.slow.Load()}
	for _, h := range b.hubs {
		c.HubCut += h.cut
		if h.server != nil {
			c.HubCut += uint64(h.server.NumSlowConsumers())
		}
	}
	return c
}

// Start implements live.Broker. A hub that runs already stays as it is.
func (b *Broker) Start(ctx context.Context, name event.NodeID) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("natsbroker: start hub %s: %w", name, err)
	}
	if b.closed {
		return "", fmt.Errorf("natsbroker: start hub %s: the broker is closed", name)
	}
	h := b.hubs[name]
	if h == nil {
		var err error
		if h, err = b.place(name); err != nil {
			return "", fmt.Errorf("natsbroker: start hub %s: %w", name, err)
		}
		b.hubs[name] = h
	}
	if h.server != nil {
		return h.addr, nil
	}
	if err := h.run(b.options(h)); err != nil {
		return "", fmt.Errorf("natsbroker: start hub %s at %s: %w", name, h.addr, err)
	}
	return h.addr, nil
}

// Stop implements live.Broker.
func (b *Broker) Stop(name event.NodeID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if h := b.hubs[name]; h != nil {
		h.stop()
	}
}

// Close implements live.Broker. Sessions that are still there are closed and hear nothing of it.
func (b *Broker) Close() {
	b.mu.Lock()
	b.closed = true
	open := b.sessions
	b.sessions = make(map[*session]struct{})
	b.mu.Unlock()
	for s := range open {
		s.Close()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range b.hubs {
		h.stop()
		if h.hold != nil {
			h.hold.release()
			h.hold = nil
		}
	}
}

// enter keeps a session until it is over; false means that the broker has been closed.
func (b *Broker) enter(s *session) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.sessions[s] = struct{}{}
	}
	return !b.closed
}

func (b *Broker) leave(s *session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.sessions, s)
}
