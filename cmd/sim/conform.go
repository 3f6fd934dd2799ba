package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"hubsim/trafficmgr/conform"
)

func newConformCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "conform DIR",
		Short: "Hold the traffic manager against recorded runs of the real engine",
		Long: `conform plays every *.json of a directory, each a recorded run of the product's own
throttling engine, into the traffic manager's plans, and compares the decisions: keys,
flags, expiries, evaluated conditions and causes exactly, instants within 50 ms. It prints
a table by kind of plan, the first difference of each trace that fails, and a last line.

A field that is not known is left out, and named if the trace then differs.

It exits with 0 only if every trace passes, with 1 if one does not, and with 3 when the
directory or a file of it cannot be read.`,
		Example: `  sim conform ./traces
  sim conform ./traces --output json`,
		Args: oneArg("a directory", "give the directory with the recorded traces, one a *.json file"),
	}
	format := output(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		found, unread := conformed(args[0])
		if found == nil {
			return unread
		}
		var err error
		if format.value == "json" {
			err = printJSON(cmd.OutOrStdout(), found)
		} else {
			err = printConform(cmd.OutOrStdout(), found)
		}
		if err = errors.Join(err, unread); err != nil {
			return err
		}
		if found.Passed < found.Total {
			return judged(exitFail)
		}
		return nil
	}
	return cmd
}

// conformSchema names the version of the JSON form of sim conform.
const conformSchema = "hubsim/conform/1"

// conformance is what sim conform says to a program.
type conformance struct {
	Schema string            `json:"schema"`
	Dir    string            `json:"dir"`
	Passed int               `json:"passed"`
	Total  int               `json:"total"`
	Kinds  []conform.Tally   `json:"kinds"`
	Failed []conform.Outcome `json:"failed"`
}

// conformed plays the traces of a directory. With an error about some of its files it returns what became
// of the others.
func conformed(dir string) (*conformance, error) {
	const hint = "it is a directory of recorded traces, one a *.json file"
	if at, err := os.Stat(dir); err != nil {
		return nil, wrong(fmt.Errorf("read traces from %s: %w", dir, reason(err)), hint)
	} else if !at.IsDir() {
		return nil, wrong(fmt.Errorf("read traces from %s: it is a file", dir), hint)
	}
	all, err := conform.Directory(os.DirFS(dir))
	if err != nil {
		err = wrong(fmt.Errorf("read traces from %s: %w", dir, err), hint)
	}
	if len(all) == 0 {
		return nil, err
	}
	c := &conformance{Schema: conformSchema, Dir: dir, Total: len(all), Kinds: conform.Tallies(all), Failed: []conform.Outcome{}}
	for i := range all {
		if all[i].Passed() {
			c.Passed++
		} else {
			c.Failed = append(c.Failed, all[i])
		}
	}
	return c, err
}

// printConform prints the table, the differences, and the line that a script looks for.
func printConform(w io.Writer, c *conformance) error {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "kind\ttraces\tpassed\tfailed")
	for _, k := range c.Kinds {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\n", k.Kind, k.Total, k.Passed, k.Total-k.Passed)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, o := range c.Failed {
		fmt.Fprintf(&b, "\n%s: %s\n  %s\n", o.File, o.Name, strings.ReplaceAll(o.Difference, "\n", "\n  "))
	}
	fmt.Fprintf(&b, "\nconform: %d/%d\n", c.Passed, c.Total)
	_, err := io.WriteString(w, b.String())
	return err
}
