package trafficmgr

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// counters is a traffic manager's end of the shared counters: one connection to the store, which stands
// for the product's pool of them, and rounds of synchronization.
type counters struct {
	cfg     *Sharing
	self    event.NodeID
	numbers *session.Numbers

	state   linkState
	session node.SessionID
	dialed  event.Mono
	lost    bool // the last attempt failed, and was noted

	lastID uint64
	asked  []question // on their way, in order
	rest   []*tally   // of the round that is under way, not yet asked for
	open   int        // answers that the round waits for
	due    event.Mono // when the next round begins
	idle   bool       // nothing is to be synchronized

	greeted *tally // the key whose first event waits; nil if none does
	since   event.Mono
}

// linkState is how far the connection is.
type linkState uint8

const (
	linkClosed linkState = iota
	linkDialing
	linkUp
)

// question is a command under way, and what to do with its answer.
type question struct {
	id     uint64
	tally  *tally
	about  subject
	delta  int64      // total, mine: what is new to the store
	window event.Wall // base, mine, peer: whose count it is
	peer   int
	last   bool // of a key in this round; with OwnKeys
	at     event.Mono
}

// subject is what a question is about.
type subject uint8

const (
	first subject = iota + 1 // what the store knows of a key that is new here
	zero                     // the key was new there too: let it be 0
	total                    // the counter of all: the delta is added, or it is only read
	base                     // what an earlier incarnation of this manager has counted
	mine                     // what this manager has counted is written
	peer                     // what another manager has counted
)

func newCounters(c *Config, n *session.Numbers) counters {
	return counters{cfg: &c.Sharing, self: c.ID, numbers: n, idle: true}
}

// on tells whether counters are shared.
func (c *counters) on() bool { return c.cfg.Store != "" }

// share is the part of a plan that is deployed.
func (c *counters) share() *share { return &share{cfg: c.cfg, self: c.self} }

// interval is from round to round.
func (c *counters) interval() event.Duration { return max(c.cfg.Interval, event.Millisecond) }

// deadline is when the next round begins, or the store's silence is too long.
func (c *counters) deadline() event.Mono {
	next := event.Never
	if !c.idle && c.quiet() && c.state != linkDialing {
		next = c.due
	}
	if c.cfg.Timeout > 0 {
		switch {
		case c.state == linkDialing:
			next = min(next, c.dialed.Add(c.cfg.Timeout))
		case len(c.asked) > 0:
			next = min(next, c.asked[0].at.Add(c.cfg.Timeout))
		}
	}
	return next
}

// quiet tells whether no round is under way.
func (c *counters) quiet() bool { return c.open == 0 && len(c.rest) == 0 }

// wake makes sure that there is a next round.
func (c *counters) wake(now event.Mono) {
	if c.idle {
		c.idle = false
		c.due = max(c.due, now.Add(c.interval()))
	}
}

// step takes an input of the connection, or a Tick.
func (c *counters) step(now node.Clock, in *node.Input, r *registry, out *node.Output) {
	switch {
	case in.Kind == node.Tick:
		c.tick(now, r, out)
	case c.session == 0 || in.Session != c.session:
	case in.Kind == node.Up:
		c.state, c.lost = linkUp, false
		out.Note(node.Note{Fact: node.SessionUp, Peer: c.cfg.Store, Detail: event.Counters.String()})
		if c.greeted != nil {
			c.ask(now, question{tally: c.greeted, about: first}, out)
		}
	case in.Kind == node.Down:
		c.broke(now, in.Reason, out)
	case in.Kind == node.Received:
		if a, ok := in.Msg.(*event.CounterResult); ok && a != nil {
			c.hear(now, a, out)
		}
	}
}

// hear takes an answer.
func (c *counters) hear(now node.Clock, a *event.CounterResult, out *node.Output) {
	i := slices.IndexFunc(c.asked, func(q question) bool { return q.id == a.ID })
	if i < 0 {
		return
	}
	q := c.asked[i]
	c.asked = slices.Delete(c.asked, i, i+1)
	c.answered(now, &q, a, out)
	c.pump(now, out)
}

func (c *counters) tick(now node.Clock, r *registry, out *node.Output) {
	late := c.state == linkDialing && c.cfg.Timeout > 0 && now.Mono >= c.dialed.Add(c.cfg.Timeout) ||
		c.cfg.Timeout > 0 && len(c.asked) > 0 && now.Mono >= c.asked[0].at.Add(c.cfg.Timeout)
	if late {
		out.Close(c.session)
		c.broke(now, event.TimedOut, out)
	}
	if c.idle || !c.quiet() || now.Mono < c.due || c.state == linkDialing {
		return
	}
	if c.state == linkClosed {
		c.dial(now, out)
		return
	}
	c.round(now, r, out)
}

// dial opens the connection.
func (c *counters) dial(now node.Clock, out *node.Output) {
	c.state, c.session, c.dialed = linkDialing, c.numbers.Next(), now.Mono
	out.Open(c.session, event.Endpoint{Node: c.cfg.Store, Service: event.Counters})
}

// broke gives up what was under way. The product puts a delta back without knowing whether the store
// has it, and goes on counting by itself.
func (c *counters) broke(now node.Clock, why event.Reason, out *node.Output) {
	if c.state == linkUp {
		out.Note(node.Note{Fact: node.SessionLost, Peer: c.cfg.Store, Detail: event.Counters.String(), Reason: why})
	} else if !c.lost {
		out.Note(node.Note{Fact: node.SessionRetry, Peer: c.cfg.Store, Detail: event.Counters.String(), N: int64(max(c.interval(), c.cfg.Reconnect))})
	}
	c.lost = c.state != linkUp
	c.state, c.session = linkClosed, 0
	for i := range c.asked {
		c.asked[i].tally.unsynced += c.asked[i].delta
	}
	c.asked, c.rest, c.open = nil, nil, 0
	c.due = now.Mono.Add(max(c.interval(), c.cfg.Reconnect))
	if c.greeted != nil {
		c.counts(now, out)
	}
}

// round begins to bring every key together with the store.
func (c *counters) round(now node.Clock, r *registry, out *node.Output) {
	for _, s := range r.sets {
		for _, p := range s.Plans {
			if p.share == nil {
				continue
			}
			for _, t := range p.share.all {
				if c.wants(t) {
					c.rest = append(c.rest, t)
				}
			}
		}
	}
	c.idle = len(c.rest) == 0
	c.due = now.Mono.Add(c.interval())
	c.pump(now, out)
}

// wants tells whether a round asks for a key: with OwnKeys only for one that was seen in this window,
// in the product for every one that ever was.
func (c *counters) wants(t *tally) bool {
	if c.cfg.OwnKeys {
		return t.window == t.plan.window.end
	}
	return t.ready || !c.cfg.FirstWaits
}

// pump asks for as many keys of the round as the pool allows.
func (c *counters) pump(now node.Clock, out *node.Output) {
	for c.state == linkUp && len(c.rest) > 0 && len(c.asked) < max(c.cfg.Pool, 1) {
		t := c.rest[0]
		c.rest = c.rest[1:]
		if !c.cfg.OwnKeys {
			c.ask(now, question{tally: t, about: total, delta: t.unsynced}, out)
			t.unsynced = 0
			continue
		}
		if t.known {
			c.ask(now, question{tally: t, about: mine, window: t.window, delta: t.own - t.told}, out)
		} else {
			c.ask(now, question{tally: t, about: base, window: t.window}, out)
		}
		for i := range t.others {
			c.ask(now, question{tally: t, about: peer, peer: i, window: t.window}, out)
		}
		c.asked[len(c.asked)-1].last = true
	}
}

// ask sends a command.
func (c *counters) ask(now node.Clock, q question, out *node.Output) {
	c.lastID++
	q.id, q.at = c.lastID, now.Mono
	c.asked = append(c.asked, q)
	t := q.tally
	op := &event.CounterOp{ID: q.id, Do: event.CounterGet, Key: t.name}
	switch q.about {
	case first:
	case zero:
		op.Do = event.CounterSet
	case total:
		if t.wiped {
			op.Do, op.N, t.wiped = event.CounterSet, q.delta, false
		} else if q.delta != 0 {
			op.Do, op.N = event.CounterAdd, q.delta
		}
		c.open++
	case base:
		op.Key = t.keys[0]
		c.open++
	case mine:
		op.Do, op.Key, op.N = event.CounterSet, t.keys[0], t.own // again and again, in case the store forgot
		op.Expire = t.window.Sub(now.Wall) + event.Duration(t.plan.window.unit)*event.Millisecond
		c.open++
	case peer:
		op.Key = t.keys[1+q.peer]
		c.open++
	}
	out.Send(c.session, op)
}

// answered does with an answer what the question was for.
func (c *counters) answered(now node.Clock, q *question, a *event.CounterResult, out *node.Output) {
	t := q.tally
	switch q.about {
	case first:
		if a.OK && !a.There {
			c.ask(now, question{tally: t, about: zero}, out)
			return
		}
		if a.OK {
			t.plan.keys.at(t.id).sum = a.N
		}
		c.counts(now, out)
		return
	case zero:
		c.counts(now, out)
		return
	}
	c.open--
	switch {
	case !a.OK:
		t.unsynced += q.delta
	case q.about == total:
		c.refresh(t, q, a, out)
	case q.window == t.window && q.window == t.plan.window.end:
		c.gather(t, q, a, out)
	}
	if c.quiet() {
		c.due = max(c.due, now.Mono)
	}
}

// refresh takes the counter of all for the own one. What was counted while the answer was on its way
// is not in it, and comes with the next round (localCounter.set of the reply). A key that is gone
// from the store changes nothing: the product fails on reading it as a number.
func (c *counters) refresh(t *tally, q *question, a *event.CounterResult, out *node.Output) {
	if !a.There {
		return
	}
	k := t.plan.keys.at(t.id)
	if q.delta != 0 || k.sum != a.N {
		k.sum = a.N
		out.Note(node.Note{Fact: node.CounterSynced, Key: k.text, N: k.sum})
	}
}

// gather puts together what each manager has counted in the window. A count never shrinks within one,
// so that what a store forgot is not forgotten here.
func (c *counters) gather(t *tally, q *question, a *event.CounterResult, out *node.Output) {
	switch q.about {
	case base:
		if !t.known {
			t.own, t.known = t.own+a.N, true
		}
	case peer:
		t.others[q.peer] = max(t.others[q.peer], a.N)
	}
	k, sum := t.plan.keys.at(t.id), t.current()
	if q.about == mine {
		t.told += q.delta
	}
	t.news = t.news || q.delta != 0 || k.sum != sum
	k.sum = sum
	if q.last && t.news {
		t.news = false
		out.Note(node.Note{Fact: node.CounterSynced, Key: k.text, N: sum})
	}
}

// greet lets the first event of a key wait for the store. It is true while one waits.
func (c *counters) greet(now node.Clock, t *tally, out *node.Output) bool {
	if t.ready {
		return false
	}
	c.greeted, c.since = t, now.Mono
	out.Note(node.Note{Fact: node.CounterWaited, Key: t.plan.keys.at(t.id).text, On: true})
	switch c.state {
	case linkClosed:
		c.dial(now, out)
	case linkUp:
		c.ask(now, question{tally: t, about: first}, out)
	}
	return true
}

// counts lets the event that waited be counted.
func (c *counters) counts(now node.Clock, out *node.Output) {
	t := c.greeted
	c.greeted, t.ready = nil, true
	c.wake(now.Mono)
	out.Note(node.Note{Fact: node.CounterWaited, Key: t.plan.keys.at(t.id).text, N: int64(now.Mono.Sub(c.since))})
}
