package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/node"
	"hubsim/trace"
	"hubsim/virtual"
)

// decided is the set of windows that were closed: by whom a decision to throttle was made, and which
// gateways took it.
type decided map[string]bool

// Observe implements trace.Observer.
func (d decided) Observe(r *trace.Record) {
	if n := &r.Note; r.Kind == trace.Noted && n.On && (n.Fact == node.DecisionEmitted || n.Fact == node.DecisionApplied) {
		d[fmt.Sprintf("%s: %v, %s until %d", r.Node, n.Fact, n.Key, n.Expiry)] = true
	}
}

// nats is what brokertest.NATS differs in from the product's own broker.
var nats = map[string]string{
	"broker.fold_case": "false", "broker.max_sessions": "65536", "broker.max_subscriptions": "0", "broker.queue": "262144", "broker.overflow": "cut",
}

// TestWhatMakesNoDifference runs a scenario in pairs that differ in what may not matter to a decision: how
// many events travel together, where one a round trip is enough; in which order the nodes stand in the
// world; and which broker it is.
func TestWhatMakesNoDifference(t *testing.T) {
	pairs := []struct {
		why     string
		one     map[string]string
		other   map[string]string
		reverse bool
	}{
		{why: "batches of 200 or of 1", one: map[string]string{"gateway.session.feed.batch": "200"}, other: map[string]string{"gateway.session.feed.batch": "1"}},
		{why: "nodes in the opposite order", reverse: true},
		{why: "the product's broker or nats", other: nats},
	}
	for _, name := range []string{"baseline-single", "burst-beats-decision", "clock-skew-leak", "decision-storm", "quota-multiplies", "tm-kill-midwindow", "window-edge-double"} {
		for _, profile := range Profiles {
			for _, p := range pairs {
				t.Run(fmt.Sprintf("%s/%s/%s", name, profile, p.why), func(t *testing.T) {
					t.Parallel()
					one, other := decisions(t, name, profile, p.one, false), decisions(t, name, profile, p.other, p.reverse)
					if d := cmp.Diff(one, other); d != "" || len(one) < 2 {
						t.Errorf("%d decisions and %d: %s", len(one), len(other), d)
					}
				})
			}
		}
	}
}

// decisions runs a scenario with further knobs, maybe with its nodes in the opposite order.
func decisions(t *testing.T, name, profile string, knobs map[string]string, reverse bool) decided {
	t.Helper()
	s := *load(t, name)
	s.Knobs = maps.Clone(s.Knobs)
	if s.Knobs == nil {
		s.Knobs = map[string]string{}
	}
	maps.Copy(s.Knobs, knobs)
	seen := decided{}
	e, err := s.Prepare(Options{Profile: profile, Seed: 1, Watch: seen})
	if err != nil {
		t.Fatal(err)
	}
	if reverse {
		slices.Reverse(e.World.Members)
	}
	if _, err := virtual.Run(e.World); err != nil {
		t.Fatal(err)
	}
	return seen
}
