package live

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"

	"hubsim/event"
)

// APIBase is where the internal API begins (api.yaml of apimgt.internal.service).
const APIBase = "/internal/data/v1"

// headerID carries the number of a sending, so that a trace can pair its two ends.
const headerID = "X-Hubsim-Id"

// bodyLimit is the largest body that is read: some hundred thousand subscriptions.
const bodyLimit = 64 << 20

// pullClient is one logical client of the internal API: one HTTP/1.1 connection, whose answers come
// in the order of the requests.
type pullClient struct {
	run   *run
	out   *outbox
	end   *end
	cable *cable

	mu      sync.Mutex
	waiting []asked // oldest first
}

type asked struct {
	id   uint64
	path event.Path
	http *http.Request
}

var _ Session = (*pullClient)(nil)

// dialPull opens a session to the internal API. It is up when the server has answered something: a
// connection to a relay says nothing of what is behind it.
func (r *run) dialPull(ctx context.Context, l *link, e *end) (Session, error) {
	conn, err := l.dialCable(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	c := &pullClient{run: r, end: e}
	br := bufio.NewReader(conn)
	probe, err := c.request(http.MethodGet, "/healthz", nil)
	if err == nil {
		if err = probe.Write(conn); err == nil {
			_, _, err = readAnswer(br, probe)
		}
	}
	c.cable = r.shared.cableOf(jointOf(conn.LocalAddr(), conn.RemoteAddr()))
	switch {
	case err != nil:
	case !stop():
		err = ctx.Err()
	case c.cable == nil:
		err = net.ErrClosed // it broke meanwhile
	}
	if err != nil {
		r.giveUp(conn)
		return nil, fmt.Errorf("open a session to the internal API of %s: %w", e.peer.ID, err)
	}
	c.out = r.newOutbox(conn)
	r.spawn(func() error {
		c.read(br)
		return nil
	})
	return c, nil
}

// request makes a request to the internal API, path and query below its base.
func (c *pullClient) request(method, target string, body []byte) (*http.Request, error) {
	q, err := http.NewRequest(method, "http://internal-api"+APIBase+target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	q.SetBasicAuth(c.run.o.User, c.run.o.Password)
	q.Header.Set("xWSO2Tenant", "ALL")
	return q, nil
}

// Send implements Session.
func (c *pullClient) Send(id uint64, m event.Message) error {
	ask, ok := m.(*event.PullRequest)
	if !ok {
		return fmt.Errorf("send a %s to the internal API: it takes pull requests only", m.Class())
	}
	q, err := c.build(ask)
	if err != nil {
		return fmt.Errorf("write a request for %s: %w", ask.Path, err)
	}
	q.Header.Set(headerID, strconv.FormatUint(id, 10))
	var text bytes.Buffer
	if err := q.Write(&text); err != nil {
		return fmt.Errorf("write a request for %s: %w", ask.Path, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	on := c.cable.transit(there)
	if !on.push(id, m) {
		return net.ErrClosed
	}
	if err := c.out.put(text.Bytes()); err != nil {
		on.undo(id)
		return err
	}
	c.waiting = append(c.waiting, asked{ask.ID, ask.Path, q})
	return nil
}

func (c *pullClient) build(ask *event.PullRequest) (*http.Request, error) {
	target := string(ask.Path)
	if query := ask.Query(); query != "" {
		target += "?" + query
	}
	method, body, err := http.MethodGet, []byte(nil), error(nil)
	switch {
	case ask.Ack != nil:
		method = http.MethodPatch
		body, err = event.AppendAck(nil, ask)
	case ask.Order != nil:
		method = http.MethodPost
		body, err = event.AppendOrder(nil, ask.Order)
	case ask.Notice != nil:
		method = http.MethodPost
		body, err = event.AppendNotice(nil, ask.Notice)
	case ask.States != nil:
		method = http.MethodPost
		body, err = event.AppendStates(nil, ask.States)
	}
	if err != nil {
		return nil, err
	}
	q, err := c.request(method, target, body)
	if err == nil && body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	if err == nil && ask.Tenant != "" {
		q.Header.Set("xWSO2Tenant", string(ask.Tenant))
	}
	return q, err
}

// Close implements Session.
func (c *pullClient) Close() { c.out.close() }

// abort implements aborter.
func (c *pullClient) abort() { c.out.abort() }

// read hands on answers until the connection ends.
func (c *pullClient) read(br *bufio.Reader) {
	defer c.out.close()
	on := c.cable.transit(back)
	defer func() { on.end(c.end, c.out.closed()) }()
	for {
		if _, err := br.Peek(1); err != nil {
			c.ended(err)
			return
		}
		c.mu.Lock()
		var next asked
		if len(c.waiting) > 0 {
			next, c.waiting = c.waiting[0], c.waiting[1:]
		}
		c.mu.Unlock()
		resp, body, err := readAnswer(br, next.http)
		if err != nil {
			c.ended(err)
			return
		}
		if next.http == nil {
			continue // an answer to no request
		}
		id, _ := strconv.ParseUint(resp.Header.Get(headerID), 10, 64)
		on.remove(id)
		c.end.Received(id, pulled(next, resp.StatusCode, body))
		if resp.Close {
			c.ended(io.EOF)
			return
		}
	}
}

func (c *pullClient) ended(err error) {
	if !c.out.closed() {
		c.end.Down(c.out.why(err))
	}
}

// pulled is the message that an answer stands for. A 200 whose body cannot be read counts as a 502.
func pulled(a asked, status int, body []byte) *event.PullResponse {
	if status != http.StatusOK {
		return &event.PullResponse{ID: a.id, Path: a.path, Status: status}
	}
	p, err := event.ParsePull(a.path, body)
	if err != nil {
		return &event.PullResponse{ID: a.id, Path: a.path, Status: http.StatusBadGateway, Problem: err.Error()}
	}
	p.ID, p.Status = a.id, status
	return p
}

// readAnswer reads one response with its body.
func readAnswer(br *bufio.Reader, q *http.Request) (*http.Response, []byte, error) {
	resp, err := http.ReadResponse(br, q)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, bodyLimit+1))
	if err == nil && len(body) > bodyLimit {
		err = fmt.Errorf("the body is longer than %d bytes", bodyLimit)
	}
	return resp, body, err
}
