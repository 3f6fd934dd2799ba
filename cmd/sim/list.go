package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"hubsim/deployment"
	"hubsim/scenarios"
)

func newListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the scenarios, each with its question",
		Long: `list prints the scenarios that come with sim: the name for sim run, the question that
the scenario answers, and the public issue or page that it comes from. With --deployment
it tells which of them fit somebody's own files, and what the others want.`,
		Example: `  sim list
  sim list --deployment ./conf
  sim list --output json`,
		Args: noArgs,
	}
	format := output(cmd)
	dir := cmd.Flags().String("deployment", "", "tell which fit the deployment.toml files of this `DIR`, or a pattern")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		entries, err := catalogue()
		if err == nil && *dir != "" {
			err = fit(entries, *dir)
		}
		if err != nil {
			return err
		}
		if format.value == "json" {
			return printJSON(cmd.OutOrStdout(), entries)
		}
		return list(cmd.OutOrStdout(), entries, *dir)
	}
	return cmd
}

// entry is what a listing says of a scenario.
type entry struct {
	Name     string   `json:"name"`
	Question string   `json:"question"`
	Source   string   `json:"source,omitempty"`
	Driver   string   `json:"driver"`
	Pattern  string   `json:"pattern"`
	Length   string   `json:"length"`
	Checks   []string `json:"checks"`
	Gaps     []string `json:"known_gaps,omitempty"` // PROFILE: CHECK
	Twin     string   `json:"twin,omitempty"`       // its mistake
	Fits     *bool    `json:"fits,omitempty"`       // the user's deployment; not said without one
	Wants    string   `json:"wants,omitempty"`      // why it does not fit
}

// catalogue reads all scenarios that are part of the program.
func catalogue() (entries []entry, err error) {
	for _, name := range scenarios.Names() {
		s, err := scenarios.Load(name)
		if err != nil {
			return nil, broken(err, "")
		}
		entries = append(entries, entryOf(s))
	}
	return entries, nil
}

func entryOf(s *scenarios.Scenario) entry {
	e := entry{
		Name: s.Name, Question: s.Question, Source: oneLine(s.Source), Driver: driverOf(s), Pattern: s.Deployment.Pattern,
		Length: lengthOf(s).String(),
	}
	for _, c := range s.Checks {
		e.Checks = append(e.Checks, c.Check)
	}
	for _, profile := range scenarios.Profiles {
		for _, c := range e.Checks {
			if _, gap := s.Expect[profile].Gaps[c]; gap {
				e.Gaps = append(e.Gaps, profile+": "+c)
			}
			if _, gap := s.Expect[profile].Sometimes[c]; gap {
				e.Gaps = append(e.Gaps, profile+": "+c+" (with some seeds)")
			}
		}
	}
	if s.Twin != nil {
		e.Twin = s.Twin.Mistake
	}
	return e
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// fit says of each scenario whether it fits a deployment.
func fit(entries []entry, dir string) error {
	site, err := runnable(dir)
	if err != nil {
		return err
	}
	for i := range entries {
		why, err := unfit(entries[i].Name, site)
		if err != nil {
			return err
		}
		fits := why == ""
		entries[i].Fits, entries[i].Wants = &fits, why
	}
	return nil
}

// unfit is why a scenario of the catalogue does not fit a deployment; "" when it does.
func unfit(name string, site *deployment.Deployment) (string, error) {
	s, err := scenarios.Load(name)
	if err != nil {
		return "", broken(err, "")
	}
	_, err = s.Prepare(scenarios.Options{Deployment: site, Seed: 1})
	if bad := (*scenarios.UnfitError)(nil); errors.As(err, &bad) {
		return bad.Needs, nil
	}
	if err != nil {
		return "", wrong(err, "")
	}
	return "", nil
}

func list(w io.Writer, entries []entry, dir string) error {
	var b strings.Builder
	left := 0
	for _, e := range entries {
		if e.Wants != "" {
			left++
			continue
		}
		fmt.Fprintf(&b, "%s\n  %s\n", e.Name, e.Question)
		if e.Source != "" {
			fmt.Fprintf(&b, "  source: %s\n", e.Source)
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "\nThese do not fit %s:\n", dir)
	}
	for _, e := range entries {
		if e.Wants != "" {
			fmt.Fprintf(&b, "%s\n  %s; it is written for %s\n", e.Name, e.Wants, e.Pattern)
		}
	}
	last := fmt.Sprintf("%d scenarios; sim run NAME runs one, sim docs scenarios tells more", len(entries))
	if dir != "" {
		last = fmt.Sprintf("%d of %d scenarios fit; sim run NAME --deployment %s runs one, --all runs them", len(entries)-left, len(entries), quoted(dir))
	}
	fmt.Fprintf(&b, "\n%s\n", last)
	_, err := io.WriteString(w, b.String())
	return err
}

// printJSON writes a value for a program.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
