package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"hubsim/event"
	"hubsim/wire/databridge"
)

// feedClient is a data-bridge agent's connection: log in, then a batch at a time, each answered.
type feedClient struct {
	out   *outbox
	end   *end
	cable *cable
	login string // the receiver's id for the session

	mu      sync.Mutex
	waiting []uint64 // Seq of the batches without an answer, oldest first
}

var _ Session = (*feedClient)(nil)

// dialFeed opens a session to a data-bridge receiver: it is up when the log-in was answered.
func (r *run) dialFeed(ctx context.Context, l *link, e *end) (Session, error) {
	conn, err := l.dialCable(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	answers := databridge.NewReader(conn, databridge.DefaultLimit)
	id, err := r.logIn(conn, answers)
	cable := r.shared.cableOf(jointOf(conn.LocalAddr(), conn.RemoteAddr()))
	switch {
	case err != nil:
	case !stop():
		err = ctx.Err()
	case cable == nil:
		err = net.ErrClosed // it broke meanwhile
	}
	if err != nil {
		r.giveUp(conn)
		return nil, fmt.Errorf("log in at the data bridge of %s: %w", e.peer.ID, err)
	}
	c := &feedClient{out: r.newOutbox(conn), end: e, login: id, cable: cable}
	r.spawn(func() error {
		c.read(answers)
		return nil
	})
	return c, nil
}

func (r *run) logIn(conn net.Conn, answers *databridge.Reader) (string, error) {
	if _, err := conn.Write(databridge.AppendLogin(nil, databridge.Login{User: r.o.User, Password: r.o.Password})); err != nil {
		return "", err
	}
	answer, err := answers.Response()
	switch {
	case err != nil:
		return "", err
	case answer.Code != databridge.LoggedIn:
		return "", fmt.Errorf("the receiver answered %s: %s", answer.Class, answer.Message)
	}
	return answer.Session, nil
}

// Send implements Session.
func (c *feedClient) Send(id uint64, m event.Message) error {
	batch, ok := m.(*event.Batch)
	if !ok {
		return fmt.Errorf("send a %s over the data bridge: it takes batches only: %w", m.Class(), databridge.ErrNoForm)
	}
	h := c.end.host
	at := h.site.wall(&h.run.clock, h.run.clock.now())
	frame, err := databridge.AppendMessages(nil, c.login, batch.Events, at)
	if err != nil {
		return fmt.Errorf("send a batch of %d events over the data bridge: %w", len(batch.Events), err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	on := c.cable.transit(there)
	if !on.push(id, m) {
		return net.ErrClosed
	}
	if err := c.out.put(frame); err != nil {
		on.undo(id)
		return err
	}
	c.waiting = append(c.waiting, batch.Seq)
	return nil
}

// Close implements Session.
func (c *feedClient) Close() { c.out.close() }

// abort implements aborter.
func (c *feedClient) abort() { c.out.abort() }

// read hands on the answers until the connection ends, or one says that the session did.
func (c *feedClient) read(answers *databridge.Reader) {
	defer c.out.close()
	on := c.cable.transit(back)
	defer func() { on.end(c.end, c.out.closed()) }()
	for {
		answer, err := answers.Response()
		switch {
		case err == nil && answer.Code == databridge.OK:
			if seq, ok := c.oldest(); ok {
				c.end.Received(on.pop(), &event.BatchAck{Seq: seq})
			}
		case c.out.closed():
			return
		case err != nil:
			c.end.Down(c.out.why(err))
			return
		default: // the session expired, or the receiver refuses it
			c.end.Down(event.Refused)
			return
		}
	}
}

// oldest takes the batch that an answer is for.
func (c *feedClient) oldest() (uint64, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		return 0, false
	}
	seq := c.waiting[0]
	c.waiting = c.waiting[1:]
	return seq, true
}

// isForm tells whether a message did not leave because it cannot be written.
func isForm(err error) bool {
	var bridge *databridge.Error
	var form *event.FormError
	return errors.As(err, &bridge) || errors.As(err, &form) || errors.Is(err, databridge.ErrNoForm)
}
