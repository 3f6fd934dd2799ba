package live

import (
	"context"
	"fmt"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// perform does what the node asked for, in order. What stands behind a mark that kills the node is
// not done.
func (h *host) perform() {
	acts := h.out.Acts
	for i := range acts {
		if h.killed() {
			break
		}
		h.act(&acts[i])
	}
	h.out.Reset()
}

func (h *host) act(a *node.Act) {
	switch a.Verb {
	case node.Open:
		h.open(a.Session, a.To)
	case node.Send:
		h.send(a.Session, a.Msg)
		if h.repeats(a) {
			for _, n := range world.Resent(a.Msg, h.ends[a.Session].peer.ID) {
				h.run.recorder.add(h.site, trace.Record{Kind: trace.Noted, Note: n})
			}
			h.send(a.Session, a.Msg)
		}
	case node.Close:
		if e := h.ends[a.Session]; e != nil {
			h.record(e, trace.Record{Kind: trace.Closed})
			h.run.shared.settle() // the other side will see it
			h.forget(e)
		}
	case node.Probe:
		h.probe(h.ends[a.Session], a.Patience)
	case node.Answer:
		h.answer(a.Call, a.Msg)
	case node.Record:
		h.run.shared.gather(h.site, trace.Record{Kind: trace.Noted, Note: a.Note})
		if a.Note.Reason == event.DiskFull {
			h.run.faults.unwritten(h.site)
		}
	case node.Spot:
		h.run.shared.gather(h.site, trace.Record{Kind: trace.Marked, Mark: a.Mark})
		h.run.shared.passed(h.ctx, h.site, a.Mark)
	}
}

// open begins a session; its outcome comes as an Up or a Down.
func (h *host) open(id node.SessionID, to event.Endpoint) {
	target := h.run.byID[to.Node]
	if target == nil || id <= 0 || h.ends[id] != nil {
		h.run.shared.abort(fmt.Errorf("%s opens session %d to %s: the node must be deployed and the number new and positive", h.site.ID, id, to))
		return
	}
	ctx, cancel := context.WithTimeout(h.ctx, dialLimit)
	e := &end{host: h, service: to.Service, peer: target, name: to.Node, cancel: cancel, id: id}
	h.ends[id] = e
	h.record(e, trace.Record{Kind: trace.Opening})
	h.run.spawn(func() error {
		defer cancel()
		link, err := h.run.dial(ctx, e)
		switch {
		case err != nil:
			e.Down(dialReason(err))
		case link != nil:
			e.up(link)
		}
		return nil
	})
}

func (h *host) send(id node.SessionID, m event.Message) {
	e := h.ends[id]
	if e == nil {
		e = &end{host: h, id: id, name: h.site.ID}
	}
	var number uint64 // a stranger's messages have none
	if e.peer != nil || e.link == nil {
		number = h.run.shared.number()
	}
	h.record(e, trace.Record{Kind: trace.Sent, ID: number, Msg: m})
	if number == 0 {
		h.run.shared.settle() // nothing is asked before it goes to a stranger
	}
	if e.link == nil {
		e.unsent(number, m, event.NoSession)
		return
	}
	if err := e.link.Send(number, m); err != nil {
		e.unsent(number, m, sendReason(err))
	}
}

func (h *host) answer(id event.CallID, m event.Message) {
	c := h.calls[id]
	if c == nil {
		h.run.shared.abort(fmt.Errorf("%s answers call %d, which is not open", h.site.ID, id))
		return
	}
	delete(h.calls, id)
	c.finish(h.run, m, event.NoReason)
}
