package trafficmgr

import (
	"slices"
	"strconv"

	"hubsim/event"
)

// Sharing is how traffic managers share their counters: each counts on its own and brings its count
// together with the others' in a key-value store, from time to time ([apim.distributed_throttling];
// carbon-apimgt, DistributedCountAttributeAggregator.java). Request counts alone are shared, and those
// of custom policies are not: their queries say count().
type Sharing struct {
	// Store is the key-value store (apim.distributed_throttling.keyvalue_store host and port). Empty:
	// nothing is shared (apim.distributed_throttling.enable). WSO2: empty.
	Store event.NodeID
	// Peers are the other traffic managers at the store; only OwnKeys asks. It has no key.
	Peers []event.NodeID

	// Interval is from one round of synchronization to the next; a round that takes longer delays the
	// next one. WSO2: 10 ms (apim.distributed_throttling.sync_interval, ms). Less than 1 ms counts as that.
	Interval event.Duration
	// Pool is how many commands of a round may be under way at once. WSO2: 200
	// (apim.distributed_throttling.core_pool_size, threads).
	Pool int
	// FirstWaits lets the first event of a key, and everything behind it, wait until the store has said
	// what it knows of the key: the product asks on the thread that counts. WSO2: true; it has no key.
	FirstWaits bool
	// OwnKeys gives each traffic manager a key of its own for each window of a throttle key, which holds
	// all that it has counted there, and lets the others add theirs. Writing the same value twice does no
	// harm, nothing needs to be taken back at the window's end, and what the store forgot comes again.
	// The product adds to and subtracts from one number for all. WSO2: false; it has no key.
	OwnKeys bool
	// Timeout is how long a command, or the connection, may stay without an answer before the connection
	// is given up. WSO2: 0, for ever (carbon-apimgt pull request 13903); it has no key.
	Timeout event.Duration
	// Reconnect is the least time from a connection that failed to the next one. WSO2: 0, every round
	// tries; it has no key.
	Reconnect event.Duration
}

// tally is what a plan keeps besides of a key that is shared.
type tally struct {
	plan *ExecutionPlan
	id   uint32
	name string // in the store; with OwnKeys the stem of it

	copies   int64 // events of this window: their copies are taken back at its end
	ready    bool  // the store was asked for a first value, or could not be
	unsynced int64 // counted, less taken back, since the last command; without OwnKeys
	wiped    bool  // a reset of the quota is to be told to the store

	// With OwnKeys.
	window event.Wall // whose these are
	known  bool       // own has what an earlier incarnation had counted in the window
	own    int64      // counted here
	told   int64      // of own, known to be in the store
	news   bool       // something has changed since the last note
	others []int64    // by peer, as the store said last
	keys   []string   // the own, then the peers'
}

// share is a plan's part in sharing; nil at a plan that counts alone.
type share struct {
	cfg  *Sharing
	self event.NodeID
	byID []*tally // by the key's id; nil where there is none
	all  []*tally // in order of appearance
}

// shares tells whether the counts of a plan can be shared.
func (p *ExecutionPlan) shares(l event.Level) bool {
	return p.quota.Kind == RequestCount && l != event.CustomLevel
}

// tally returns that of a key, which is made if there is none.
func (s *share) tally(p *ExecutionPlan, id uint32) *tally {
	for int(id) >= len(s.byID) {
		s.byID = append(s.byID, nil)
	}
	t := s.byID[id]
	if t == nil {
		t = &tally{plan: p, id: id, name: "wso2_throttler:" + string(p.keys.at(id).text) + "::"}
		s.byID[id] = t
		s.all = append(s.all, t)
	}
	return t
}

// counted enters that a key's sum went from one value to another by an event; 0 is a reset.
func (s *share) counted(p *ExecutionPlan, id uint32, n int64, reset bool) {
	t := s.tally(p, id)
	t.copies++
	if s.cfg.OwnKeys && t.window != p.window.end {
		t.begin(s, p.window.end)
	}
	if reset {
		t.unsynced, t.wiped = 0, true
		t.own, t.told, t.known = 0, 0, true
		clear(t.others)
		return
	}
	t.unsynced += n
	t.own += n
}

// begin starts a window of a tally with its own keys.
func (t *tally) begin(s *share, end event.Wall) {
	t.known = t.window != 0 // an earlier incarnation cannot have counted in a later window
	t.window, t.own, t.told = end, 0, 0
	t.others = make([]int64, len(s.cfg.Peers))
	stem := t.name + strconv.FormatInt(int64(end), 10) + ":"
	t.keys = append(t.keys[:0], stem+string(s.self))
	for _, peer := range s.cfg.Peers {
		t.keys = append(t.keys, stem+string(peer))
	}
}

// took takes a window's copies back from a key. What the store said of others stays in the sum.
func (s *share) took(p *ExecutionPlan, id uint32, k *key) {
	if int(id) >= len(s.byID) || s.byID[id] == nil {
		return
	}
	t := s.byID[id]
	t.unsynced -= t.copies
	k.sum -= t.copies
	if s.cfg.OwnKeys || p.rules.FreshWindows {
		k.sum = 0
	}
	t.copies = 0
}

// forget drops the tallies of keys that the plan has forgotten.
func (s *share) forget(p *ExecutionPlan) {
	s.all = slices.DeleteFunc(s.all, func(t *tally) bool {
		gone := p.keys.at(t.id).flags&keyTaken == 0
		if gone {
			s.byID[t.id] = nil
		}
		return gone
	})
}

// current is what a key with its own keys counts up to now.
func (t *tally) current() int64 {
	sum := t.own
	for _, n := range t.others {
		sum += n
	}
	return sum
}
