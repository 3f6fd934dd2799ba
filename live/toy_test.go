package live_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"hubsim/broker/natsbroker"
	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// patience is how long a run may take to show what a test waits for; no test waits that long unless
// it fails.
const patience = 30 * time.Second

// toy is a node made of functions.
type toy struct {
	step     func(now node.Clock, in node.Input, out *node.Output)
	deadline event.Mono
}

func (t *toy) Step(now node.Clock, in node.Input, out *node.Output) { t.step(now, in, out) }

func (t *toy) Deadline() event.Mono {
	if t.deadline == 0 {
		return event.Never
	}
	return t.deadline
}

// stepper makes a member's New of a function that makes the step of each incarnation.
func stepper(incarnation func() func(node.Clock, node.Input, *node.Output)) func() node.Node {
	return func() node.Node { return &toy{step: incarnation()} }
}

// watch keeps the records of a run and ends it when each of the wanted things was seen, in order.
type watch struct {
	mu     sync.Mutex
	all    []trace.Record
	wanted []want
	cancel context.CancelFunc
}

type want struct {
	what string
	is   func(r *trace.Record) bool
}

func (w *watch) Observe(r *trace.Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, *r)
	if len(w.wanted) > 0 && w.wanted[0].is(r) {
		w.wanted = w.wanted[1:]
	}
	if len(w.wanted) == 0 {
		w.cancel()
	}
}

// records are those that a predicate picks.
func (w *watch) records(is func(r *trace.Record) bool) []trace.Record {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []trace.Record
	for i := range w.all {
		if is(&w.all[i]) {
			found = append(found, w.all[i])
		}
	}
	return found
}

// hubs is a broker that ends with the test.
func hubs(t *testing.T) live.Broker {
	b := natsbroker.New(natsbroker.Defaults())
	t.Cleanup(b.Close)
	return b
}

// until runs a world until all that is wanted was seen, one after the other.
func until(t *testing.T, w *world.World, o live.Options, wanted ...want) (*watch, world.Result) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	seen := &watch{wanted: wanted, cancel: cancel}
	w.Watch, w.Length = seen, 0
	result, err := live.Run(ctx, w, hubs(t), o)
	if err != nil {
		t.Fatalf("run: %v", err)
	}
	if len(seen.wanted) > 0 {
		for i := range seen.all {
			t.Log(line(&seen.all[i]))
		}
		t.Fatalf("not seen: %s", seen.wanted[0].what)
	}
	if !slices.IsSortedFunc(seen.all, func(a, b trace.Record) int { return int(a.At - b.At) }) {
		t.Error("the records are not in order of At")
	}
	return seen, result
}

// visit runs a world until a stranger who is given the address of one of its services has done what
// it came for.
func visit(t *testing.T, w *world.World, service event.Endpoint, stranger func(at string)) *watch {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var once sync.Once
	var came sync.WaitGroup
	came.Add(1)
	seen := &watch{wanted: []want{{"the stranger's end", func(*trace.Record) bool { return false }}}, cancel: cancel}
	w.Watch, w.Length = seen, 0
	_, err := live.Run(ctx, w, hubs(t), live.Options{Listening: func(where event.Endpoint, address string) {
		if where == service {
			once.Do(func() {
				go func() {
					defer came.Done()
					defer cancel()
					stranger(address)
				}()
			})
		}
	}})
	came.Wait()
	if err != nil {
		t.Fatalf("run: %v", err)
	}
	return seen
}

// line prints a record for a failed test's log.
func line(r *trace.Record) string {
	class := ""
	if r.Msg != nil {
		class = r.Msg.Class().String()
	}
	text := event.Duration(r.At).String() + " " + string(r.Node) + " " + r.Kind.String() + " " + string(r.Peer) + " " +
		r.Service.String() + " " + class + " " + r.Reason.String() + " " + r.Mark
	if r.Note.Fact != 0 {
		text += " " + r.Note.Fact.String() + " " + r.Note.ID
	}
	return text
}

// at wants a record of a kind at a node.
func at(n event.NodeID, k trace.Kind) want {
	return want{string(n) + " " + k.String(), func(r *trace.Record) bool { return r.Node == n && r.Kind == k }}
}

// got wants a message of a class to reach a node.
func got(n event.NodeID, c event.Class) want {
	return want{string(n) + " receives " + c.String(), func(r *trace.Record) bool {
		return r.Node == n && r.Kind == trace.Received && r.Msg.Class() == c
	}}
}

// session wants a session to come up or go down at a node.
func session(n event.NodeID, k trace.Kind, s event.Service) want {
	return want{string(n) + " " + k.String() + " " + s.String(), func(r *trace.Record) bool {
		return r.Node == n && r.Kind == k && r.Service == s
	}}
}

// stated wants a node to state a note with an id.
func stated(n event.NodeID, id string) want {
	return want{string(n) + " states " + id, func(r *trace.Record) bool {
		return r.Node == n && r.Kind == trace.Noted && r.Note.ID == id
	}}
}
