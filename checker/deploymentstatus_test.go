package checker

import (
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// statusTape plays two gateways that serve pizza, of which revision 2 is deployed at 20 s.
type statusTape struct{ c *DeploymentStatus }

func (p statusTape) at(s int, n event.NodeID, r trace.Record) {
	r.At, r.Node = event.Mono(s)*event.Mono(event.Second), n
	p.c.Observe(&r)
}

func (p statusTape) note(s int, at event.NodeID, n node.Note) {
	p.at(s, at, trace.Record{Kind: trace.Noted, Note: n})
}

func (p statusTape) look(s int, said ...node.Note) {
	for _, n := range said {
		n.Fact, n.ID = node.DeploymentSeen, "pizza"
		p.note(s, "cp-1", n)
	}
	p.note(s, "cp-1", node.Note{Fact: node.DeploymentSeen, ID: "pizza", N: int64(len(said))})
}

func TestDeploymentStatus(t *testing.T) {
	says := func(gw event.NodeID, live bool, revision int64) node.Note {
		return node.Note{Peer: gw, On: live, N: revision}
	}
	failed := node.Note{Peer: "gw-2", On: true, Detail: "failed"}
	for _, row := range []struct {
		why   string
		play  func(p statusTape)
		want  Verdict
		worst string
	}{
		{"nobody looked", func(statusTape) {}, NotExercised, ""},
		{"all is as it says", func(p statusTape) { p.look(60, says("gw-1", true, 2), says("gw-2", true, 2)) }, Holds, "0 of 2 wrong"},
		{"a gateway is not known", func(p statusTape) { p.look(60, says("gw-1", true, 2)) }, Violated, "1 of 2"},
		{"it says the old revision serves", func(p statusTape) { p.look(60, says("gw-1", true, 1), says("gw-2", true, 2)) }, Violated, "1 of 2"},
		{"and it was deployed just now", func(p statusTape) { p.look(24, says("gw-1", true, 1), says("gw-2", true, 2)) }, Holds, "0 of 2"},
		{"a gateway that runs counts as gone", func(p statusTape) { p.look(60, says("gw-1", false, 2), says("gw-2", true, 2)) }, Violated, "1 of 2"},
		{"one that is gone counts as live for a while", func(p statusTape) {
			p.at(30, "gw-2", trace.Record{Kind: trace.Stopped})
			p.look(100, says("gw-1", true, 2), says("gw-2", true, 2))
		}, Holds, "0 of 2"},
		{"and for too long", func(p statusTape) {
			p.at(30, "gw-2", trace.Record{Kind: trace.Stopped})
			p.look(200, says("gw-1", true, 2), says("gw-2", true, 2))
		}, Violated, "1 of 2"},
		{"one that lacks the newest is known to", func(p statusTape) {
			p.note(21, "gw-2", node.Note{Fact: node.Deployed, ID: "pizza", N: 1})
			p.look(60, says("gw-1", true, 2), says("gw-2", true, 1))
		}, Holds, "known to lack the newest revision: gw-2 (1 of 2)"},
		{"as one whose deployment failed", func(p statusTape) {
			p.note(21, "gw-2", node.Note{Fact: node.Deployed, ID: "pizza", N: 1})
			p.look(60, says("gw-1", true, 2), failed)
		}, Holds, "gw-2 (1 of 2)"},
		{"a failure that was none", func(p statusTape) { p.look(60, says("gw-1", true, 2), failed) }, Violated, "1 of 2"},
		{"an API that was taken away serves nowhere", func(p statusTape) {
			p.note(40, "gw-1", node.Note{Fact: node.Undeployed, ID: "pizza"})
			p.look(60, says("gw-1", true, 0), says("gw-2", true, 2))
		}, Holds, "0 of 2"},
	} {
		t.Run(row.why, func(t *testing.T) {
			of := []string{"Default"}
			setup := &Setup{Gateways: []Gateway{{ID: "gw-1", Labels: of}, {ID: "gw-2", Labels: of}, {ID: "gw-3", Labels: []string{"EU"}}}}
			p := statusTape{NewDeploymentStatus(setup, 10*event.Second, 2*event.Minute)}
			for _, gw := range []event.NodeID{"gw-1", "gw-2", "gw-3"} {
				p.at(0, gw, trace.Record{Kind: trace.Booted})
			}
			p.at(19, "cp-1", trace.Record{Kind: trace.Called, Msg: &event.Step{Deploy: &event.API{UUID: "pizza", Labels: of, Revision: 2}}})
			for _, gw := range []event.NodeID{"gw-1", "gw-2"} {
				p.note(20, gw, node.Note{Fact: node.Deployed, ID: "pizza", N: 2})
			}
			row.play(p)
			if out := p.c.Finish(); out.Verdict != row.want || !strings.Contains(out.Worst, row.worst) {
				t.Errorf("%v (%s) %v, want %v, %q", out.Verdict, out.Worst, out.Details, row.want, row.worst)
			}
		})
	}
}
