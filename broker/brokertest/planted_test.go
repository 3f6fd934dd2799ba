package brokertest

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"hubsim/broker"
	"hubsim/event"
	"hubsim/live"
)

// TestADifferenceIsFound plants one difference each into a body that is otherwise the model.
func TestADifferenceIsFound(t *testing.T) {
	usually := map[string]string{"rapid.nofailfile": "false", "rapid.shrinktime": "30s"}
	for name, now := range map[string]string{"rapid.nofailfile": "true", "rapid.shrinktime": "200ms"} {
		if err := flag.Set(name, now); err != nil {
			t.Fatal(err)
		}
		defer flag.Set(name, usually[name])
	}
	for what, differs := range map[string]func(*sick) live.Inbox{
		"nothing":                  nil,
		"every fourth is lost":     func(s *sick) live.Inbox { return &loses{sick: s} },
		"every fourth comes twice": func(s *sick) live.Inbox { return &loses{sick: s, doubles: true} },
		"two change places":        func(s *sick) live.Inbox { return &swaps{sick: s} },
		"one's own are not heard":  func(s *sick) live.Inbox { return &deafToItself{s} },
		"the last is kept":         func(s *sick) live.Inbox { s.keeps = true; return s.in },
		"a truth becomes false":    func(s *sick) live.Inbox { return &alters{s} },
	} {
		t.Run(what, func(t *testing.T) {
			found := &witness{TB: t}
			Same(found, broker.WSO2(), func() Body { return sicken(Model(broker.WSO2()), differs) })
			if found.failed != (differs != nil) {
				t.Errorf("found: %v\n%s", found.failed, found.said.String())
			}
			t.Log(found.said.String())
		})
	}
}

// witness is a test that may fail.
type witness struct {
	rapid.TB
	failed bool
	said   strings.Builder
}

func (w *witness) Failed() bool { return w.failed }
func (w *witness) Fail()        { w.failed = true }
func (w *witness) FailNow()     { w.failed = true }
func (w *witness) Errorf(format string, args ...any) {
	w.failed = true
	fmt.Fprintf(&w.said, format+"\n", args...)
}
func (w *witness) Fatalf(format string, args ...any) { w.Errorf(format, args...) }

// sickBroker has sessions that are not as they should be.
type sickBroker struct {
	live.Broker
	differs func(*sick) live.Inbox

	mu   sync.Mutex
	last map[event.Topic]parcel // published
}

// sick is one session and what stands before its Inbox.
type sick struct {
	live.Session
	broker *sickBroker
	in     live.Inbox
	keeps  bool

	mu   sync.Mutex
	said map[uint64]bool
}

func sicken(b Body, differs func(*sick) live.Inbox) Body {
	if differs == nil {
		return b
	}
	well := b.Break
	return Body{
		Broker:   &sickBroker{Broker: b.Broker, differs: differs, last: map[event.Topic]parcel{}},
		Break:    func(s live.Session) { well(s.(*sick).Session) },
		FoldCase: b.FoldCase,
	}
}

func (b *sickBroker) Dial(ctx context.Context, addr string, name event.NodeID, in live.Inbox) (_ live.Session, err error) {
	s := &sick{broker: b, in: in, said: map[uint64]bool{}}
	s.Session, err = b.Broker.Dial(ctx, addr, name, b.differs(s))
	return s, err
}

func (s *sick) Send(id uint64, m event.Message) error {
	s.mu.Lock()
	s.said[id] = true
	s.mu.Unlock()
	s.broker.mu.Lock()
	defer s.broker.mu.Unlock()
	err := s.Session.Send(id, m)
	switch m := m.(type) {
	case *event.Publish:
		if err == nil && id < firstBarrier {
			s.broker.last[m.Topic] = parcel{id: id, msg: m}
		}
	case *event.Subscribe:
		if kept, ok := s.broker.last[m.Topic]; ok && s.keeps && err == nil {
			s.in.Received(kept.id, kept.msg)
		}
	}
	return err
}

// ordinary tells whether a sending is a script's message: barriers and heartbeats must pass.
func ordinary(id uint64) bool { return id > 0 && id < firstBarrier }

// Received and Down make a sick session an Inbox that is well.
func (s *sick) Received(id uint64, m event.Message) { s.in.Received(id, m) }
func (s *sick) Down(r event.Reason)                 { s.in.Down(r) }

type loses struct {
	*sick
	doubles bool
}

func (l *loses) Received(id uint64, m event.Message) {
	if !ordinary(id) || id%4 != 0 || l.doubles {
		l.in.Received(id, m)
	}
	if ordinary(id) && id%4 == 0 && l.doubles {
		l.in.Received(id, m)
	}
}

type swaps struct {
	*sick
	held *parcel
}

func (w *swaps) Received(id uint64, m event.Message) {
	if ordinary(id) && id%3 == 2 {
		w.held = &parcel{id: id, msg: m}
		return
	}
	w.in.Received(id, m)
	if w.held != nil {
		w.in.Received(w.held.id, w.held.msg)
		w.held = nil
	}
}

type deafToItself struct{ *sick }

func (d *deafToItself) Received(id uint64, m event.Message) {
	d.mu.Lock()
	own := d.said[id]
	d.mu.Unlock()
	if !ordinary(id) || !own {
		d.in.Received(id, m)
	}
}

type alters struct{ *sick }

func (a *alters) Received(id uint64, m event.Message) {
	p, _ := m.(*event.Publish)
	if p != nil && ordinary(id) {
		if d, ok := p.Body.(*event.Decision); ok && d.IsThrottled {
			worse := *d
			worse.IsThrottled = false
			m = &event.Publish{Topic: p.Topic, Body: &worse}
		}
	}
	a.in.Received(id, m)
}
