package live

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"sync/atomic"
	"time"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// host runs one incarnation of a node. The goroutine in loop is the only one that touches the node.
type host struct {
	run    *run
	site   *site
	booted event.Mono // when, in the run's time
	box    mailbox
	ctx    context.Context // ends when the host is killed
	cancel context.CancelFunc
	why    atomic.Uint32 // event.Reason of the kill; 0 while alive
	killer atomic.Int32  // 1 + the fault that killed it; 0: none
	done   chan struct{} // closed when nothing of the host is left

	depths   depths      // kept by the goroutine in loop, read by scrapes
	services []io.Closer // what listens for it; closed by the goroutine in loop

	// Touched by the goroutine in loop only.
	node     node.Node
	out      node.Output
	ends     map[node.SessionID]*end
	calls    map[event.CallID]*call
	lane     lane           // what waits for a node that is slow
	accepted node.SessionID // the last number given to an accepted session
	timer    *time.Timer    // wakes the goroutine in loop
	armed    event.Mono     // the node's instant that the timer is set to; Never when it has struck
}

func newHost(r *run, s *site) *host {
	h := &host{
		run: r, site: s, booted: r.clock.now(), box: newMailbox(r.o.Mailbox), done: make(chan struct{}),
		armed: event.Never, node: s.New(), ends: map[node.SessionID]*end{}, calls: map[event.CallID]*call{},
	}
	if r.o.Metrics != nil {
		h.depths.ask(h.node)
	}
	h.ctx, h.cancel = context.WithCancel(r.ctx)
	return h
}

// kill makes the host stop before its next act; it may be called from any goroutine, and the first
// reason counts.
func (h *host) kill(why event.Reason) {
	h.why.CompareAndSwap(0, uint32(why))
	h.cancel()
}

func (h *host) killed() bool { return h.why.Load() != 0 }

// loop hands the node its inputs, one after the other, until the host is killed.
func (h *host) loop() (err error) {
	defer close(h.done)
	defer h.teardown()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("node %s panicked: %v\n%s", h.site.ID, p, debug.Stack())
		}
	}()
	h.timer = time.AfterFunc(time.Hour, h.box.poke)
	defer h.timer.Stop()
	defer context.AfterFunc(h.ctx, h.box.poke)()
	if h.site.full.Load() > 0 {
		h.step(node.Input{Kind: node.Sensed, Sense: node.DiskFull})
	}
	h.step(node.Input{Kind: node.Boot})
	h.arm()
	var spare []item
	for range h.box.wake {
		if h.run.over.Load() {
			<-h.ctx.Done()
		}
		if h.ctx.Err() != nil {
			return nil
		}
		h.tick()
		h.serve()
		batch := h.box.take(spare)
		for i := range batch {
			h.handle(&batch[i])
		}
		clear(batch)
		spare = batch[:0]
		h.arm()
	}
	return nil
}

// arm sets the one timer to the node's deadline, unless it strikes sooner and is set again then.
func (h *host) arm() {
	if deadline := min(h.node.Deadline(), h.turn()); deadline < h.armed {
		h.armed = deadline
		h.timer.Reset(max(0, h.run.clock.until(h.booted.Add(event.Duration(deadline)))))
	}
}

// tick tells the node that its deadline has come, if it has.
func (h *host) tick() {
	now := h.run.clock.now() - h.booted
	if h.armed <= now {
		h.armed = event.Never
	}
	if h.node.Deadline() <= now && h.pass() {
		h.step(node.Input{Kind: node.Tick})
	}
}

// pass waits while the node is paused and tells whether it lives.
func (h *host) pass() bool {
	for !h.killed() && !h.run.over.Load() {
		opens := h.site.gate.Load().closed()
		if opens == nil {
			return true
		}
		h.run.faults.held(h.site)
		select {
		case <-opens:
		case <-h.ctx.Done():
			return false
		}
	}
	return false
}

// handle hands an item to the node, or accounts for it when the node is dead.
func (h *host) handle(it *item) {
	if !h.pass() {
		h.discard(it)
		return
	}
	if !h.queues(it) {
		h.take(it)
	}
}

// take hands an item to the node.
func (h *host) take(it *item) {
	switch it.kind {
	case node.Up:
		h.up(it)
	case node.Down:
		h.down(it)
	case node.Unreachable:
		h.unreachable(it)
	case node.Received:
		h.received(it)
	case node.Called:
		h.called(it.call)
	case node.Sensed:
		h.step(node.Input{Kind: node.Sensed, Sense: it.sense})
	}
}

func (h *host) up(it *item) {
	e := it.end
	if e.over {
		it.link.Close()
		return
	}
	if e.id == 0 {
		h.accepted--
		e.id = h.accepted
		h.ends[e.id] = e
	}
	e.link = it.link
	h.attach(e)
	h.record(e, trace.Record{Kind: trace.Up})
	h.step(node.Input{Kind: node.Up, Session: e.id, Peer: e.name, Service: e.service})
}

func (h *host) down(it *item) {
	e := it.end
	if e.over {
		return
	}
	if e.id == 0 { // accepted, and gone before the node heard of it
		e.over = true
		return
	}
	h.forget(e)
	h.record(e, trace.Record{Kind: trace.Down, Reason: it.reason})
	h.step(node.Input{Kind: node.Down, Session: e.id, Peer: e.name, Service: e.service, Reason: it.reason})
}

func (h *host) received(it *item) {
	e := it.end
	if e.over || e.link == nil {
		e.lost(it.id, it.msg, event.Closed)
		return
	}
	h.record(e, trace.Record{Kind: trace.Received, ID: it.id, Msg: it.msg})
	h.step(node.Input{Kind: node.Received, Session: e.id, Peer: e.name, Service: e.service, Msg: it.msg})
}

func (h *host) called(c *call) {
	h.calls[c.id] = c
	c.called.Store(true)
	h.run.shared.gather(h.site, trace.Record{Kind: trace.Called, Call: c.id, Msg: c.msg, Request: c.req, Due: c.due})
	h.step(node.Input{Kind: node.Called, Call: c.id, Msg: c.msg})
}

// forget ends the host's side of a session.
func (h *host) forget(e *end) {
	e.over = true
	h.detach(e)
	delete(h.ends, e.id)
	if e.cancel != nil {
		e.cancel()
	}
	if e.link != nil {
		e.link.Close()
		e.link = nil
	}
}

// record adds a record of one of the host's sessions. What comes of it and can be seen from outside stands behind
// something else that is asked of the run.
func (h *host) record(e *end, rec trace.Record) {
	rec.Session, rec.Peer, rec.Service = e.id, e.name, e.service
	h.run.shared.gather(h.site, rec)
}

// step reads the clocks once and hands the node an input.
func (h *host) step(in node.Input) {
	at := h.run.clock.now()
	h.run.steps.Add(1)
	h.node.Step(node.Clock{Mono: at - h.booted, Wall: h.site.wall(&h.run.clock, at)}, in, &h.out)
	h.depths.refresh()
	h.perform()
	h.run.shared.settle()
}

// teardown leaves nothing behind: what listens, sessions, what waited.
func (h *host) teardown() {
	h.kill(event.RunEnded) // unless there was another reason
	why := event.Reason(h.why.Load())
	h.closeServices()
	left := h.box.close()
	h.site.mu.Lock()
	h.site.host, h.site.addresses = nil, nil
	h.site.mu.Unlock()
	if why != event.RunEnded { // the run's end is not a part of it
		h.run.shared.add(h.site, trace.Record{Kind: trace.Stopped})
	}
	if k := h.killer.Load(); k > 0 && why == event.Crashed {
		h.run.faults.hit(int(k)-1, h.site)
	}
	for i := range left {
		h.discard(&left[i])
	}
	h.lane.abandon(h)
	for _, e := range h.ends {
		if link, ok := e.link.(aborter); ok {
			link.abort()
		}
		h.forget(e)
	}
	for _, c := range h.calls {
		c.fail(h.run, why)
	}
}

// discard accounts for an item that the node will not see.
func (h *host) discard(it *item) {
	why := event.Reason(h.why.Load())
	if why == event.NoReason {
		why = event.RunEnded
	}
	switch it.kind {
	case node.Up: // nobody here has seen it, but its peer has
		if link, ok := it.link.(aborter); ok {
			link.abort()
		} else {
			it.link.Close()
		}
	case node.Received:
		it.end.lost(it.id, it.msg, why)
	case node.Called:
		it.call.fail(h.run, why)
	}
}

func (h *host) closeServices() {
	for _, s := range h.services {
		s.Close()
	}
	h.services = nil
}
