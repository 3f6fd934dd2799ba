package live

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"hubsim/event"
	"hubsim/workload"
	"hubsim/world"
)

// The headers of an API call between the generator and a gateway's front.
const (
	headerRequest = "X-Hubsim-Request" // the event.Request, as JSON
	headerCall    = "X-Hubsim-Call"    // the generator's number for the call
)

// load is the open-loop generator: one goroutine keeps the intended instants, a bounded number of
// callers wait for answers.
type load struct {
	run     *run
	client  *http.Client
	callers chan struct{} // one token a caller that is busy

	mu       sync.Mutex
	open     map[event.CallID]*call // sent, and not yet seen by a front
	late     *hdrhistogram.Histogram
	intended uint64
	sent     uint64
	notSent  uint64
}

func newLoad(r *run) load {
	return load{
		run: r, callers: make(chan struct{}, r.o.Callers), open: map[event.CallID]*call{},
		late: hdrhistogram.New(1, int64(time.Hour/time.Microsecond), 3),
		client: &http.Client{Timeout: callLimit, Transport: &http.Transport{
			MaxIdleConnsPerHost: r.o.Callers, DisableCompression: true,
		}},
	}
}

// keep sends what the world's load intends until it ends or the context does.
func (l *load) keep(ctx context.Context) error {
	defer l.client.CloseIdleConnections()
	if l.run.w.Load == nil {
		return nil
	}
	var busy sync.WaitGroup
	defer busy.Wait()
	for {
		a, ok := l.run.w.Load.Next()
		if !ok || l.run.w.Length > 0 && a.At > l.run.w.Length {
			return nil
		}
		if l.run.wait(ctx, l.run.clock.until(event.Mono(a.At))) != nil {
			return nil
		}
		to := l.run.byID[a.To]
		if to == nil {
			return fmt.Errorf("live run: the load calls %q, which is not deployed", a.To)
		}
		l.arrive(ctx, to, a, &busy)
	}
}

// arrive gives an arrival to a free caller, or counts it as not sent.
func (l *load) arrive(ctx context.Context, to *site, a workload.Arrival, busy *sync.WaitGroup) {
	c := l.run.newCall(to, a.Req, event.Mono(a.At))
	if l.run.o.Calls == InProcess {
		l.begin(c)
		l.run.hand(c)
		return
	}
	select {
	case l.callers <- struct{}{}:
	default:
		l.count(&l.notSent)
		c.finish(l.run, &event.Reply{Code: event.GeneratorOverrun}, event.NoReason)
		return
	}
	busy.Add(1)
	l.run.spawn(func() error {
		defer busy.Done()
		defer func() { <-l.callers }()
		l.call(ctx, c)
		return nil
	})
}

func (l *load) count(outcome *uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.intended++
	*outcome++
}

// call makes one call and waits for its answer.
func (l *load) call(ctx context.Context, c *call) {
	l.begin(c)
	defer l.claim(c.id)
	at, ok := c.to.address(frontService)
	if !ok {
		c.fail(l.run, event.NodeDown)
		return
	}
	q, err := l.request(ctx, at, c)
	if err != nil {
		l.run.abort(fmt.Errorf("live run: make call %d of %s an HTTP request: %w", c.id, c.to.ID, err))
		return
	}
	resp, err := l.client.Do(q)
	if err == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	switch {
	case err == nil:
	case ctx.Err() != nil:
		c.fail(l.run, event.RunEnded)
	default:
		c.fail(l.run, downReason(err))
	}
}

// begin counts a call as sent, with its lateness, and keeps it for a front to find.
func (l *load) begin(c *call) {
	late := l.run.clock.now() - c.due
	l.count(&l.sent)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.late.RecordValue(max(1, int64(late)/int64(event.Microsecond)))
	if l.run.o.Calls == OverHTTP {
		l.open[c.id] = c
	}
}

// claim takes a call by its number; nil when it is not open.
func (l *load) claim(id event.CallID) *call {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.open[id]
	delete(l.open, id)
	return c
}

func (l *load) request(ctx context.Context, at string, c *call) (*http.Request, error) {
	form, err := json.Marshal(c.req)
	if err != nil {
		return nil, err
	}
	verb, path := c.req.Verb, c.req.Context+c.req.Resource
	if event.GraphQLVerb(verb) { // it is one endpoint, and what is asked for stands in the message
		verb, path = http.MethodPost, c.req.Context
	}
	q, err := http.NewRequestWithContext(ctx, verb, "http://"+at+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	q.Header.Set(headerRequest, string(form))
	q.Header.Set(headerCall, strconv.FormatUint(uint64(c.id), 10))
	if c.req.Token != nil {
		q.Header.Set("Authorization", "Bearer "+string(c.req.Token.ID))
	}
	return q, nil
}

func (l *load) result() world.LoadResult {
	l.mu.Lock()
	defer l.mu.Unlock()
	result := world.LoadResult{Intended: l.intended, Sent: l.sent, NotSent: l.notSent}
	if l.sent > 0 {
		result.LateP99 = event.Duration(l.late.ValueAtQuantile(99)) * event.Microsecond
		result.LateMax = event.Duration(l.late.Max()) * event.Microsecond
	}
	return result
}
