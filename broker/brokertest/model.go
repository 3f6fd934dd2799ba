package brokertest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"hubsim/broker"
	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
)

// Model returns a body made of modelled brokers: sessions whose wire only keeps the order, and holds
// what an Inbox does not take yet.
func Model(c broker.Config) Body {
	m := &model{config: c, hubs: map[event.NodeID]*hub{}}
	return Body{Broker: m, FoldCase: c.FoldCase, Break: func(s live.Session) {
		m.mu.Lock()
		defer m.mu.Unlock()
		s.(*modelled).end(event.Reset)
	}}
}

// errRefused is what a hub answers that has as many sessions as it takes.
var errRefused = errors.New("the hub takes no more sessions")

// model implements live.Broker. Its lock covers all hubs, and of sessions all but the wire.
type model struct {
	config broker.Config
	mu     sync.Mutex
	hubs   map[event.NodeID]*hub
}

// hub is one modelled broker while it runs.
type hub struct {
	*broker.Broker
	out      node.Output
	last     node.SessionID
	sessions map[node.SessionID]*modelled
}

// modelled is a session. It has ended when hub is nil.
type modelled struct {
	model *model
	hub   *hub
	id    node.SessionID
	up    bool // Dial has returned it
	wire  wire
}

// Start implements live.Broker.
func (m *model) Start(_ context.Context, name event.NodeID) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hubs[name] = &hub{Broker: broker.New(m.config), sessions: map[node.SessionID]*modelled{}}
	m.hubs[name].step(0, node.Input{Kind: node.Boot})
	return "model:" + string(name), nil
}

// Stop implements live.Broker.
func (m *model) Stop(name event.NodeID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h := m.hubs[name]; h != nil {
		delete(m.hubs, name)
		for _, s := range h.sessions {
			s.end(event.Reset)
		}
	}
}

// Dial implements live.Broker.
func (m *model) Dial(_ context.Context, addr string, name event.NodeID, in live.Inbox) (live.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.hubs[name]
	if h == nil {
		return nil, fmt.Errorf("model: dial hub %q at %s: it is not running", name, addr)
	}
	h.last--
	s := &modelled{model: m, hub: h, id: h.last, wire: wire{in: in}}
	h.sessions[s.id] = s
	h.step(0, node.Input{Kind: node.Up, Session: s.id, Service: event.Topics})
	if s.hub == nil {
		return nil, fmt.Errorf("model: dial hub %q at %s: %w", name, addr, errRefused)
	}
	s.up = true
	return s, nil
}

// Close implements live.Broker.
func (m *model) Close() {
	for name := range m.hubs {
		m.Stop(name)
	}
}

// Send implements live.Session.
func (s *modelled) Send(id uint64, msg event.Message) error {
	s.model.mu.Lock()
	defer s.model.mu.Unlock()
	if s.hub == nil {
		return fmt.Errorf("model: send a %s: the session has ended", msg.Class())
	}
	s.hub.step(id, node.Input{Kind: node.Received, Session: s.id, Msg: msg})
	return nil
}

// Close implements live.Session.
func (s *modelled) Close() {
	s.wire.cut()
	s.model.mu.Lock()
	defer s.model.mu.Unlock()
	s.end(event.NoReason)
}

// end takes the session from its hub and, unless it was our own doing, tells its Inbox.
func (s *modelled) end(r event.Reason) {
	h := s.hub
	if h == nil {
		return
	}
	s.hub = nil
	delete(h.sessions, s.id)
	h.step(0, node.Input{Kind: node.Down, Session: s.id, Reason: event.Reset})
	if r != event.NoReason {
		s.wire.carry(parcel{down: r})
	}
}

// refuse takes the session from its hub because the hub wants it so.
func (s *modelled) refuse() {
	delete(s.hub.sessions, s.id)
	s.hub = nil
	if s.up {
		s.wire.carry(parcel{down: event.SlowConsumer})
	}
}

// step hands the broker an input; what it sends carries the id of the message that caused it.
func (h *hub) step(id uint64, in node.Input) {
	h.out.Reset()
	h.Step(node.Clock{}, in, &h.out)
	for _, act := range h.out.Acts {
		switch s := h.sessions[act.Session]; {
		case s == nil:
		case act.Verb == node.Send:
			s.wire.carry(parcel{id: id, msg: act.Msg})
		case act.Verb == node.Close:
			s.refuse()
		}
	}
}
