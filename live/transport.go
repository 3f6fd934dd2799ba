package live

import (
	"context"

	"hubsim/event"
)

// Session is the driver's end of one session.
type Session interface {
	// Send hands over a message; id goes with it where the wire has room for it. An error means
	// that it certainly did not leave.
	Send(id uint64, m event.Message) error
	// Close ends the session; the Inbox hears nothing more. It may be called twice.
	Close()
}

// Inbox is told what comes on a session: messages in order, then at most one Down. Its methods
// do not block and may be called from any goroutine of the transport.
type Inbox interface {
	Received(id uint64, m event.Message)
	Down(r event.Reason)
}

// Broker is what stands behind the topics of a live run: one hub for each broker node, real.
type Broker interface {
	// Start makes the hub of a node ready and returns its TCP address. After Stop it may be started
	// again, at the same address and with nothing kept.
	Start(ctx context.Context, hub event.NodeID) (addr string, err error)
	// Stop ends a hub at once, as a kill would: its connections break.
	Stop(hub event.NodeID)
	// Dial opens a session to a hub at an address, the hub's own or a relay's in front of it. It
	// returns when the session is usable, or with an error.
	Dial(ctx context.Context, addr string, hub event.NodeID, in Inbox) (Session, error)
	// Close stops all hubs and returns when nothing of them is left.
	Close()
}
