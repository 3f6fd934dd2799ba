package trafficmgr

import "hubsim/event"

// Window is throttler:timeBatch(unit, 0), the time of one plan: one window for all of its keys, back
// to back with the next one, for ever (ThrottleStreamProcessor.java). It knows neither keys nor quotas.
//
// It opens with the first event that the plan selects; at deployment nothing happens. From then on
// it moves by exactly one unit each time, so that its alignment never drifts.
type Window struct {
	unit      event.Wall // length in milliseconds
	end       event.Wall // the first millisecond that is no longer in the window
	open      bool
	unaligned bool       // timeBatch(unit) without start: the first event is the anchor
	grace     event.Wall // how much older than its start an event may be stamped; 0 in the product
	lax       bool       // no late rule, as in the event-count operator (AsyncAPIThrottleStreamProcessor.java)
}

// Admission says what an event found.
type Admission uint8

// The admissions.
const (
	Admitted Admission = iota + 1 // it is in the window
	Late                          // it is older than the window, and dropped
	Crowded                       // the plan has room for no other key, and the event's is none of those it keeps
	Rolling                       // it came after the window's end and before the timer, and moved the window by one unit
)

// Admit takes an event stamped at by its sender into the window, at now by the traffic manager's
// clock. An event of any age opens a window that is not open yet. Later ones are late when they are
// stamped before the window's start (carbon-apimgt 20b4ba23e0a), and lateness is judged before the
// window moves: an event of the old window that itself moves the window is not late.
func (w *Window) Admit(now, at event.Wall) Admission {
	if !w.open {
		w.openAt(now)
		return Admitted
	}
	if at < w.end-w.unit-w.grace && !w.lax {
		return Late
	}
	if now < w.end {
		return Admitted
	}
	w.end += w.unit
	return Rolling
}

// holds tells of nearly every event that Admit would admit it without any ado.
func (w *Window) holds(now, at event.Wall) bool {
	return now < w.end && at >= w.end-w.unit-w.grace && w.open
}

// openAt ends the first window at the next multiple of the unit since the epoch, in UTC: days begin
// at midnight, weeks on Thursdays. An instant on a boundary opens a whole window.
func (w *Window) openAt(now event.Wall) {
	w.open = true
	w.end = now + w.unit
	if !w.unaligned {
		w.end -= now % w.unit
	}
}

// Overdue tells whether the window has ended by now and has not moved yet.
func (w *Window) Overdue(now event.Wall) bool { return w.open && now >= w.end }

// Fire is the window's timer. When it comes late it moves the window over all units that have
// passed, and says how many; a timer that comes early, or after an event moved the window, does nothing.
func (w *Window) Fire(now event.Wall) (units int64) {
	if !w.Overdue(now) {
		return 0
	}
	units = int64((now-w.end)/w.unit) + 1
	w.end += w.unit * event.Wall(units)
	return units
}

// End is the end of the current window, the expiryTimeStamp of what is counted in it; 0 before the first event.
func (w *Window) End() event.Wall { return w.end }
