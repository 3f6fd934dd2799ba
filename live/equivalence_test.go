package live_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/broker/natsbroker"
	"hubsim/checker"
	"hubsim/live"
	"hubsim/node"
	"hubsim/scenarios"
	"hubsim/trace"
	"hubsim/virtual"
)

// equal is a scenario whose decisions do not depend on milliseconds: each key's calls come early in
// three-second windows, and what is told is told long before the end.
const equal = `
name: equal
question: Do the drivers come to the same decisions?
deployment: {pattern: gw-cp-tm-ha}
catalog:
  policies:
    - {name: Five, level: subscription, quota: 5, window: 3s}
    - {name: Three, level: application, quota: 3, window: 3s}
    - {name: Seven, level: api, quota: 7, window: 3s}
  apis:
    - {name: pizza}
    - {name: menu, later: true}
    - {name: salad, tier: Seven}
  apps:
    - {name: mobile, subscribe: {pizza: Five}}
    - {name: kiosk, tier: Three, user: bob, subscribe: {pizza: Unlimited}}
    - {name: web, count: 2, subscribe: {salad: Unlimited}}
length: 11s
workload:
  - {from: 3400ms, for: 6s, arrivals: burst, size: 12, every: 3s, spread: 900ms, apps: [mobile]}
  - {from: 3400ms, for: 6s, arrivals: burst, size: 8, every: 3s, spread: 900ms, apps: [kiosk]}
  - {from: 3400ms, for: 6s, arrivals: burst, size: 16, every: 3s, spread: 900ms, apps: [web]}
steps:
  - {at: 4s, id: revoke, revoke: web-2}
  - {at: 4s, id: key-manager, key_manager: Okta}
checks:
  - {check: convergence, within: 3s}
  - {check: accounting}
expect: {wso2: {}, hardened: {}}
`

// decisions gathers what came out of a run and does not depend on milliseconds: each distinct
// decision, and who came to know what.
type decisions struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (d *decisions) Observe(r *trace.Record) {
	if r.Kind != trace.Noted {
		return
	}
	n, line := &r.Note, ""
	switch n.Fact {
	case node.DecisionEmitted, node.DecisionApplied:
		line = fmt.Sprintf("%s %s %s %v until %v", r.Node, n.Fact, n.Key, n.On, n.Expiry)
	case node.RevocationKnown, node.KeyManagerKnown, node.Deployed, node.Ready, node.PlanDeployed:
		line = fmt.Sprintf("%s %s %s %d", r.Node, n.Fact, n.ID, n.N)
	default:
		return
	}
	d.mu.Lock()
	d.seen[line] = true
	d.mu.Unlock()
}

func (d *decisions) sorted() []string {
	var all []string
	for line := range d.seen {
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

func TestTheSameDecisionsComeOutOfBothDrivers(t *testing.T) {
	s, err := scenarios.Parse("equal.yaml", []byte(equal))
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range scenarios.Profiles {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			inVirtual, inLive := &decisions{seen: map[string]bool{}}, &decisions{seen: map[string]bool{}}
			v := prepare(t, s, profile, inVirtual)
			ran, err := virtual.Run(v.World)
			if err != nil {
				t.Fatal(err)
			}
			calm := v.Conclude(ran)
			judge(t, calm)
			delivery(t, calm)
			result := proving(t, func() checker.Result {
				clear(inLive.seen)
				return alive(t, s, profile, inLive)
			})
			judge(t, result)
			delivery(t, result)
			if len(inVirtual.seen) < 30 {
				t.Errorf("only %d facts to compare", len(inVirtual.seen))
			}
			if d := cmp.Diff(inVirtual.sorted(), inLive.sorted()); d != "" {
				t.Errorf("virtual (-) and live (+) differ:\n%s", d)
			}
		})
	}
}

func alive(t *testing.T, s *scenarios.Scenario, profile string, watch trace.Observer) checker.Result {
	t.Helper()
	l := prepare(t, s, profile, watch)
	b := natsbroker.New(natsbroker.Defaults())
	defer b.Close()
	ran, err := live.Run(context.Background(), l.World, b, live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return l.Conclude(ran)
}

// proving runs until a run proves something, three times at most: on a busy machine calls come late, and
// such a run is INVALID.
func proving(t *testing.T, run func() checker.Result) checker.Result {
	t.Helper()
	r := run()
	for range 2 {
		if r.Judgement == checker.Invalid {
			t.Log(r.Reasons)
			r = run()
		}
	}
	return r
}

func prepare(t *testing.T, s *scenarios.Scenario, profile string, watch trace.Observer) *scenarios.Experiment {
	t.Helper()
	e, err := s.Prepare(scenarios.Options{Profile: profile, Seed: 1, Watch: watch, Delivery: true})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func judge(t *testing.T, r checker.Result) {
	t.Helper()
	if r.Judgement != checker.Pass {
		t.Errorf("%s: %s: %v", r.Driver, r.Judgement, r.Reasons)
	}
}
