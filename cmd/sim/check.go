package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hubsim/deployment"
	"hubsim/scenarios"
)

func newCheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check DIR|PATTERN",
		Short: "Say how a set of deployment.toml files is wired, and what is wrong with it",
		Long: `check reads a directory of deployment.toml files, one a node, and topology.yaml if it is
there. It prints who is there and who talks to whom, and lists findings: what starts
cleanly and does not work, why, what to do, and the scenario that proves the harm.

It exits with 1 when there is a finding of the severity of --fail-on or worse, and
with 3 when the files say too little to be run: a line that cannot be read, an
endpoint that no node owns.`,
		Example: `  sim check ./conf
  sim check ./conf --fail-on warning
  sim check ./conf --output json`,
		Args: oneArg("a directory", "give the directory with the deployment.toml files; sim init writes one to start from"),
	}
	format := output(cmd)
	failOn := choose(cmd, &choice{"error", []string{"error", "warning", "note"}}, "fail-on", "the mildest finding that makes the exit code 1")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		d, findings, err := readDeployment(args[0])
		if err != nil {
			return wrong(err, "")
		}
		if format.value == "json" {
			err = printJSON(cmd.OutOrStdout(), checked{checkSchema, d, findings, sumFindings(findings)})
		} else {
			err = printCheck(cmd.OutOrStdout(), args[0], d, findings)
		}
		if err != nil {
			return err
		}
		return judged(checkCode(findings, severities[failOn.value]))
	}
	return cmd
}

// readDeployment reads a directory, or, where there is none of that name, the pattern that has it.
func readDeployment(name string) (*deployment.Deployment, []deployment.Finding, error) {
	if _, err := os.Stat(name); err != nil && slices.Contains(deployment.Patterns(), name) {
		files, err := deployment.Pattern(name)
		if err != nil {
			return nil, nil, err
		}
		return deployment.ReadFS(files, name)
	}
	return deployment.Read(name)
}

// checkSchema names the version of the JSON form of sim check.
const checkSchema = "hubsim/check/1"

// checked is what sim check says to a program.
type checked struct {
	Schema     string                 `json:"schema"`
	Deployment *deployment.Deployment `json:"deployment"`
	Findings   []deployment.Finding   `json:"findings"`
	Summary    map[string]int         `json:"summary"` // by severity
}

var severities = map[string]deployment.Severity{
	"error": deployment.Error, "warning": deployment.Warning, "note": deployment.Note,
}

func checkCode(findings []deployment.Finding, failOn deployment.Severity) int {
	switch {
	case slices.ContainsFunc(findings, func(f deployment.Finding) bool { return f.Stops() }):
		return exitWrong
	case deployment.Worst(findings) >= failOn:
		return exitFail
	}
	return exitPass
}

func sumFindings(findings []deployment.Finding) map[string]int {
	sum := map[string]int{}
	for _, f := range findings {
		sum[f.Severity.String()]++
	}
	return sum
}

// printCheck prints the topology, the findings and their number.
func printCheck(w io.Writer, dir string, d *deployment.Deployment, findings []deployment.Finding) error {
	var b strings.Builder
	err := d.Describe(&b)
	if len(findings) > 0 {
		b.WriteString("\nFindings\n")
	}
	for _, f := range findings {
		b.WriteString(told(f, dir))
	}
	sum := sumFindings(findings)
	fmt.Fprintf(&b, "\n%s, %s, %s\n", plural(sum["error"], "error"), plural(sum["warning"], "warning"), plural(sum["note"], "note"))
	_, werr := io.WriteString(w, b.String())
	return errors.Join(err, werr)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// told prints one finding: where and what on the first line, in the form that editors jump to, then
// why, what to do, and the experiment that shows the harm.
func told(f deployment.Finding, dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %s: %s: ", f.Place, f.Severity)
	if f.Key != "" {
		b.WriteString(f.Key + ": ")
	}
	fmt.Fprintf(&b, "%s [%s]\n", f.Text, f.Rule)
	for _, line := range []struct{ what, text string }{{"why", f.Why}, {"fix", f.Fix}} {
		if line.text != "" {
			fmt.Fprintf(&b, "    %s: %s\n", line.what, line.text)
		}
	}
	if slices.Contains(scenarios.Names(), f.Scenario) {
		fmt.Fprintf(&b, "    see: sim run %s --deployment %s\n", f.Scenario, dir)
	}
	return b.String()
}
