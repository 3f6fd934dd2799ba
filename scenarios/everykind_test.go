package scenarios

import (
	"testing"

	"hubsim/checker"
	"hubsim/event"
)

// TestEveryLeakOfEveryKindIsExplained runs quotas of AI tokens, of bytes, of a tier that goes on and of a custom
// policy whose windows the first call opens, side by side, with one traffic manager and with two, right clocks and
// wrong ones, in peace and under faults: whatever is served past a quota or refused below one has a cause.
func TestEveryLeakOfEveryKindIsExplained(t *testing.T) {
	const right = "nodes:\n  gw-1: {}\nlinks:\n  same_region: {latency: 30ms, jitter: 5ms}\n"
	for _, c := range []struct{ pattern, faults string }{
		{"gw-cp-tm", ""}, {"gw-cp-tm-ha", ""},
		{"gw-cp-tm", "at 40s for 9s crash tm-1\nat 90s for 8s refuse gw-1>tm-1"},
		{"gw-cp-tm-ha", "at 40s for 9s crash tm-1\nat 70s for 12s crash tm-2"},
		{"gw-cp-tm", "at 30s for 15s delay gateways>tm-1 3s\nat 60s for 20s pause tm-1"},
		{"gw-cp-tm-ha", "at 30s for 15s delay gateways>tm-1 3s\nat 60s for 20s pause tm-1"},
	} {
		for _, profile := range Profiles {
			for seed := range uint64(2) {
				s := load(t, "testdata/every-kind.yaml")
				s.Deployment.Pattern, s.Faults = c.pattern, c.faults
				if seed%2 == 0 {
					s.Deployment.Topology = right
				}
				r := simulate(t, s, Options{Profile: profile, Seed: seed + 1})
				q := &r.Quota
				if q.Over[checker.Unexplained]+q.Under[checker.Unexplained] > 0 {
					t.Errorf("%s %s seed %d, %q: over %v, under %v: %v", c.pattern, profile, seed+1, c.faults, q.Over, q.Under, q.Unexplained)
				}
				for _, cause := range []checker.Cause{checker.UsageUnknown, checker.LetThrough} {
					if q.Over[cause] == 0 {
						t.Errorf("%s %s seed %d: %v never leaked: nothing was tried", c.pattern, profile, seed+1, cause)
					}
				}
				if len(q.Keys) < 8 || r.Conduct.NotSent > 0 || r.Ran < 100*event.Second {
					t.Errorf("%s %s seed %d: %d keys", c.pattern, profile, seed+1, len(q.Keys))
				}
			}
		}
	}
}
