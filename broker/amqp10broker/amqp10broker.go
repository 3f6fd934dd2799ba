package amqp10broker

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"hubsim/broker/internal/port"
	"hubsim/event"
	"hubsim/live"
)

// Broker has the hubs of a live run on one AMQP 1.0 broker and opens sessions to it.
type Broker struct {
	config    Config
	target    target
	reader    port.Reader
	malformed atomic.Uint64
	work      sync.WaitGroup // the goroutines of sessions

	mu       sync.Mutex
	running  map[event.NodeID]bool
	sessions map[*session]struct{} // that are not over
	closed   bool
}

var _ live.Broker = (*Broker)(nil)

// New reads the configuration; it does not ask the broker.
func New(c Config) (*Broker, error) {
	t, err := c.target()
	if err != nil {
		return nil, err
	}
	return &Broker{config: c, target: t, running: make(map[event.NodeID]bool), sessions: make(map[*session]struct{})}, nil
}

// Malformed counts the messages that came and could not be read.
func (b *Broker) Malformed() uint64 { return b.malformed.Load() }

// Start implements live.Broker. It returns the broker's address when somebody there takes our login.
func (b *Broker) Start(ctx context.Context, hub event.NodeID) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, b.config.ConnectTimeout)
	defer cancel()
	c, err := b.connect(ctx, b.target.addr)
	if err != nil {
		return "", fmt.Errorf("amqp10broker: start hub %s at %s: %w\nhint: is the broker running, and does it speak AMQP 1.0?", hub, b.target.addr, err)
	}
	c.hangUp()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return "", fmt.Errorf("amqp10broker: start hub %s: the broker is closed", hub)
	}
	b.running[hub] = true
	return b.target.addr, nil
}

// Stop implements live.Broker: it breaks the sessions that were dialed to the hub.
func (b *Broker) Stop(hub event.NodeID) {
	b.mu.Lock()
	delete(b.running, hub)
	var of []*session
	for s := range b.sessions {
		if s.hub == hub {
			of = append(of, s)
		}
	}
	b.mu.Unlock()
	for _, s := range of {
		s.sever()
	}
}

// Close implements live.Broker. Sessions that are still there are closed and hear nothing of it.
func (b *Broker) Close() {
	b.mu.Lock()
	b.closed = true
	clear(b.running)
	open := b.sessions
	b.sessions = make(map[*session]struct{})
	b.mu.Unlock()
	for s := range open {
		s.Close()
	}
	b.work.Wait()
}

func (b *Broker) isRunning(hub event.NodeID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.running[hub]
}

// enter keeps a session and counts its first goroutine, unless its hub has stopped meanwhile.
func (b *Broker) enter(s *session) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.running[s.hub] {
		return false
	}
	b.sessions[s] = struct{}{}
	b.work.Add(1)
	return true
}

func (b *Broker) leave(s *session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.sessions, s)
}
