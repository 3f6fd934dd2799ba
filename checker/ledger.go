package checker

import (
	"slices"

	"hubsim/event"
)

// recent is how many calls the ledger remembers: enough for all whose events can still be on their
// way, at 20,000 calls a second and 3 s of latency. An older call's event is counted without its
// origin being known.
const recent = 1 << 16

// call is what is remembered of a call.
type call struct {
	id      event.RequestID
	served  event.Mono // when it was answered; before that, when it came
	size    int64      // of the message, in bytes
	keys    *callKeys
	left    uint64 // bit i: the event of its operation i is on its way to a manager
	refused bool   // and what events it has, of operations that were not, use up quotas all the same
	stale   []bool // by manager: its event waited in the gateway before it left; nil: for none
	detour  *detour
}

// window is what is known of one key in one true window. What is counted are calls, or the bytes of calls.
type window struct {
	end      event.Wall // 0: none yet
	admitted int64
	refused  int64
	carried  []int64 // by manager: events that were in flight when their own window, the one before, ended, and counted in this one
	stale    []int64 // by manager: other events of earlier windows that were counted in this one
	astray   []int64 // by manager: events of this one that were counted in another
	sent     []int64 // by manager: events of this one that left for it
	lost     []int64 // by manager: events of this one that will not reach it
	unserved []int64 // by manager: events of calls that were refused, counted in this one
	ever     []int64 // by manager: counted in this one, over all its incarnations
	count    []int64 // by manager: what its present incarnation has counted
	synced   []int64 // by manager: how often it has heard of the shared counter since the quota was used up
	over     Causes
	pending  []pendingLeak // leaks that wait for the decision to arrive, or not
	spent    *keyState     // of the quotas of the key, the first that was used up; nil: none is known to be
	behind   bool          // events of before the first one that a manager counted were dropped as late
}

// feed is what gateways have sent to one manager in the whole run.
type feed struct {
	events int64
	of     int64 // events that had left for any manager when this one got its last
	last   event.Mono
}

// pendingLeak is a leak at a gateway that had been sent a decision.
type pendingLeak struct {
	gateway int
	hub     int // that the gateway listened to
	n       int
}

// keyState is what is known of one throttle key.
type keyState struct {
	Counted
	now     window
	emitted []emission // by manager
	given   []emission // by hub: the first that it was handed
	applied []applied  // by gateway, grown as needed
	skewed  bool       // a clock that judged this key is wrong
	reset   bool       // its quota began anew at some time
	under   Causes
	over    Causes
	worst   int64 // most over in one window
	windows int   // windows in which the quota was reached
	most    int64 // most served in one window, in what the quota is one of
	drifts  bool  // of several quotas one was used up: from then on an engine that adds lazily may be wrong
	opening *opening
	head    *keyState // the first quota of the key, which is itself but for keys with several
	next    *keyState // the next quota of the key
}

// emission is the first decision to throttle in a window that a manager made, or that a hub was handed.
type emission struct {
	expiry event.Wall
	at     event.Mono
	skewed bool // that manager's clock was wrong when it was made, or made again
}

// misjudged tells whether the clock of a manager was wrong when it decided for the window that ends so.
func (k *keyState) misjudged(end event.Wall) bool {
	return slices.ContainsFunc(k.emitted, func(e emission) bool { return e.skewed && e.expiry == end })
}

// applied is the decision that a gateway holds for a key.
type applied struct {
	on     bool
	expiry event.Wall
	at     event.Mono
	skewed bool // by the clock of whoever made it
}

// weight is what an event of a call counts under the key.
func (k *keyState) weight(size int64, d *detour) int64 {
	switch {
	case k.Measure == Calls:
		return 1
	case d == nil:
		return k.Measure.Of(size, nil)
	}
	return k.Measure.Of(size, d.usage)
}

// past is the quota of a key that is used up: of several the first that was; nil is none.
func (k *keyState) past() *keyState {
	if k.now.spent == nil {
		for one := k; one != nil; one = one.next {
			if one.now.admitted >= one.Quota {
				k.now.spent = one
				break
			}
		}
	}
	return k.now.spent
}

func newKeyState(c Counted, managers, hubs int) *keyState {
	k := &keyState{Counted: c, emitted: make([]emission, managers), given: make([]emission, hubs)}
	k.head = k
	k.now.grow(managers)
	return k
}

// another adds a further quota to a key. What is decided concerns the key.
func (k *keyState) another(c Counted, managers int) {
	last := k
	for last.next != nil {
		last = last.next
	}
	last.next = &keyState{Counted: c, emitted: k.emitted, given: k.given, head: k, opening: k.opening}
	last.next.now.grow(managers)
}

func (w *window) grow(managers int) {
	if w.lost == nil {
		w.sent, w.lost = make([]int64, managers), make([]int64, managers)
		w.ever, w.count, w.synced = make([]int64, managers), make([]int64, managers), make([]int64, managers)
		w.carried, w.stale, w.astray = make([]int64, managers), make([]int64, managers), make([]int64, managers)
		w.unserved = make([]int64, managers)
	}
}

// brought is how many events of the given tallies use up the quota of this window. Of managers that each
// count alone it is the most that one of them counted.
func brought(together bool, tallies ...[]int64) (all int64) {
	for m := range tallies[0] {
		n := int64(0)
		for _, tally := range tallies {
			n += tally[m]
		}
		if together {
			all += n
		} else {
			all = max(all, n)
		}
	}
	return all
}

// roll begins the window that ends at end, for all quotas of a key; what the old one left open is settled
// first.
func (k *keyState) roll(end event.Wall) {
	if k.past() != nil {
		k.windows++
		k.drifts = k.drifts || k.next != nil
	}
	for one := k; one != nil; one = one.next {
		one.turn(end)
	}
}

func (k *keyState) turn(end event.Wall) {
	w := &k.now
	for _, p := range w.pending {
		if len(k.given) > 0 && k.given[p.hub].expiry != w.end {
			w.over[DecisionWaiting] += p.n
		} else {
			w.over[DecisionLost] += p.n
		}
	}
	k.settle()
	for _, tally := range [...][]int64{w.sent, w.lost, w.ever, w.count, w.synced, w.carried, w.stale, w.astray, w.unserved} {
		clear(tally)
	}
	*w = window{
		end: end, sent: w.sent, lost: w.lost, ever: w.ever, count: w.count, synced: w.synced,
		carried: w.carried, stale: w.stale, astray: w.astray, unserved: w.unserved, pending: w.pending[:0],
	}
}

// settle adds the present window's leaks to the key's.
func (k *keyState) settle() {
	w := &k.now
	if over := int64(w.over.Total() - w.over[LetThrough]); over > k.worst {
		k.worst = over
	}
	k.most = max(k.most, w.admitted)
	for c, n := range w.over {
		k.over[c] += n
	}
	w.over = Causes{}
}

// hold returns what gateway g holds for the key.
func (k *keyState) hold(g int) *applied {
	k = k.head
	for len(k.applied) <= g {
		k.applied = append(k.applied, applied{})
	}
	return &k.applied[g]
}

// has tells whether one of a key's quotas is of a measure.
func (k *keyState) has(m Measure) bool {
	for ; k != nil; k = k.next {
		if k.Measure == m {
			return true
		}
	}
	return false
}
