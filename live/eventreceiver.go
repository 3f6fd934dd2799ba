package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// ReceiverPath is where a traffic manager takes throttle events by HTTP: the name of its event receiver behind the
// adapter's prefix (carbon-apimgt, eventreceivers/throttleEventReceiver.xml; carbon-analytics-common,
// HTTPEventAdapter.java). The product serves it at 9763 and, with TLS, 9443, and asks for no password.
const ReceiverPath = "/endpoints/throttleEventReceiver"

// requestLimit is the longest body that is read: as much as the product's whole receiver queue holds.
const requestLimit = 10 << 20

// eventReceiver is the HTTP event receiver of a traffic manager. To the node each connection is a sender's, as
// one of the data bridge is.
type eventReceiver struct {
	host *host

	mu    sync.Mutex
	conns map[net.Conn]*eventSender
}

type eventSenderKey struct{}

func (h *host) serveEvents(l net.Listener) {
	v := &eventReceiver{host: h, conns: map[net.Conn]*eventSender{}}
	mux := http.NewServeMux()
	mux.HandleFunc(ReceiverPath, v.take)
	h.serveHTTP(l, &http.Server{Handler: mux, ConnContext: v.connected, ConnState: v.changed})
}

// connected gives each connection its end of a session.
func (v *eventReceiver) connected(ctx context.Context, conn net.Conn) context.Context {
	s := &eventSender{conn: conn, end: &end{host: v.host, service: event.Feed}, taken: make(chan struct{}, 1)}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.conns[conn] = s
	return context.WithValue(ctx, eventSenderKey{}, s)
}

func (v *eventReceiver) changed(conn net.Conn, state http.ConnState) {
	if state != http.StateClosed {
		return
	}
	v.mu.Lock()
	s := v.conns[conn]
	delete(v.conns, conn)
	v.mu.Unlock()
	s.gone()
}

// take serves a request: 200 when its events are in the receiver's queue, as by the product, which says the same
// of a body that it cannot read.
func (v *eventReceiver) take(w http.ResponseWriter, q *http.Request) {
	if q.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		v.refuse(w, q, http.StatusMethodNotAllowed, "throttle events come by POST")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, q.Body, requestLimit))
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		v.refuse(w, q, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is longer than %d bytes (hint: send fewer events at a time)", long.Limit))
		return
	}
	var events []event.Message
	if err == nil {
		events, err = event.ParseRequests(body, v.host.site.wall(&v.host.run.clock, v.host.run.clock.now()))
	}
	if err != nil {
		v.refuse(w, q, http.StatusBadRequest, err.Error()+` (hint: {"event":{"payloadData":{"appKey":"…",…}}}, or an array of such)`)
		return
	}
	if !q.Context().Value(eventSenderKey{}).(*eventSender).hand(q.Context(), events) {
		panic(http.ErrAbortHandler) // hangs up: to return would be to answer 200
	}
}

// refuse answers with an error object, and states what was refused, to whom and why.
func (v *eventReceiver) refuse(w http.ResponseWriter, q *http.Request, status int, message string) {
	h := v.host
	h.run.shared.add(h.site, trace.Record{Kind: trace.Noted, Note: node.Note{
		Fact: node.CountDropped, Reason: event.Malformed, Peer: event.NodeID(q.RemoteAddr), N: int64(status),
		Detail: q.Method + " " + q.URL.EscapedPath() + ": " + message,
	}})
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"code": strconv.Itoa(status), "message": message})
}

// eventSender is the traffic manager's end of a connection to its HTTP event receiver: a Session whose Send says
// that a batch is in the queue. Its requests come one after the other.
type eventSender struct {
	conn net.Conn
	end  *end

	// Touched only by who serves a request, and behind the last of them.
	up      bool // the node knows of it
	cable   *cable
	batches uint64 // handed on so far

	taken chan struct{} // one for each batch that the node has taken
}

var _ Session = (*eventSender)(nil)

// hand hands events to the node and waits until it has taken them; false when it will not.
func (s *eventSender) hand(ctx context.Context, events []event.Message) bool {
	if !s.up {
		s.cable = s.end.identify(s.conn)
		if s.up = s.end.up(s); !s.up {
			return false
		}
	}
	s.batches++
	s.end.Received(0, &event.Batch{Seq: s.batches, Events: events})
	select {
	case <-s.taken:
		return true
	case <-ctx.Done():
		return false
	}
}

// Send implements Session.
func (s *eventSender) Send(_ uint64, m event.Message) error {
	if _, ok := m.(*event.BatchAck); !ok {
		return fmt.Errorf("send a %s to who posts throttle events: only that they came can be said", m.Class())
	}
	select {
	case s.taken <- struct{}{}:
		return nil
	default:
		return net.ErrClosed // whoever sent it hung up
	}
}

// Close implements Session.
func (s *eventSender) Close() { s.conn.Close() }

// abort implements aborter.
func (s *eventSender) abort() { hangUp(s.conn.(*net.TCPConn)) }

// gone tells the node that the sender hung up.
func (s *eventSender) gone() {
	if !s.up {
		s.cable = s.end.identify(s.conn)
	}
	s.cable.conclude(s.end, false)
	if s.up {
		s.end.Down(event.Closed)
	}
}
