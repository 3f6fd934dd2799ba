package live

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"hubsim/event"
	"hubsim/node"
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

	mu     sync.Mutex
	logins recent[string, bool] // false: logged out. A session is not bound to the connection that logged in
	conns  map[net.Conn]struct{}
	closed bool
}

func (h *host) serveFeed(l net.Listener) {
	v := &feedReceiver{host: h, listener: l, logins: newRecent[string, bool](loginLimit), conns: map[net.Conn]struct{}{}}
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
	decoder  *databridge.Decoder
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
	s := &feedServer{
		receiver: v, out: v.host.run.newOutbox(conn), end: &end{host: v.host, service: event.Feed}, decoder: databridge.NewDecoder(),
	}
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
			s.broken(err)
			if s.up && !s.out.closed() {
				s.end.Down(s.out.why(err))
			}
			return
		}
	}
}

// broken records a frame that could not be read, and half of one of a stranger; the connection ends with it. What a
// member had begun to say has a fate of its own.
func (s *feedServer) broken(err error) {
	if !s.up {
		s.cable = s.end.identify(s.out.conn)
	}
	fault := (*databridge.Error)(nil)
	if errors.As(err, &fault) || errors.Is(err, io.ErrUnexpectedEOF) && s.end.peer == nil {
		s.note(event.Malformed, "read a frame of the data bridge: "+err.Error())
	}
}

// note states that something was not taken, of whom and why.
func (s *feedServer) note(why event.Reason, detail string) {
	h := s.receiver.host
	h.run.shared.add(h.site, trace.Record{Kind: trace.Noted, Note: node.Note{
		Fact: node.EventIgnored, Reason: why, Peer: event.NodeID(s.out.conn.RemoteAddr().String()), Detail: detail,
	}})
}

// take serves one request.
func (s *feedServer) take(f databridge.Frame) error {
	switch f.Type {
	case databridge.LoginType:
		return s.logIn(f.Body)
	case databridge.LogoutType:
		return s.logOut(f.Body)
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
		s.note(event.Refused, "log in to the data bridge: the user or the password is wrong")
		return s.answer(databridge.Response{Code: databridge.Failed, Class: databridge.BadLogin, Message: "the user or the password is wrong"})
	}
	if err := s.welcome(); err != nil {
		return err
	}
	id := newLogin()
	s.receiver.remember(id, true)
	return s.answer(databridge.Response{Code: databridge.LoggedIn, Session: id})
}

// logOut ends a session, whoever says so and whether it was there or not, as the product does.
func (s *feedServer) logOut(body []byte) error {
	logout, _, err := databridge.ParseLogout(body)
	if err != nil {
		return err
	}
	if s.receiver.known(logout.Session) {
		s.receiver.remember(logout.Session, false)
	}
	return s.answer(databridge.Response{Code: databridge.OK})
}

// remember notes that a session's id is good, or no longer.
func (v *feedReceiver) remember(id string, good bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.logins.put(id, good)
}

// known tells whether a session's id was given by this receiver and is still good.
func (v *feedReceiver) known(id string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	good, _ := v.logins.get(id)
	return good
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
	bundle, err := s.decoder.Messages(body)
	bad := 0
	var some *databridge.BundleError
	switch {
	case errors.As(err, &some):
		bad = some.Bad
	case err != nil:
		s.malformed(1, err)
		return s.answer(databridge.Response{Code: databridge.OK})
	}
	if !s.receiver.known(bundle.Session) {
		s.note(event.Refused, "publish over the data bridge: nobody is logged in with this session")
		return s.answer(databridge.Response{Code: databridge.Failed, Class: databridge.SessionExpired, Message: bundle.Session + " expired"})
	}
	if err := s.welcome(); err != nil {
		return err
	}
	s.malformed(bad, err)
	s.batches++
	s.end.Received(s.cable.transit(there).pop(), &event.Batch{Seq: s.batches, Events: bundle.Messages})
	return nil
}

// malformed records that n events of a publish could not be read, and where the first fault is.
func (s *feedServer) malformed(n int, fault error) {
	if n == 0 {
		return
	}
	if !s.up {
		s.cable = s.end.identify(s.out.conn)
	}
	h := s.receiver.host
	h.run.shared.add(h.site, trace.Record{
		Kind: trace.Dropped, Peer: s.end.name, Service: event.Feed, Msg: &event.Batch{}, N: int64(n), Reason: event.Malformed, Mark: fault.Error(),
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
