package live

import (
	"context"

	"hubsim/event"
	"hubsim/trace"
)

// shared is what the nodes of a run have in common. Where a node runs in the run's own process it is the run;
// in a process of its own it is the line to the run (desk.go).
type shared interface {
	// add stamps a record and puts it in the trace. When it returns, whatever comes of what was recorded
	// stands behind it there.
	add(s *site, rec trace.Record)
	// gather is add for what a node's own goroutine does: it may wait until anything else of this interface is
	// asked, or until settle. So what comes of it must stand behind one of them.
	gather(s *site, rec trace.Record)
	settle()
	// abort ends the run with an error.
	abort(err error)
	// passed counts a mark, and returns when the faults pinned to it have happened.
	passed(ctx context.Context, s *site, mark string)
	// hit counts an observed effect of a fault.
	hit(k int, s *site)
	// claim takes a call of the generator by its number; nil when it is not open.
	claim(id event.CallID) *call
	// whereabouts is where an opener reaches a link's service now; straight when no relay stands between.
	whereabouts(l *link) (at string, straight bool, err error)
	// straighten names the one connection of a cable without a relay.
	straighten(l *link, j joint)
	// cableOf is the cable that a connection belongs to; nil for a stranger's.
	cableOf(j joint) *cable
	// unname lets an end find its cable no longer; forget does so for whoever has a connection.
	unname(c *cable, end int)
	forget(j joint)
	// number is the number of the next message.
	number() uint64
	// leaves says that a message is about to go to a hub.
	leaves(id uint64)
	// swallows tells whether a connection of the link is half-open at present.
	swallows(l *link) bool
	// dialPipe opens a session within the process. The opener's Up travels back to it ahead of all that the other
	// side may say, so dialPipe has nothing to return but an error.
	dialPipe(ctx context.Context, l *link, near side) error
	// probe connects to a link's service and hangs up.
	probe(ctx context.Context, l *link) error
}

var _ shared = (*run)(nil)

func (r *run) add(s *site, rec trace.Record) { r.recorder.add(s, rec) }

func (r *run) gather(s *site, rec trace.Record) { r.recorder.add(s, rec) }

func (r *run) settle() {}

func (r *run) abort(err error) { r.spawn(func() error { return err }) }

func (r *run) passed(ctx context.Context, s *site, mark string) { r.faults.passed(ctx, s, mark) }

func (r *run) hit(k int, s *site) { r.faults.count(k, s) }

func (r *run) claim(id event.CallID) *call { return r.load.claim(id) }

func (r *run) whereabouts(l *link) (string, bool, error) {
	if l.nameless() {
		return "", false, errUnresolved
	}
	at, err := l.address()
	return at, l.straight, err
}

func (r *run) straighten(l *link, j joint) {
	c := &cable{link: l, joints: [2]joint{j, j}}
	c.lay()
	c.name()
}

func (r *run) cableOf(j joint) *cable {
	if c, ok := r.cables.Load(j); ok {
		return c.(*cable)
	}
	return nil
}

func (r *run) unname(c *cable, end int) { c.unname(end) }

func (r *run) forget(j joint) { r.cables.Delete(j) }

func (r *run) number() uint64 { return r.lastMsg.Add(1) }

func (r *run) leaves(uint64) {}

func (r *run) swallows(l *link) bool { return l.swallows() }

func (r *run) probe(ctx context.Context, l *link) error { return l.probe(ctx) }
