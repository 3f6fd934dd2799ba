package live

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
)

// sideBySide is how many requests of one member's connection are worked on at a time; what comes behind
// them is not read. A client of the product has as many connections to one host (api-manager.xml.j2,
// http_client DefaultMaxPerRoute 50).
const sideBySide = 50

// spoken is an answer as it will be written. It is a http.ResponseWriter.
type spoken struct {
	head   http.Header
	status int
	body   bytes.Buffer
	none   bool // there is no answer: hang up
}

// Header implements http.ResponseWriter.
func (s *spoken) Header() http.Header { return s.head }

// WriteHeader implements http.ResponseWriter.
func (s *spoken) WriteHeader(status int) { s.status = status }

// Write implements http.ResponseWriter.
func (s *spoken) Write(b []byte) (int, error) { return s.body.Write(b) }

func (s *spoken) writeTo(conn net.Conn) error {
	if s.none {
		return net.ErrClosed
	}
	r := http.Response{StatusCode: s.status, ProtoMajor: 1, ProtoMinor: 1, Header: s.head, Body: io.NopCloser(&s.body), ContentLength: int64(s.body.Len())}
	return r.Write(conn)
}

// pipelined serves a member's connection by a handler: all its requests at once, answered in their order.
// A gateway of the product asks over many connections, and a member has one: without this, what a gateway
// asks for would wait for what it asked before, and a herd of them would never be more requests than heads.
func (api *internalAPI) pipelined(handle http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		q.Context().Value(pullServerKey{}).(*pullServer).unread.Store(false)
		if q.Header.Get(headerID) == "" {
			handle.ServeHTTP(w, q) // a stranger's
			return
		}
		if hold(q) != nil {
			panic(http.ErrAbortHandler)
		}
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		ctx, cancel := context.WithCancel(q.Context())
		p := pipeline{handle: handle, conn: conn, in: rw.Reader, ctx: ctx, order: make(chan chan *spoken, sideBySide)}
		p.serve(q, cancel)
		api.server.ConnState(conn, http.StateClosed)
	})
}

// hold reads a request's body, so that the next request can be read.
func hold(q *http.Request) error {
	body, err := io.ReadAll(io.LimitReader(q.Body, bodyLimit+1))
	q.Body = io.NopCloser(bytes.NewReader(body))
	return err
}

// pipeline is one connection.
type pipeline struct {
	handle http.Handler
	conn   net.Conn
	in     *bufio.Reader
	ctx    context.Context   // ends with the host, or when the client hangs up
	order  chan chan *spoken // answers to come, in order of their requests
	begun  sync.WaitGroup
}

// serve reads requests until the connection ends, and leaves nothing behind.
func (p *pipeline) serve(q *http.Request, cancel context.CancelFunc) {
	defer context.AfterFunc(p.ctx, func() { p.conn.Close() })()
	p.begun.Go(p.write)
	for err := error(nil); err == nil; {
		p.begin(q)
		if q, err = http.ReadRequest(p.in); err == nil {
			err = hold(q)
		}
	}
	cancel()
	close(p.order)
	p.begun.Wait()
	p.conn.Close()
}

type handedKey struct{}

// begin lets a request be worked on and returns when the node has it, so that requests reach the node in
// their order.
func (p *pipeline) begin(q *http.Request) {
	said, handed := make(chan *spoken, 1), make(chan struct{})
	tell := sync.OnceFunc(func() { close(handed) })
	q = q.WithContext(context.WithValue(p.ctx, handedKey{}, tell))
	q.RemoteAddr = p.conn.RemoteAddr().String()
	p.order <- said
	p.begun.Go(func() {
		s := &spoken{head: http.Header{}, status: http.StatusOK}
		defer func() {
			if gone := recover(); gone != nil {
				if gone != http.ErrAbortHandler {
					panic(gone)
				}
				s.none = true
			}
			tell()
			said <- s
		}()
		p.handle.ServeHTTP(s, q)
	})
	<-handed
}

// handed says that the node has a request: the next may come.
func handed(ctx context.Context) {
	if tell, is := ctx.Value(handedKey{}).(func()); is {
		tell()
	}
}

// write writes answers in order. When one cannot be written the client is hung up on.
func (p *pipeline) write() {
	var err error
	for said := range p.order {
		s := <-said
		if err == nil {
			if err = s.writeTo(p.conn); err != nil {
				p.conn.Close()
			}
		}
	}
}
