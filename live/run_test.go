package live_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/live"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

func TestARunThatCannotBeIsRefusedOrEnded(t *testing.T) {
	boot := func(do func(out *node.Output)) func() node.Node {
		return stepper(func() func(node.Clock, node.Input, *node.Output) {
			return func(_ node.Clock, in node.Input, out *node.Output) {
				if in.Kind == node.Boot {
					do(out)
				}
			}
		})
	}
	one := func(do func(out *node.Output)) *world.World {
		return &world.World{Members: []world.Member{{ID: "n-1", Role: node.Store, New: boot(do)}}}
	}
	quiet := func(*node.Output) {}
	for _, row := range []struct {
		what  string
		world func() *world.World
		says  string
	}{
		{"two members of one name", func() *world.World {
			w := one(quiet)
			w.Members = append(w.Members, w.Members[0])
			return w
		}, `two members are called "n-1"`},
		{"a fault of nobody", func() *world.World {
			w := one(quiet)
			w.Faults = fault.Schedule{{Kind: fault.Crash, Node: "tm-9"}}
			return w
		}, `"tm-9", which is nobody's name`},
		{"a fault of a link to nobody", func() *world.World {
			w := one(quiet)
			w.Faults = fault.Schedule{{Kind: fault.Reset, From: "n-1", To: "tm-9"}}
			return w
		}, `"tm-9", which is nobody's name`},
		{"a step for nobody", func() *world.World {
			w := one(quiet)
			w.Steps = []world.Step{{To: []event.NodeID{"cp-9"}, Do: &event.Step{}}}
			return w
		}, `step 1 goes to "cp-9", which is not deployed`},
		{"a load for nobody", func() *world.World {
			w := one(quiet)
			w.Load = calls("gw-9", 1)
			return w
		}, `the load calls "gw-9", which is not deployed`},
		{"a node that panics", func() *world.World { return one(func(*node.Output) { panic("oh") }) }, "node n-1 panicked: oh"},
		{"a session to nobody", func() *world.World {
			return one(func(out *node.Output) { out.Open(1, event.Endpoint{Node: "tm-9", Service: event.Feed}) })
		}, "n-1 opens session 1 to tm-9/feed"},
		{"an answer to no call", func() *world.World {
			return one(func(out *node.Output) { out.Answer(7, &event.StepDone{}) })
		}, "n-1 answers call 7, which is not open"},
		{"a hub that does not start", func() *world.World {
			w := one(quiet)
			w.Members = append(w.Members, world.Member{ID: "x.broker", Role: node.Broker})
			return w
		}, "start the broker x.broker"},
	} {
		t.Run(row.what, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			_, err := live.Run(ctx, row.world(), noHubs{hubs(t)}, live.Options{})
			if err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("the error is %v, want %q in it", err, row.says)
			}
		})
	}
}

// noHubs is a broker whose hubs do not start.
type noHubs struct{ live.Broker }

func (noHubs) Start(context.Context, event.NodeID) (string, error) {
	return "", errors.New("the port is taken")
}

func TestARunThatIsCutShortSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	w := town(nil)
	w.Length = event.Hour
	w.Watch = &watch{cancel: cancel} // at the first record
	result, err := live.Run(ctx, w, hubs(t), live.Options{})
	if !errors.Is(err, context.Canceled) || result.Ran >= event.Hour || result.Records == 0 {
		t.Errorf("%v after %v, %d records", err, result.Ran, result.Records)
	}
}

func TestLatencyKeepsOrder(t *testing.T) {
	const n = 200
	var next uint64
	w := town(func(in node.Input, out *node.Output) {
		if in.Kind == node.Up && in.Service == event.Database {
			for id := range uint64(n) {
				out.Send(in.Session, &event.StoreOp{ID: 100 + id, Read: event.TableAPI})
			}
		}
		if r, ok := in.Msg.(*event.StoreResult); ok && r.ID >= 100 {
			if r.ID != 100+next {
				out.Note(node.Note{Fact: node.Ready, ID: "out of order"})
			}
			if next++; next == n {
				out.Note(node.Note{Fact: node.Ready, ID: "all"})
			}
		}
	})
	w.Links.Near = world.Latency{Base: event.Millisecond, Mean: 2 * event.Millisecond}
	seen, _ := until(t, w, live.Options{}, stated("gw-1", "all"))
	if bad := seen.records(func(r *trace.Record) bool { return r.Note.ID == "out of order" }); len(bad) > 0 {
		t.Errorf("%d results overtook others", len(bad))
	}
	sent := seen.records(func(r *trace.Record) bool {
		return r.Node == "gw-1" && r.Kind == trace.Sent && r.Service == event.Database
	})
	came := seen.records(func(r *trace.Record) bool { return r.Node == "store.eu" && r.Kind == trace.Received })
	for i := range came {
		if came[i].ID != sent[i].ID || came[i].At-sent[i].At < event.Mono(event.Millisecond) {
			t.Fatalf("message %d took %v", i, event.Duration(came[i].At-sent[i].At))
		}
	}
}

func TestStepsGoToTheFirstControlPlaneThatRuns(t *testing.T) {
	w := town(nil)
	w.Members = append(w.Members, world.Member{ID: "cp-2", Role: node.ControlPlane, Region: "eu", BootAt: event.Hour, New: server()})
	both := []event.NodeID{"cp-2", "cp-1"}
	w.Steps = []world.Step{{To: both, Do: &event.Step{ID: "a"}}, {To: both, Do: &event.Step{ID: "b"}}, {To: both[:1], Do: &event.Step{ID: "c"}}}
	seen, _ := until(t, w, live.Options{}, answers(3))
	var story []string
	for _, r := range seen.records(isAnswer) {
		story = append(story, string(r.Node)+" "+r.Reason.String())
	}
	if got := strings.Join(story, ", "); strings.Count(got, "cp-1 ") != 2 || strings.Count(got, "cp-2 node-down") != 1 {
		t.Errorf("answered by %s", got)
	}
}

func TestStepsAreDealtInTurn(t *testing.T) {
	w := town(nil)
	w.Members = append(w.Members, world.Member{ID: "cp-2", Role: node.ControlPlane, Region: "eu", New: server()})
	both := []event.NodeID{"cp-1", "cp-2"}
	for range 4 {
		w.Steps = append(w.Steps, world.Step{At: event.Millisecond, To: both, Do: &event.Step{ID: "s"}})
	}
	seen, _ := until(t, w, live.Options{}, answers(4))
	for _, id := range both {
		if n := len(seen.records(func(r *trace.Record) bool { return r.Node == id && r.Kind == trace.Called })); n != 2 {
			t.Errorf("%s took %d of 4 steps", id, n)
		}
	}
}

func TestAMemberMayBootLater(t *testing.T) {
	w := town(nil)
	w.Members[0].BootAt, w.Members[2].BootAt = 100*event.Millisecond, 100*event.Millisecond
	seen, _ := until(t, w, live.Options{}, at("cp-1", trace.Booted), session("gw-1", trace.Up, event.Feed))
	for _, id := range []event.NodeID{"cp-1", "cp-1.broker"} {
		r := seen.records(func(r *trace.Record) bool { return r.Node == id && r.Kind == trace.Booted })
		if len(r) != 1 || r[0].At < event.Mono(100*event.Millisecond) || r[0].Incarnation != 1 {
			t.Errorf("%s booted: %+v", id, r)
		}
	}
}

func TestDeadlinesBringTicks(t *testing.T) {
	boots := func() node.Node {
		n := &toy{deadline: event.Mono(5 * event.Millisecond)}
		n.step = func(now node.Clock, in node.Input, out *node.Output) {
			if in.Kind != node.Tick {
				return
			}
			out.Note(node.Note{Fact: node.Ready, ID: "tick", N: int64(now.Mono)})
			n.deadline += event.Mono(5 * event.Millisecond)
		}
		return n
	}
	w := &world.World{Members: []world.Member{{ID: "tm-1", Role: node.TrafficManager, New: boots}}}
	seen, _ := until(t, w, live.Options{}, stated("tm-1", "tick"), stated("tm-1", "tick"), stated("tm-1", "tick"))
	for i, r := range seen.records(func(r *trace.Record) bool { return r.Note.ID == "tick" }) {
		if r.Note.N < int64(i+1)*int64(5*event.Millisecond) {
			t.Errorf("tick %d came early, at %v", i+1, event.Duration(r.Note.N))
		}
	}
}
