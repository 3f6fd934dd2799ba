package checker

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// detour is what is remembered of a call that is not simply served and counted: one of an AI API, which is
// counted with its response, or one that its gateway lets through uncounted.
type detour struct {
	usage     *event.Usage
	forwarded bool
	uncounted bool
	past      []*keyState // the keys whose quota was used up when it was let in: its leaks are entered
}

// passage is a call that a gateway let through.
type passage struct {
	id      event.RequestID
	node    event.NodeID
	gateway int
	at      event.Mono
	wall    event.Wall
	keys    []*keyState
}

func (o *Oracle) passage(r *trace.Record, id event.RequestID, keys []*keyState) *passage {
	return &passage{id, r.Node, o.gateways[r.Node], r.At, r.Wall, keys}
}

// strayed enters that a call takes a detour.
func (o *Oracle) strayed(r *trace.Record) {
	c := o.call(r.Note.Request)
	if c == nil {
		return
	}
	if c.detour == nil {
		c.detour = &detour{}
	}
	if r.Note.Fact == node.CallUncounted {
		c.detour.uncounted = true
		return
	}
	c.detour.forwarded = true
	for _, k := range c.keys.all {
		o.current(k, r.At)
		if past := k.past(); past != nil && c.detour.concerns(k) {
			c.detour.past = append(c.detour.past, k)
			o.leak(past, o.passage(r, c.id, c.keys.all))
		}
	}
}

// concerns tells whether a call counts under a key. What is let through past one quota that does not stop
// calls is counted nowhere, and no further level is asked (ThrottleHandler.java).
func (d *detour) concerns(k *keyState) bool { return !d.uncounted || k.GoesOn }

// returned enters a served call of a detour, with its answer: under the keys that it counts under. It was let
// in before, so that only what was used up by then is a leak of the loop.
func (o *Oracle) returned(c *call, r *trace.Record) {
	for i, k := range c.keys.all {
		if !c.detour.concerns(k) {
			continue
		}
		o.current(k, r.At)
		switch past := k.past(); {
		case past == nil || slices.Contains(c.detour.past, k):
		case c.detour.forwarded && !past.GoesOn:
			past.now.over[UsageUnknown]++
		default:
			o.leak(past, o.passage(r, c.id, c.keys.all))
		}
		k.enter(c.keys.times[i], c.size, c.detour)
	}
}
