package live_test

import (
	"testing"

	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// TestRequestsSideBySide: a control plane that answers none before it has all three of a gateway's requests
// gets them, and the gateway the answers in order.
func TestRequestsSideBySide(t *testing.T) {
	const several = 3
	server := stepper(func() func(node.Clock, node.Input, *node.Output) {
		var asked []uint64
		return func(_ node.Clock, in node.Input, out *node.Output) {
			q, is := in.Msg.(*event.PullRequest)
			if !is {
				return
			}
			if asked = append(asked, q.ID); len(asked) < several {
				return
			}
			for i := range asked { // the last first
				out.Send(in.Session, &event.PullResponse{ID: asked[several-1-i], Path: event.PathKeyTemplates, Status: 200})
			}
		}
	})
	client := stepper(func() func(node.Clock, node.Input, *node.Output) {
		return func(_ node.Clock, in node.Input, out *node.Output) {
			switch in.Kind {
			case node.Boot:
				out.Open(1, event.Endpoint{Node: "cp-1", Service: event.Pull})
			case node.Up:
				for i := range several {
					out.Send(1, &event.PullRequest{ID: uint64(i + 1), Path: event.PathKeyTemplates})
				}
			case node.Received:
				if r, is := in.Msg.(*event.PullResponse); is {
					out.Note(node.Note{Fact: node.CatalogKnown, ID: "answer", N: int64(r.ID)})
				}
			}
		}
	})
	w := &world.World{Members: []world.Member{
		{ID: "cp-1", Role: node.ControlPlane, New: server},
		{ID: "gw-1", Role: node.Gateway, New: client},
	}}
	answer := func(n int64) want {
		return want{"an answer", func(r *trace.Record) bool {
			return r.Kind == trace.Noted && r.Note.ID == "answer" && r.Note.N == n
		}}
	}
	until(t, w, live.Options{}, answer(1), answer(2), answer(3))
}
