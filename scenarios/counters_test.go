package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/event"
)

const sharing = `
name: sharing
question: What does an interval cost?
deployment:
  pattern: gw-cp-tm-shared
  topology: |
    links:
      same_region: {latency: 1ms}
knobs: {traffic_manager.sharing.interval: %s}
catalog:
  policies:
    - {name: Steady, level: subscription, quota: 1500, window: 1m}
  apis:
    - {name: pizza}
  apps:
    - {name: mobile, subscribe: {pizza: Steady}}
length: 2m
workload:
  - {from: 10s, arrivals: poisson, rate: 100}
checks:
  - {check: over-admission}
expect: {wso2: {}, hardened: {}}
`

// TestAccuracyIsTheIntervalTimesTheRate sweeps the interval: what leaks in a window is no more than what
// is called within one, and grows with it. The loop itself takes some 10 ms.
func TestAccuracyIsTheIntervalTimesTheRate(t *testing.T) {
	const rate = 100
	for _, profile := range Profiles {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			last := int64(-1)
			for _, interval := range []event.Duration{10 * event.Millisecond, 100 * event.Millisecond, event.Second, 5 * event.Second, 10 * event.Second} {
				s, err := Parse("sharing.yaml", fmt.Appendf(nil, sharing, interval))
				if err != nil {
					t.Fatal(err)
				}
				r := simulate(t, s, Options{Profile: profile, Seed: 1})
				most := int64(rate*interval.Seconds()*1.1) + 5
				if r.Quota.WorstOver > most || r.Quota.WorstOver < last || len(r.Quota.Unexplained) > 0 {
					t.Errorf("every %v: %d over in the worst window, before it was %d, at most %d can be; unexplained: %v", interval, r.Quota.WorstOver, last, most, r.Quota.Unexplained)
				}
				last = r.Quota.WorstOver
			}
			if last < rate {
				t.Errorf("with an interval of 10 s only %d leak in the worst window: nothing is shown", last)
			}
		})
	}
}

// TestSharedCountersHoldTheQuota compares one group over two traffic managers that share with one where
// they do not: the quota is granted once, and twice.
func TestSharedCountersHoldTheQuota(t *testing.T) {
	const alone = "  files:\n    tm-1.toml: &alone |\n      server.server_role = \"traffic-manager\"\n" +
		"      apim.event_hub = {service_url = \"https://cp.example.com/services/\", event_listening_endpoints = [\"tcp://cp-1:5672\"]}\n" +
		"    tm-2.toml: *alone\nknobs"
	text := fmt.Sprintf(sharing, "10ms")
	for _, row := range []struct {
		text  string
		cause checker.Cause
		least int
	}{
		{text, checker.SplitCounting, 0},
		{strings.Replace(text, "knobs", alone, 1), checker.SplitCounting, 1000},
	} {
		s, err := Parse("sharing.yaml", []byte(row.text))
		if err != nil {
			t.Fatal(err)
		}
		r := simulate(t, s, Options{Profile: "wso2", Seed: 1})
		if n := r.Quota.Over[row.cause]; n < row.least || row.least == 0 && n > 0 {
			t.Errorf("%d calls leaked by %s, at least %d must: %s", n, row.cause, row.least, &r.Quota.Over)
		}
	}
}
