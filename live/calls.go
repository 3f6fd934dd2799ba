package live

import (
	"sync/atomic"

	"hubsim/event"
	"hubsim/trace"
)

// call is an API call or an administrator's step on its way. It is answered once, by whoever comes
// first: its node, or what found that there will be no answer.
type call struct {
	id       event.CallID
	to       *site
	msg      event.Message
	req      *event.Request // msg, when it is one
	due      event.Mono     // when it was intended
	called   atomic.Bool    // its node has it; only the node's own answer is recorded
	finished atomic.Bool
	reply    chan event.Message // holds the answer; read by who waits for it, if anyone does
}

// newCall numbers a call.
func (r *run) newCall(to *site, msg event.Message, due event.Mono) *call {
	c := &call{id: event.CallID(r.lastCall.Add(1)), to: to, msg: msg, due: due, reply: make(chan event.Message, 1)}
	c.req, _ = msg.(*event.Request)
	return c
}

// finish gives a call its answer, unless there was one already. One that failed with a reason is
// recorded only if the node never had the call: else the call stays open in the trace, as in virtual
// time, since it may have taken effect.
func (c *call) finish(r *run, m event.Message, why event.Reason) {
	if !c.finished.CompareAndSwap(false, true) {
		return
	}
	if why == event.NoReason || !c.called.Load() {
		r.shared.add(c.to, trace.Record{Kind: trace.Answered, Call: c.id, Msg: m, Request: c.req, Due: c.due, Reason: why})
	}
	c.reply <- m
}

// fail answers for a node that will not.
func (c *call) fail(r *run, why event.Reason) {
	if c.req != nil {
		c.finish(r, &event.Reply{Status: 503, Code: event.Unavailable}, why)
		return
	}
	c.finish(r, &event.StepDone{Status: 503, Reason: "the node is not running"}, why)
}

// hand posts a call to its node, or answers for a node that is not there.
func (r *run) hand(c *call) {
	if h := c.to.current(); h != nil {
		h.post(c)
		return
	}
	if apart := c.to.process(); apart != nil {
		apart.post(c)
		return
	}
	c.fail(r, event.NodeDown)
}
