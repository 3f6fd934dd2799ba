package checker

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// foreign are the keys under which traffic managers counted events that no call of the run stands behind: posted by
// somebody, or of a gateway that is not the run's.
type foreign map[event.ThrottleKey]foreignSum

// foreignSum is what a manager counted up to with such an event, most, in the last window that has one.
type foreignSum struct {
	end event.Wall
	sum int64
}

// mostForeign bounds the keys: who posts events may make up any number of them.
const mostForeign = 1 << 16

func (f foreign) add(n *node.Note) {
	s, known := f[n.Key]
	switch {
	case !known && len(f) >= mostForeign, n.Expiry < s.end:
		return
	case n.Expiry > s.end:
		s = foreignSum{end: n.Expiry}
	}
	s.sum = max(s.sum, n.N)
	f[n.Key] = s
}

// used tells whether such events had a part in using up a quota of a key in its present window.
func (f foreign) used(k *keyState) bool {
	s, some := f[k.Key]
	return some && s.end == k.now.end && max(s.sum, slices.Max(k.now.count)) >= k.Quota
}
