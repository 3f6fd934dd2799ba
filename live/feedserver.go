package live

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"sync"

	"hubsim/event"
	"hubsim/trace"
	"hubsim/wire/databridge"
)

// loginLimit is how many log-ins a receiver remembers; the oldest is forgotten, and its agent logs in
// again when it is told that its session expired.
const loginLimit = 1 << 14

// feedReceiver is the data-bridge receiver of a traffic manager or control plane.
type feedReceiver struct {
	host     *host
	listener net.Listener
	streams  databridge.Streams

	mu     sync.Mutex
	logins recent[string, struct{}] // a session is not bound to the connection that logged in
	conns  map[net.Conn]struct{}
	closed bool
}

func (h *host) serveFeed(l net.Listener) {
	v := &feedReceiver{
		host: h, listener: l, streams: databridge.Product(),
		logins: newRecent[string, struct{}](loginLimit), conns: map[net.Conn]struct{}{},
	}
	h.services = append(h.services, v)
	h.run.spawn(v.accept)
}

// accept serves connections until the host closes the receiver.
func (v *feedReceiver) accept() error {
	for {
		conn, err := v.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept at the data bridge of %s: %w", v.host.site.ID, err)
		}
		v.host.run.spawn(func() error {
			v.serve(conn)
			return nil
		})
	}
}

// Close ends the receiver and its connections, with a reset as the death of its process would.
func (v *feedReceiver) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.closed = true
	for conn := range v.conns {
		hangUp(conn.(*net.TCPConn))
	}
	return v.listener.Close()
}

// enter notes a connection unless the receiver is closed.
func (v *feedReceiver) enter(conn net.Conn) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.closed {
		v.conns[conn] = struct{}{}
	}
	return !v.closed
}

func (v *feedReceiver) leave(conn net.Conn) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.conns, conn)
}

// feedServer is one connection of an agent: a Session whose Send answers its batches.
type feedServer struct {
	receiver *feedReceiver
	out      *outbox
	end      *end
	up       bool   // the node knows of it
	batches  uint64 // received so far
	cable    *cable // set with up
}

var _ Session = (*feedServer)(nil)

// serve reads requests until the connection ends. One that ends without a word is an agent's probe.
func (v *feedReceiver) serve(conn net.Conn) {
	if !v.enter(conn) {
		conn.Close()
		return
	}
	defer v.leave(conn)
	s := &feedServer{receiver: v, out: v.host.run.newOutbox(conn), end: &end{host: v.host, service: event.Feed}}
	defer s.out.close()
	defer func() {
		if !s.up {
			s.cable = s.end.identify(conn)
		}
		s.cable.conclude(s.end, s.out.closed())
	}()
	frames := databridge.NewReader(conn, databridge.DefaultLimit)
	for {
		frame, err := frames.Frame()
		if err == nil {
			err = s.take(frame)
		}
		if err != nil {
			if s.up && !s.out.closed() {
				s.end.Down(downReason(err))
			}
			return
		}
	}
}

// take serves one request.
func (s *feedServer) take(f databridge.Frame) error {
	switch f.Type {
	case databridge.LoginType:
		return s.logIn(f.Body)
	case databridge.LogoutType:
		return s.answer(databridge.Response{Code: databridge.OK})
	case databridge.PublishType:
		return s.publish(f.Body)
	}
	return nil // the product's receiver reads over it and answers nothing
}

func (s *feedServer) answer(r databridge.Response) error {
	return s.out.put(databridge.AppendResponse(nil, r))
}

func (s *feedServer) logIn(body []byte) error {
	login, _, err := databridge.ParseLogin(body)
	if err != nil {
		return err
	}
	o := &s.receiver.host.run.o
	if !o.admits(login.User, login.Password) {
		return s.answer(databridge.Response{Code: databridge.Failed, Class: databridge.BadLogin, Message: "the user or the password is wrong"})
	}
	if err := s.welcome(); err != nil {
		return err
	}
	id := newLogin()
	s.receiver.mu.Lock()
	s.receiver.logins.put(id, struct{}{})
	s.receiver.mu.Unlock()
	return s.answer(databridge.Response{Code: databridge.LoggedIn, Session: id})
}

// welcome tells the node of the connection, once.
func (s *feedServer) welcome() error {
	if s.up {
		return nil
	}
	s.cable = s.end.identify(s.out.conn)
	if s.up = s.end.up(s); !s.up {
		return net.ErrClosed
	}
	return nil
}

// newLogin makes a session's id: 36 characters, as the product's random UUIDs are.
func newLogin() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// publish hands a batch to the node, which answers it. As in the product, events that cannot be read
// are lost and the sender does not hear of it; they are counted as malformed.
func (s *feedServer) publish(body []byte) error {
	p, _, err := databridge.ParsePublish(body, s.receiver.streams)
	var some *databridge.BundleError
	if err != nil && !errors.As(err, &some) {
		s.malformed(1)
		return s.answer(databridge.Response{Code: databridge.OK})
	}
	if !s.known(p.Session) {
		return s.answer(databridge.Response{Code: databridge.Failed, Class: databridge.SessionExpired, Message: p.Session + " expired"})
	}
	if err := s.welcome(); err != nil {
		return err
	}
	batch := &event.Batch{Events: make([]event.Message, 0, len(p.Events))}
	bad := 0
	if some != nil {
		bad = some.Bad
	}
	for i := range p.Events {
		m, err := databridge.ToMessage(p.Events[i])
		if err != nil {
			bad++
			continue
		}
		batch.Events = append(batch.Events, m)
	}
	s.malformed(bad)
	s.batches++
	batch.Seq = s.batches
	s.end.Received(s.cable.transit(there).pop(), batch)
	return nil
}

// known tells whether a session's id was given by this receiver.
func (s *feedServer) known(id string) bool {
	s.receiver.mu.Lock()
	defer s.receiver.mu.Unlock()
	_, ok := s.receiver.logins.get(id)
	return ok
}

// malformed records that n events of a publish could not be read.
func (s *feedServer) malformed(n int) {
	if n == 0 {
		return
	}
	if !s.up {
		s.cable = s.end.identify(s.out.conn)
	}
	h := s.receiver.host
	h.run.recorder.add(h.site, trace.Record{
		Kind: trace.Dropped, Peer: s.end.name, Service: event.Feed, Msg: &event.Batch{}, N: int64(n), Reason: event.Malformed,
	})
}

// Send implements Session.
func (s *feedServer) Send(id uint64, m event.Message) error {
	if _, ok := m.(*event.BatchAck); !ok {
		return fmt.Errorf("answer a batch with a %s: %w", m.Class(), databridge.ErrNoForm)
	}
	on := s.cable.transit(back)
	if !on.push(id, m) {
		return net.ErrClosed
	}
	err := s.answer(databridge.Response{Code: databridge.OK})
	if err != nil {
		on.undo(id)
	}
	return err
}

// Close implements Session.
func (s *feedServer) Close() { s.out.close() }

// abort implements aborter.
func (s *feedServer) abort() { s.out.abort() }
