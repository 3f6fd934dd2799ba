package checker

import (
	"slices"

	"hubsim/event"
)

// callKeys are the keys that a call is counted under. A call of several operations has an event for each, and counts
// under a key as often as an event of it does.
type callKeys struct {
	all   []*keyState
	times []int64       // by key: events that count under it
	each  [][]*keyState // by operation: the keys that its event counts under; nil for a call of one
}

// of are the keys that an event of the call counts under; of no known call none.
func (c *callKeys) of(e event.RequestID) []*keyState {
	switch place := e.Place(); {
	case c == nil:
		return nil
	case c.each == nil:
		return c.all
	case place < len(c.each):
		return c.each[place]
	}
	return nil
}

// keysFor are the keys of a call.
func (o *Oracle) keysFor(req *event.Request) *callKeys {
	return o.routes.Get(req, func() *callKeys {
		list := &callKeys{}
		if n := 1 + len(req.Also); n > 1 {
			list.each = make([][]*keyState, n)
		}
		for _, c := range o.setup.Counted(req) {
			list.add(o.state(c), c.Place)
		}
		return list
	})
}

// add enters that the event of an operation counts under a key.
func (c *callKeys) add(k *keyState, place int) {
	at := slices.Index(c.all, k)
	switch {
	case at < 0:
		c.all, c.times = append(c.all, k), append(c.times, 1)
	case c.each != nil && !slices.Contains(c.each[place], k): // else it is a further quota of the key
		c.times[at]++
	}
	if c.each != nil && !slices.Contains(c.each[place], k) {
		c.each[place] = append(c.each[place], k)
	}
}
