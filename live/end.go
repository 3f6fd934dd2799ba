package live

import (
	"context"
	"sync/atomic"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// aborter is a Session that can end as if its process had died: with a reset.
type aborter interface{ abort() }

// end is one side of a session, that of a node. To its transport it is the Inbox.
type end struct {
	host    *host
	service event.Service
	peer    *site              // nil: a peer that is not of this world
	name    event.NodeID       // the peer's name, or its address
	cancel  context.CancelFunc // gives up opening; nil at an accepting end
	zombie  atomic.Int32       // 1 + the fault that took its consumer; 0: none

	// Touched by the host's goroutine only.
	id   node.SessionID // 0: accepted, and the node has not heard of it
	link Session        // while up
	over bool           // closed, or Down was handed on
}

var _ Inbox = (*end)(nil)

// Received implements Inbox.
func (e *end) Received(id uint64, m event.Message) {
	if e.dead(m) {
		e.lost(id, m, event.NotSubscribed)
		return
	}
	if why := e.host.box.put(item{kind: node.Received, end: e, id: id, msg: m}); why != event.NoReason {
		e.lost(id, m, why)
	}
}

// Down implements Inbox.
func (e *end) Down(r event.Reason) { e.host.box.put(item{kind: node.Down, end: e, reason: r}) }

// up says that the session is there. The transport must not use a session that this closed.
func (e *end) up(link Session) bool {
	if e.host.box.put(item{kind: node.Up, end: e, link: link}) != event.NoReason {
		link.Close()
		return false
	}
	return true
}

// lost records that a message to this end reached nobody.
func (e *end) lost(id uint64, m event.Message, why event.Reason) {
	e.host.run.shared.add(e.host.site, trace.Record{
		Kind: trace.Dropped, Peer: e.name, Service: e.service, ID: id, Msg: m, Reason: why,
	})
}

// unsent records that a message from this end did not leave.
func (e *end) unsent(id uint64, m event.Message, why event.Reason) {
	to := e.peer
	if to == nil {
		to = e.host.site
	}
	e.host.run.shared.add(to, trace.Record{
		Kind: trace.Dropped, Peer: e.host.site.ID, Service: e.service, ID: id, Msg: m, Reason: why,
	})
}
