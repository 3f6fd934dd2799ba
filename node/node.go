// Package node says what it is to be a node: a state machine that is handed one input at a time,
// with what its own two clocks show, and says what should leave it. Everything else (sockets, time,
// faults, luck) belongs to a driver.
package node

import "hubsim/event"

// A Node is one stand-in. The same inputs in the same order give the same outputs.
type Node interface {
	// Step hands the node one input, with what its own two clocks show, and lets it put into out
	// whatever should leave it.
	Step(now Clock, in Input, out *Output)
	// Deadline is the instant on its monotonic clock at which the node wants a Tick, or event.Never.
	// It may change with every Step; a Tick that comes late, or twice, does no harm.
	Deadline() event.Mono
}

// A Leaver is a node that keeps messages for others. When a run ends it states which it still has: one
// Note each, whose Reason is event.RunEnded.
type Leaver interface {
	Node
	Leave(out *Output)
}

// Clock is what a node's own two clocks show.
type Clock struct {
	Mono event.Mono // since this incarnation booted
	Wall event.Wall // as this node believes
}

// SessionID names a session at one of its two ends. The side that opens chooses a positive number
// that it has not used since it booted; the driver gives the accepting side a negative one.
type SessionID int32

// Kind is the kind of an input.
type Kind uint8

// The kinds of inputs.
const (
	Boot        Kind = iota + 1 // once, first
	Tick                        // the deadline has come
	Up                          // the session is there: Session, Peer, Service
	Down                        // the session is not, or no longer, there: Session, Reason
	Received                    // Msg came on Session
	Called                      // an API call or an administrator's step, to be answered: Call, Msg
	Sensed                      // something around the node changed: Sense
	Unreachable                 // a probe of Session found nobody: Reason; the session is as it was
)

var kindNames = [...]string{"?", "boot", "tick", "up", "down", "received", "called", "sensed", "unreachable"}

// String names the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "?"
}

// Sense is what a node feels of the machine that it runs on. A node that has no use for one passes it over.
type Sense uint8

// The senses.
const (
	DiskFull  Sense = iota + 1 // nothing can be written any more
	DiskFree                   // it can be again
	LineFull                   // who reads at the other end of Session is behind: what is sent now waits in the kernel
	LineTakes                  // it has taken one more message
	LineFree                   // it is behind no longer
	TakenOver                  // a database's standby, somewhat behind, takes its place
)

// Input is one thing that happens to a node.
//
// The session contract: after Open exactly one of Up or Down; after Up messages in order, then at
// most one Down; nothing after Close, and nothing of an earlier incarnation. Down may come very
// late or, on a half-open connection, never. A Send on a session that is not up is counted as
// no-session and otherwise forgotten.
type Input struct {
	Kind    Kind
	Session SessionID
	Peer    event.NodeID  // Up: who is at the other end
	Service event.Service // Up on an accepted session: what the other end wants
	Reason  event.Reason  // Down, Unreachable
	Call    event.CallID  // Called
	Msg     event.Message // Received, Called
	Sense   Sense         // Sensed; LineFull, LineTakes and LineFree are of Session
}
