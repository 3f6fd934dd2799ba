package trafficmgr

import "hubsim/event"

// Rules are where the profiles differ in how plans count. The zero value is WSO2.
type Rules struct {
	// FreshWindows lets each window start from 0. The product takes the copies of a window's events
	// back instead, which leaves a sum negative after a reset, skewed after an event without its
	// number, and drifting in AI quotas (all seen with the real engine). WSO2: false; it has no key.
	FreshWindows bool
	// RepeatTrueEvery is the least time between two trues for a key within a window, so that a lost
	// one still heals. WSO2: 0, every event past the quota repeats it; it has no key.
	RepeatTrueEvery event.Duration
	// ForgetIdle gives up a key that was not seen in two whole windows. WSO2: false, keys are kept
	// until the plan goes; it has no key.
	ForgetIdle bool
	// MaxKeys bounds the keys that a plan keeps: an event of one more is not counted. 0 is no bound, as in
	// WSO2, where a key for each caller's address fills the heap (api-manager#5169); it has no key. Whatever
	// it says, a plan takes no new key when those it has take 4 GB of text.
	MaxKeys int
	// QuietFirst says nothing of a key's first event below the quota. The product says false, which
	// lifts what another traffic manager decided while this one was away. WSO2: false; it has no key.
	QuietFirst bool
	// LateBy is how much older than the window an event may be stamped and is counted all the same, so
	// that a gateway's clock that is behind loses nothing. WSO2: 0 (ThrottleStreamProcessor.java); it
	// has no key.
	LateBy event.Duration
	// WholeGigabytes counts a bandwidth in GB as such. The product takes the number for bytes
	// (PD/dto/BandwidthLimit.java). WSO2: false; it has no key.
	WholeGigabytes bool
}

// Arrival is an event as one plan sees it.
type Arrival struct {
	Key        event.ThrottleKey // without the plan's suffix
	At         event.Wall        // the event's own timestamp
	Properties *Properties
	Counter    *Counter // of this key in the plan that counts, if its sender keeps one
}

// Row is a decision that a plan made and that has passed the rule of state change.
type Row struct {
	Key    event.ThrottleKey
	On     bool
	Expiry event.Wall
}

// Outcome says what became of an event.
type Outcome struct {
	Admission Admission
	Key       event.ThrottleKey // with the plan's suffix
	N         int64             // the key's sum afterwards
	Expiry    event.Wall        // the end of the window it was counted in
	Expired   int64             // with Rolling: how many events' copies expired
}

// ExecutionPlan counts the events of one policy, or of one condition group of a policy:
// EligibilityStream, time batch, ResultStream, state change (throttle_policy_template_*.xml). It
// keeps everything in memory; a new deployment of the policy starts from nothing.
type ExecutionPlan struct {
	Name      string // "subscription:Gold", "api:Ten/condition_1"
	Evaluated string // evaluatedConditions of its decisions
	quota     Quota
	rules     Rules
	plain     bool // it counts requests
	resets    bool // the template is the application's, whose sums know resets
	window    Window
	number    uint8 // low bits of the count of windows
	keys      keyTable
	change    stateChange
	carried   map[uint32]int64 // by id, of keys that say so: mostly none
	ai        *aiSums
	copies    int64 // events whose copies expire at the window's end
	broken    bool  // a copy lacks its number: those behind it never expire, and the batch is lost
	rows      []Row
	outcome   Outcome
	due       event.Mono // when the timer of the window runs
	armed     event.Wall // the window's end that it was set for
	share     *share     // nil: it counts alone
}

// planSpec is what a plan is made from.
type planSpec struct {
	name, suffix, evaluated string
	quota                   Quota
	unit                    event.Duration
	level                   event.Level
	unaligned               bool
}

func newPlan(s planSpec, rules Rules) *ExecutionPlan {
	p := &ExecutionPlan{
		Name: s.name, Evaluated: s.evaluated, quota: s.quota, rules: rules, due: event.Never,
		plain: s.quota.Kind == RequestCount, resets: s.level == event.ApplicationLevel,
		keys:   newKeyTable(s.suffix, rules.MaxKeys),
		change: stateChange{quarter: event.Wall(rules.RepeatTrueEvery / (4 * event.Millisecond)), quiet: rules.QuietFirst},
	}
	p.window = Window{unit: event.Wall(s.unit / event.Millisecond), unaligned: s.unaligned, grace: event.Wall(rules.LateBy / event.Millisecond), lax: s.quota.Kind == EventCount}
	if s.quota.Kind == AIQuota {
		p.ai = newAISums(s.quota, !rules.FreshWindows)
	}
	return p
}

// Quota is what the plan counts up to.
func (p *ExecutionPlan) Quota() Quota { return p.quota }

// Window is the plan's window.
func (p *ExecutionPlan) Window() *Window { return &p.window }

// Rows are the decisions of the last Count or Fire, in order. They are overwritten by the next.
func (p *ExecutionPlan) Rows() []Row { return p.rows }

// Count takes an event that the plan selects, at now by the traffic manager's clock. What it returns
// is overwritten by the next.
func (p *ExecutionPlan) Count(now event.Wall, a *Arrival) *Outcome {
	p.rows = p.rows[:0]
	o := &p.outcome
	if p.keys.held >= p.keys.room && p.keys.refuses(a.Key) {
		*o = Outcome{Admission: Crowded, Key: p.keys.name(a.Key)}
		return o
	}
	o.Admission, o.Expired = Admitted, 0
	if !p.window.holds(now, a.At) {
		o.Admission = p.window.Admit(now, a.At)
		if o.Admission == Late {
			o.Key, o.N, o.Expiry = p.keys.name(a.Key), 0, 0
			return o
		}
		if o.Admission == Rolling && p.quota.Kind == EventCount {
			o.Expired = p.clear()
			p.age(1)
		}
	}
	var id uint32
	var k *key
	if a.Counter != nil {
		id, k = p.counted(a)
	} else if id, k = p.keys.lookup(a.Key); k == nil {
		id, k = p.keys.add(a.Key)
	}
	o.Key, o.Expiry = k.text, p.window.end
	rolling := o.Admission == Rolling && p.quota.Kind != EventCount
	if k.flags&keySeen == 0 || rolling {
		if p.ai != nil && k.flags&keyTaken == 0 {
			p.ai.begin(id)
		}
		p.keys.see(id, p.number, rolling)
	}
	p.copies++
	before := k.sum
	on, ok := p.add(id, k, a.Properties)
	if p.share != nil {
		p.share.counted(p, id, k.sum-before, p.resetBy(a.Properties))
	}
	switch {
	case rolling:
		o.Expired = p.rollWith(id, ok)
	case ok && (on || k.flags&(keyKnown|keyOn) != keyKnown): // else it is a false behind a false
		p.result(k, on, now)
	}
	o.N = p.sum(id, k)
	return o
}

// Keys is how many throttle keys the plan keeps.
func (p *ExecutionPlan) Keys() int { return p.keys.held }

// add adds an event to its key's sum and keeps its copy. ok is false when the sum fails on a missing
// number; then the event has no result.
func (p *ExecutionPlan) add(id uint32, k *key, props *Properties) (on, ok bool) {
	if p.plain && (props == nil || !props.reset) {
		k.sum++
		return p.reached(k), true
	}
	return p.addAmount(id, k, props)
}

// reached tells whether a sum of requests or bytes throttles.
func (p *ExecutionPlan) reached(k *key) bool { return k.sum >= p.quota.Limit }

func (p *ExecutionPlan) addAmount(id uint32, k *key, props *Properties) (on, ok bool) {
	n := int64(1)
	switch p.quota.Kind {
	case EventCount:
		k.sum++
		return k.sum > p.quota.Limit, true
	case AIQuota:
		return p.ai.add(id, props)
	case Bandwidth:
		var there bool
		if n, there = size(props); !there && !p.rules.FreshWindows {
			p.broken = true
			if !p.resetBy(props) {
				return false, false
			}
		}
	}
	if p.broken || p.resetBy(props) {
		p.skew(id, k, n, p.resetBy(props))
	} else {
		k.sum += n
	}
	return p.reached(k), true
}

func (p *ExecutionPlan) resetBy(props *Properties) bool {
	return p.resets && props != nil && props.reset
}

func size(props *Properties) (n int64, there bool) {
	if props == nil {
		return 0, false
	}
	return props.size.n, props.size.there
}

// sum is the value that a note tells.
func (p *ExecutionPlan) sum(id uint32, k *key) int64 {
	if p.ai != nil {
		return p.ai.first(id)
	}
	return k.sum
}

// result makes the row of an event. The event-count operator hands out each event twice, itself and
// its copy that expires at once.
func (p *ExecutionPlan) result(k *key, on bool, now event.Wall) {
	times := 1
	if p.quota.Kind == EventCount {
		times = 2
	}
	for range times {
		if p.change.counted(k, on, now) {
			p.rows = append(p.rows, Row{k.text, on, p.window.end})
		}
	}
}

// Fire is the timer of the window: it may come late, early or for nothing. It returns how many
// copies expired, and whether the window moved.
func (p *ExecutionPlan) Fire(now event.Wall) (expired int64, moved bool) {
	p.rows = p.rows[:0]
	end := p.window.end
	units := p.window.Fire(now)
	if units == 0 {
		return 0, false
	}
	expired = p.expire(end, 0)
	p.age(units)
	return expired, true
}

// rollWith ends the window by an event that came ahead of the timer. The event is in one batch with
// the window's copies, its own among them, so it does not count; its key leads the batch, and the
// key's row carries the new window's end. An event that fails the sum takes the whole batch with it.
func (p *ExecutionPlan) rollWith(id uint32, ok bool) (expired int64) {
	if !ok && !p.rules.FreshWindows {
		p.drop()
		return 0
	}
	expired = p.expire(p.window.end-p.window.unit, id)
	p.age(1)
	return expired
}

// expire takes back the copies of the window that ended at end, and makes the last row of each key,
// in order of appearance. The leading key, if any, got there by rolling the window.
func (p *ExecutionPlan) expire(end event.Wall, leading uint32) (expired int64) {
	if p.quota.Kind == EventCount {
		return p.clear()
	}
	whole := !p.broken
	if p.ai != nil {
		whole = p.ai.expire(&p.keys)
	}
	for id := p.keys.first; id != 0; {
		k := p.keys.at(id)
		next := k.leave()
		on := p.subtract(id, k)
		if whole && p.change.ended(k, on) {
			row := Row{k.text, on, end}
			if id == leading {
				row.Expiry = p.window.end
			}
			p.rows = append(p.rows, row)
		}
		id = next
	}
	return p.begin()
}

// subtract takes a key's copies back and compares once more.
func (p *ExecutionPlan) subtract(id uint32, k *key) (on bool) {
	switch {
	case p.rules.FreshWindows && p.ai != nil:
		p.ai.begin(id)
		return false
	case p.ai != nil:
		return k.flags&keyResult != 0
	case p.share != nil:
		p.share.took(p, id, k)
	case p.rules.FreshWindows:
		k.sum = 0
	default:
		k.sum = p.carries(id, k)
	}
	return p.reached(k)
}

// drop loses the copies of the window: what they would have taken back stays in the sums.
func (p *ExecutionPlan) drop() {
	if p.ai != nil {
		p.ai.copies = p.ai.copies[:0]
	}
	for id := p.keys.first; id != 0; {
		k := p.keys.at(id)
		p.carry(id, k, k.sum)
		id = k.leave()
	}
	p.begin()
	p.age(1)
}

// clear starts the counters of an event-count plan anew. Nobody is told; the next event of a key
// brings the false.
func (p *ExecutionPlan) clear() (expired int64) {
	for id := p.keys.first; id != 0; {
		k := p.keys.at(id)
		k.sum = 0
		id = k.leave()
	}
	return p.begin()
}

// leave takes the first key off the window's list and returns the next.
func (k *key) leave() (next uint32) {
	next, k.next = k.next, 0
	k.flags &^= keySeen | keyTold
	return next
}

// begin starts a window without keys and copies.
func (p *ExecutionPlan) begin() (expired int64) {
	expired = p.copies
	p.copies, p.broken, p.keys.first, p.keys.last = 0, false, 0, 0
	return expired
}

// age counts the windows that passed and forgets who stayed away for two of them.
func (p *ExecutionPlan) age(units int64) {
	if p.rules.ForgetIdle {
		for range min(units, 3) {
			p.number++
			p.keys.forget(p.number - 2)
		}
		if p.share != nil {
			p.share.forget(p)
		}
	}
}
