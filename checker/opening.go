package checker

import "hubsim/event"

// opening is when the windows of one policy begin that are opened by the first call it counts (timeBatch without
// a start, ThrottleStreamProcessor.java). One traffic manager's are taken for right: of the first that counts
// anything, until it stops. Every other one opens its own.
type opening struct {
	known bool
	by    int          // the manager
	start event.Wall   // of a window
	unit  event.Wall   // length of a window in milliseconds
	ends  []event.Wall // by manager: the end of the window that it last counted in; 0: none yet
}

// end is the end of the window that an instant falls into; 0 where none was opened. Calls of before the first
// window opened it, and are of it.
func (p *opening) end(at event.Wall) event.Wall {
	switch {
	case !p.known:
		return 0
	case at < p.start:
		return p.start + p.unit
	}
	return at - (at-p.start)%p.unit + p.unit
}

// learn enters the window in which a manager counted a call.
func (p *opening) learn(m int, end event.Wall) {
	p.ends[m] = end
	if !p.known || p.by == m && (end-p.start)%p.unit != 0 {
		p.known, p.by, p.start = true, m, end-p.unit
	}
}

// stopped enters that a manager has forgotten its windows.
func (p *opening) stopped(m int) {
	p.ends[m] = 0
	p.known = p.known && p.by != m
}

// apart tells whether a manager that g hears has windows other than those taken for right.
func (o *Oracle) apart(k *keyState, g int) bool {
	p := k.opening
	for _, m := range o.reaching(g) {
		if p.ends[m] != 0 && (!p.known || (p.ends[m]-p.start)%p.unit != 0) {
			return true
		}
	}
	return false
}

// openingOf is the opening of the windows of a key; nil where they are aligned.
func (o *Oracle) openingOf(c *Counted) *opening {
	if c.Opened == "" {
		return nil
	}
	if o.openings[c.Opened] == nil {
		o.openings[c.Opened] = &opening{unit: event.Wall(c.Window / event.Millisecond), ends: make([]event.Wall, len(o.setup.Managers))}
	}
	return o.openings[c.Opened]
}

// window is the end of the window of a key that an instant falls into; 0: none was opened.
func (o *Oracle) window(k *keyState, at event.Mono) event.Wall {
	if k.opening != nil {
		return k.opening.end(o.setup.truth(at))
	}
	return windowEnd(o.setup.truth(at), k.Window)
}
