package live_test

import (
	"context"
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// opener opens sessions at boot and, when one is up, says what is to be said on it.
func opener(says map[event.Endpoint]func(s node.SessionID, out *node.Output), then func(in node.Input, out *node.Output)) func() node.Node {
	return stepper(func() func(node.Clock, node.Input, *node.Output) {
		sessions := map[node.SessionID]event.Endpoint{}
		open := func(out *node.Output, to event.Endpoint) {
			id := node.SessionID(len(sessions) + 1)
			sessions[id] = to
			out.Open(id, to)
		}
		return func(_ node.Clock, in node.Input, out *node.Output) {
			to, own := sessions[in.Session]
			switch {
			case in.Kind == node.Boot:
				for to := range says {
					open(out, to)
				}
			case in.Kind == node.Up && own && says[to] != nil:
				says[to](in.Session, out)
			case in.Kind == node.Down && own:
				open(out, to)
			}
			if then != nil {
				then(in, out)
			}
		}
	})
}

// server answers what a node of its role is asked.
func server() func() node.Node {
	return stepper(func() func(node.Clock, node.Input, *node.Output) {
		return func(_ node.Clock, in node.Input, out *node.Output) {
			switch in.Sense {
			case node.DiskFull:
				out.Note(node.Note{Fact: node.EventIgnored, Reason: event.DiskFull})
			case node.DiskFree:
				out.Note(node.Note{Fact: node.EventIgnored, ID: "room again"})
			}
			switch m := in.Msg.(type) {
			case *event.Batch:
				out.Send(in.Session, &event.BatchAck{Seq: m.Seq})
			case *event.PullRequest:
				out.Send(in.Session, &event.PullResponse{ID: m.ID, Path: m.Path, Status: 200, Revoked: []event.RevokedToken{{Token: "4f1c", Expiry: 99}}})
			case *event.StoreOp:
				out.Send(in.Session, &event.StoreResult{ID: m.ID, OK: true})
			case *event.Step:
				out.Note(node.Note{Fact: node.Stored, ID: m.ID})
				out.Answer(in.Call, &event.StepDone{Status: 200})
			}
		}
	})
}

var decision = &event.Decision{Key: "7:/pizza/1.0.0:1.0.0:Gold", IsThrottled: true, Expiry: 60_000}

func throttle() event.Message {
	return &event.Throttle{Attributes: &event.Attributes{AppKey: "1:admin", APIName: "pizza"}, ID: 7, At: 1000}
}

// talk is what a client says on each service.
func talk(hub, cp, store event.NodeID) map[event.Endpoint]func(node.SessionID, *node.Output) {
	return map[event.Endpoint]func(node.SessionID, *node.Output){
		{Node: hub, Service: event.Topics}: func(s node.SessionID, out *node.Output) {
			out.Send(s, &event.Subscribe{Topic: event.ThrottleData})
			out.Send(s, &event.Publish{Topic: event.ThrottleData, Body: decision})
		},
		{Node: cp, Service: event.Feed}: func(s node.SessionID, out *node.Output) {
			out.Send(s, &event.Batch{Seq: 41, Events: []event.Message{throttle()}})
		},
		{Node: cp, Service: event.Pull}: func(s node.SessionID, out *node.Output) {
			out.Send(s, &event.PullRequest{ID: 17, Path: event.PathRevoked})
		},
		{Node: store, Service: event.Database}: func(s node.SessionID, out *node.Output) {
			out.Send(s, &event.StoreOp{ID: 3, Read: event.TableRevoked})
		},
	}
}

// town is one of each role, and a client that talks to all.
func town(then func(in node.Input, out *node.Output)) *world.World {
	return &world.World{Start: 1_700_000_000_000, Members: []world.Member{
		{ID: "cp-1.broker", Role: node.Broker, Region: "eu"},
		{ID: "store.eu", Role: node.Store, Region: "eu", New: server()},
		{ID: "cp-1", Role: node.ControlPlane, Region: "eu", New: server()},
		{ID: "gw-1", Role: node.Gateway, Region: "eu", New: opener(talk("cp-1.broker", "cp-1", "store.eu"), then)},
	}}
}

// once picks the records of a message's way.
func (seen *watch) once(t *testing.T, n event.NodeID, k trace.Kind, c event.Class) trace.Record {
	t.Helper()
	found := seen.records(func(r *trace.Record) bool {
		return r.Node == n && r.Kind == k && r.Msg != nil && r.Msg.Class() == c
	})
	if len(found) != 1 {
		t.Fatalf("%s %s %s: %d times, want once", n, k, c, len(found))
	}
	return found[0]
}

func TestEveryServiceCarriesMessagesBothWays(t *testing.T) {
	var left = map[event.Class]bool{event.ClassDecision: true, event.ClassBatchAck: true, event.ClassPulled: true, event.ClassStored: true}
	all := want{"an answer on each service", func(r *trace.Record) bool {
		if r.Node == "gw-1" && r.Kind == trace.Received {
			delete(left, r.Msg.Class())
		}
		return len(left) == 0
	}}
	seen, result := until(t, town(nil), live.Options{}, all)

	if m := seen.once(t, "gw-1", trace.Received, event.ClassDecision).Msg.(*event.Publish); *m.Body.(*event.Decision) != *decision {
		t.Errorf("the decision came as %+v", m.Body)
	}
	if e := seen.once(t, "cp-1", trace.Received, event.ClassBatch).Msg.(*event.Batch).Events; len(e) != 1 || e[0].(*event.Throttle).ID != 7 {
		t.Errorf("the batch came as %+v", e)
	}
	if m := seen.once(t, "gw-1", trace.Received, event.ClassBatchAck).Msg.(*event.BatchAck); m.Seq != 41 {
		t.Errorf("the ack is of batch %d, want 41", m.Seq)
	}
	pull := seen.once(t, "gw-1", trace.Received, event.ClassPulled)
	if m := pull.Msg.(*event.PullResponse); m.ID != 17 || m.Status != 200 || len(m.Revoked) != 1 || m.Revoked[0].Token != "4f1c" {
		t.Errorf("the pull was answered with %+v", m)
	}
	for _, way := range []struct {
		from, to event.NodeID
		class    event.Class
	}{
		{"gw-1", "cp-1", event.ClassPull}, {"cp-1", "gw-1", event.ClassPulled}, {"gw-1", "cp-1", event.ClassBatch},
		{"cp-1", "gw-1", event.ClassBatchAck}, {"gw-1", "store.eu", event.ClassStore}, {"store.eu", "gw-1", event.ClassStored},
	} {
		sent, came := seen.once(t, way.from, trace.Sent, way.class), seen.once(t, way.to, trace.Received, way.class)
		if sent.ID == 0 || sent.ID != came.ID || sent.Peer != way.to || came.Peer != way.from {
			t.Errorf("%s: sent as %d to %s, came as %d from %s", way.class, sent.ID, sent.Peer, came.ID, came.Peer)
		}
	}
	if lost := seen.records(func(r *trace.Record) bool { return r.Kind == trace.Dropped }); len(lost) > 0 {
		t.Errorf("lost: %s", line(&lost[0]))
	}
	if result.Driver != "live" || result.Steps == 0 || result.Records < uint64(len(seen.all)) {
		t.Errorf("the result is %+v for %d records", result, len(seen.all))
	}
}

// orderly tells in which order hubs start and stop.
type orderly struct {
	live.Broker
	story *[]string
}

func (o orderly) Start(ctx context.Context, hub event.NodeID) (string, error) {
	*o.story = append(*o.story, "start "+string(hub))
	return o.Broker.Start(ctx, hub)
}

func (o orderly) Stop(hub event.NodeID) {
	*o.story = append(*o.story, "stop "+string(hub))
	o.Broker.Stop(hub)
}

func TestMembersStopInReverseOfTheirStart(t *testing.T) {
	w := &world.World{Length: event.Millisecond, Members: []world.Member{{ID: "a.broker", Role: node.Broker}, {ID: "b.broker", Role: node.Broker}}}
	var story []string
	if _, err := live.Run(t.Context(), w, orderly{hubs(t), &story}, live.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(story, ", "); got != "start a.broker, start b.broker, stop b.broker, stop a.broker" {
		t.Error(got)
	}
}
