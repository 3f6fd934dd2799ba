package checker

import (
	"hubsim/event"
	"hubsim/trace"
)

// based follows the base key that a gateway holds for condition groups: true stores it unless it is live,
// false removes it, whichever group they are of (JMSMessageListener.java).
func (o *Oracle) based(k *keyState, g int, r *trace.Record) {
	held := o.bases[k.Base]
	if held == nil {
		held = make([]event.Wall, len(o.setup.Gateways))
		o.bases[k.Base] = held
	}
	switch {
	case !r.Note.On:
		held[g] = 0
	case held[g] < r.Wall:
		held[g] = r.Note.Expiry
	}
}

// hidden tells whether gateway g had no reason to ask for the key of a call's condition group: gateways do
// not look at what it asks for, the base key is gone, or another group that the call meets is asked for
// instead (ThrottleConditionEvaluator.java).
func (o *Oracle) hidden(k *keyState, p *passage) bool {
	if held := o.bases[k.Base]; k.Unasked || held == nil || held[p.gateway] < p.wall {
		return true
	}
	for _, other := range p.keys {
		if other != k && other.Base == k.Base && other.hold(p.gateway).expiry < p.wall {
			return true
		}
	}
	return false
}
