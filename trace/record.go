// Package trace keeps what crossed a border, in one shape for all drivers. Metrics, checkers,
// reports and timelines are folds over it; nodes do not log.
package trace

import (
	"hubsim/event"
	"hubsim/node"
)

// Kind is the kind of a record.
type Kind uint8

// The kinds of records.
const (
	Booted   Kind = iota + 1 // Node started, Incarnation counts
	Stopped                  // Node crashed or was stopped
	Called                   // a call reached Node: Call, Msg. A call to a node that is down has an Answered record only
	Answered                 // Node answered: Call, Msg; Request is the one answered, At when
	Opening                  // Node asked for a session to Peer
	Up                       // the session at Node is there
	Down                     // it is gone: Reason
	Sent                     // Node put Msg on a session to Peer: ID pairs it with what follows
	Received                 // Msg reached Node from Peer: ID
	Dropped                  // Msg, sent by Peer to Node, reached nobody: ID, Reason
	Noted                    // Node stated Note
	Marked                   // Node passed Mark
	FaultOn                  // a fault began: Mark is its text, N its index in the schedule
	FaultHit                 // it had an observed effect: N, Node, Detail in Mark
	FaultOff                 // it ended: N
	Closed                   // Node ended its session to Peer by itself; what it sent before still arrives
	kinds
)

var kindNames = [kinds]string{
	"?", "booted", "stopped", "called", "answered", "opening", "up", "down", "sent", "received", "dropped", "noted",
	"marked", "fault-on", "fault-hit", "fault-off", "closed",
}

// String names the kind.
func (k Kind) String() string {
	if k < kinds {
		return kindNames[k]
	}
	return "?"
}

// Record is one thing that was seen at a border. Fields that a kind does not use are zero.
type Record struct {
	At          event.Mono // true time since the run began; no node can see it
	Wall        event.Wall // Node's own wall clock
	Kind        Kind
	Service     event.Service
	Reason      event.Reason
	Incarnation uint32
	Session     node.SessionID
	Node        event.NodeID
	Peer        event.NodeID
	ID          uint64 // of a sending, unique in a run; 0 where the wire carries none
	Call        event.CallID
	N           int64
	Msg         event.Message
	Request     *event.Request // Answered: the call
	Due         event.Mono     // Called, Answered: when the call was intended
	Note        node.Note
	Mark        string // Dropped as malformed: where the fault is
}

// Observer folds records. A driver calls it from one goroutine, in order of At; the record is
// reused, so an observer copies what it keeps.
type Observer interface {
	Observe(r *Record)
}

// Observers hands each record to every observer in order.
type Observers []Observer

// Observe implements Observer.
func (all Observers) Observe(r *Record) {
	for _, o := range all {
		o.Observe(r)
	}
}
