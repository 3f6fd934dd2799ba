package live

import (
	"context"
	"encoding/gob"
	"io"
	"sync"

	"hubsim/event"
	"hubsim/trace"
)

// desk is the line of a node's process to its run, and what the node has in common with the others, seen from
// there. A word is in the pipe before its effect can leave the process, and is answered before the sender goes
// on: so what the process did before SIGKILL is known to the run, and stands in the trace in its order.
type desk struct {
	run     *run
	errands agenda // what waits for answers, and so cannot be done by who reads them

	mu      sync.Mutex
	out     *gob.Encoder
	last    uint64
	waiting map[uint64]chan *told
	counted uint64  // steps that were said
	before  []entry // records that go with the next word

	pipes map[int64]side // by number of a session within the run's process: our side
	piped int64          // the last number given

	numbers sync.Mutex
	next    uint64 // the number of the next message
	left    int    // how many numbers are left
}

var _ shared = (*desk)(nil)

func newDesk(out io.Writer) *desk {
	return &desk{out: gob.NewEncoder(out), waiting: map[uint64]chan *told{}, pipes: map[int64]side{}}
}

// say puts a word into the pipe. One that cannot be said has no reader: the run is over, and so is this
// process as soon as it reads that.
func (d *desk) say(w *said) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.write(w)
}

func (d *desk) write(w *said) {
	if d.run != nil {
		steps := d.run.steps.Load()
		w.Steps, d.counted = steps-d.counted, steps
	}
	w.Before, d.before = d.before, nil
	_ = d.out.Encode(w)
}

// ask says a word and waits for its answer; nil when ctx ended before.
func (d *desk) ask(ctx context.Context, w *said) *told {
	answer := make(chan *told, 1)
	d.mu.Lock()
	d.last++
	w.Seq = d.last
	d.waiting[w.Seq] = answer
	d.write(w)
	d.mu.Unlock()
	select {
	case t := <-answer:
		return t
	case <-ctx.Done():
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.waiting, w.Seq)
		return nil
	}
}

// need is ask of what does not take long.
func (d *desk) need(w *said) *told { return d.ask(context.Background(), w) }

// answered hands on an answer.
func (d *desk) answered(t *told) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if answer := d.waiting[t.Seq]; answer != nil {
		delete(d.waiting, t.Seq)
		answer <- t
	}
}

func (d *desk) add(s *site, rec trace.Record) {
	rec.Msg = pack(rec.Msg)
	d.need(&said{Verb: saidRecord, Peer: s.index, Record: &rec})
}

func (d *desk) gather(s *site, rec trace.Record) {
	rec.Msg = pack(rec.Msg)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.before = append(d.before, entry{s.index, rec})
}

func (d *desk) settle() {
	d.mu.Lock()
	some := len(d.before) > 0
	d.mu.Unlock()
	if some {
		d.need(&said{Verb: saidSettled})
	}
}

func (d *desk) abort(err error) { d.say(&said{Verb: saidAbort, Text: err.Error()}) }

func (d *desk) passed(ctx context.Context, _ *site, mark string) {
	d.ask(ctx, &said{Verb: saidPassed, Text: mark})
}

func (d *desk) hit(k int, _ *site) { d.need(&said{Verb: saidHit, N: int64(k)}) }

func (d *desk) claim(id event.CallID) *call {
	t := d.need(&said{Verb: saidClaim, ID: uint64(id)})
	req, is := t.Msg.(*event.Request)
	if !t.On || !is {
		return nil
	}
	return &call{id: id, to: d.run.own, msg: req, req: req, due: event.Mono(t.N), reply: make(chan event.Message, 1)}
}

func (d *desk) whereabouts(l *link) (string, bool, error) {
	t := d.need(&said{Verb: saidWhere, Peer: l.to.index, Service: l.service})
	return t.Text, t.On, t.Why.error()
}

func (d *desk) straighten(l *link, j joint) {
	d.need(&said{Verb: saidStraighten, Peer: l.to.index, Service: l.service, Joint: j})
}

func (d *desk) cableOf(j joint) *cable {
	t := d.need(&said{Verb: saidCable, Joint: j})
	if !t.On {
		return nil
	}
	c := &cable{link: d.run.link(d.run.sites[t.From], d.run.sites[t.Peer], t.Service), joints: [2]joint{j, j}}
	for way := range c.ways {
		c.ways[way] = farPassage{d, j, way}
	}
	return c
}

func (d *desk) unname(c *cable, end int) {
	d.need(&said{Verb: saidUnname, Joint: c.joints[end], N: int64(end)})
}

func (d *desk) forget(j joint) { d.need(&said{Verb: saidForget, Joint: j}) }

func (d *desk) number() uint64 {
	d.numbers.Lock()
	defer d.numbers.Unlock()
	if d.left == 0 {
		d.next, d.left = d.need(&said{Verb: saidNumbers}).ID, numberBlock
	}
	d.left--
	d.next++
	d.run.lastMsg.Store(d.next - 1) // the key of a draw
	return d.next - 1
}

func (d *desk) leaves(id uint64) { d.need(&said{Verb: saidLeaves, ID: id}) }

func (d *desk) swallows(l *link) bool {
	return d.need(&said{Verb: saidSwallows, Peer: l.to.index, Service: l.service}).On
}

func (d *desk) probe(ctx context.Context, l *link) error {
	t := d.ask(ctx, &said{Verb: saidProbe, Peer: l.to.index, Service: l.service})
	if t == nil {
		return ctx.Err()
	}
	return t.Why.error()
}

// farPassage is a direction of a connection whose messages the run keeps.
type farPassage struct {
	desk  *desk
	joint joint
	way   int
}

func (f farPassage) ask(v verb, id uint64) *told {
	return f.desk.need(&said{Verb: v, Joint: f.joint, Way: f.way, ID: id})
}

func (f farPassage) push(id uint64, _ event.Message) bool { return f.ask(saidPush, id).On }

func (f farPassage) undo(id uint64) { f.ask(saidUndo, id) }

func (f farPassage) pop() uint64 { return f.ask(saidPop, 0).ID }

func (f farPassage) remove(id uint64) { f.ask(saidRemove, id) }

func (f farPassage) end(_ *end, own bool) {
	f.desk.need(&said{Verb: saidEnd, Joint: f.joint, Way: f.way, On: own})
}
