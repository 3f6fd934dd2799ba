package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"hubsim/node"
	"hubsim/trace"
)

// repeated counts the events of a fleet that a gateway acts on, and those that it acts on again.
type repeated struct{ once, again map[string]bool }

// Observe implements trace.Observer.
func (c *repeated) Observe(r *trace.Record) {
	if r.Kind != trace.Noted || r.Note.Fact != node.CatalogKnown || r.Node != "gw-2" || !strings.HasPrefix(r.Note.ID, "fleet-") {
		return
	}
	if c.once[r.Note.ID] {
		c.again[r.Note.ID] = true
	}
	c.once[r.Note.ID] = true
}

// The scenario is as large as it was asked for: 500 things, five states each, two events in a hundred twice, and the
// product ends with hundreds of them wrong.
func TestReorderedFleet(t *testing.T) {
	s, err := Load("reordered-fleet")
	if err != nil {
		t.Fatal(err)
	}
	c := &repeated{map[string]bool{}, map[string]bool{}}
	r := simulate(t, s, Options{Profile: "wso2", Seed: 1, Watch: c})
	if len(c.once) != 2500 || len(c.again) < 50 || len(c.again) > 150 {
		t.Errorf("gw-2 acted on %d events of the fleet, on %d of them twice", len(c.once), len(c.again))
	}
	for _, o := range r.Outcomes {
		var wrong int
		if _, err := fmt.Sscan(o.Worst, &wrong); o.Check == "convergence" && (err != nil || wrong < 300) {
			t.Errorf("convergence: %s: %v", o.Worst, err)
		}
	}
}
