package checker

import (
	"hubsim/event"
	"hubsim/trace"
)

// outages are the stretches of time in which faults were on.
type outages struct{ list []outage }

// outage is one fault from its begin to its end; to is event.Never while it lasts.
type outage struct {
	fault    int64 // its index in the schedule
	from, to event.Mono
}

// observe enters the begin or the end of a fault. A fault without a length, such as a reset, is over
// at once.
func (o *outages) observe(r *trace.Record) {
	if r.Kind == trace.FaultOn {
		o.list = append(o.list, outage{r.N, r.At, event.Never})
		return
	}
	for i := range o.list {
		if o.list[i].fault == r.N && o.list[i].to == event.Never {
			o.list[i].to = r.At
		}
	}
}

// mended is when the last fault ended that was on at some time from an instant until another; 0 if
// there was none. A fault that never ends is not waited for: its begin counts.
func (o *outages) mended(from, until event.Mono) (at event.Mono) {
	for _, one := range o.list {
		if one.from > until || one.to < from {
			continue
		}
		if one.to == event.Never {
			at = max(at, one.from)
		} else {
			at = max(at, min(one.to, until))
		}
	}
	return at
}
