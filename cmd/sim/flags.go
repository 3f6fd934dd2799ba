package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hubsim/internal/spelling"
)

// choice is a flag that takes one of several words.
type choice struct {
	value   string
	allowed []string
}

// String implements pflag.Value.
func (c *choice) String() string { return c.value }

// Set implements pflag.Value.
func (c *choice) Set(text string) error {
	if !slices.Contains(c.allowed, text) {
		return fmt.Errorf("it is one of %s", strings.Join(c.allowed, ", "))
	}
	c.value = text
	return nil
}

// Type implements pflag.Value; the help shows it.
func (c *choice) Type() string { return strings.Join(c.allowed, "|") }

// choose adds a flag that takes one of several words; its value is the default.
func choose(cmd *cobra.Command, c *choice, name, usage string) *choice {
	cmd.Flags().Var(c, name, usage)
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp)) // the flag exists
	return c
}

// output adds the flag that every listing has.
func output(cmd *cobra.Command) *choice {
	return choose(cmd, &choice{"text", []string{"text", "json"}}, "output", "how the answer is written")
}

// oneArg wants exactly one argument, and says which.
func oneArg(what, hint string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return wrong(fmt.Errorf("%s needs %s", cmd.CommandPath(), what), hint)
		case len(args) > 1:
			return wrong(fmt.Errorf("%s takes only %s, %q is too much", cmd.CommandPath(), what, args[1]), hint)
		}
		return nil
	}
}

// noArgs wants none.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return wrong(fmt.Errorf("%s takes no argument, %q is too much", cmd.CommandPath(), args[0]), cmd.CommandPath()+" --help shows how it is used")
	}
	return nil
}

// didYouMean puts the name that was probably meant before a hint.
func didYouMean(given string, names []string, hint string) string {
	if best := spelling.Nearest(given, names); best != "" {
		return fmt.Sprintf("did you mean %s? %s", best, hint)
	}
	return hint
}
