package live

import (
	"bufio"
	"cmp"
	"encoding/gob"
	"errors"
	"fmt"
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/trace"
)

// listen hears the child out: also what it said before it died, which is in the pipe. Then it buries it.
func (c *child) listen() error {
	defer close(c.done)
	words := gob.NewDecoder(bufio.NewReader(c.process.Out))
	for {
		var w said
		if words.Decode(&w) != nil {
			break // the last word of one who was killed may be half a word
		}
		if c.run.over.Load() {
			continue // without an answer it does nothing more
		}
		c.run.steps.Add(w.Steps)
		for i := range w.Before {
			c.record(c.run.sites[w.Before[i].Peer], &w.Before[i].Record)
		}
		if answer := c.hear(&w); answer != nil {
			answer.Verb, answer.Seq = tellAnswer, w.Seq
			c.tell(answer)
		}
	}
	c.bury()
	return nil
}

// hear does what a word says, and returns the answer; nil: there is none, or it comes later.
func (c *child) hear(w *said) *told {
	r := c.run
	switch w.Verb {
	case saidPrepared:
		close(c.prepared)
		return nil
	case saidAbort:
		r.abort(errors.New(w.Text))
		return nil
	case saidPassed:
		return c.later(w, func() trouble {
			r.faults.passed(c.ctx, c.site, w.Text)
			return noTrouble
		})
	case saidProbe:
		return c.later(w, func() trouble { return troubleOf(c.link(w).probe(c.ctx)) })
	case saidBooted:
		return c.begun(w.Addresses)
	case saidSettled:
	case saidRecord:
		c.record(r.sites[w.Peer], w.Record)
	case saidHit:
		r.faults.count(int(w.N), c.site)
	case saidNumbers:
		return &told{ID: r.lastMsg.Add(numberBlock) - numberBlock + 1}
	case saidClaim:
		return c.claim(event.CallID(w.ID))
	case saidLeaves:
		if l := c.floating(w.ID); l.rec.Service == event.Counters {
			c.float(w.ID, l) // of a command its answer tells
		}
	case saidRecall, saidWrote:
		return c.site.journal(w)
	case saidOpen, saidSend, saidClose:
		return c.onPipe(w)
	default:
		return c.onWire(w)
	}
	return &told{}
}

// onWire is hear of what is about links and cables.
func (c *child) onWire(w *said) *told {
	r := c.run
	switch w.Verb {
	case saidWhere:
		at, straight, err := r.whereabouts(c.link(w))
		return &told{Text: at, On: straight, Why: troubleOf(err)}
	case saidStraighten:
		r.straighten(c.link(w), w.Joint)
	case saidSwallows:
		return &told{On: c.link(w).swallows()}
	case saidForget:
		r.forget(w.Joint)
	case saidCable:
		cable := r.cableOf(w.Joint)
		if cable == nil {
			return &told{}
		}
		c.cables[w.Joint] = cable
		return &told{On: true, From: cable.link.from.index, Peer: cable.link.to.index, Service: cable.link.service}
	default:
		if cable := c.cables[w.Joint]; cable != nil {
			return c.onCable(cable, w)
		}
	}
	return &told{}
}

// onCable is hear of what happens to messages.
func (c *child) onCable(cable *cable, w *said) *told {
	on := cable.ways[w.Way].(*transit)
	switch w.Verb {
	case saidUnname:
		cable.unname(int(w.N))
		delete(c.cables, w.Joint)
	case saidPush:
		m := c.floating(w.ID)
		if on.push(w.ID, m.rec.Msg) {
			return &told{On: true}
		}
		c.float(w.ID, m)
	case saidUndo:
		if p, was := on.take(w.ID); was {
			c.float(p.id, c.unsent(p.id, p.msg, cable.link))
		}
	case saidPop:
		p := on.oldest()
		c.unread(p, cable)
		return &told{ID: p.id}
	case saidRemove:
		if p, was := on.take(w.ID); was {
			c.unread(p, cable)
		}
	case saidEnd:
		c.conclude(cable, w.Way, w.On)
		if w.Way == back {
			delete(c.cables, w.Joint) // an accepting end is yet to be unnamed
		}
	}
	return &told{}
}

// later answers from a goroutine of its own, since that takes time.
func (c *child) later(w *said, do func() trouble) *told {
	seq := w.Seq
	c.run.spawn(func() error {
		c.tell(&told{Verb: tellAnswer, Seq: seq, Why: do()})
		return nil
	})
	return nil
}

// link is the link that a word is about: the child opens.
func (c *child) link(w *said) *link { return c.run.link(c.site, c.run.sites[w.Peer], w.Service) }

// claim takes a call of the generator for the child.
func (c *child) claim(id event.CallID) *told {
	call := c.run.load.claim(id)
	if call == nil {
		return &told{}
	}
	c.mu.Lock()
	c.calls[id] = call
	c.mu.Unlock()
	return &told{On: true, Msg: call.msg, N: int64(call.due)}
}

// call is the call that a record is of, if it came through the run.
func (c *child) call(id event.CallID, over bool) *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := c.calls[id]
	if over {
		delete(c.calls, id)
	}
	return call
}

// record puts a record of the child's in the trace, and keeps account of what only the child's memory has.
func (c *child) record(s *site, rec *trace.Record) {
	rec.Msg = unpack(rec.Msg)
	switch rec.Kind {
	case trace.Called:
		if call := c.call(rec.Call, false); call != nil {
			call.called.Store(true)
			rec.Msg, rec.Request = call.msg, call.req
		}
	case trace.Answered:
		if call := c.call(rec.Call, true); call != nil {
			call.finish(c.run, rec.Msg, rec.Reason)
			return
		}
	case trace.Received, trace.Dropped:
		c.floating(rec.ID)
	case trace.Sent:
		to := c.run.byID[rec.Peer]
		switch {
		case s != c.site: // a real store's answer, which the child has read
			c.float(rec.ID, lost{c.site, trace.Record{Kind: trace.Dropped, Peer: s.ID, Service: rec.Service, ID: rec.ID, Msg: rec.Msg}})
		case to != nil:
			c.float(rec.ID, c.unsent(rec.ID, rec.Msg, &link{to: to, service: rec.Service}))
		}
	}
	c.run.recorder.add(s, *rec)
}

// unsent is how a message of the child's is lost before it has left.
func (c *child) unsent(id uint64, m event.Message, l *link) lost {
	to := l.to
	if to == c.site {
		to = l.from
	}
	return lost{to, trace.Record{Kind: trace.Dropped, Peer: c.site.ID, Service: l.service, ID: id, Msg: m}}
}

// unread enters what has come to the child and waits in its memory.
func (c *child) unread(p posted, cable *cable) {
	c.float(p.id, lost{c.site, c.loss(p, cable)})
}

// loss is the record of a message that came over a cable and reached nobody.
func (c *child) loss(p posted, cable *cable) trace.Record {
	from := cable.link.from
	if from == c.site {
		from = cable.link.to
	}
	return trace.Record{Kind: trace.Dropped, Peer: from.ID, Service: cable.link.service, ID: p.id, Msg: p.msg}
}

// conclude ends what the child reads from a cable.
func (c *child) conclude(cable *cable, way int, own bool) {
	why := cable.fate(own)
	for _, p := range cable.ways[way].(*transit).conclude() {
		rec := c.loss(p, cable)
		rec.Reason = why
		c.run.recorder.add(c.site, rec)
	}
}

// bury accounts for a process that has ended: what it had in its memory, what was on its way to it, whom it
// would have answered.
func (c *child) bury() {
	c.process.Kill() // it may have closed its pipe and live
	ended := <-c.over
	c.cancel()
	c.process.In.Close()
	c.process.Out.Close()
	s, r := c.site, c.run
	why := event.Reason(c.why.Load())
	if why == event.NoReason {
		why = event.Crashed
		r.abort(fmt.Errorf("the process %d of %s has ended by itself: %s (hint: what it wrote on standard error stands above)", c.process.Pid(), s.ID, ended.How))
	}
	if s.process() != c {
		return // it had no life yet
	}
	s.mu.Lock()
	s.addresses = nil
	s.mu.Unlock()
	if why != event.RunEnded {
		r.recorder.add(s, trace.Record{Kind: trace.Stopped})
	}
	if k := c.killer.Load(); k > 0 && ended.Killed {
		r.faults.hit(int(k)-1, s)
	}
	c.account(why)
	c.succeed()
	s.mu.Lock()
	s.child = nil // last: who wants to boot the node waits for this
	s.mu.Unlock()
}

// account drops what is lost with the child.
func (c *child) account(why event.Reason) {
	c.breakPipes()
	c.mu.Lock()
	afloat, calls := c.afloat, c.calls
	c.afloat, c.calls = map[uint64]lost{}, map[event.CallID]*call{}
	c.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(afloat)) {
		l := afloat[id]
		l.rec.Reason = why
		c.run.recorder.add(l.at, l.rec)
	}
	c.run.cables.Range(func(_, v any) bool { // also those that it never asked about
		if cable := v.(*cable); cable.link.to == c.site {
			c.cables[cable.joints[back]] = cable
		}
		return true
	})
	byJoint := func(a, b joint) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) }
	for _, j := range slices.SortedFunc(maps.Keys(c.cables), byJoint) {
		cable, way := c.cables[j], there
		if cable.link.from == c.site {
			way = back
		}
		c.conclude(cable, way, false)
		cable.unname(1 - way)
	}
	for _, id := range slices.Sorted(maps.Keys(calls)) {
		calls[id].fail(c.run, why)
	}
}

// succeed starts the process of the next incarnation, if the fault that killed this one has an end.
func (c *child) succeed() {
	k := c.killer.Load()
	if k == 0 || c.run.faults.all[k-1].For <= 0 || c.run.over.Load() {
		return
	}
	if err := c.run.startProcess(c.site); err != nil {
		c.run.abort(err)
	}
}
