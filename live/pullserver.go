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
	"strings"
	"sync"
	"sync/atomic"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// internalAPI is the internal API of a control plane.
type internalAPI struct {
	host   *host
	server *http.Server

	mu    sync.Mutex
	conns map[net.Conn]*pullServer
}

type pullServerKey struct{}

func (h *host) servePull(l net.Listener) {
	api := &internalAPI{host: h, conns: map[net.Conn]*pullServer{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+APIBase+"/healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST "+APIBase+"/notify", api.authorised(api.notify))
	mux.HandleFunc("GET "+APIBase+"/{path...}", api.authorised(api.get))
	mux.HandleFunc("POST "+APIBase+string(event.PathRetrieve), api.authorised(api.retrieve))
	mux.HandleFunc("PATCH "+APIBase+string(event.PathDeployed), api.authorised(api.acknowledge))
	mux.HandleFunc("POST "+APIBase+string(event.PathUndeployed), api.authorised(api.told(event.ParseUndeployed)))
	mux.HandleFunc("POST "+APIBase+string(event.PathGateway), api.authorised(api.told(event.ParseNotice)))
	mux.HandleFunc("POST "+APIBase+string(event.PathStatus), api.authorised(api.told(event.ParseStates)))
	for _, service := range []event.Path{event.PathKeyValidation, event.PathGatewayAdmin, event.PathPolicyAdmin} {
		order := func(body []byte) (*event.PullRequest, error) { return event.ParseOrder(service, body) }
		mux.HandleFunc("POST "+APIBase+string(service), api.authorised(api.told(order)))
	}
	mux.HandleFunc("/", api.authorised(api.unknown))
	api.server = &http.Server{Handler: api.pipelined(mux), ConnContext: api.connected, ConnState: api.changed}
	h.serveHTTP(l, api.server)
}

// connected gives each connection its end of a session.
func (api *internalAPI) connected(ctx context.Context, conn net.Conn) context.Context {
	s := &pullServer{conn: conn, api: api, waiting: map[uint64]chan answer{}}
	s.end = &end{host: api.host, service: event.Pull}
	api.mu.Lock()
	defer api.mu.Unlock()
	api.conns[conn] = s
	return context.WithValue(ctx, pullServerKey{}, s)
}

func (api *internalAPI) changed(conn net.Conn, state http.ConnState) {
	api.mu.Lock()
	s := api.conns[conn]
	if state == http.StateClosed {
		delete(api.conns, conn)
	}
	api.mu.Unlock()
	switch state {
	case http.StateActive:
		s.unread.Store(true)
	case http.StateClosed:
		s.gone()
	}
}

// authorised lets a handler see only requests with the right user and password.
func (api *internalAPI) authorised(handle http.HandlerFunc) http.HandlerFunc {
	o := &api.host.run.o
	return func(w http.ResponseWriter, q *http.Request) {
		user, password, _ := q.BasicAuth()
		if !o.admits(user, password) {
			w.Header().Set("WWW-Authenticate", "Basic")
			api.refuse(w, q, http.StatusUnauthorized, "the user or the password is wrong")
			return
		}
		q.Body = http.MaxBytesReader(w, q.Body, bodyLimit)
		handle(w, q)
	}
}

func (api *internalAPI) get(w http.ResponseWriter, q *http.Request) {
	ask, err := event.ParseQuery(event.Path("/"+q.PathValue("path")), q.URL.RawQuery)
	if err != nil {
		api.refuse(w, q, unread(err), placed(err))
		return
	}
	ask.Tenant = tenantOf(q)
	api.ask(w, q, ask)
}

// unknown serves what no other handler does: a path that is none of the API's, or a method that its path does not take.
func (api *internalAPI) unknown(w http.ResponseWriter, q *http.Request) {
	status := http.StatusNotFound
	if strings.HasPrefix(q.URL.Path, APIBase) {
		status = http.StatusMethodNotAllowed
	}
	api.refuse(w, q, status, "the internal API has no "+q.Method+" of this path")
}

// unread is the status of a request that was not understood, or is of a type of gateway that is not there
// (ExceptionCodes.java, GATEWAY_TYPE_NOT_FOUND).
func unread(err error) int {
	if errors.Is(err, event.ErrNoForm) {
		return http.StatusNotFound
	}
	return http.StatusBadRequest
}

// tenantOf is the tenant that a request is about. Without the header it is the caller's own, which is
// carbon.super for the one user that there is; the product's form says that the header is required, its
// code does not ask for it (SubscriptionValidationDataUtil.java, validateTenantDomain).
func tenantOf(q *http.Request) event.Tenant {
	if t := q.Header.Get("xWSO2Tenant"); t != "" {
		return event.Tenant(t)
	}
	return event.Super
}

// retrieve serves POST /retrieve-api-artifacts.
func (api *internalAPI) retrieve(w http.ResponseWriter, q *http.Request) {
	ask, err := event.ParseQuery(event.PathRetrieve, q.URL.RawQuery)
	if err == nil {
		var body []byte
		if body, err = io.ReadAll(q.Body); err == nil {
			ask.UUIDs, err = event.ParseRetrieve(body)
		}
	}
	if err != nil {
		api.refuse(w, q, unread(err), placed(err))
		return
	}
	ask.Tenant = tenantOf(q)
	api.ask(w, q, ask)
}

// told serves a POST whose body is all that it says.
func (api *internalAPI) told(parse func([]byte) (*event.PullRequest, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		var ask *event.PullRequest
		if err == nil {
			ask, err = parse(body)
		}
		if err != nil {
			api.refuse(w, q, http.StatusBadRequest, placed(err))
			return
		}
		api.ask(w, q, ask)
	}
}

func (api *internalAPI) acknowledge(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	var asks []*event.PullRequest
	if err == nil {
		asks, err = event.ParseAcks(body)
	}
	if err != nil {
		api.refuse(w, q, http.StatusBadRequest, placed(err))
		return
	}
	api.ask(w, q, asks...)
}

// ask hands requests to the node and writes its answer to the last of them, or to the first that
// is not a 200.
func (api *internalAPI) ask(w http.ResponseWriter, q *http.Request, asks ...*event.PullRequest) {
	s := q.Context().Value(pullServerKey{}).(*pullServer)
	id, _ := strconv.ParseUint(q.Header.Get(headerID), 10, 64)
	said := answer{response: &event.PullResponse{Path: event.PathDeployed, Status: http.StatusOK}}
	for _, ask := range asks {
		var ok bool
		if said, ok = s.ask(q.Context(), id, ask); !ok {
			panic(http.ErrAbortHandler) // hangs up: to return would be to answer 200
		}
		if said.response.Status != http.StatusOK {
			break
		}
	}
	body, err := event.AppendPull(nil, said.response)
	if err != nil {
		api.refuse(w, q, http.StatusNotFound, err.Error())
		return
	}
	w.Header().Set("Content-Type", said.response.MediaType())
	if name := said.response.Attachment(); name != "" {
		w.Header().Set("Content-Disposition", "attachment; filename="+name)
	}
	w.Header().Set(headerID, strconv.FormatUint(said.id, 10))
	w.WriteHeader(said.response.Status)
	w.Write(body)
}

// refuse answers with the API's error object, and states what was refused, to whom and why.
func (api *internalAPI) refuse(w http.ResponseWriter, q *http.Request, status int, message string) {
	api.note(q, status, message)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"code": status, "message": message, "fields": ""})
}

// note states that a request was refused before the node heard of it, that it refused it, or that it was taken and is
// nothing that anybody knows.
func (api *internalAPI) note(q *http.Request, status int, message string) {
	why := event.Malformed
	switch status {
	case http.StatusOK:
		why = event.Ineligible
	case http.StatusUnauthorized, http.StatusInternalServerError:
		why = event.Refused
	}
	api.ignored(event.NodeID(q.RemoteAddr), why, status, q.Method+" "+q.URL.EscapedPath()+": "+message)
}

func (api *internalAPI) ignored(who event.NodeID, why event.Reason, status int, message string) {
	api.host.run.shared.add(api.host.site, trace.Record{Kind: trace.Noted, Note: node.Note{
		Fact: node.EventIgnored, Reason: why, Peer: who, N: int64(status), Detail: message,
	}})
}

// pullServer is the control plane's end of a logical client: a Session whose Send answers. The
// requests of a stranger's connection come one after the other, those of a member's side by side.
type pullServer struct {
	conn   net.Conn
	api    *internalAPI
	end    *end
	unread atomic.Bool // bytes came that are no request yet

	// Touched only by who has begun a request and has not handed it on.
	up    bool // the node knows of it
	cable *cable

	mu      sync.Mutex
	last    uint64                 // the number given to the last request
	waiting map[uint64]chan answer // by the number of the request
}

// answer is a response with the number of its sending.
type answer struct {
	id       uint64
	response *event.PullResponse
}

var _ Session = (*pullServer)(nil)

// ask hands a request to the node and waits for its answer; false when there will be none.
func (s *pullServer) ask(ctx context.Context, id uint64, ask *event.PullRequest) (answer, bool) {
	if !s.up {
		s.cable = s.end.identify(s.conn)
		if s.up = s.end.up(s); !s.up {
			return answer{}, false
		}
	}
	said := make(chan answer, 1)
	ask.ID = s.expect(said)
	s.cable.transit(there).remove(id)
	s.end.Received(id, ask)
	handed(ctx)
	select {
	case a := <-said:
		return a, true
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.waiting, ask.ID)
		return answer{}, false
	}
}

// expect numbers a request whose answer goes into a channel.
func (s *pullServer) expect(said chan answer) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	s.waiting[s.last] = said
	return s.last
}

// Send implements Session.
func (s *pullServer) Send(id uint64, m event.Message) error {
	p, ok := m.(*event.PullResponse)
	if !ok {
		return fmt.Errorf("send a %s to a client of the internal API: it takes pull responses only", m.Class())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	said := s.waiting[p.ID]
	if said == nil {
		return net.ErrClosed
	}
	delete(s.waiting, p.ID)
	if !s.cable.transit(back).push(id, m) {
		return net.ErrClosed
	}
	said <- answer{id, p}
	return nil
}

// Close implements Session.
func (s *pullServer) Close() { s.conn.Close() }

// abort implements aborter.
func (s *pullServer) abort() { hangUp(s.conn.(*net.TCPConn)) }

// gone tells the node that the client hung up.
func (s *pullServer) gone() {
	if !s.up {
		s.cable = s.end.identify(s.conn)
	}
	s.cable.conclude(s.end, false)
	if s.unread.Load() && s.cable == nil { // of what a member had begun to say there is a fate
		s.api.ignored(event.NodeID(s.conn.RemoteAddr().String()), event.Malformed, http.StatusBadRequest, "what came was no request of HTTP, or half of one")
	}
	if s.up {
		s.end.Down(event.Closed)
	}
}
