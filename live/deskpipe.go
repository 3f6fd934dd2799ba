package live

import (
	"context"

	"hubsim/event"
)

// Sessions within the run's process, of a node in a process of its own: to its database. What would be in the
// memory of the run goes over the pipe to the run, message by message.

func (d *desk) dialPipe(ctx context.Context, l *link, near side) error {
	d.mu.Lock()
	d.piped++
	n := d.piped
	d.pipes[n] = near
	d.mu.Unlock()
	t := d.ask(ctx, &said{Verb: saidOpen, N: n, Peer: l.to.index, Service: l.service})
	if t == nil {
		d.need(&said{Verb: saidClose, N: n})
		return ctx.Err()
	}
	return t.Why.error()
}

// pipe is our side of a session; nil when it is over.
func (d *desk) pipe(n int64) side {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.pipes[n]
}

// leave forgets a session.
func (d *desk) leave(n int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.pipes, n)
}

// come hands on what came on a session within the run's process.
func (d *desk) come(t *told) {
	near := d.pipe(t.N)
	switch {
	case near == nil:
	case t.Verb == tellUp:
		near.up(farMouth{d, t.N})
	case t.Verb == tellReceived:
		near.Received(t.ID, t.Msg)
	case t.Verb == tellDown:
		d.leave(t.N)
		near.Down(t.Reason)
	}
}

// farMouth is a Session within the run's process.
type farMouth struct {
	desk *desk
	n    int64
}

// Send implements Session. The run has the message since the record that it was sent.
func (m farMouth) Send(id uint64, _ event.Message) error {
	return m.desk.need(&said{Verb: saidSend, N: m.n, ID: id}).Why.error()
}

// Close implements Session.
func (m farMouth) Close() {
	m.desk.leave(m.n)
	m.desk.need(&said{Verb: saidClose, N: m.n})
}
