package main

import (
	"slices"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/scenarios"
)

// TestInvariants: each is held by checks that there are, a scenario asks for each of them, the product's gaps
// are those of the list, and hardened has none.
func TestInvariants(t *testing.T) {
	all, err := loadAll()
	if err != nil {
		t.Fatal(err)
	}
	var gaps []string
	for _, inv := range checker.Invariants {
		for _, name := range inv.Checks {
			if !slices.Contains(checkNames(), any(name)) {
				t.Errorf("%s is held by %s, which is no check", inv.ID, name)
			}
			one := checker.Invariant{Checks: []string{name}, In: inv.In}
			if len(shownIn(&one, all)) == 0 {
				t.Errorf("no scenario asks for %s, which holds %s", name, inv.ID)
			}
		}
		in := shownIn(&inv, all)
		if len(inv.In) > len(in) {
			t.Errorf("%s: of %v only %d ask for %v", inv.ID, inv.In, len(in), inv.Checks)
		}
		if breaks(&inv, in) != "holds" {
			gaps = append(gaps, inv.ID)
		}
		for _, s := range in {
			for _, name := range inv.Checks {
				if issue, gap := s.Expect[scenarios.Profiles[1]].Gaps[name]; gap {
					t.Errorf("%s: hardened breaks %s in %s (%s)", inv.ID, name, s.Name, issue)
				}
			}
		}
	}
	if got, want := strings.Join(gaps, " "), "R1 R2 D1 O1 T1 T2 T3 T4 T5 T6 C1 V1 L1 L2 B1"; got != want {
		t.Errorf("the product has known gaps in %s, want %s", got, want)
	}
}
