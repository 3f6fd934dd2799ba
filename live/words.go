package live

import (
	"context"
	"encoding/gob"
	"errors"
	"net"
	"sync"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// What a node's process and the run's say to each other over the pipes of the child's standard input and
// output, each as a stream of encoding/gob. Fields that a word does not use are left out of it.

// verb is what a word is about.
type verb uint8

// The words of a node's process. Those with a Seq are answered.
const (
	saidPrepared   verb = iota + 1 // it has made its world out
	saidBooted                     // its services listen: Addresses. The answer has the State
	saidSettled                    // nothing, but for what is Before
	saidRecord                     // Record, of member Peer
	saidAbort                      // the run must end: Text
	saidPassed                     // a mark: Text
	saidHit                        // an observed effect of fault N
	saidClaim                      // which call is ID: On, N is its due
	saidWhere                      // of the service of member Peer: Text, On is straight, Why
	saidStraighten                 // Joint is a connection to Service of member Peer
	saidCable                      // which cable is Joint: On, From, Peer, Service
	saidUnname                     // no more, at the end that N says
	saidForget                     // nor at any end
	saidPush                       // ID is about to leave on Way of Joint: On
	saidUndo                       // it did not
	saidPop                        // the oldest on Way of Joint has come: ID
	saidRemove                     // ID has come on Way of Joint
	saidEnd                        // all that was on Way of Joint has come; On is that its own side closed
	saidNumbers                    // numbers for messages are used up: ID is the first of numberBlock
	saidLeaves                     // ID goes to a hub
	saidSwallows                   // is a connection to Service of member Peer half-open: On
	saidOpen                       // session N within the run's process, to Service of member Peer: Why
	saidSend                       // ID, the record of which was said, goes on session N: Why
	saidClose                      // session N is closed
	saidProbe                      // is there somebody at Service of member Peer, within N: Why
	saidRecall                     // what its node's journal has: Entries
	saidWrote                      // Entry is written in it (On), or removed
)

// The words to a node's process.
const (
	tellBegin    verb = iota + 64 // who it is: Begin
	tellBoot                      // its life begins: Boot
	tellAnswer                    // to the word Seq
	tellCall                      // a call of ID: Msg, N is its due
	tellUp                        // session N within the run's process is there
	tellReceived                  // Msg of ID came on session N
	tellDown                      // session N is gone: Reason
	tellFault                     // fault N begins (On) or ends: State
)

// said is a word of a node's process.
type said struct {
	Seq       uint64
	Verb      verb
	Steps     uint64  // inputs that its machine has taken since the last word
	Before    []entry // records that stand before what the word says
	Record    *trace.Record
	Addresses map[event.Service]string
	Text      string
	Joint     joint
	Peer      int // index of a member
	Service   event.Service
	Way       int
	ID        uint64
	N         int64
	On        bool
	Entry     node.Entry
}

// entry is a record of a member.
type entry struct {
	Peer   int
	Record trace.Record
}

// told is a word to a node's process.
type told struct {
	Seq     uint64
	Verb    verb
	Begin   *begin
	Boot    *birth
	State   *state
	Text    string
	Msg     event.Message
	From    int
	Peer    int
	Service event.Service
	ID      uint64
	N       int64
	On      bool
	Why     trouble
	Reason  event.Reason
	Entries []node.Entry
}

// numberBlock is how many numbers a process is given at once: numbers stay close to each other, since observers
// keep sets of them.
const numberBlock = 64

// begin is what a process needs to make its world out.
type begin struct {
	Job            []byte
	Node           event.NodeID
	Bind           string
	User, Password string
	Mailbox        int
}

// birth is what a node needs at its boot.
type birth struct {
	Began int64 // what the machine's monotonic clock showed when the run began
	Start event.Wall
	Calls uint64 // where the numbers of its own calls begin
}

// state is what faults have made of a node. It is whole each time, so that it may be said twice.
type state struct {
	Shift, Drift, Slow, Full int64
	Active                   []int // faults that its messages meet
}

// trouble is why something could not be done, as a word.
type trouble uint8

// The troubles.
const (
	noTrouble trouble = iota
	troubleRefused
	troubleUnresolved
	troubleClosed
	troubleTime
	troubleFull
)

func troubleOf(err error) trouble {
	switch {
	case err == nil:
		return noTrouble
	case errors.Is(err, errUnresolved):
		return troubleUnresolved
	case errors.Is(err, net.ErrClosed):
		return troubleClosed
	case errors.Is(err, errFull):
		return troubleFull
	case timedOut(err):
		return troubleTime
	}
	return troubleRefused
}

func (t trouble) error() error {
	return [...]error{nil, errRefused, errUnresolved, net.ErrClosed, context.DeadlineExceeded, errFull}[t]
}

// registerWords names what may stand behind event.Message and error. It may be called twice.
var registerWords = sync.OnceFunc(func() {
	for _, m := range []event.Message{
		&event.Unreadable{}, &event.Notification{}, &event.KeyManagerEvent{}, &event.WebhookEvent{}, &event.BlockingCondition{},
		&event.KeyTemplate{}, &event.Throttle{}, &event.Decision{}, &event.StoreOp{}, &event.StoreResult{}, &event.TokenRevoked{},
		&event.CounterOp{}, &event.CounterResult{}, &event.CacheInvalidated{}, &event.GlobalCacheInvalidated{}, &event.Subscribe{},
		&event.Publish{}, &event.Batch{}, &event.BatchAck{}, &event.PullRequest{}, &event.PullResponse{}, &event.Step{},
		&event.StepDone{}, &event.Request{}, &event.Reply{}, &beat{},
	} {
		gob.Register(m)
	}
	gob.Register(&hearsay{})
})

// beat stands for a Heartbeat, which has nothing that could be written.
type beat struct{ Beat bool }

// Class implements event.Message.
func (*beat) Class() event.Class { return event.ClassHeartbeat }

// hearsay stands for an error, of which the text and the kind cross.
type hearsay struct {
	Text    string
	Unknown bool // event.ErrUnknownType
}

// Error implements error.
func (h *hearsay) Error() string { return h.Text }

// Unwrap gives the kind.
func (h *hearsay) Unwrap() error {
	if h.Unknown {
		return event.ErrUnknownType
	}
	return nil
}

// pack makes of a message what can be written.
func pack(m event.Message) event.Message {
	switch m := m.(type) {
	case *event.Heartbeat:
		return &beat{true}
	case *event.Unreadable:
		if m.Fault != nil {
			return &event.Unreadable{Fault: &hearsay{m.Fault.Error(), errors.Is(m.Fault, event.ErrUnknownType)}}
		}
	case *event.Publish:
		return &event.Publish{Topic: m.Topic, Body: pack(m.Body)}
	}
	return m
}

// unpack undoes pack.
func unpack(m event.Message) event.Message {
	switch m := m.(type) {
	case *beat:
		return &event.Heartbeat{}
	case *event.Publish:
		m.Body = unpack(m.Body)
	}
	return m
}
