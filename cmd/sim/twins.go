package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// asItIs tells whether the catalogue is run in virtual time with nothing changed: then twins are run as well, unless they
// are declined.
func (f *runFlags) asItIs(cmd *cobra.Command) bool {
	for _, changes := range []string{"twin", "twins", "deployment", "duration", "seeds", "policies", "sweep"} {
		if cmd.Flags().Changed(changes) {
			return false
		}
	}
	return f.driver.value != "live"
}

// twinOf is the known-bad twin of a run, if it is wanted and there is one under its profile.
func (f *runFlags) twinOf(j job) (job, bool) {
	t := j.scenario.Twin
	if !f.twin && !f.twins || t == nil {
		return j, false
	}
	if t.Profile != "" {
		if f.profile.value != "" && t.Profile != j.options.Profile {
			return j, false
		}
		j.options.Profile = t.Profile
	}
	j.options.Twin, j.sweep = true, false
	return j, true
}

func noTwin(j job) error {
	if t := j.scenario.Twin; t != nil {
		return wrong(fmt.Errorf("the known-bad twin of %s is one of profile %s", j.scenario.Name, t.Profile), "leave out --profile")
	}
	return wrong(fmt.Errorf("scenario %s has no known-bad twin", j.scenario.Name), "run it without --twin")
}
