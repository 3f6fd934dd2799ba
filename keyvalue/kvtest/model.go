package kvtest

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"hubsim/event"
	"hubsim/keyvalue"
	"hubsim/live"
	"hubsim/node"
)

// Model returns stores made of the machine: sessions without a wire, on which every answer comes at once.
func Model(c keyvalue.Config) live.Broker {
	return &model{config: c, stores: map[event.NodeID]*store{}, began: time.Now()}
}

// model implements live.Broker. Its lock covers all stores and sessions.
type model struct {
	config keyvalue.Config
	began  time.Time
	mu     sync.Mutex
	stores map[event.NodeID]*store
}

// store is one modelled store while it runs.
type store struct {
	*keyvalue.Store
	out      node.Output
	last     node.SessionID
	sessions map[node.SessionID]*modelled
}

// modelled is a session. It has ended when store is nil.
type modelled struct {
	model *model
	store *store
	id    node.SessionID
	in    live.Inbox
}

// Start implements live.Broker.
func (m *model) Start(_ context.Context, name event.NodeID) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stores[name] == nil {
		m.stores[name] = &store{Store: keyvalue.New(m.config), sessions: map[node.SessionID]*modelled{}}
	}
	return "model:" + string(name), nil
}

// Stop implements live.Broker.
func (m *model) Stop(name event.NodeID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.stores[name]
	if s == nil {
		return
	}
	delete(m.stores, name)
	for _, c := range s.sessions {
		c.store = nil
		c.in.Down(event.Reset)
	}
}

// Close implements live.Broker.
func (m *model) Close() {
	for name := range m.stores {
		m.Stop(name)
	}
}

// Dial implements live.Broker.
func (m *model) Dial(_ context.Context, _ string, name event.NodeID, in live.Inbox) (live.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.stores[name]
	if s == nil {
		return nil, fmt.Errorf("model: dial store %s: it is not running", name)
	}
	s.last--
	c := &modelled{model: m, store: s, id: s.last, in: in}
	s.sessions[c.id] = c
	m.step(s, node.Input{Kind: node.Up, Session: c.id, Service: event.Counters})
	return c, nil
}

// Send implements live.Session.
func (c *modelled) Send(_ uint64, msg event.Message) error {
	c.model.mu.Lock()
	defer c.model.mu.Unlock()
	if c.store == nil {
		return net.ErrClosed
	}
	c.model.step(c.store, node.Input{Kind: node.Received, Session: c.id, Msg: msg})
	return nil
}

// Close implements live.Session.
func (c *modelled) Close() {
	c.model.mu.Lock()
	defer c.model.mu.Unlock()
	if c.store != nil {
		delete(c.store.sessions, c.id)
		c.model.step(c.store, node.Input{Kind: node.Down, Session: c.id, Reason: event.Closed})
		c.store = nil
	}
}

func (m *model) step(s *store, in node.Input) {
	s.out.Reset()
	s.Step(node.Clock{Mono: event.Mono(time.Since(m.began))}, in, &s.out)
	for _, a := range s.out.Acts {
		if c := s.sessions[a.Session]; a.Verb == node.Send && c != nil {
			c.in.Received(0, a.Msg)
		}
	}
}
