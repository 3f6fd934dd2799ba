package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// DeliveryCheck is the name of the check that Delivery makes.
const DeliveryCheck = "delivery"

// Delivery holds what came over event hubs and data bridges against the modelled broker, whoever stood
// there: a subscriber gets each publish of its topic once, in the order of the publisher's session, from
// its subscription up to the end of its session, and nothing else; a batch is answered once and in
// turn. What is lost says why, or went with the end of a session.
//
// What two sessions did at once has no order in a trace. A gap is one for certain: a subscriber that
// has heard one publish of a session and then a later one has lost those between. What was never heard
// at all counts as lost only when there was time for it (settled), and no fault that would excuse it.
type Delivery struct {
	setup   *Setup
	parties map[event.NodeID]*party
	letters map[uint64]place // by the number of the sending
	streams map[channel][]*stream
	lost    map[lostCopy]bool // copies that a record says were dropped
	credits map[lostAt]int    // copies that a modelled hub says it dropped, without a number
	faults  outages
	lasting event.Mono // since when a fault is on that has not ended
	blind   uint64     // the highest number that was forgotten
	now     event.Mono

	heard, acks int
	breaches    [breaches]int
	details     Outcome
}

// channel is a topic of a hub.
type channel struct {
	hub   event.NodeID
	topic event.Topic
}

// lostCopy is a publish that one node did not get.
type lostCopy struct {
	at event.NodeID
	of place
}

// lostAt is where a hub drops copies.
type lostAt struct {
	channel
	to event.NodeID
}

// breach is a way not to be what the modelled broker does.
type breach uint8

const (
	unsent   breach = iota // nobody had sent it, or it had not left
	astray                 // it came without a session, or without a subscription
	twice                  // it had come before
	disorder               // it came after a later one of the same session
	vanished               // it never came, and nothing says why
	misacked               // a batch was answered twice, out of turn, or before it came
	breaches
)

var breachNames = [breaches]string{"never sent", "without a subscription", "twice", "out of order", "lost without a reason", "answered wrongly"}

// NewDelivery makes the checker.
func NewDelivery(s *Setup) *Delivery {
	return &Delivery{
		setup: s, parties: map[event.NodeID]*party{}, letters: map[uint64]place{}, streams: map[channel][]*stream{},
		lost: map[lostCopy]bool{}, credits: map[lostAt]int{}, lasting: event.Never,
	}
}

// Observe implements trace.Observer.
func (c *Delivery) Observe(r *trace.Record) {
	c.now = r.At
	if r.Service == event.Topics || r.Service == event.Feed {
		c.traffic(r)
		return
	}
	switch r.Kind {
	case trace.Booted, trace.Stopped:
		c.party(r.Node).end(r.At)
	case trace.FaultHit:
		c.party(r.Node).struck(r.Mark)
	case trace.FaultOn, trace.FaultOff:
		c.faults.observe(r)
	case trace.Noted:
		if r.Note.Fact == node.CopyLost {
			c.credits[lostAt{channel{r.Node, event.Topic(r.Note.Detail)}, r.Note.Peer}]++
		}
	}
}

// traffic is what happens on a session to an event hub or a data bridge.
func (c *Delivery) traffic(r *trace.Record) {
	switch r.Kind {
	case trace.Up:
		c.party(r.Node).session(r.Session).up = true
	case trace.Down, trace.Closed:
		c.party(r.Node).over(r.Session, r.Kind == trace.Down)
	case trace.Sent:
		c.sent(r)
	case trace.Received:
		c.received(r)
	case trace.Dropped:
		c.dropped(r)
	}
}

func (c *Delivery) party(id event.NodeID) *party {
	p := c.parties[id]
	if p == nil {
		p = &party{hub: c.setup.hub(id), sessions: map[node.SessionID]*ending{}}
		c.parties[id] = p
	}
	return p
}

// breach counts one, and tells of the first ones.
func (c *Delivery) breach(b breach, format string, args ...any) {
	c.breaches[b]++
	c.details.detail("%s: %s", clockTime(c.now), fmt.Sprintf(format, args...))
}

// dropped enters that a message, or one subscriber's copy of it, was lost and says so.
func (c *Delivery) dropped(r *trace.Record) {
	at, known := c.letters[r.ID]
	switch {
	case !known:
	case at.stream.to == r.Node:
		at.letter().fate = gone
	default:
		c.lost[lostCopy{r.Node, at}] = true
		c.single(r)
	}
}

// single forgets the number of a copy that a modelled hub sent: it has one receiver.
func (c *Delivery) single(r *trace.Record) {
	if c.party(r.Peer).hub && c.parties[r.Peer].modelled {
		delete(c.letters, r.ID)
	}
}

// excused tells whether a record says why a node did not get a publish.
func (c *Delivery) excused(to event.NodeID, p place) bool {
	if p.letter().fate == gone || c.lost[lostCopy{to, p}] {
		return true
	}
	where := lostAt{channel{p.stream.to, p.stream.topic}, to}
	if c.credits[where] > 0 {
		c.credits[where]--
		return true
	}
	return false
}

// Finish implements Checker.
func (c *Delivery) Finish() Outcome {
	c.settle()
	out := Outcome{Check: DeliveryCheck, Exercised: c.heard + c.acks, Bound: "0 that the modelled broker could not have delivered so", Details: c.details.Details}
	bad := 0
	why := ""
	for b, n := range c.breaches {
		if n > 0 {
			bad += n
			why += fmt.Sprintf(", %d %s", n, breachNames[b])
		}
	}
	out.Worst = fmt.Sprintf("%d of %s and %s%s", bad, words.Count(c.heard, "message"), words.Count(c.acks, "answer"), why)
	out.judge(bad)
	return out
}
