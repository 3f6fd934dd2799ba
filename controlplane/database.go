package controlplane

import (
	"hubsim/event"
	"hubsim/node"
)

// database is the node's session to its database and the statements under way on it.
type database struct {
	session node.SessionID // 0: none
	live    bool           // Up has come
	alarm   event.Mono     // when to connect, or to give up connecting
	failed  int            // attempts in a row
	lastID  uint64
	waiting []statement // in order of id, and so of due
}

// statement is one that waits for its answer, or for the connection to send it on.
type statement struct {
	id   uint64
	op   *event.StoreOp
	due  event.Mono
	then asker
}

// asker is whoever asked the database and waits.
type asker interface {
	answered(c *ControlPlane, now node.Clock, a answer, out *node.Output)
}

// answer is what became of a statement.
type answer struct {
	rows []event.Row
	fail event.Reason // NoReason: it was carried out
}

func (d *database) deadline() event.Mono {
	if len(d.waiting) == 0 {
		return d.alarm
	}
	return min(d.alarm, d.waiting[0].due)
}

// ask sends a statement; then hears of it in any case, and at once when it cannot be sent. While the
// connection is being made it waits, as for a connection of the product's pool (maxWait).
func (c *ControlPlane) ask(now node.Clock, op *event.StoreOp, then asker, out *node.Output) {
	d := &c.db
	switch {
	case d.session == 0:
		then.answered(c, now, answer{fail: event.NoSession}, out)
	case len(d.waiting) >= c.cfg.Database.Statements:
		then.answered(c, now, answer{fail: event.BufferFull}, out)
	default:
		d.lastID++
		op.ID = d.lastID
		d.waiting = append(d.waiting, statement{id: op.ID, op: op, due: now.Mono.Add(c.cfg.Database.Timeout), then: then})
		if d.live {
			out.Send(d.session, op)
		}
	}
}

func (c *ControlPlane) connect(now node.Clock, out *node.Output) {
	c.db.session, c.db.live = c.numbers.Next(), false
	c.db.alarm = now.Mono.Add(c.cfg.Database.Timeout)
	out.Open(c.db.session, event.Endpoint{Node: c.cfg.Store, Service: event.Database})
}

func (c *ControlPlane) stepDatabase(now node.Clock, in *node.Input, out *node.Output) {
	d := &c.db
	switch {
	case in.Kind == node.Tick:
		c.tickDatabase(now, out)
	case d.session == 0 || in.Session != d.session:
	case in.Kind == node.Up:
		d.live, d.failed, d.alarm = true, 0, event.Never
		out.Note(node.Note{Fact: node.SessionUp, Peer: c.cfg.Store, Detail: event.Database.String()})
		for _, s := range d.waiting {
			out.Send(d.session, s.op)
		}
		c.rewrite(now, out)
		c.flushOutbox(now, out)
	case in.Kind == node.Down:
		c.lostDatabase(now, in.Reason, out)
	default:
		c.hearDatabase(now, in.Msg, out)
	}
}

// tickDatabase gives a connection up on which an answer, or Up, is overdue: it may be half-open.
func (c *ControlPlane) tickDatabase(now node.Clock, out *node.Output) {
	d := &c.db
	switch {
	case now.Mono < d.deadline():
	case d.session == 0:
		c.connect(now, out)
	default:
		out.Close(d.session)
		c.lostDatabase(now, event.TimedOut, out)
	}
}

// lostDatabase fails every statement under way: whether a write was made nobody here can know.
func (c *ControlPlane) lostDatabase(now node.Clock, why event.Reason, out *node.Output) {
	d := &c.db
	detail := event.Database.String()
	if d.live {
		c.broken = true
		out.Note(node.Note{Fact: node.SessionLost, Peer: c.cfg.Store, Detail: detail, Reason: why})
	}
	d.failed++
	wait := c.cfg.Database.Reconnect.Wait(d.failed, 0)
	d.session, d.live, d.alarm = 0, false, now.Mono.Add(wait)
	out.Note(node.Note{Fact: node.SessionRetry, Peer: c.cfg.Store, Detail: detail, N: int64(wait)})
	lost := d.waiting
	d.waiting = nil
	for i := range lost {
		lost[i].then.answered(c, now, answer{fail: why}, out)
	}
}

func (c *ControlPlane) hearDatabase(now node.Clock, m event.Message, out *node.Output) {
	r, ok := m.(*event.StoreResult)
	if !ok || r == nil {
		ignored(out, "", event.Malformed)
		return
	}
	d := &c.db
	for i := range d.waiting {
		if s := d.waiting[i]; s.id == r.ID {
			d.waiting = append(d.waiting[:i], d.waiting[i+1:]...)
			a := answer{rows: r.Rows}
			if !r.OK {
				a.fail = event.Refused
			}
			s.then.answered(c, now, a, out)
			return
		}
	}
}
