package live

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"hubsim/event"
	"hubsim/internal/process"
	"hubsim/node"
	"hubsim/world"
)

// Compile makes a run's job out: the world, what stands behind its topics, and what of the Options is not data.
// It must come to the world that the run has, or to an error.
type Compile func(job []byte) (*world.World, Broker, Options, error)

// ErrNotAsked is that no run stands behind the pipes.
var ErrNotAsked = errors.New("run a node in a process of its own: no run has said which")

// Node runs one node of a run in this process, with its own sockets, until the run ends it, which is usually by
// SIGKILL. In and out are the pipes to the process of the run (Options.Processes). It returns when in has ended,
// as it does when the run's process has gone, or with what kept it from running.
func Node(in io.Reader, out io.Writer, compile Compile) error {
	registerWords()
	words := gob.NewDecoder(in)
	var first told
	if err := words.Decode(&first); err != nil || first.Verb != tellBegin {
		return ErrNotAsked
	}
	d := newDesk(out)
	r, err := d.prepare(first.Begin, compile)
	if err != nil {
		d.say(&said{Verb: saidAbort, Text: err.Error()})
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r.group, r.ctx = errgroup.WithContext(ctx)
	r.spawn(func() error { return d.errands.run(r.ctx) })
	d.say(&said{Verb: saidPrepared})
	for {
		var t told
		if words.Decode(&t) != nil {
			return nil // nobody is there any more, and so nobody hears of what is left here
		}
		t.Msg = unpack(t.Msg)
		d.hear(&t)
	}
}

// prepare makes the run of this process: the same world, in which one node will run.
func (d *desk) prepare(b *begin, compile Compile) (*run, error) {
	w, broker, o, err := compile(b.Job)
	if err != nil {
		return nil, fmt.Errorf("make the world of %s out in its process: %w", b.Node, err)
	}
	o.Bind, o.User, o.Password, o.Mailbox = b.Bind, b.User, b.Password, b.Mailbox
	r, err := newRun(w, broker, o.withDefaults())
	if err != nil {
		return nil, err
	}
	if r.own = r.byID[b.Node]; r.own == nil {
		return nil, fmt.Errorf("its own process does not find %s in the world (hint: files must stay as they are while a run reads them)", b.Node)
	}
	d.run, r.shared = r, d
	d.errands = newAgenda(&r.clock)
	r.recorder.close() // records go to the run
	return r, nil
}

// hear does what a word says. It waits for nothing that needs another word.
func (d *desk) hear(t *told) {
	r := d.run
	switch t.Verb {
	case tellAnswer:
		d.answered(t)
	case tellBoot:
		r.clock = clock{began: time.Now().Add(time.Duration(t.Boot.Began - process.Monotonic())), start: t.Boot.Start}
		r.lastCall.Store(t.Boot.Calls)
		r.spawn(d.boot)
	case tellCall:
		c := &call{id: event.CallID(t.ID), to: r.own, msg: t.Msg, due: event.Mono(t.N), reply: make(chan event.Message, 1)}
		c.req, _ = t.Msg.(*event.Request)
		d.errands.at(0, func() error { r.hand(c); return nil })
	case tellUp, tellReceived, tellDown:
		d.errands.at(0, func() error { d.come(t); return nil })
	case tellFault:
		r.own.feel(r, t.State)
		d.errands.at(0, func() error { r.faults.feel(int(t.N), t.On); return nil })
	}
}

// boot starts the node and runs it.
func (d *desk) boot() error {
	h := newHost(d.run, d.run.own)
	if n, journaled := h.node.(node.Journaled); journaled {
		n.Journal(farJournal{d})
	}
	addresses, err := h.listen()
	if err != nil {
		d.abort(fmt.Errorf("start %s %s in its own process: %w", d.run.own.Role, d.run.own.ID, err))
		return err
	}
	d.run.own.mu.Lock()
	d.run.own.host, d.run.own.addresses = h, addresses
	d.run.own.mu.Unlock()
	before := d.need(&said{Verb: saidBooted, Addresses: addresses})
	d.run.own.feel(d.run, before.State)
	err = h.loop()
	if err != nil {
		d.abort(err)
	}
	return err
}

// feel makes a node what faults have made of it.
func (s *site) feel(r *run, now *state) {
	s.shift.Store(now.Shift)
	s.drift.Store(now.Drift)
	s.slow.Store(now.Slow)
	was := s.full.Swap(now.Full)
	r.faults.links.Store(&now.Active)
	h := s.current()
	if h == nil {
		return
	}
	switch {
	case was <= 0 && now.Full > 0:
		h.box.put(item{kind: node.Sensed, sense: node.DiskFull})
	case was > 0 && now.Full <= 0:
		h.box.put(item{kind: node.Sensed, sense: node.DiskFree})
	}
	h.box.poke() // it may be slow no longer
}
