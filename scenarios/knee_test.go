package scenarios

import (
	"fmt"
	"testing"

	"hubsim/event"
)

const knee = `
name: knee
question: Where does a traffic manager break?
deployment:
  pattern: gw-cp-tm
  topology: |
    nodes:
      gw-1: {copies: 4}
    links:
      same_region: {latency: 1ms}
knobs: {traffic_manager.service_time: 10ms}
catalog:
  policies:
    - {name: Probe, level: subscription, quota: 20, window: 10s}
  apis:
    - {name: pizza}
  apps:
    - {name: bulk, subscribe: {pizza: Unlimited}}
    - {name: probe, count: 5, subscribe: {pizza: Probe}}
length: 32s
workload:
  - {from: 10s, for: 20s, arrivals: poisson, rate: %d, apps: [bulk]}
  - {from: 10s, for: 20s, arrivals: poisson, rate: 20, apps: [probe]}
checks:
  - {check: decision-latency}
expect: {wso2: {}, hardened: {}}
`

// TestTheKneeIsWhereItIsSet loads a traffic manager whose ten workers can count a thousand events a second: decisions
// are quick up to 95 % of that, and late from 105 % on.
func TestTheKneeIsWhereItIsSet(t *testing.T) {
	for _, row := range []struct {
		load  int // events a second
		quick bool
	}{{500, true}, {800, true}, {950, true}, {1050, false}, {1200, false}} {
		t.Run(fmt.Sprintf("%d a second", row.load), func(t *testing.T) {
			t.Parallel()
			s, err := Parse("knee.yaml", fmt.Appendf(nil, knee, row.load-20))
			if err != nil {
				t.Fatal(err)
			}
			r := simulate(t, s, Options{Profile: "wso2", Seed: 1})
			whole := r.Hops[len(r.Hops)-1]
			if whole.Count < 20 || row.quick && whole.P99 > 200*event.Millisecond || !row.quick && whole.P99 < 400*event.Millisecond {
				t.Errorf("%d decisions, p99 %v", whole.Count, whole.P99)
			}
		})
	}
}
