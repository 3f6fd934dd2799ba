package virtual

import (
	"fmt"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/workload"
	"hubsim/world"
)

// occurrence is one thing that will happen.
type occurrence struct {
	what    what
	side    uint8        // of the session: the end that it happens to
	up      bool         // tell: the session is there; else it is not, or no longer
	reason  event.Reason // tell: why it is not
	member  int32
	born    uint32 // incarnation it is meant for
	index   int32  // of a step or fault
	session *session
	id      uint64 // of a message
	msg     event.Message
}

type what uint8

const (
	boot what = iota + 1
	timer
	arrive // a message reaches the other end of a session
	dial   // a request for a session reaches its target
	tell   // an end of a session learns that it is up or down
	step
	faultOn
	faultOff
	resume
	served // a slow member is done with a message
	beat   // a starved member's next period begins
	giveUp // TCP has sent again long enough
	probe  // a bare connect reaches its target
	miss   // it was not answered, or refused
	feel   // a member senses something: of a session, what index says
)

// run is one run.
type run struct {
	w        *world.World
	now      int64 // ns since the run began
	queue    queue
	members  []member
	byID     map[event.NodeID]int32
	called   []int32 // by workload.Arrival.Place: the member there, plus 1
	out      node.Output
	rec      trace.Record
	digest   trace.Digest
	calls    map[event.CallID]call // that were not answered in the step they came in
	lastCall event.CallID
	current  call // the one being made
	pending  bool // it has no answer yet
	lastMsg  uint64
	faults   faults
	result   world.Result
	err      error
}

// call is an API call or an administrator's step.
type call struct {
	req *event.Request
	due int64
}

// Run runs a world to its end. An error is a fault of the simulator or of the world's wiring, not of
// what was simulated.
func Run(w *world.World) (world.Result, error) {
	r := newRun(w)
	r.start()
	var o occurrence
	end := int64(w.Length)
	arrival, more := r.arrival()
	for r.err == nil {
		at, ok := r.queue.next()
		switch {
		case more && int64(arrival.At) <= end && (!ok || int64(arrival.At) < at):
			r.now = int64(arrival.At)
			r.request(arrival)
			arrival, more = r.arrival()
		case !ok || at > end:
			r.finish()
			return r.result, r.err
		default:
			r.now = r.queue.pop(&o)
			r.happen(&o)
		}
	}
	return r.result, r.err
}

func newRun(w *world.World) *run {
	r := &run{
		w: w, members: make([]member, len(w.Members)), byID: map[event.NodeID]int32{}, calls: map[event.CallID]call{},
	}
	for i := range w.Members {
		m := &w.Members[i]
		r.members[i] = member{Member: m, id: m.ID, ahead: m.Offset, drift: m.Drift, armed: never}
		r.byID[w.Members[i].ID] = int32(i)
	}
	r.result = world.Result{Driver: "virtual", Hits: make([]int, len(w.Faults))}
	return r
}

// start queues what is known beforehand.
func (r *run) start() {
	for i := range r.members {
		*r.queue.push(int64(r.members[i].BootAt), classNetwork) = occurrence{what: boot, member: int32(i)}
	}
	for i := range r.w.Steps {
		*r.queue.push(int64(r.w.Steps[i].At), classNetwork) = occurrence{what: step, index: int32(i)}
	}
	r.faults.prepare(r)
}

// happen does one occurrence.
func (r *run) happen(o *occurrence) {
	switch o.what {
	case boot:
		r.boot(o.member)
	case timer:
		r.timer(o.member, o.born)
	case arrive:
		r.arrive(o)
	case dial:
		r.dialled(o.session)
	case tell:
		r.tell(o)
	case step:
		r.step(&r.w.Steps[o.index], int(o.index))
	case faultOn:
		r.faults.begin(r, int(o.index))
	case faultOff:
		r.faults.end(r, int(o.index))
	case resume:
		r.resume(o.member, o.born)
	case served:
		r.served(o.member, o.born)
	case beat:
		r.faults.beat(r, int(o.index))
	case giveUp:
		r.reset(o.session, event.TimedOut)
	case probe:
		r.probed(o)
	case miss:
		r.missed(o)
	case feel:
		r.feel(o)
	}
}

func (r *run) arrival() (workload.Arrival, bool) {
	if r.w.Load == nil {
		return workload.Arrival{}, false
	}
	return r.w.Load.Next()
}

// request hands an API call to its gateway.
func (r *run) request(a workload.Arrival) {
	r.result.Load.Intended++
	r.result.Load.Sent++
	i, ok := r.target(&a)
	if !ok {
		r.fail("the load calls %q, which is not deployed", a.To)
		return
	}
	r.call(i, a.Req, call{a.Req, r.now})
}

// target is the member that an arrival calls, by name only the first time that its place is called.
func (r *run) target(a *workload.Arrival) (int32, bool) {
	if a.Place > 0 && a.Place < len(r.called) && r.called[a.Place] > 0 {
		return r.called[a.Place] - 1, true
	}
	i, ok := r.byID[a.To]
	if ok && a.Place > 0 {
		for len(r.called) <= a.Place {
			r.called = append(r.called, 0)
		}
		r.called[a.Place] = i + 1
	}
	return i, ok
}

// call hands a call to a node; one that is not running answers Unavailable by not being there.
func (r *run) call(i int32, m event.Message, c call) {
	r.lastCall++
	id := r.lastCall
	if !r.members[i].running() {
		r.answered(i, id, c, unavailable(m))
		return
	}
	rec := r.record(trace.Called, i)
	rec.Call, rec.Msg, rec.Request, rec.Due = id, m, c.req, event.Mono(c.due)
	r.emit()
	r.current, r.pending = c, true
	r.input(i, node.Input{Kind: node.Called, Call: id, Msg: m})
	if r.pending {
		r.calls[id], r.pending = c, false
	}
}

func unavailable(m event.Message) event.Message {
	if m.Class() == event.ClassRequest {
		return &event.Reply{Status: 503, Code: event.Unavailable}
	}
	return &event.StepDone{Status: 503, Reason: "the node is not running"}
}

func (r *run) answered(i int32, id event.CallID, c call, m event.Message) {
	rec := r.record(trace.Answered, i)
	rec.Call, rec.Msg, rec.Request, rec.Due = id, m, c.req, event.Mono(c.due)
	r.emit()
}

// step hands an administrator's step to the first control plane that runs; the list turns.
func (r *run) step(s *world.Step, index int) {
	for k := range s.To {
		i, ok := r.byID[s.To[(s.First(index)+k)%len(s.To)]]
		if !ok {
			r.fail("step %d goes to %q, which is not deployed", index+1, s.To[k])
			return
		}
		if r.members[i].running() || k == len(s.To)-1 {
			r.call(i, s.Do, call{nil, r.now})
			return
		}
	}
}

func (r *run) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("virtual run at %v: %s", event.Duration(r.now), fmt.Sprintf(format, args...))
	}
}

// record begins a record of a member at this instant.
func (r *run) record(k trace.Kind, i int32) *trace.Record {
	m := &r.members[i]
	rec := &r.rec
	*rec = trace.Record{} // where it lies: a literal with values would be built beside it and copied
	rec.At, rec.Wall, rec.Kind, rec.Node, rec.Incarnation = event.Mono(r.now), r.wall(m), k, m.id, m.born
	return rec
}

// emit hands the record that was begun to the observers.
func (r *run) emit() {
	r.result.Records++
	r.digest.Observe(&r.rec)
	if r.w.Watch != nil {
		r.w.Watch.Observe(&r.rec)
	}
}

// finish accounts for what is still on its way.
func (r *run) finish() {
	r.now = int64(r.w.Length)
	var o occurrence
	for len(r.queue.heap) > 0 {
		if r.queue.pop(&o); o.what == arrive {
			r.dropped(o.letter(), o.side, event.RunEnded)
		}
	}
	for i := range r.members {
		r.discardHeld(int32(i), event.RunEnded)
		if l, keeps := r.members[i].node.(node.Leaver); keeps {
			l.Leave(&r.out)
			r.perform(int32(i))
		}
	}
	r.result.Digest = r.digest.Sum()
	r.result.Ran = r.w.Length
}
