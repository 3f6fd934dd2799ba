package virtual

import (
	"hubsim/event"
	"hubsim/node"
)

// chatter opens a session to its friend, sends a numbered message each period, and redials a period
// after the session is lost. Its friend's replies are counted by what they carry.
type chatter struct {
	friend event.NodeID
	period event.Duration
	next   event.Mono
	id     node.SessionID
	up     bool
	sent   uint64
	broken []string // breaches of the session contract that it saw
	heard  map[node.SessionID]node.Kind
}

func (c *chatter) Deadline() event.Mono { return c.next }

func (c *chatter) Step(now node.Clock, in node.Input, out *node.Output) {
	c.contract(in)
	switch in.Kind {
	case node.Boot:
		c.dial(out)
		c.next = now.Mono.Add(c.period)
	case node.Up:
		c.up = c.up || in.Session == c.id
	case node.Down:
		if in.Session == c.id {
			c.up, c.id = false, -c.id
		}
	case node.Tick:
		c.next = now.Mono.Add(c.period)
		if c.id < 0 {
			c.id = -c.id
			c.dial(out)
		}
		if c.up {
			c.sent++
			out.Mark("toy: about to send")
			out.Send(c.id, &event.Batch{Seq: c.sent})
		}
	case node.Received:
		out.Note(node.Note{Fact: node.Counted, N: int64(in.Msg.(*event.BatchAck).Seq)})
	case node.Called:
		out.Answer(in.Call, &event.Reply{Status: 200})
	}
}

func (c *chatter) dial(out *node.Output) {
	c.id++
	out.Open(c.id, event.Endpoint{Node: c.friend, Service: event.Feed})
}

// contract notes what must not be: a second Up, a Down after a Down, a message outside of a session.
func (c *chatter) contract(in node.Input) {
	if c.heard == nil {
		c.heard = map[node.SessionID]node.Kind{}
	}
	last := c.heard[in.Session]
	switch {
	case in.Session == 0:
		return
	case in.Kind == node.Up && last != 0, in.Kind == node.Down && last == node.Down,
		in.Kind == node.Received && last != node.Up && last != node.Received:
		c.broken = append(c.broken, in.Kind.String()+" after "+last.String())
	}
	c.heard[in.Session] = in.Kind
}

// echo acknowledges batches and remembers their order.
type echo struct {
	got   []uint64
	walls []event.Wall
	felt  []node.Sense
	full  bool
}

func (*echo) Deadline() event.Mono { return event.Never }

func (e *echo) Step(now node.Clock, in node.Input, out *node.Output) {
	if in.Kind == node.Sensed {
		e.felt, e.full = append(e.felt, in.Sense), in.Sense == node.DiskFull
	}
	if e.full && in.Kind == node.Received && len(e.got)%8 == 0 {
		out.Note(node.Note{Fact: node.EventIgnored, Reason: event.DiskFull})
	}
	if b, ok := in.Msg.(*event.Batch); ok && in.Kind == node.Received {
		e.got, e.walls = append(e.got, b.Seq), append(e.walls, now.Wall)
		out.Send(in.Session, &event.BatchAck{Seq: b.Seq})
	}
}

// longest is the longest time between two messages, in milliseconds.
func (e *echo) longest() (ms event.Wall) {
	for i := 1; i < len(e.walls); i++ {
		ms = max(ms, e.walls[i]-e.walls[i-1])
	}
	return ms
}
