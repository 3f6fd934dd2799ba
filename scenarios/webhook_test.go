package scenarios

import (
	"slices"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// hearers gathers which gateways learned of which webhook subscription.
type hearers map[string][]event.NodeID

// Observe implements trace.Observer.
func (h hearers) Observe(r *trace.Record) {
	if r.Kind == trace.Noted && r.Note.Fact == node.WebhookKnown && r.Note.On {
		h[r.Note.ID] = append(h[r.Note.ID], r.Node)
	}
}

// TestWebhooksCrossTheBorder follows the fourth stream: a callback subscribed before the link is cut is
// known in both regions, one subscribed during it only where it was made.
func TestWebhooksCrossTheBorder(t *testing.T) {
	heard := hearers{}
	simulate(t, load(t, "region-link-loss"), Options{Profile: "wso2", Seed: 1, Watch: heard})
	for id, want := range map[string][]event.NodeID{
		"webhook-before": {"eu-gw-1", "eu-gw-2", "us-gw-1", "us-gw-2"}, "webhook-cut": {"eu-gw-1", "eu-gw-2"},
	} {
		slices.Sort(heard[id])
		if !slices.Equal(heard[id], want) {
			t.Errorf("%s is known to %v, want %v", id, heard[id], want)
		}
	}
}
