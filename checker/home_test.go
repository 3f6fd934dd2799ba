package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// A consumer that is abroad when the run ends is a breach where its gateway lists a hub at home.
func TestHome(t *testing.T) {
	up := func(hub event.NodeID) node.Note {
		return node.Note{Fact: node.SessionUp, Peer: hub, Detail: "notification"}
	}
	for _, row := range []struct {
		why  string
		hubs []event.NodeID
		at   []event.NodeID
		want Verdict
		own  event.NodeID // an event hub of its region that boots
	}{
		{"it failed over and stays", []event.NodeID{"us-cp-1.broker", "eu-cp-1.broker"}, []event.NodeID{"us-cp-1.broker", "eu-cp-1.broker"}, Violated, ""},
		{"it comes back", []event.NodeID{"us-cp-1.broker", "eu-cp-1.broker"}, []event.NodeID{"eu-cp-1.broker", "us-cp-1.broker"}, Holds, ""},
		{"it never left", []event.NodeID{"us-cp-1.broker"}, []event.NodeID{"us-cp-1.broker"}, NotExercised, ""},
		{"its region has no hub", []event.NodeID{"eu-cp-1.broker"}, []event.NodeID{"eu-cp-1.broker"}, NotExercised, ""},
		{"its region has one, and it lists another region's only", []event.NodeID{"eu-cp-1.broker"}, []event.NodeID{"eu-cp-1.broker"}, Violated, "us-cp-1.broker"},
		{"nobody knows what it lists", nil, []event.NodeID{"eu-cp-1.broker"}, Violated, ""},
	} {
		t.Run(row.why, func(t *testing.T) {
			s := testSetup()
			s.Gateways = []Gateway{{ID: "us-gw-1", Region: "us", Hubs: row.hubs}}
			s.Region = func(id event.NodeID) string { return string(id[:2]) }
			c := NewHome(s, event.Minute)
			p := &tape{to: c}
			if row.own != "" {
				c.Observe(&trace.Record{Kind: trace.Booted, Node: row.own})
			}
			for _, hub := range row.at {
				p.note("us-gw-1", up(hub))
			}
			if got := c.Finish(); got.Verdict != row.want {
				t.Errorf("%v %v, want %v", got.Verdict, got.Details, row.want)
			}
		})
	}
}
