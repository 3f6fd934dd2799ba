package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"hubsim/scenarios"
)

func newListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the scenarios, each with its question",
		Long: `list prints the scenarios that come with sim: the name for sim run, the question that
the scenario answers, and the public issue or page that it comes from.`,
		Example: `  sim list
  sim list --output json`,
		Args: noArgs,
	}
	format := output(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		entries, err := catalogue()
		if err != nil {
			return err
		}
		if format.value == "json" {
			return printJSON(cmd.OutOrStdout(), entries)
		}
		return list(cmd.OutOrStdout(), entries)
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
		}
	}
	if s.Twin != nil {
		e.Twin = s.Twin.Mistake
	}
	return e
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func list(w io.Writer, entries []entry) error {
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "%s\n  %s\n", e.Name, e.Question)
		if e.Source != "" {
			fmt.Fprintf(&b, "  source: %s\n", e.Source)
		}
	}
	fmt.Fprintf(&b, "\n%d scenarios; sim run NAME runs one, sim docs scenarios tells more\n", len(entries))
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
