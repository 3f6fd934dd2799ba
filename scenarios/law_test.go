package scenarios

import (
	"fmt"
	"math"
	"testing"

	"hubsim/checker"
	"hubsim/event"
)

// law is a scenario in which nothing leaks but by latency and skew: one key, one traffic manager, one
// gateway, windows of ten seconds.
const law = `
name: law
question: Does over-admission obey its law?
deployment:
  pattern: gw-cp-tm
  topology: |
    nodes:
      gw-1: {clock: {offset: %v}}
    links:
      same_region: {latency: 100us}
catalog:
  policies:
    - {name: Quota, level: subscription, quota: %d, window: 10s}
  apis:
    - {name: pizza}
  apps:
    - {name: mobile, subscribe: {pizza: Quota}}
length: 310s
workload:
  - {from: 10s, for: 300s, arrivals: poisson, rate: %d}
faults: |
  at 5s delay gw-1>tm-1 %v
  at 5s delay tm-1.broker>gw-1 %v
checks:
  - {check: over-admission, allow: [event-in-flight, decision-in-flight, boundary-carry, clock-skew]}
expect: {wso2: {}, hardened: {}}
`

// TestOverAdmissionObeysItsLaw runs thirty windows at each of 24 settings: in the mean, a window admits
// Λ·(U + D + max(σ, 0)) calls past its quota, where Λ is the rate, U the way of an event up to its
// count, D the way of the decision down and σ how far the gateway's clock is ahead. U begins with a
// wait: the agent has one batch under way at a time, so an event that comes between waits for the
// answer, half a round trip in the mean.
func TestOverAdmissionObeysItsLaw(t *testing.T) {
	const ms = event.Millisecond
	type setting struct {
		rate    int
		u, d, s event.Duration
	}
	var settings []setting
	for _, rate := range []int{100, 400} {
		for _, u := range []event.Duration{20 * ms, 150 * ms, 400 * ms} {
			for _, d := range []event.Duration{30 * ms, 300 * ms} {
				settings = append(settings, setting{rate, u, d, 0})
			}
		}
		for _, s := range []event.Duration{500 * ms, 1000 * ms, 2000 * ms} {
			settings = append(settings, setting{rate, 10 * ms, 10 * ms, s}, setting{rate, 10 * ms, 200 * ms, s})
		}
	}
	for _, one := range settings {
		t.Run(fmt.Sprintf("%d a second, up %v, down %v, ahead %v", one.rate, one.u, one.d, one.s), func(t *testing.T) {
			t.Parallel()
			quota := one.rate * 5 // reached in mid-window
			text := fmt.Sprintf(law, one.s, quota, one.rate, one.u, one.d)
			s, err := Parse("law.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			r := simulate(t, s, Options{Profile: "wso2", Seed: 3})
			if r.Judgement != checker.Pass || r.Quota.Windows < 29 {
				t.Fatalf("%v %v, %d windows", r.Judgement, r.Reasons, r.Quota.Windows)
			}
			const link = 100 * event.Microsecond
			up := one.u + link + (one.u+2*link)/2
			down := one.d + link + 20*event.Microsecond // to its own broker, and down
			got := float64(r.Quota.Over.Total()) / float64(r.Quota.Windows)
			want := float64(one.rate) * (up + down + one.s).Seconds()
			if one.s > 0 {
				want -= float64(one.rate) * up.Seconds() // what is counted in the next window fills that one's quota
			}
			noise := 4 * math.Sqrt(want/float64(r.Quota.Windows)) // four standard errors of a Poisson mean
			if math.Abs(got-want) > 0.05*want+noise {
				t.Errorf("%.1f calls over a window, the law says %.1f", got, want)
			}
		})
	}
}
