package main

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/report"
	"hubsim/scenarios"
)

// resultsSeed is the seed of the runs that the page tells of.
const resultsSeed = 1

// outcome is what came of one scenario: by profile, and of its twin in the profiles that it is run in.
type outcome struct {
	scenario *scenarios.Scenario
	ran      [2]checker.Result // by scenarios.Profiles
	twin     [2]*checker.Result
}

// writeResults runs the catalogue in virtual time and writes what came of it.
func writeResults(b *strings.Builder, _ *cobra.Command) error {
	all, err := outcomes()
	if err != nil {
		return err
	}
	issues := proven(all)
	b.WriteString(madeBy + "# Results\n\n" +
		"Every scenario of the catalogue in virtual time, with seed 1, in both profiles: `wso2` as the product does, `hardened` as it should.\n" +
		"What the product is known to break is a KNOWN GAP: the check must be violated, or the run fails. It counts as PASS, and as FAIL with\n" +
		"`--strict`. The twin has a mistake in it and must fail the checks that are named. `sim run --all --profile both` makes these runs.\n\n")
	fmt.Fprintf(b, "%s, each with its known-bad twin. **%s** of the product %s a scenario that breaks a check under `wso2` and keeps it under `hardened`.\n\n",
		words.Count(len(all), "scenario"), words.Count(len(issues), "public issue"), map[bool]string{true: "has", false: "have"}[len(issues) == 1])
	head(b, "scenario", "public source", "wso2", "hardened", "twin fails")
	for _, o := range all {
		row(b, fmt.Sprintf("[%s](reference/scenarios.md#%s)", o.scenario.Name, o.scenario.Name), linked(cell(oneLine(o.scenario.Source))),
			verdictOf(&o.ran[0]), verdictOf(&o.ran[1]), o.twins())
	}
	if err := writeOrders(b, all); err != nil {
		return err
	}
	b.WriteString("\n## Public issues of the product\n\nEach with the scenarios in which `wso2` breaks a check because of it that `hardened` keeps.\n\n")
	head(b, "issue", "scenario: what breaks")
	for _, p := range issues {
		row(b, linked(p.issue), cell(strings.Join(p.where, "; ")))
	}
	return nil
}

// writeOrders writes the tables of orders of start, of each profile one.
func writeOrders(b *strings.Builder, all []outcome) error {
	for _, o := range all {
		if o.scenario.Orders == nil {
			continue
		}
		fmt.Fprintf(b, "\n## Orders of start\n\n[%s](reference/scenarios.md#%s): how long after the last start until everybody has its policies, lists and APIs, by how far apart they start. Never is not within %s.\n",
			o.scenario.Name, o.scenario.Name, words.Duration(event.Duration(o.scenario.Orders.Wait)))
		for _, profile := range scenarios.Profiles {
			j := job{scenario: o.scenario, options: scenarios.Options{Profile: profile, Seed: resultsSeed}}
			boots, err := j.boots()
			if err != nil {
				return err
			}
			fmt.Fprintf(b, "\nProfile `%s`:\n\n", profile)
			columns, rows := report.BootTable(boots)
			head(b, columns...)
			for _, r := range rows {
				r[0] = code(r[0])
				row(b, r...)
			}
		}
	}
	return nil
}

// outcomes runs the catalogue, side by side.
func outcomes() ([]outcome, error) {
	names := scenarios.Names()
	all := make([]outcome, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() error {
			s, err := scenarios.Load(name)
			if err != nil {
				return err
			}
			all[i], err = outcomeOf(s)
			return err
		})
	}
	return all, group.Wait()
}

func outcomeOf(s *scenarios.Scenario) (outcome, error) {
	o := outcome{scenario: s}
	for i, profile := range scenarios.Profiles {
		r, err := s.Simulate(scenarios.Options{Profile: profile, Seed: resultsSeed})
		if err != nil {
			return o, fmt.Errorf("scenario %s, profile %s: %w", s.Name, profile, err)
		}
		o.ran[i] = r
		if s.Twin == nil || s.Twin.Profile != "" && s.Twin.Profile != profile {
			continue
		}
		bad, err := s.Simulate(scenarios.Options{Profile: profile, Seed: resultsSeed, Twin: true})
		if err != nil {
			return o, fmt.Errorf("twin of scenario %s, profile %s: %w", s.Name, profile, err)
		}
		o.twin[i] = &bad
	}
	return o, nil
}

// verdictOf is a run's verdict, with its known gaps and the issue of each.
func verdictOf(r *checker.Result) string {
	var gaps []string
	for _, o := range r.Outcomes {
		if o.Verdict == checker.KnownGap {
			gaps = append(gaps, fmt.Sprintf("`%s` (%s)", o.Check, linked(cell(o.Issue))))
		}
	}
	known := strings.Join(gaps, ", ")
	switch {
	case known == "":
		return string(r.Judgement)
	case r.Judgement == checker.Pass:
		return "KNOWN GAP: " + known
	}
	return fmt.Sprintf("%s, known gap: %s", r.Judgement, known)
}

// twins tells what the twin breaks, by profile.
func (o *outcome) twins() string {
	var told []string
	for i, r := range o.twin {
		if r == nil {
			continue
		}
		did := "fails"
		if len(o.scenario.TwinFailed(r)) > 0 {
			did = "DOES NOT FAIL"
		}
		told = append(told, scenarios.Profiles[i]+" "+did)
	}
	if len(told) == 0 {
		return ""
	}
	return code(strings.Join(o.scenario.Twin.Fails, "`, `")) + ": " + strings.Join(told, ", ")
}

// proof is a public issue and the scenarios that show it.
type proof struct {
	issue string
	where []string
}

// publicIssue is how an issue of the product is named.
var publicIssue = regexp.MustCompile(`\b(wso2[a-z-]*/[\w.-]+)#(\d+)\b`)

// proven are the public issues of the product that a check is broken by under wso2 and not under hardened.
func proven(all []outcome) (list []proof) {
	for _, o := range all {
		for _, broken := range o.ran[0].Outcomes {
			kept := slices.ContainsFunc(o.ran[1].Outcomes, func(h checker.Outcome) bool { return h.Check == broken.Check && h.Verdict == checker.Holds })
			if broken.Verdict != checker.KnownGap || !kept || o.ran[1].Judgement != checker.Pass {
				continue
			}
			for _, issue := range publicIssue.FindAllString(broken.Issue, -1) {
				list = enter(list, issue, o.scenario.Name+": "+broken.Check)
			}
		}
	}
	slices.SortFunc(list, func(a, b proof) int { return strings.Compare(a.issue, b.issue) })
	return list
}

// enter adds a place to an issue's proof.
func enter(list []proof, issue, where string) []proof {
	at := slices.IndexFunc(list, func(p proof) bool { return p.issue == issue })
	if at < 0 {
		at, list = len(list), append(list, proof{issue: issue})
	}
	list[at].where = append(list[at].where, where)
	return list
}

// linked makes links of the issues in a text.
func linked(text string) string {
	return publicIssue.ReplaceAllString(text, "[$0](https://github.com/$1/issues/$2)")
}
