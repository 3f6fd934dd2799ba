package broker

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// Broker is the model of one event hub: a state machine like every other node.
type Broker struct {
	config   Config
	sessions map[node.SessionID]*session
	topics   topics
	backlog  backlog
	full     []*session // to be cut once the fan-out that filled them is over; empty between Steps
}

var _ node.Node = (*Broker)(nil)

// New makes a broker without sessions or subscriptions.
func New(c Config) *Broker {
	return &Broker{
		config:   c,
		sessions: make(map[node.SessionID]*session),
		topics:   topics{fold: c.FoldCase, known: make(map[event.Topic]*topic)},
	}
}

// Step hands the broker one input.
func (b *Broker) Step(now node.Clock, in node.Input, out *node.Output) {
	b.drain(now.Mono, out)
	switch in.Kind {
	case node.Up:
		b.accept(in, out)
	case node.Down:
		b.lose(in, out)
	case node.Received:
		b.received(now.Mono, in, out)
	case node.Sensed:
		b.sensed(now.Mono, in, out)
	}
}

// Deadline is when the first waiting copy may leave.
func (b *Broker) Deadline() event.Mono {
	if len(b.backlog) == 0 {
		return event.Never
	}
	return b.backlog[0].free
}

func (b *Broker) accept(in node.Input, out *node.Output) {
	full := b.config.MaxSessions > 0 && len(b.sessions) >= b.config.MaxSessions
	if full || in.Service != event.Topics {
		out.Close(in.Session)
		out.Note(node.Note{Fact: node.Lost, Peer: in.Peer, Reason: event.Refused})
		return
	}
	b.sessions[in.Session] = &session{id: in.Session, peer: in.Peer}
	out.Note(node.Note{Fact: node.Connected, Peer: in.Peer, N: int64(len(b.sessions))})
}

func (b *Broker) lose(in node.Input, out *node.Output) {
	s := b.sessions[in.Session]
	if s == nil {
		return // refused, or cut by us
	}
	b.forget(s)
	s.abandon(event.BrokenInFlight, out)
	out.Note(node.Note{Fact: node.Lost, Peer: s.peer, Reason: in.Reason})
}

// forget takes a session and its subscriptions out of the broker.
func (b *Broker) forget(s *session) {
	delete(b.sessions, s.id)
	b.backlog.remove(s)
	for _, t := range s.topics {
		t.leave(s)
		if len(t.subscribers) == 0 {
			b.topics.drop(t)
		}
	}
}

func (b *Broker) received(now event.Mono, in node.Input, out *node.Output) {
	s := b.sessions[in.Session]
	if s == nil {
		out.Note(node.Note{Fact: node.EventIgnored, Reason: event.NoSession})
		return
	}
	switch m := in.Msg.(type) {
	case *event.Publish:
		b.publish(now, s, m, out)
	case *event.Subscribe:
		b.subscribe(s, m.Topic, out)
	case *event.Heartbeat:
		out.Send(s.id, m)
	default:
		ignore(s, event.Malformed, out)
	}
}

func (b *Broker) subscribe(s *session, name event.Topic, out *node.Output) {
	if name == "" {
		ignore(s, event.Malformed, out)
		return
	}
	if t := b.topics.find(name); t != nil && slices.Contains(s.topics, t) {
		return
	}
	if limit := b.config.MaxSubscriptions; limit > 0 && len(s.topics) >= limit {
		ignore(s, event.Refused, out)
		return
	}
	t := b.topics.enter(name)
	t.subscribers = append(t.subscribers, s)
	s.topics = append(s.topics, t)
}

func (b *Broker) publish(now event.Mono, from *session, p *event.Publish, out *node.Output) {
	if p.Topic == "" || p.Body == nil {
		ignore(from, event.Malformed, out)
		return
	}
	copies := 0
	if t := b.topics.find(p.Topic); t != nil {
		for _, s := range t.subscribers {
			if b.copy(now, s, p, out) {
				copies++
			}
		}
	}
	out.Note(node.Note{Fact: node.Taken, ID: event.IDOf(p.Body), Detail: string(p.Topic), N: int64(copies)})
	b.cut(out)
}

// ignore counts a message that has no effect.
func ignore(from *session, r event.Reason, out *node.Output) {
	out.Note(node.Note{Fact: node.EventIgnored, Peer: from.peer, Reason: r})
}
