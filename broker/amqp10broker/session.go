package amqp10broker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/Azure/go-amqp"

	"hubsim/broker/internal/port"
	"hubsim/event"
	"hubsim/live"
)

// Property is the application property that carries the id of a sending.
const Property = "hubsim-id"

// beat is the heartbeat that comes back.
var beat = &event.Heartbeat{}

var errStopped = errors.New("the hub is not running")

// session is one connection to the broker with one AMQP session on it.
type session struct {
	broker *Broker
	hub    event.NodeID
	ear    *port.Ear
	connection
	over      context.Context // ends with the session
	end       context.CancelFunc
	receivers sync.WaitGroup // the goroutines of subscriptions

	mu      sync.Mutex // of what follows: Send may be called by several goroutines
	topics  map[event.Topic]bool
	senders map[string]*amqp.Sender // by what stands behind the hub in an address
	echo    string                  // the name on which heartbeats come back; "" before the first
}

// Dial implements live.Broker.
func (b *Broker) Dial(ctx context.Context, addr string, hub event.NodeID, in live.Inbox) (live.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, b.config.ConnectTimeout)
	defer cancel()
	s := &session{broker: b, hub: hub, ear: port.NewEar(in), topics: make(map[event.Topic]bool), senders: make(map[string]*amqp.Sender)}
	s.over, s.end = context.WithCancel(context.Background())
	if err := s.open(ctx, addr); err != nil {
		return nil, fmt.Errorf("amqp10broker: dial hub %s at %s: %w", hub, addr, err)
	}
	go s.watch()
	return s, nil
}

func (s *session) open(ctx context.Context, addr string) error {
	if !s.broker.isRunning(s.hub) {
		return errStopped
	}
	var err error
	if s.connection, err = s.broker.connect(ctx, addr); err != nil {
		return err
	}
	if !s.broker.enter(s) {
		s.hangUp()
		return errStopped
	}
	return nil
}

// watch waits for the end of the connection and tells it once everything that came is handed over.
func (s *session) watch() {
	defer s.broker.work.Done()
	<-s.conn.Done()
	s.broker.leave(s)
	s.end()
	s.receivers.Wait()
	s.ear.Down(s.line.Ended(s.conn.Err()))
}

// Send implements live.Session. A Subscribe returns when its link is attached.
func (s *session) Send(id uint64, m event.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over.Err() != nil {
		return fmt.Errorf("amqp10broker: send a %T: the session has ended", m)
	}
	switch m := m.(type) {
	case *event.Publish:
		return s.publish(id, m)
	case *event.Subscribe:
		return s.subscribe(m.Topic)
	case *event.Heartbeat:
		return s.heartbeat()
	}
	return fmt.Errorf("amqp10broker: send a %T: a hub takes Subscribe, Publish and Heartbeat", m)
}

func (s *session) publish(id uint64, p *event.Publish) error {
	msg, err := messageOf(p.Body)
	if err == nil {
		err = named(p.Topic)
	}
	if err == nil {
		if id != 0 {
			msg.ApplicationProperties = map[string]any{Property: id}
		}
		err = s.transfer(string(p.Topic), msg)
	}
	if err != nil {
		return fmt.Errorf("amqp10broker: publish on %s: %w", p.Topic, err)
	}
	return nil
}

// messageOf is a payload as JMS over AMQP 1.0 has it: a text in a data section, and of topic
// globalCacheInvalidation, whose messages the product makes as MapMessages, a map.
func messageOf(body event.Message) (*amqp.Message, error) {
	if c, is := body.(*event.GlobalCacheInvalidated); is {
		return mapMessage(c), nil
	}
	text, err := event.AppendPayload(nil, body)
	if err != nil {
		return nil, err
	}
	kind := "text/plain"
	return &amqp.Message{Properties: &amqp.MessageProperties{ContentType: &kind}, Data: [][]byte{text}}, nil
}

// named tells what is wrong with a topic that cannot be a routing key.
func named(t event.Topic) error {
	if t == "" || strings.ContainsAny(string(t), "*# /\t\r\n") {
		return fmt.Errorf("topic %q: want one name without wildcards, slashes or spaces", t)
	}
	return nil
}

// transfer sends a message on the link for a name, which the first one attaches.
func (s *session) transfer(name string, msg *amqp.Message) error {
	ctx, cancel := context.WithTimeout(s.over, s.broker.config.SendTimeout)
	defer cancel()
	sender := s.senders[name]
	if sender == nil {
		var err error
		settled := amqp.SenderSettleModeSettled
		sender, err = s.links.NewSender(ctx, s.broker.config.address(s.hub, name), &amqp.SenderOptions{SettlementMode: &settled})
		if err != nil {
			return err
		}
		s.senders[name] = sender
	}
	err := sender.Send(ctx, msg, nil)
	s.check(err)
	return err
}

// check ends the session when the broker has closed a link of it: what is left would be half of one.
func (s *session) check(err error) {
	var link *amqp.LinkError
	var links *amqp.SessionError
	if errors.As(err, &link) || errors.As(err, &links) {
		s.sever()
	}
}

func (s *session) subscribe(t event.Topic) error {
	if s.topics[t] {
		return nil
	}
	err := named(t)
	if err == nil {
		err = s.attach(string(t), func(m *amqp.Message) { s.received(t, m) })
	}
	if err != nil {
		return fmt.Errorf("amqp10broker: subscribe %s: %w", t, err)
	}
	s.topics[t] = true
	return nil
}

// attach makes a link on which messages for a name come.
func (s *session) attach(name string, heard func(*amqp.Message)) error {
	ctx, cancel := context.WithTimeout(s.over, s.broker.config.ConnectTimeout)
	defer cancel()
	settled := amqp.SenderSettleModeSettled
	receiver, err := s.links.NewReceiver(ctx, s.broker.config.address(s.hub, name), &amqp.ReceiverOptions{
		Credit:                    int32(s.broker.config.Credit),
		RequestedSenderSettleMode: &settled,
		MaxMessageSize:            uint64(s.broker.config.MaxMessage),
	})
	if err != nil {
		return err
	}
	s.receivers.Go(func() { s.receive(receiver, heard) })
	return nil
}

// receive hands over what comes on a link until it ends, which is the end of the session.
func (s *session) receive(receiver *amqp.Receiver, heard func(*amqp.Message)) {
	for {
		msg, err := receiver.Receive(context.Background(), nil)
		if err != nil {
			s.sever()
			return
		}
		heard(msg)
	}
}

func (s *session) received(t event.Topic, m *amqp.Message) {
	body, err := s.broker.reader.Read(t, textOf(m))
	if err != nil {
		s.broker.malformed.Add(1)
		body = &event.Unreadable{Fault: err}
	}
	id, _ := m.ApplicationProperties[Property].(uint64)
	s.ear.Received(id, &event.Publish{Topic: t, Body: body})
}

// textOf returns the payload: a data section, the string that a JMS TextMessage is, or the members of a MapMessage.
func textOf(m *amqp.Message) []byte {
	switch value := m.Value.(type) {
	case string:
		return []byte(value)
	case map[string]any:
		return textOfMap(value)
	}
	return m.GetData()
}

// heartbeat sends a message to a name that only this session listens to: AMQP's own heartbeats are
// not answered.
func (s *session) heartbeat() error {
	if s.echo == "" {
		name := "heartbeat." + rand.Text()
		if err := s.attach(name, func(*amqp.Message) { s.ear.Received(0, beat) }); err != nil {
			return fmt.Errorf("amqp10broker: subscribe for heartbeats: %w", err)
		}
		s.echo = name
	}
	if err := s.transfer(s.echo, amqp.NewMessage([]byte{})); err != nil {
		return fmt.Errorf("amqp10broker: send a heartbeat: %w", err)
	}
	return nil
}

// Close implements live.Session. What was sent before has a moment to leave.
func (s *session) Close() {
	s.broker.leave(s)
	s.ear.Close()
	s.end()
	s.hangUp()
}
