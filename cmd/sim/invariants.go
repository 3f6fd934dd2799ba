package main

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/checker"
	"hubsim/scenarios"
)

// writeInvariants writes which checks hold which invariant, where, and what is known to break it.
func writeInvariants(b *strings.Builder) error {
	all, err := loadAll()
	if err != nil {
		return err
	}
	b.WriteString("\n## Invariants\n\nWhat the protocol promises, and the checks that hold it. \"wso2\" says where the product is known to break it, with the report; in all other scenarios it holds. Hardened it holds in all of them.\n\n")
	head(b, "", "invariant", "checks", "scenarios", "wso2")
	for _, inv := range checker.Invariants {
		in := shownIn(&inv, all)
		says := cell(inv.Says)
		if inv.Note != "" {
			says += " (" + cell(inv.Note) + ")"
		}
		row(b, inv.ID, says, codes(inv.Checks), fmt.Sprint(len(in)), cell(breaks(&inv, in)))
	}
	return nil
}

func loadAll() (all []*scenarios.Scenario, err error) {
	for _, name := range scenarios.Names() {
		s, err := scenarios.Load(name)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// shownIn are the scenarios that ask for a check of an invariant.
func shownIn(inv *checker.Invariant, all []*scenarios.Scenario) (in []*scenarios.Scenario) {
	for _, s := range all {
		if inv.In != nil && !slices.Contains(inv.In, s.Name) {
			continue
		}
		if slices.ContainsFunc(s.Checks, func(c scenarios.Check) bool { return slices.Contains(inv.Checks, c.Check) }) {
			in = append(in, s)
		}
	}
	return in
}

// breaks are the known gaps of the product in an invariant: "scenario (report)".
func breaks(inv *checker.Invariant, in []*scenarios.Scenario) string {
	var gaps []string
	for _, s := range in {
		for _, check := range inv.Checks {
			if issue, gap := s.Expect[scenarios.Profiles[0]].Gaps[check]; gap {
				gaps = append(gaps, s.Name+" ("+issue+")")
			}
			if issue, gap := s.Expect[scenarios.Profiles[0]].Sometimes[check]; gap {
				gaps = append(gaps, s.Name+" (with some seeds: "+issue+")")
			}
		}
	}
	if len(gaps) == 0 {
		return "holds"
	}
	return "gap: " + strings.Join(slices.Compact(gaps), ", ")
}

// codes makes a list of names code.
func codes(names []string) string {
	var list []string
	for _, name := range names {
		list = append(list, code(name))
	}
	return strings.Join(list, ", ")
}
