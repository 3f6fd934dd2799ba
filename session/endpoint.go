package session

import (
	"hubsim/event"
	"hubsim/node"
)

// endpoint is one receiver of a group.
type endpoint struct {
	to      event.Endpoint
	group   int
	state   endpointState
	session node.SessionID  // 0: none is open
	batch   *event.Batch    // on its way, not yet acknowledged
	next    []event.Message // being put together, within one pump only
	at      event.Mono      // dialing: give up; down: dial; busy: the ack is overdue
	failed  int             // connects in a row that failed
}

// endpointState is the agent's view of an endpoint (DataEndpoint.State; BUSY is active with a batch).
type endpointState uint8

const (
	initializing endpointState = iota // the first connect is under way: a failover group waits for it
	unavailable
	active
)

func (e *endpoint) free() bool { return e.state == active && e.batch == nil }

func (f *Feed) dial(now node.Clock, e *endpoint, out *node.Output) {
	e.session, e.at = f.numbers.Next(), event.Never
	if f.cfg.ConnectTimeout > 0 {
		e.at = now.Mono.Add(f.cfg.ConnectTimeout)
	}
	out.Open(e.session, e.to)
}

func (f *Feed) opened(now node.Clock, e *endpoint, out *node.Output) {
	e.state, e.failed, e.at = active, 0, event.Never
	out.Note(node.Note{Fact: node.SessionUp, Peer: e.to.Node, Detail: e.to.Service.String()})
}

// down takes an endpoint out. What it did not acknowledge goes to another endpoint of the group that
// is free, or back to the head of the ring (the agent puts it at the end; the order matters to no
// plan, and this keeps it). A live endpoint that failed is tried again at once, a connect that failed
// after Reconnect.
func (f *Feed) down(now node.Clock, e *endpoint, why event.Reason, out *node.Output) {
	g, was, batch := &f.groups[e.group], e.state, e.batch
	e.state, e.session, e.batch = unavailable, 0, nil
	if was == active {
		out.Note(node.Note{Fact: node.SessionLost, Peer: e.to.Node, Detail: e.to.Service.String(), Reason: why})
		f.dial(now, e, out)
	} else {
		e.failed++
		wait := f.cfg.Reconnect.Wait(e.failed, keyOf(f.cfg.Self, string(e.to.Node)))
		e.at = now.Mono.Add(wait)
		out.Note(node.Note{Fact: node.SessionRetry, Peer: e.to.Node, Detail: e.to.Service.String(), N: int64(wait)})
	}
	if batch != nil {
		f.rescue(now, g, batch.Events, out)
	}
	f.pump(now, g, out)
}

func (f *Feed) rescue(now node.Clock, g *ring, events []event.Message, out *node.Output) {
	for i := range g.endpoints {
		if e := &g.endpoints[i]; e.free() {
			f.send(now, e, events, out)
			return
		}
	}
	room := max(f.cfg.Ring-g.events.len(), 0)
	for len(events) > room {
		last := len(events) - 1
		noteDrop(events[last], g.name(), event.BufferFull, out)
		events = events[:last]
	}
	for i := len(events) - 1; i >= 0; i-- {
		g.events.pushFront(events[i])
	}
}

// pump sends what can be sent.
func (f *Feed) pump(now node.Clock, g *ring, out *node.Output) {
	if g.balance {
		f.deal(now, g, out)
		return
	}
	for g.events.len() > 0 {
		e := g.first()
		if e == nil {
			return
		}
		events := make([]event.Message, min(g.events.len(), max(f.cfg.Batch, 1)))
		for i := range events {
			events[i] = g.events.pop()
		}
		f.send(now, e, events, out)
	}
}

// first is the endpoint that a failover group sends to: the first that is not down, if it is free.
func (g *ring) first() *endpoint {
	for i := range g.endpoints {
		switch e := &g.endpoints[i]; {
		case e.free():
			return e
		case e.state != unavailable:
			return nil
		}
	}
	return nil
}

// idle is the endpoint to which an event need not wait behind others; nil if it has to, or is to be dealt.
func (g *ring) idle() *endpoint {
	if g.balance || g.events.len() > 0 {
		return nil
	}
	return g.first()
}

// deal gives the events of a balanced group in turn to the endpoints that are free.
func (f *Feed) deal(now node.Clock, g *ring, out *node.Output) {
	for g.events.len() > 0 {
		e := g.dealt(max(f.cfg.Batch, 1))
		if e == nil {
			break
		}
		e.next = append(e.next, g.events.pop())
	}
	for i := range g.endpoints {
		if e := &g.endpoints[i]; len(e.next) > 0 {
			events := e.next
			e.next = nil
			f.send(now, e, events, out)
		}
	}
}

// dealt is whose turn it is.
func (g *ring) dealt(batch int) *endpoint {
	for range g.endpoints {
		g.turn++
		if g.turn >= len(g.endpoints) {
			g.turn = 0
		}
		if e := &g.endpoints[g.turn]; e.free() && len(e.next) < batch {
			return e
		}
	}
	return nil
}

func (f *Feed) send(now node.Clock, e *endpoint, events []event.Message, out *node.Output) {
	f.seq++
	e.batch, e.at = &event.Batch{Seq: f.seq, Events: events}, event.Never
	if f.cfg.AckTimeout > 0 {
		e.at = now.Mono.Add(f.cfg.AckTimeout)
	}
	out.Send(e.session, e.batch)
	for _, m := range events {
		noteSent(m, e.to.Node, out)
	}
}
