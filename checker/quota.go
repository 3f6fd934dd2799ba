package checker

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// skewTolerance is how far a wall clock may be off the true one before it counts as wrong: above
// what a live run's own readings differ by.
const skewTolerance = 20 // ms

// Oracle knows each call's true position in its window, because it sees every call; it names the
// cause of each call that was served past its quota or refused below it. Windows are aligned to the
// epoch by the true clock; a call beyond the quota-th served in one is a leak. A call of several operations counts as
// often as events of it do, and is one leak if the quota was used up before it came: nobody can serve a part of it.
type Oracle struct {
	setup    *Setup
	gateways map[event.NodeID]int
	managers map[event.NodeID]int
	hubs     map[event.NodeID]hub
	keys     map[event.ThrottleKey]*keyState
	bases    map[event.ThrottleKey][]event.Wall // of keys with condition groups: until when each gateway holds the base key
	order    []*keyState
	routes   Routes[*callKeys]
	ring     []call
	listens  []listening       // by gateway
	keyed    []map[string]bool // by gateway: the key templates that it has
	openings map[string]*opening
	down     []bool       // by manager
	booted   []event.Mono // by manager: when it was last started
	plans    map[plan]event.Mono
	renewed  []event.Mono // by manager: when it last deployed a policy that it had already
	held     []bool       // by manager: it counts nothing until its store of shared counters has answered
	fed      []feed       // by manager
	foreign  foreign
	leaving  int64 // events that left for any manager
	served   int
	refused  int
	examples []string
}

// hub is a broker that decisions go to.
type hub struct {
	index int
	of    []int // the managers whose decisions go there
}

// listening is a gateway's session for decisions.
type listening struct {
	hub   event.NodeID // "" when there is none
	since event.Mono
}

// NewOracle makes an oracle for a run.
func NewOracle(s *Setup) *Oracle {
	o := &Oracle{
		setup: s, gateways: map[event.NodeID]int{}, managers: map[event.NodeID]int{}, hubs: map[event.NodeID]hub{},
		keys: map[event.ThrottleKey]*keyState{}, bases: map[event.ThrottleKey][]event.Wall{}, ring: make([]call, recent),
		foreign: foreign{}, openings: map[string]*opening{}, booted: make([]event.Mono, len(s.Managers)), plans: map[plan]event.Mono{}, renewed: make([]event.Mono, len(s.Managers)),
		listens: make([]listening, len(s.Gateways)), down: make([]bool, len(s.Managers)), held: make([]bool, len(s.Managers)), fed: make([]feed, len(s.Managers)),
		keyed: make([]map[string]bool, len(s.Gateways)),
	}
	for i, g := range s.Gateways {
		o.gateways[g.ID] = i
	}
	for i, m := range s.Managers {
		o.managers[m.ID] = i
		for _, h := range m.Hubs {
			at, known := o.hubs[h]
			if !known {
				at.index = len(o.hubs)
			}
			at.of = append(at.of, i)
			o.hubs[h] = at
		}
	}
	return o
}

// Observe implements trace.Observer.
func (o *Oracle) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Noted:
		o.noted(r)
	case trace.Called:
		if r.Request != nil {
			c := &o.ring[r.Request.ID%recent]
			*c = call{id: r.Request.ID, served: r.At, size: r.Request.Size, keys: o.keysFor(r.Request)}
			if r.Request.Usage != nil {
				c.detour = &detour{usage: r.Request.Usage}
			}
		}
	case trace.Answered:
		if reply, ok := r.Msg.(*event.Reply); ok && r.Request != nil {
			o.answered(r, reply)
		}
	case trace.Dropped:
		if b, ok := r.Msg.(*event.Batch); ok {
			o.lost(r.Node, b)
		}
	case trace.Booted, trace.Stopped:
		if m, ok := o.managers[r.Node]; ok {
			o.restarted(m, r)
		} else if g, ok := o.gateways[r.Node]; ok {
			o.forget(g)
		}
	}
}

func (o *Oracle) noted(r *trace.Record) {
	n := &r.Note
	switch n.Fact {
	case node.EventSent:
		if m, ok := o.managers[n.Peer]; ok {
			o.left(m, r)
			o.fed[m] = feed{o.fed[m].events + 1, o.leaving, r.At}
		}
	case node.Counted:
		o.counted(r)
	case node.CountDropped:
		if m, ok := o.managers[r.Node]; ok && n.Reason != event.Ineligible {
			o.lose(m, n.Request, *n)
		}
	case node.PlanDeployed:
		if m, ok := o.managers[r.Node]; ok {
			o.planned(m, r)
		}
	case node.CallForwarded, node.CallUncounted:
		o.strayed(r)
	case node.EventDropped:
		o.droppedAtGateway(r)
	case node.DecisionEmitted:
		o.emittedBy(r)
	case node.EventPublished:
		o.givenTo(r)
	case node.DecisionApplied:
		o.appliedBy(r)
	case node.CatalogKnown:
		o.templated(r)
	case node.SessionUp, node.SessionLost:
		o.session(r)
	case node.CounterSynced:
		o.synced(r)
	case node.CounterWaited:
		o.waits(r)
	}
}

// session follows which hub a gateway hears decisions from.
func (o *Oracle) session(r *trace.Record) {
	g, ok := o.gateways[r.Node]
	if _, hub := o.hubs[r.Note.Peer]; !ok || !hub || r.Note.Detail != string(event.ThrottleData) {
		return
	}
	if r.Note.Fact == node.SessionUp {
		o.listens[g] = listening{r.Note.Peer, r.At}
	} else if o.listens[g].hub == r.Note.Peer {
		o.listens[g] = listening{}
	}
}

func (o *Oracle) state(c Counted) *keyState {
	k := o.keys[c.Key]
	switch {
	case k == nil:
		k = newKeyState(c, len(o.setup.Managers), len(o.hubs))
		k.opening = o.openingOf(&c)
		o.keys[c.Key] = k
		o.order = append(o.order, k)
	case !k.has(c.Measure):
		k.another(c, len(o.setup.Managers))
	}
	return k
}

// current rolls a key on to the window of an instant.
func (o *Oracle) current(k *keyState, at event.Mono) {
	end := o.window(k, at)
	if end <= k.now.end {
		return
	}
	if k.now.end != 0 || k.opening == nil {
		k.roll(end)
		return
	}
	for one := k; one != nil; one = one.next {
		one.now.end = end // the window is open at last
	}
}

// answered enters a reply. None but gateways serve a call or throttle it; which of them it was is asked
// for what is refused, and what is served past the quota.
func (o *Oracle) answered(r *trace.Record, reply *event.Reply) {
	if c := o.call(r.Request.ID); c != nil {
		c.refused = reply.Code.Throttled()
	}
	switch {
	case reply.Code == event.Served:
		o.served++
		keys := o.keysOf(r)
		if c := o.call(r.Request.ID); c != nil && c.detour != nil {
			o.returned(c, r)
			return
		}
		for i, k := range keys.all {
			o.current(k, r.At)
			if past := k.past(); past != nil {
				o.leak(past, o.passage(r, r.Request.ID, keys.all))
			}
			k.enter(keys.times[i], r.Request.Size, nil)
		}
	case reply.Code.Throttled() && !reply.Code.Local():
		o.refused++
		g := o.gateways[r.Node]
		if k := o.refusing(g, r, levelOf(reply.Code)); k != nil {
			o.refuse(k, g, r)
		}
	}
}

// refusing is the key for which a call was refused at a level: of several, as of condition groups, one
// that is used up, else one that the gateway holds.
func (o *Oracle) refusing(g int, r *trace.Record, level event.Level) (found *keyState) {
	for _, k := range o.keysOf(r).all {
		if k.Level != level {
			continue
		}
		o.current(k, r.At)
		if o.used(k, g) {
			return k
		}
		if found == nil || k.hold(g).on && !found.hold(g).on {
			found = k
		}
	}
	return found
}

// keysOf returns the keys of the call that a record answers, and notes when it was answered.
func (o *Oracle) keysOf(r *trace.Record) *callKeys {
	if c := o.call(r.Request.ID); c != nil {
		c.served = r.At
		return c.keys
	}
	return o.keysFor(r.Request)
}

func levelOf(c event.Code) event.Level {
	switch c {
	case event.APILimitExceeded:
		return event.APILevel
	case event.ResourceLimitExceeded:
		return event.ResourceLevel
	case event.SubscriptionExceeded:
		return event.SubscriptionLevel
	case event.CustomPolicyExceeded:
		return event.CustomLevel
	}
	return event.ApplicationLevel
}

func (o *Oracle) example(format string, args ...any) {
	var out Outcome
	out.Details = o.examples
	out.detail(format, args...)
	o.examples = out.Details
}

func skewed(wall, truth event.Wall) bool {
	d := wall - truth
	return d > skewTolerance || d < -skewTolerance
}

func sum(list []int64) (total int64) {
	for _, n := range list {
		total += n
	}
	return total
}

// call is the call that an event stands for; nil if it is forgotten.
func (o *Oracle) call(id event.RequestID) *call {
	id = id.Call()
	if c := &o.ring[id%recent]; c.id == id {
		return c
	}
	return nil
}

func (o *Oracle) managerOf(id event.NodeID) int {
	if m, ok := o.managers[id]; ok {
		return m
	}
	return -1
}

// emittedBy enters the first decision of a window to throttle.
func (o *Oracle) emittedBy(r *trace.Record) {
	k, m := o.keys[r.Note.Key], o.managerOf(r.Node)
	if k == nil || m < 0 || !r.Note.On {
		return
	}
	if e := &k.emitted[m]; e.expiry != r.Note.Expiry {
		*e = emission{expiry: r.Note.Expiry, at: r.At}
	}
	if skewed(r.Wall, o.setup.truth(r.At)) {
		k.emitted[m].skewed = true
	}
}

// givenTo enters the first decision of a window to throttle that left for a hub.
func (o *Oracle) givenTo(r *trace.Record) {
	if r.Note.Key == "" || !r.Note.On {
		return
	}
	k, h := o.keys[r.Note.Key], o.hubs[r.Note.Peer]
	if k == nil || len(h.of) == 0 || k.given[h.index].expiry == r.Note.Expiry {
		return
	}
	o.current(k, r.At)
	k.given[h.index] = emission{expiry: r.Note.Expiry, at: r.At}
}

// appliedBy enters what a gateway holds now, and settles the leaks that waited for it.
func (o *Oracle) appliedBy(r *trace.Record) {
	k := o.keys[r.Note.Key]
	g, ok := o.gateways[r.Node]
	if k == nil || !ok {
		return
	}
	*k.hold(g) = applied{r.Note.On, r.Note.Expiry, r.At, k.misjudged(r.Note.Expiry)}
	if k.Base != "" {
		o.based(k, g, r)
	}
	for ; r.Note.On && k != nil && r.Note.Expiry == k.now.end; k = k.next {
		k.now.reach(g)
	}
}

// reach settles the leaks at a gateway that a decision has reached.
func (w *window) reach(g int) {
	w.pending = slices.DeleteFunc(w.pending, func(p pendingLeak) bool {
		if p.gateway == g {
			w.over[DecisionInFlight] += p.n
		}
		return p.gateway == g
	})
}

// plan is a policy at a manager; the oracle keeps when it was last deployed there.
type plan struct {
	manager int
	policy  string
}

// planned notes when a manager deployed a policy that it had already: its counts begin anew.
func (o *Oracle) planned(m int, r *trace.Record) {
	at := plan{m, r.Note.ID}
	if before, had := o.plans[at]; had && before >= o.booted[m] {
		o.renewed[m] = r.At
	}
	o.plans[at] = r.At
}

// restarted forgets what a manager had counted.
func (o *Oracle) restarted(m int, r *trace.Record) {
	o.down[m], o.held[m], o.booted[m] = r.Kind == trace.Stopped, false, r.At
	for _, k := range o.order {
		k.now.count[m] = 0
		if k.opening != nil {
			k.opening.stopped(m)
		}
	}
}

// forget empties what a gateway held.
func (o *Oracle) forget(g int) {
	o.listens[g], o.keyed[g] = listening{}, nil
	for _, k := range o.order {
		if g < len(k.applied) {
			k.applied[g] = applied{}
		}
		if held := o.bases[k.Base]; held != nil {
			held[g] = 0
		}
	}
}
