package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/event"
)

// soaked is the soak without what mends the hardened gateway, as its twin.
func soaked(t *testing.T) *Scenario {
	s := *load(t, "seeded-chaos-soak").bad()
	s.Expect, s.Length = nil, Duration(20*event.Minute)
	return &s
}

// TestSmallestIsNeeded brings the faults of a soak that fails down to a few: the run fails with them, and
// with any one of them less it does not.
func TestSmallestIsNeeded(t *testing.T) {
	s, o := soaked(t), Options{Profile: "hardened", Seed: 3}
	failed := simulate(t, s, o)
	if failed.Judgement != checker.Fail {
		t.Fatalf("the soak without a remedy is %s: %v", failed.Judgement, failed.Reasons)
	}
	few, err := s.Smallest(o, &failed)
	if err != nil {
		t.Fatal(err)
	}
	if len(few) == 0 || len(few) > 5 {
		t.Fatalf("%d faults are the smallest schedule:\n%s", len(few), few)
	}
	breaks := func(text string) bool {
		o.Faults = &text
		r := simulate(t, s, o)
		for _, c := range r.Outcomes {
			if c.Check == "convergence" {
				return c.Verdict == checker.Violated
			}
		}
		return false
	}
	if !breaks(few.String()) {
		t.Errorf("all holds under the smallest schedule:\n%s", few)
	}
	lines := strings.Split(strings.TrimSpace(few.String()), "\n")
	for i, line := range lines {
		if rest := strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "\n"); breaks(rest) {
			t.Errorf("it fails without %s, too", line)
		}
	}
}

func TestSmallestOfARunThatHeldIsNone(t *testing.T) {
	s, o := load(t, "hub-baseline"), Options{Seed: 1}
	r := simulate(t, s, o)
	if few, err := s.Smallest(o, &r); few != nil || err != nil {
		t.Errorf("got %v, %v", few, err)
	}
}

// TestSoaks runs the soak with seeds that nobody looked at: hardened nodes are well behind whatever is drawn.
func TestSoaks(t *testing.T) {
	for seed := uint64(100); seed < 112; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			if r := simulate(t, load(t, "seeded-chaos-soak"), Options{Profile: "hardened", Seed: seed, Length: 20 * event.Minute}); r.Judgement != checker.Pass {
				explain(t, &r)
			}
		})
	}
}

// TestMacrosBreakWhatTheySay runs each line that stands for several on the files of two regions.
func TestMacrosBreakWhatTheySay(t *testing.T) {
	for _, row := range []struct {
		line  string
		lines int
	}{
		{"at 12s for 3s rolling region-1/gw-* every 5s", 2},
		{"at 18s for 12s swizzle region-2/gw-*>us-cp-1.broker", 2},
		{"at 12s for 5s split-region region-2", 1},
		{"at 12s for 5s herd region-1/cp-1.broker", 1},
		{"at 12s for 6s strobe region-1/gw-1 +2s every 1s", 3},
		{"at 12s for 30s chaos 9", 9},
		{"at 12s crash region-1/gw-1\nheal 20s", 1},
	} {
		t.Run(row.line, func(t *testing.T) {
			s := *load(t, "region-link-loss")
			s.Checks = []Check{{Check: "accounting"}}
			s.Expect = nil
			r := simulate(t, &s, Options{Profile: "hardened", Seed: 1, Faults: &row.line})
			if r.Judgement != checker.Pass {
				explain(t, &r)
			}
			if len(r.Conduct.Faults) != row.lines {
				t.Errorf("it stands for %d lines, want %d: %v", len(r.Conduct.Faults), row.lines, r.Conduct.Faults)
			}
		})
	}
}
