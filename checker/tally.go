package checker

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// counted enters an event that a manager counted: in the true window of its call, or astray.
func (o *Oracle) counted(r *trace.Record) {
	n := &r.Note
	k, m := o.keys[n.Key], o.managerOf(r.Node)
	if m >= 0 && n.Request == 0 && n.Detail != node.QuotaReset {
		o.foreign.add(n)
	}
	if k == nil || m < 0 {
		return
	}
	if k.opening != nil {
		k.opening.learn(m, n.Expiry)
	}
	o.current(k, r.At)
	if n.Detail == node.QuotaReset {
		k.reset = true
		return
	}
	if skewed(r.Wall, o.setup.truth(r.At)) {
		k.skewed = true
	}
	c := o.call(n.Request)
	for one := k; one != nil; one = one.next {
		o.tally(one, m, n, c)
	}
	if k.now.end == n.Expiry && n.Detail != node.RolledWindow && (c == nil || o.window(k, c.served) == n.Expiry) {
		k.now.count[m] = n.N
	}
}

// tally enters a counted event under one quota of its key; c is its call, nil if that is forgotten.
func (o *Oracle) tally(k *keyState, m int, n *node.Note, c *call) {
	home, waited, weight := k.now.end, false, k.weight(0, nil)
	if c != nil {
		home, weight = o.window(k, c.served), k.weight(c.size, c.detour)
		waited = c.stale != nil && c.stale[m]
	}
	switch w := &k.now; {
	case c != nil && c.refused:
		if n.Expiry == w.end {
			w.unserved[m] += weight
		}
	case n.Expiry != home && n.Expiry == w.end && !waited && home == w.end.Add(-k.Window):
		w.carried[m] += weight
	case n.Expiry != home && n.Expiry == w.end:
		w.stale[m] += weight
	case n.Expiry != home && home == w.end:
		w.astray[m] += weight
	case home == w.end && n.Detail == node.RolledWindow:
		w.astray[m] += weight
	case home == w.end:
		w.ever[m] += weight
	}
}

// lost enters the events of a batch that did not reach a manager.
func (o *Oracle) lost(manager event.NodeID, b *event.Batch) {
	m := o.managerOf(manager)
	if m < 0 {
		return
	}
	for _, one := range b.Events {
		if t, ok := one.(*event.Throttle); ok {
			o.lose(m, t.ID, node.Note{})
		}
	}
}

// left enters that an event of a call is on its way to a manager. One that leaves so late that its
// feed must have stood was not in flight meanwhile.
func (o *Oracle) left(m int, r *trace.Record) {
	c := o.call(r.Note.Request)
	if c == nil {
		return
	}
	if r.At.Sub(c.served) > stands {
		if c.stale == nil {
			c.stale = make([]bool, len(o.setup.Managers))
		}
		c.stale[m] = true
	}
	if bit := uint64(1) << r.Note.Request.Place(); c.left&bit == 0 {
		c.left |= bit
		o.leaving++
	}
	if c.refused {
		return
	}
	for _, k := range c.keys.of(r.Note.Request) {
		if o.window(k, c.served) != k.now.end {
			continue
		}
		for one := k; one != nil; one = one.next {
			one.now.sent[m] += one.weight(c.size, c.detour)
		}
	}
}

// lose enters that an event of a call will not be counted by a manager, under one key or, where the note of it
// names none, under all its keys.
func (o *Oracle) lose(m int, id event.RequestID, n node.Note) {
	c := o.call(id)
	if c == nil || c.refused {
		return
	}
	for _, k := range c.keys.of(id) {
		if n.Key != "" && n.Key != k.Key || o.window(k, c.served) != k.now.end {
			continue
		}
		k.now.behind = k.now.behind || n.Reason == event.LateDropped
		for one := k; one != nil; one = one.next {
			one.now.lost[m] += one.weight(c.size, c.detour)
		}
	}
}

// droppedAtGateway enters an event that left no gateway: it concerns the manager of its group; with
// no peer named, every manager.
func (o *Oracle) droppedAtGateway(r *trace.Record) {
	for m := range o.setup.Managers {
		if r.Note.Peer == "" || o.setup.Managers[m].ID == r.Note.Peer {
			o.lose(m, r.Note.Request, node.Note{})
		}
	}
}
