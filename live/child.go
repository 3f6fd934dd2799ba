package live

import (
	"context"
	"encoding/gob"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"hubsim/event"
	"hubsim/internal/process"
	"hubsim/trace"
)

// child is a node in a process of its own, seen from the run: one incarnation. Its goroutines are one that
// listens, which also buries it, one that talks, and one that waits for what becomes of the process.
type child struct {
	run     *run
	site    *site
	process *process.Process
	ctx     context.Context // ends with the child
	cancel  context.CancelFunc

	prepared chan struct{}      // closed when it has made its world out
	up       chan struct{}      // closed when its services listen
	over     chan process.State // holds how the process ended
	done     chan struct{}      // closed when nothing of it is left and all is accounted for
	why      atomic.Uint32      // event.Reason of the kill; 0 while it is to live
	killer   atomic.Int32       // 1 + the fault that killed it; 0: none

	mu     sync.Mutex
	words  []*told       // that wait to be said
	wake   chan struct{} // holds a token while some do
	calls  map[event.CallID]*call
	afloat map[uint64]lost
	pipes  map[int64]Session // sessions within the run's process, by the child's number
	shut   int               // by how many pauses it is stopped

	cables map[joint]*cable // touched by the listening goroutine only
}

// lost is a message of which nothing but the child's memory knows: how it is dropped if the child dies.
type lost struct {
	at  *site
	rec trace.Record
}

// process is the site's node, where it runs in a process of its own; nil: not there, or elsewhere.
func (s *site) process() *child {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.child
}

// waiting is the process that waits for the node's next boot, or nil.
func (s *site) waiting() *child {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spare
}

// start starts a process for a site and tells it who it is.
func (r *run) start(s *site) (*child, error) {
	registerWords()
	c := &child{
		run: r, site: s, prepared: make(chan struct{}), up: make(chan struct{}), over: make(chan process.State, 1), done: make(chan struct{}),
		wake: make(chan struct{}, 1), calls: map[event.CallID]*call{}, afloat: map[uint64]lost{}, cables: map[joint]*cable{}, pipes: map[int64]Session{},
	}
	c.ctx, c.cancel = context.WithCancel(r.ctx)
	var err error
	if c.process, err = process.Start(r.o.Processes.Command()); err != nil {
		c.cancel()
		return nil, fmt.Errorf("start a process for %s: %w", s.ID, err)
	}
	c.tell(&told{Verb: tellBegin, Begin: &begin{
		Job: r.o.Processes.Job, Node: s.ID, Bind: r.o.Bind, User: r.o.User, Password: r.o.Password, Mailbox: r.o.Mailbox,
	}})
	r.spawn(func() error {
		c.process.Watch(c.became)
		return nil
	})
	r.spawn(c.talk)
	r.spawn(c.listen)
	return c, nil
}

// became is told what became of the process: the observed effect of a fault.
func (c *child) became(s process.State) {
	if s.Stopped {
		c.run.faults.holds(c, c.site)
	}
	if s.Over {
		c.over <- s
	}
}

// startProcess starts a process ahead of the node's boot, so that what it needs to make its world out is over by then.
func (r *run) startProcess(s *site) error {
	c, err := r.start(s)
	if err == nil {
		s.mu.Lock()
		s.spare = c
		s.mu.Unlock()
	}
	return err
}

// bootProcess begins the life of a node in a process of its own.
func (r *run) bootProcess(s *site) error {
	if s.waiting() == nil {
		if err := r.startProcess(s); err != nil {
			return err
		}
	}
	c := s.waiting()
	if err := c.await(c.prepared, "make its world out"); err != nil {
		return err
	}
	c.tell(&told{Verb: tellBoot, Boot: &birth{
		Began: process.Monotonic() - int64(r.clock.now()), Start: r.clock.start,
		Calls: uint64(s.index+1)<<40 | uint64(s.incarnation.Load()&0xff)<<32,
	}})
	return c.await(c.up, "start its services")
}

// begun enters that the node runs: from here on faults find it, and it is told what they have done before.
func (c *child) begun(addresses map[event.Service]string) *told {
	s := c.site
	c.run.booted(s) // before anybody can reach it
	s.mu.Lock()
	s.child, s.spare, s.addresses = c, nil, addresses
	s.mu.Unlock()
	c.run.listening(s)
	close(c.up)
	return &told{State: c.run.faults.state(s)}
}

// await waits until the process has done something.
func (c *child) await(done <-chan struct{}, what string) error {
	timer := time.NewTimer(hubStartLimit)
	defer timer.Stop()
	select {
	case <-done:
	case <-c.done: // whoever killed it knows; if nobody did, the run has the error
	case <-c.run.ctx.Done():
	case <-c.run.ended:
	case <-timer.C:
		return fmt.Errorf("the process %d of %s did not %s within %v", c.process.Pid(), c.site.ID, what, hubStartLimit)
	}
	return nil
}

// kill ends the process, and the first reason counts.
func (c *child) kill(why event.Reason) {
	c.why.CompareAndSwap(0, uint32(why))
	c.process.Kill()
}

// end kills the process, if there is one, and returns when nothing of it is left.
func (c *child) end(why event.Reason) {
	if c != nil {
		c.kill(why)
		<-c.done
	}
}

func (c *child) killed() bool { return c.why.Load() != 0 }

// close stops the process, once for all who ask; lift lets it go on when all have lifted it.
func (c *child) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shut++; c.shut == 1 {
		c.process.Stop()
	}
}

func (c *child) lift() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shut--; c.shut == 0 {
		c.process.Continue()
	}
}

// tell queues a word. Answers are bounded by the child's own goroutines, calls by post.
func (c *child) tell(t *told) {
	t.Msg = pack(t.Msg)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.words = append(c.words, t)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// takes tells why the child takes no more; its lock is held.
func (c *child) takes() event.Reason {
	switch {
	case c.ctx.Err() != nil:
		return event.NodeDown
	case len(c.words) >= c.run.o.Mailbox:
		return event.MailboxFull
	}
	return event.NoReason
}

// post hands a call to the node, or answers for it.
func (c *child) post(call *call) {
	c.mu.Lock()
	why := c.takes()
	if why == event.NoReason {
		c.calls[call.id] = call
	}
	c.mu.Unlock()
	if why != event.NoReason {
		call.fail(c.run, why)
		return
	}
	c.tell(&told{Verb: tellCall, ID: uint64(call.id), Msg: call.msg, N: int64(call.due)})
}

// take takes the words that wait.
func (c *child) take() []*told {
	c.mu.Lock()
	defer c.mu.Unlock()
	words := c.words
	c.words = nil
	return words
}

// talk says words until the child has ended. A pipe that is full, since the process is stopped, makes it wait.
func (c *child) talk() error {
	out := gob.NewEncoder(c.process.In)
	for {
		select {
		case <-c.wake:
		case <-c.ctx.Done():
			return nil
		}
		for _, t := range c.take() {
			if out.Encode(t) != nil {
				return nil // the one who waits for the process knows why
			}
		}
	}
}
