package natsbroker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"

	"github.com/nats-io/nats.go"

	"hubsim/broker/internal/port"
	"hubsim/event"
	"hubsim/live"
)

// Sent begins the reply subject of a message; the id of the sending follows, in decimal. Nobody listens
// there. A header would say it more plainly, and cost the server and each subscriber a third of all that
// they do with a decision.
const Sent = "hubsim.sent."

// beat is the heartbeat that comes back.
var beat = &event.Heartbeat{}

// session is one connection to a hub.
type session struct {
	broker *Broker
	ear    *port.Ear
	conn   *nats.Conn
	line   *port.Line

	mu     sync.Mutex // of what follows: Send may be called by several goroutines
	topics map[event.Topic]bool
	inbox  string // the subject on which heartbeats come back; "" before the first
	text   []byte
}

// Dial implements live.Broker.
func (b *Broker) Dial(ctx context.Context, addr string, name event.NodeID, in live.Inbox) (live.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, b.config.ConnectTimeout)
	defer cancel()
	s := &session{broker: b, ear: port.NewEar(in), topics: make(map[event.Topic]bool)}
	d := &dialer{ctx: ctx, stop: func() bool { return true }, wrap: func(c net.Conn) net.Conn {
		s.line = &port.Line{Conn: c}
		return s.line
	}}
	err := b.find(d, name)
	if err == nil {
		err = s.connect(addr, d)
	}
	if err != nil {
		return nil, fmt.Errorf("natsbroker: dial hub %s at %s: %w", name, addr, err)
	}
	if !b.enter(s) {
		s.Close()
		return nil, fmt.Errorf("natsbroker: dial hub %s at %s: the broker is closed", name, addr)
	}
	if s.conn.IsClosed() {
		b.leave(s) // it went down before it was entered
	}
	return s, nil
}

// find gives the dialer the hub's end when sessions are pipes.
func (b *Broker) find(d *dialer, name event.NodeID) error {
	if !b.config.InProcess {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	h := b.hubs[name]
	if h == nil || h.server == nil {
		return errStopped
	}
	d.pipe = h.pipe
	return nil
}

// connect returns when the hub has answered the handshake.
func (s *session) connect(addr string, d *dialer) (err error) {
	c := s.broker.config
	s.conn, err = nats.Options{
		Url:                         "nats://" + addr,
		CustomDialer:                d,
		WriteBufferSize:             1, // each message leaves by itself, see BenchmarkLatency
		SkipHostLookup:              true,
		IgnoreDiscoveredServers:     true,
		AllowReconnect:              false,
		NoCallbacksAfterClientClose: true,
		Timeout:                     c.ConnectTimeout,
		FlusherTimeout:              c.WriteTimeout,
		PingInterval:                c.PingInterval,
		MaxPingsOut:                 c.PingsMissed,
		ClosedCB:                    func(conn *nats.Conn) { s.down(conn.LastError()) },
		AsyncErrorCB:                func(_ *nats.Conn, _ *nats.Subscription, err error) { s.trouble(err) },
	}.Connect()
	if !d.stop() && err == nil {
		s.conn.Close() // its deadline has struck after the handshake
		err = d.ctx.Err()
	}
	if err != nil && (errors.Is(err, nats.ErrTimeout) || d.ctx.Err() != nil) {
		err = fmt.Errorf("%w (%w)", err, context.DeadlineExceeded)
	}
	return err
}

// Send implements live.Session. A Subscribe returns when the hub has it.
func (s *session) Send(id uint64, m event.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn.IsClosed() {
		return fmt.Errorf("natsbroker: send a %T: %w", m, nats.ErrConnectionClosed)
	}
	switch m := m.(type) {
	case *event.Publish:
		return s.publish(id, m)
	case *event.Subscribe:
		return s.subscribe(m.Topic)
	case *event.Heartbeat:
		return s.heartbeat()
	}
	return fmt.Errorf("natsbroker: send a %T: a hub takes Subscribe, Publish and Heartbeat", m)
}

func (s *session) publish(id uint64, p *event.Publish) error {
	text, err := event.AppendPayload(s.text[:0], p.Body)
	if err != nil {
		return fmt.Errorf("natsbroker: publish on %s: %w", p.Topic, err)
	}
	s.text = text
	msg := nats.Msg{Subject: string(p.Topic), Data: text}
	if id != 0 {
		msg.Reply = Sent + strconv.FormatUint(id, 10)
	}
	if err := s.conn.PublishMsg(&msg); err != nil {
		return fmt.Errorf("natsbroker: publish on %s: %w", p.Topic, err)
	}
	return nil
}

func (s *session) subscribe(t event.Topic) error {
	if s.topics[t] {
		return nil
	}
	if t == "" || strings.ContainsAny(string(t), "*> \t\r\n") {
		return fmt.Errorf("natsbroker: subscribe %q: a topic is one name without wildcards or spaces", t)
	}
	if err := s.listen(string(t), s.received); err != nil {
		return fmt.Errorf("natsbroker: subscribe %s: %w", t, err)
	}
	s.topics[t] = true
	return nil
}

// listen subscribes a subject and returns when the hub has answered.
func (s *session) listen(subject string, heard nats.MsgHandler) error {
	sub, err := s.conn.Subscribe(subject, heard)
	if err != nil {
		return err
	}
	if err = sub.SetPendingLimits(s.broker.config.Pending, s.broker.config.PendingBytes); err == nil {
		err = s.conn.FlushTimeout(s.broker.config.ConnectTimeout)
	}
	if err != nil {
		_ = sub.Unsubscribe()
	}
	return err
}

// heartbeat sends a message to a subject that only this session listens to.
func (s *session) heartbeat() error {
	if s.inbox == "" {
		inbox := s.conn.NewInbox()
		if err := s.listen(inbox, func(*nats.Msg) { s.ear.Received(0, beat) }); err != nil {
			return fmt.Errorf("natsbroker: subscribe for heartbeats: %w", err)
		}
		s.inbox = inbox
	}
	if err := s.conn.Publish(s.inbox, nil); err != nil {
		return fmt.Errorf("natsbroker: send a heartbeat: %w", err)
	}
	return nil
}

func (s *session) received(m *nats.Msg) {
	t := event.Topic(m.Subject)
	body, err := s.broker.reader.Read(t, m.Data)
	if err != nil {
		s.broker.malformed.Add(1)
		body = &event.Unreadable{Fault: err}
	}
	s.ear.Received(idOf(m), &event.Publish{Topic: t, Body: body})
}

// idOf reads the id of a sending; a message of somebody else's has none.
func idOf(m *nats.Msg) uint64 {
	text, ours := strings.CutPrefix(m.Reply, Sent)
	if !ours {
		return 0
	}
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// trouble hears what nats.go reports beside the calls.
func (s *session) trouble(err error) {
	if errors.Is(err, nats.ErrSlowConsumer) {
		s.broker.slow.Add(1)
		s.ear.Down(event.SlowConsumer)
		s.Close()
	}
}

// down hears that the connection is gone without our doing.
func (s *session) down(err error) {
	s.broker.leave(s)
	if errors.Is(err, nats.ErrStaleConnection) {
		s.ear.Down(event.HeartbeatMissed)
		return
	}
	s.ear.Down(s.line.Ended(err))
}

// Close implements live.Session. What was sent before has a moment to leave.
func (s *session) Close() {
	s.broker.leave(s)
	s.ear.Close()
	s.line.Hurry()
	s.conn.Close()
}
