package live

import (
	"context"
	"errors"

	"hubsim/event"
	"hubsim/node"
)

// probe tries the far end of a session with a bare connection to its port, over the same link.
func (h *host) probe(e *end, patience event.Duration) {
	if e == nil || e.link == nil || e.peer == nil {
		return
	}
	link := h.run.link(h.site, e.peer, e.service)
	h.run.spawn(func() error {
		ctx, cancel := h.ctx, func() {}
		if patience > 0 {
			ctx, cancel = context.WithTimeout(h.ctx, patience)
		}
		defer cancel()
		if err := h.run.shared.probe(ctx, link); err != nil && !errors.Is(err, context.Canceled) {
			h.box.put(item{kind: node.Unreachable, end: e, reason: dialReason(err)})
		}
		return nil
	})
}

// probe connects to the link's service and hangs up. It does not go through the relay, which would take it
// whoever is behind: what the link and its faults add is waited for here.
func (l *link) probe(ctx context.Context) error {
	if l.nameless() {
		return errUnresolved
	}
	if err := l.run.wait(ctx, l.delay(there, signalBytes)); err != nil {
		return err
	}
	conn, err := l.reach(ctx)
	if err == nil {
		conn.Close()
	}
	if waits := l.run.wait(ctx, l.delay(back, signalBytes)); waits != nil {
		return waits
	}
	return err
}

// unreachable tells the node that nobody was found, if it still has the session.
func (h *host) unreachable(it *item) {
	if e := it.end; !e.over && e.link != nil {
		h.step(node.Input{Kind: node.Unreachable, Session: e.id, Peer: e.name, Service: e.service, Reason: it.reason})
	}
}
