package checker

import (
	"cmp"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// Fates follows each event of the event hub (what has an event id) to each gateway.
type Fates struct {
	setup    *Setup
	gateways map[event.NodeID]int
	running  []bool
	deafened []bool                         // by gateway: a half-open connection of its swallowed something
	sessions []map[event.Topic]subscription // by gateway
	events   map[string]*published
	order    []*published
	born     map[string]birth
	ways     bool // most of copyFate is wanted
}

// subscription is what a gateway's consumer of one topic is attached to.
type subscription struct {
	hub   event.NodeID
	since event.Mono
	lost  event.Mono // when the last one was lost; 0 never
}

// halfOpen stands in the text of a fault that swallows.
const halfOpen = " half-open "

// settling is how long a consumer that is attached may still be without its subscription: the request
// for it is on its way to the hub.
const settling = 250 * event.Millisecond

// published is one event and what became of it.
type published struct {
	id      string
	topic   event.Topic
	origin  string // region of the first publisher
	at      event.Mono
	fates   []copyFate            // by gateway
	targets map[event.NodeID]int  // hub → times published there
	hops    map[string]int        // publisher's region>hub's region → times
	ways    map[event.NodeID]int  // hub → how many ways lead there
	early   map[event.NodeID]bool // hub → it was given it by who had it from the database, before anybody else
	resent  map[event.NodeID]int  // hub or gateway → how often it was sent it again by whom nobody had confirmed it
}

// birth is how an event came into the world.
type birth struct {
	by, to event.NodeID // who told whom first
	times  int          // how often it was told so: again where it was not acknowledged
	again  bool         // by who had it from the database, since whoever was asked has told nobody yet
}

// copyFate is what is known of one gateway's copy.
type copyFate struct {
	copies   int
	most     int  // by how many ways copies may have come
	resent   int  // copies that came on top since its hub was sent the event again
	expected bool // it was attached to a hub when that hub was given the event
	from     event.Mono
	reason   event.Reason // the first loss seen
	down     bool         // it was not running then
	deaf     bool         // it ran, attached to no hub of the topic, or too short for its subscription
}

// NewFates makes the fold.
func NewFates(s *Setup) *Fates {
	f := &Fates{
		setup: s, gateways: map[event.NodeID]int{}, running: make([]bool, len(s.Gateways)), deafened: make([]bool, len(s.Gateways)),
		sessions: make([]map[event.Topic]subscription, len(s.Gateways)), events: map[string]*published{}, born: map[string]birth{},
	}
	for i, g := range s.Gateways {
		f.gateways[g.ID], f.sessions[i] = i, map[event.Topic]subscription{}
	}
	return f
}

// Observe implements trace.Observer.
func (f *Fates) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Noted:
		f.noted(r)
	case trace.Booted, trace.Stopped:
		if g, ok := f.gateways[r.Node]; ok && r.At < event.Mono(f.setup.Length) {
			f.running[g] = r.Kind == trace.Booted
			clear(f.sessions[g])
		}
	case trace.FaultHit:
		if g, ok := f.gateways[r.Node]; ok && strings.Contains(r.Mark, halfOpen) {
			f.deafened[g] = true
		}
	case trace.Received:
		if e, g := f.of(r); e != nil {
			e.fates[g].copies++
			e.fates[g].resent = max(e.fates[g].resent, e.resent[f.sessions[g][e.topic].hub]+e.resent[r.Node])
			if f.ways {
				e.fates[g].most = max(e.fates[g].most, f.lead(e, g))
			}
		}
	case trace.Dropped:
		if e, g := f.of(r); e != nil && e.fates[g].reason == 0 {
			e.fates[g].reason = r.Reason
		}
	}
}

// of returns the event that a record's message carries to a gateway, and the gateway.
func (f *Fates) of(r *trace.Record) (*published, int) {
	p, ok := r.Msg.(*event.Publish)
	if !ok || len(f.events) == 0 || p.Body == nil {
		return nil, 0
	}
	g, ok := f.gateways[r.Node]
	if !ok {
		return nil, 0
	}
	return f.events[event.IDOf(p.Body)], g
}

func (f *Fates) noted(r *trace.Record) {
	n := &r.Note
	switch n.Fact {
	case node.SessionUp, node.SessionLost:
		if g, ok := f.gateways[r.Node]; ok {
			f.session(r, g)
		}
	case node.EventPublished:
		if n.ID != "" {
			f.told(r)
		}
		if n.ID != "" && f.setup.hub(n.Peer) {
			f.publish(r)
		}
	case node.EventResent:
		if n.ID != "" {
			f.again(r)
		}
	case node.PublishDropped:
		if n.ID != "" {
			f.publishDropped(r)
		}
	case node.CopyLost:
		if g, ok := f.gateways[n.Peer]; ok && f.events[n.ID] != nil && f.events[n.ID].fates[g].reason == 0 {
			f.events[n.ID].fates[g].reason = n.Reason
		}
	}
}

// again enters that a hub, a gateway or the next control plane was sent an event once more. To a hub that
// had not been given it, it is the first time after all.
func (f *Fates) again(r *trace.Record) {
	to := r.Note.Peer
	switch _, gateway := f.gateways[to]; {
	case f.setup.hub(to) && (f.events[r.Note.ID] == nil || f.events[r.Note.ID].targets[to] == 0):
		f.told(r)
		f.publish(r)
		f.events[r.Note.ID].early[to] = true
	case gateway, f.setup.hub(to):
		f.event(r).resent[to]++
	default:
		f.told(r)
	}
}

// session follows which hub a gateway's consumer of a topic is attached to.
func (f *Fates) session(r *trace.Record, g int) {
	topic := event.Topic(r.Note.Detail)
	if r.Note.Fact == node.SessionUp {
		f.sessions[g][topic] = subscription{hub: r.Note.Peer, since: r.At, lost: f.sessions[g][topic].lost}
	} else if f.sessions[g][topic].hub == r.Note.Peer {
		f.sessions[g][topic] = subscription{lost: r.At}
	}
}

// hub tells whether a node is a broker: feeds and pulls have other targets.
func (s *Setup) hub(id event.NodeID) bool { return id != id.Host() && id[len(id.Host()):] == ".broker" }

func (f *Fates) event(r *trace.Record) *published {
	e := f.events[r.Note.ID]
	if e == nil {
		e = &published{
			id: r.Note.ID, topic: event.Topic(r.Note.Detail), origin: f.setup.Region(cmp.Or(f.born[r.Note.ID].by, r.Node)), at: r.At,
			fates: make([]copyFate, len(f.setup.Gateways)), targets: map[event.NodeID]int{}, hops: map[string]int{}, ways: map[event.NodeID]int{},
			early: map[event.NodeID]bool{}, resent: map[event.NodeID]int{},
		}
		f.events[e.id] = e
		f.order = append(f.order, e)
		for g := range e.fates {
			e.fates[g].down = !f.running[g]
			e.fates[g].deaf = f.running[g] && f.sessions[g][e.topic].hub == ""
		}
	}
	return e
}

// publish enters that a hub was given the event: the gateways attached to it should get a copy.
func (f *Fates) publish(r *trace.Record) {
	e, hub := f.event(r), r.Note.Peer
	e.targets[hub]++
	if e.early[hub] && r.Note.Fact == node.EventPublished {
		e.resent[hub]++
		delete(e.early, hub)
	}
	if r.Note.Fact == node.EventPublished { // who has it from the database tells it to everybody
		e.hops[f.setup.Region(r.Node)+">"+f.setup.Region(hub)]++
	}
	for g := range e.fates {
		switch at := f.sessions[g][e.topic]; {
		case at.hub != hub || e.fates[g].expected:
		case r.At.Sub(at.since) < settling:
			e.fates[g].deaf = true
		default:
			e.fates[g].expected, e.fates[g].from = true, r.At
		}
	}
}

// publishDropped enters that a hub was not given the event.
func (f *Fates) publishDropped(r *trace.Record) {
	e := f.event(r)
	for g := range e.fates {
		if f.sessions[g][e.topic].hub == r.Note.Peer && e.fates[g].reason == 0 {
			e.fates[g].reason = r.Note.Reason
		}
	}
}

// lead is by how many ways an event comes to the hub that a gateway hears it from, each time that it is told.
func (f *Fates) lead(e *published, g int) int {
	hub := f.sessions[g][e.topic].hub
	n, known := e.ways[hub]
	if !known {
		n = f.setup.Paths(e.topic, f.born[e.id].by, hub)
		e.ways[hub] = n
	}
	return n * max(f.born[e.id].times, 1)
}

// told enters who told whom of an event first, and that it is told so again. What reaches a broker twice is
// no second telling: an event that goes round does.
func (f *Fates) told(r *trace.Record) {
	b, known := f.born[r.Note.ID]
	again := r.Note.Fact == node.EventResent
	fresh := !known || b.again && !again
	if fresh {
		b = birth{by: r.Node, to: r.Note.Peer, again: again}
		if e := f.events[r.Note.ID]; e != nil {
			e.origin, e.ways = f.setup.Region(b.by), map[event.NodeID]int{}
		}
	}
	if r.Node == b.by && r.Note.Peer == b.to && !f.setup.hub(b.to) {
		b.times++
	}
	if fresh || b.times > 1 {
		f.born[r.Note.ID] = b
	}
}

// Fate is one event at one gateway.
type Fate struct {
	Event   string       `json:"event"`
	Topic   event.Topic  `json:"topic"`
	At      event.Mono   `json:"at_ns"`
	Gateway event.NodeID `json:"gateway"`
	Copies  int          `json:"copies"`
	Why     string       `json:"why,omitempty"` // with no copies
}

// table returns the fate of each event at each gateway, in order of publication.
func (f *Fates) table() []Fate {
	var all []Fate
	for _, e := range f.order {
		for g := range e.fates {
			c := &e.fates[g]
			one := Fate{Event: e.id, Topic: e.topic, At: e.at, Gateway: f.setup.Gateways[g].ID, Copies: c.copies}
			if c.copies == 0 {
				one.Why = f.why(e, g)
			}
			all = append(all, one)
		}
	}
	return all
}

// Missed returns the copies that never came.
func (f *Fates) Missed() []Fate {
	return slices.DeleteFunc(f.table(), func(one Fate) bool { return one.Copies > 0 })
}

// unknown is the reason that must not occur.
const unknown = "unexplained"

// why names the reason that a gateway has no copy.
func (f *Fates) why(e *published, g int) string {
	c := &e.fates[g]
	lost := f.sessions[g][e.topic].lost
	switch {
	case c.reason != 0:
		return c.reason.String()
	case c.down:
		return event.NodeDown.String()
	case c.expected && (lost >= c.from && lost > 0 || !f.running[g]):
		return event.BrokenInFlight.String()
	case c.expected && f.deafened[g]:
		return event.Swallowed.String() // a real broker cannot say so of each copy; the relay says that it did
	case c.expected && f.nearEnd(e.at):
		return event.RunEnded.String()
	case c.expected:
		return unknown
	case c.deaf:
		return event.NotSubscribed.String()
	}
	return "no path to its hub"
}

// nearEnd tells whether an event was published so late that its copies may still be on their way.
func (f *Fates) nearEnd(at event.Mono) bool { return f.setup.Length-event.Duration(at) < event.Second }

func (f *Fates) copies() int { return len(f.order) * len(f.setup.Gateways) }

func (f *Fates) unexplained(out *Outcome) (bad int) {
	for _, one := range f.table() {
		if one.Copies == 0 && one.Why == unknown {
			bad++
			out.detail("event %s (%s) reached %s never, and nothing says why", one.Event, one.Topic, one.Gateway)
		}
	}
	return bad
}
