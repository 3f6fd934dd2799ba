package node

import "hubsim/event"

// Verb is what an Act asks of the driver.
type Verb uint8

// The verbs.
const (
	Open   Verb = iota + 1 // a session: Session, To
	Send                   // Msg on Session
	Close                  // Session
	Answer                 // Msg to Call
	Record                 // Note, for checkers
	Spot                   // Mark, for faults to be pinned to
	Probe                  // the far end of Session: Patience
)

// Act is one thing that leaves a node.
type Act struct {
	Verb     Verb
	Session  SessionID
	To       event.Endpoint
	Call     event.CallID
	Msg      event.Message
	Note     Note
	Mark     string
	Patience event.Duration
}

// Output gathers what should leave a node in one Step and performs nothing. It is reused from Step
// to Step: a node keeps neither it nor its Acts.
type Output struct{ Acts []Act }

// next adds an empty act, to be filled where it lies. Reset left nothing behind the last one.
func (o *Output) next(v Verb) *Act {
	n := len(o.Acts)
	if n == cap(o.Acts) {
		o.Acts = append(o.Acts, Act{})
	}
	o.Acts = o.Acts[:n+1]
	a := &o.Acts[n]
	a.Verb = v
	return a
}

// Reset empties the output for the next Step.
func (o *Output) Reset() {
	clear(o.Acts)
	o.Acts = o.Acts[:0]
}

// Open asks for a session to an endpoint under the node's own number for it.
func (o *Output) Open(s SessionID, to event.Endpoint) {
	a := o.next(Open)
	a.Session, a.To = s, to
}

// Send puts a message on a session. It may be lost, and the node is not told.
func (o *Output) Send(s SessionID, m event.Message) {
	a := o.next(Send)
	a.Session, a.Msg = s, m
}

// Close ends a session; nothing more comes from it, not even Down.
func (o *Output) Close(s SessionID) { o.next(Close).Session = s }

// Probe asks whether a new connection to where a session leads would be taken: one without a word, that ends
// at once and that no machine hears of. Only if it is refused, or has no answer for as long as patience, and
// the session is still there, does the node get Unreachable: a probe that finds somebody says nothing, since
// most do.
func (o *Output) Probe(s SessionID, patience event.Duration) {
	a := o.next(Probe)
	a.Session, a.Patience = s, patience
}

// Answer answers a call, once.
func (o *Output) Answer(c event.CallID, m event.Message) {
	a := o.next(Answer)
	a.Call, a.Msg = c, m
}

// Note records a fact for checkers.
func (o *Output) Note(n Note) { o.next(Record).Note = n }

// Mark names a spot in the node's logic, such as "cp: stored, not published". A fault pinned to the
// mark takes effect at once: the acts behind the mark in this Step do not happen if it is a crash.
func (o *Output) Mark(name string) { o.next(Spot).Mark = name }
