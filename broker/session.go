package broker

import (
	"cmp"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// session is one connection as the broker sees it: a subscriber with its queue, a publisher, or both.
type session struct {
	id      node.SessionID
	peer    event.NodeID
	topics  []*topic
	free    event.Mono       // when its line takes the next copy; only meant under Config.Outflow
	waiting []*event.Publish // copies that have not left, the oldest first
	held    bool             // the subscriber is behind: a copy leaves when it has taken one
	credit  int              // while held: copies that may leave
}

// abandon counts the copies that were waiting and no longer can leave.
func (s *session) abandon(r event.Reason, out *node.Output) {
	for _, p := range s.waiting {
		s.drop(p, r, out)
	}
	s.waiting = nil
}

func (s *session) drop(p *event.Publish, r event.Reason, out *node.Output) {
	out.Note(node.Note{Fact: node.CopyLost, ID: event.IDOf(p.Body), Peer: s.peer, Detail: string(p.Topic), Reason: r})
}

// next takes the copy that has waited longest.
func (s *session) next() *event.Publish {
	p := s.waiting[0]
	s.waiting[0] = nil
	s.waiting = s.waiting[1:]
	return p
}

// copy gives a session its copy, at once when its line is free. It is false when no copy was made.
func (b *Broker) copy(now event.Mono, s *session, p *event.Publish, out *node.Output) bool {
	switch {
	case s.held && s.credit == 0:
		return b.enqueue(s, p, out)
	case s.held:
		s.credit--
		out.Send(s.id, p)
		return true
	case b.config.Outflow == 0:
		out.Send(s.id, p)
		return true
	}
	if len(s.waiting) == 0 && s.free <= now {
		out.Send(s.id, p)
		s.free = now.Add(b.config.Outflow)
		return true
	}
	return b.enqueue(s, p, out)
}

func (b *Broker) enqueue(s *session, p *event.Publish, out *node.Output) bool {
	full := b.config.Queue > 0 && len(s.waiting) >= b.config.Queue
	if full && b.config.Overflow != DropOldest {
		s.drop(p, event.SlowConsumer, out)
		if b.config.Overflow == Cut {
			b.full = append(b.full, s)
		}
		return false
	}
	s.waiting = append(s.waiting, p)
	if full {
		s.drop(s.next(), event.SlowConsumer, out)
	} else if len(s.waiting) == 1 && !s.held {
		b.backlog.add(s)
	}
	out.Note(node.Note{Fact: node.CopyWaits, Peer: s.peer, Detail: string(p.Topic), N: int64(len(s.waiting))})
	return true
}

// cut ends the sessions whose queue ran over.
func (b *Broker) cut(out *node.Output) {
	for _, s := range b.full {
		b.forget(s)
		s.abandon(event.SlowConsumer, out)
		out.Close(s.id)
		out.Note(node.Note{Fact: node.Lost, Peer: s.peer, Reason: event.SlowConsumer})
	}
	clear(b.full)
	b.full = b.full[:0]
}

// drain sends what may leave by now, each line at its own pace.
func (b *Broker) drain(now event.Mono, out *node.Output) {
	for len(b.backlog) > 0 && b.backlog[0].free <= now {
		s := b.backlog[0]
		b.backlog = slices.Delete(b.backlog, 0, 1)
		out.Send(s.id, s.next())
		s.free = s.free.Add(b.config.Outflow)
		if len(s.waiting) > 0 {
			b.backlog.add(s)
		}
	}
}

// backlog holds the sessions with waiting copies, the one that may send first in front.
type backlog []*session

func (l *backlog) add(s *session) {
	i, _ := slices.BinarySearchFunc(*l, s, sooner)
	*l = slices.Insert(*l, i, s)
}

func (l *backlog) remove(s *session) {
	if len(s.waiting) == 0 {
		return
	}
	if i, found := slices.BinarySearchFunc(*l, s, sooner); found {
		*l = slices.Delete(*l, i, i+1)
	}
}

// sooner orders by instant, then by who came first: the driver numbers accepted sessions downwards.
func sooner(a, b *session) int {
	return cmp.Or(cmp.Compare(a.free, b.free), cmp.Compare(b.id, a.id))
}
