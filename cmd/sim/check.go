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
	"hubsim/internal/words"
	"hubsim/scenarios"
)

func newCheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check DIR|PATTERN",
		Short: "Say how a set of deployment.toml files is wired, and what is wrong with it",
		Long: `check reads a directory of deployment.toml files, one a node: NAME.toml at its top, or
deployment.toml in directories of any depth, with topology.yaml and each node's event
publishers and jndi files if they are there. It prints who is there and who talks to whom,
and lists what starts cleanly and does not work: why, what to do, and the scenario that
shows the harm on these files (a misspelled key's is looked for in runs), or the nearest.

Exit codes: 0 no finding of the severity of --fail-on or worse (error unless said),
1 such a finding, 3 wrong use, or files that say too little to be run: a line that
cannot be read, an endpoint that no node owns.`,
		Example: `  sim check ./conf
  sim check ./conf --fail-on warning
  sim check ./conf --output sarif > findings.sarif
  sim check --explain load-balanced-counting`,
	}
	format := choose(cmd, &choice{"text", []string{"text", "json", "sarif"}}, "output", "how the answer is written; sarif is 2.1.0")
	failOn := choose(cmd, &choice{"error", []string{"error", "warning", "note"}}, "fail-on", "the mildest finding that makes the exit code 1")
	rule := cmd.Flags().String("explain", "", "tell what a `RULE` looks for instead")
	_ = cmd.RegisterFlagCompletionFunc("explain", cobra.FixedCompletions(ruleNames(), cobra.ShellCompDirectiveNoFileComp)) // the flag exists
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("explain") {
			return noArgs(cmd, args)
		}
		return oneArg("a directory", "give the directory with the deployment.toml files; sim init writes one to start from")(cmd, args)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("explain") {
			return explainRule(cmd.OutOrStdout(), *rule, format.value)
		}
		c, err := check(args[0])
		if err != nil {
			return err
		}
		if err := c.print(cmd.OutOrStdout(), format.value); err != nil {
			return err
		}
		return judged(checkCode(c.Findings, severities[failOn.value]))
	}
	return cmd
}

// unproven is why no scenario shows a finding.
func (c *checked) unproven() string {
	if len(c.Fits) == 0 {
		return "as they are, the files fit no scenario"
	}
	return "no scenario says worse of these files than with the key spelled right"
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
	Summary    map[string]int         `json:"summary"`               // by severity
	Unread     int                    `json:"unread"`                // files, or lines of them, that cannot be read
	Fits       []string               `json:"scenarios"`             // those that the files can run
	Unfit      map[string]string      `json:"not_fitting,omitempty"` // what the others want

	dir string
}

// check reads a deployment and finds out which scenarios it can run: none while something stops it.
func check(dir string) (*checked, error) {
	d, findings, err := readDeployment(dir)
	if err != nil {
		return nil, wrong(err, "")
	}
	c := &checked{Schema: checkSchema, Deployment: d, Findings: append([]deployment.Finding{}, findings...), Summary: sumFindings(findings), Fits: []string{}, Unfit: map[string]string{}, dir: dir}
	for _, f := range findings {
		if slices.Contains(unreadable, f.Rule) {
			c.Unread++
		}
	}
	if stops(findings) {
		return c, nil
	}
	for _, name := range scenarios.Names() {
		switch why, err := unfit(name, d); {
		case err != nil:
			return nil, err
		case why != "":
			c.Unfit[name] = why
		default:
			c.Fits = append(c.Fits, name)
		}
	}
	return c, c.prove()
}

// mostSearched is up to how many hosts every scenario that fits is tried for what no rule knows a scenario of: it
// takes seconds, and of larger deployments minutes.
const mostSearched = 30

// prove runs the scenarios of findings on the files. Where it is known how the files are without a mistake, it looks
// for a scenario that tells them apart: that of the rule, or any that fits.
func (c *checked) prove() error {
	prover := scenarios.NewProver(c.Deployment)
	shows := map[*deployment.Deployment]string{}
	for i := range c.Findings {
		f := &c.Findings[i]
		if f.Mended == nil {
			if err := c.tryOut(f, prover); err != nil {
				return err
			}
			continue
		}
		if _, known := shows[f.Mended]; !known {
			names := slices.DeleteFunc([]string{f.Scenario}, func(name string) bool { return name == "" })
			if len(c.Deployment.Hosts) <= mostSearched {
				names = append(names, c.Fits...)
			}
			name, err := prover.Shows(f.Mended, names)
			if err != nil {
				return broken(err, "")
			}
			shows[f.Mended] = name
		}
		if name := shows[f.Mended]; name != "" {
			f.Prove(name)
		} else if f.Shown || len(c.Deployment.Hosts) <= mostSearched {
			f.Scenario = ""
			f.Unproven(c.unproven())
		}
	}
	return nil
}

// tryOut takes back that the scenario of a finding's rule shows it, where on these files it does not.
func (c *checked) tryOut(f *deployment.Finding, prover *scenarios.Prover) error {
	if !f.Shown || len(c.Deployment.Hosts) > mostSearched || !slices.Contains(c.Fits, f.Scenario) {
		return nil
	}
	shown, err := prover.Breaks(f.Scenario)
	if err != nil {
		return broken(err, "")
	}
	if !shown {
		f.Unproven("it says no worse of them than of those it is written for")
	}
	return nil
}

var severities = map[string]deployment.Severity{
	"error": deployment.Error, "warning": deployment.Warning, "note": deployment.Note,
}

// unreadable are the rules about what cannot be read.
var unreadable = []string{"syntax", "publisher-syntax", "jndi-syntax"}

// stops tells whether a finding stops every run.
func stops(findings []deployment.Finding) bool {
	return slices.ContainsFunc(findings, func(f deployment.Finding) bool { return f.Stops() })
}

func checkCode(findings []deployment.Finding, failOn deployment.Severity) int {
	switch {
	case stops(findings):
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

func (c *checked) print(w io.Writer, format string) error {
	switch format {
	case "json":
		return printJSON(w, c)
	case "sarif":
		return printJSON(w, c.sarif())
	}
	return c.printText(w)
}

// printText prints the topology, the findings, their number, and what can be run.
func (c *checked) printText(w io.Writer) error {
	var b strings.Builder
	err := c.Deployment.Describe(&b)
	if len(c.Findings) > 0 {
		b.WriteString("\nFindings\n")
	}
	paint := colored(w)
	for i := range c.Findings {
		b.WriteString(c.told(i, paint))
	}
	if len(c.Fits) > 0 {
		fmt.Fprintf(&b, "\n%d of %d scenarios fit; sim list --deployment %s tells which, and what the others want\n", len(c.Fits), len(c.Fits)+len(c.Unfit), quoted(c.dir))
	}
	fmt.Fprintf(&b, "\n%s, %s, %s\n", words.Count(c.Summary["error"], "error"), words.Count(c.Summary["warning"], "warning"), words.Count(c.Summary["note"], "note"))
	if c.Unread > 0 {
		fmt.Fprintf(&b, "%s could not be read\n", words.Count(c.Unread, "place"))
	}
	_, werr := io.WriteString(w, b.String())
	return errors.Join(err, werr)
}

// shades are the severities on a terminal: red, yellow, faint.
var shades = map[deployment.Severity]string{deployment.Error: "\x1b[31m", deployment.Warning: "\x1b[33m", deployment.Note: "\x1b[2m"}

// told prints one finding: where and what on the first line, in the form that editors jump to, then
// why, what to do, and the experiment that shows the harm or comes nearest to it, unless the next finding says the same.
func (c *checked) told(index int, paint bool) string {
	f, severity := c.Findings[index], c.Findings[index].Severity.String()
	if paint {
		severity = shades[f.Severity] + severity + "\x1b[0m"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  %s: %s: ", f.Place, severity)
	if f.Key != "" {
		b.WriteString(f.Key + ": ")
	}
	fmt.Fprintf(&b, "%s [%s]\n", f.Text, f.Rule)
	if index+1 < len(c.Findings) && c.Findings[index+1].Rule == f.Rule && c.Findings[index+1].Fix == f.Fix {
		return b.String()
	}
	fmt.Fprintf(&b, "    why: %s\n    fix: %s\n", f.Why, f.Fix)
	label, experiment := c.see(&f)
	fmt.Fprintf(&b, "    %s: %s\n", label, experiment)
	return b.String()
}

// see tells which run shows the harm of a finding on the files, or comes nearest to it and why.
func (c *checked) see(f *deployment.Finding) (label, experiment string) {
	switch run := "sim run " + f.Scenario; {
	case f.Scenario == "":
		return see, "no run shows it: " + f.NotShown
	case f.Stops():
		return see, "no run is possible before it is mended"
	case c.Unfit[f.Scenario] != "":
		return near, run + " (on its own files: " + c.Unfit[f.Scenario] + ")"
	case !f.Shown:
		return near, run + "; a run on these files does not show it: " + f.NotShown
	case !slices.Contains(c.Fits, f.Scenario):
		return see, run + " --deployment " + quoted(c.dir) + ", when what stops every run is mended"
	default:
		return see, run + " --deployment " + quoted(c.dir)
	}
}

// What an experiment is to a finding.
const (
	see  = "see"     // it shows the harm on these files
	near = "nearest" // it shows something like it
)

func ruleNames() (names []string) {
	for _, r := range deployment.Rules() {
		names = append(names, r.ID)
	}
	return names
}

// explainRule tells what a rule looks for.
func explainRule(w io.Writer, id, format string) error {
	r, known := deployment.FindRule(id)
	if !known {
		return wrong(fmt.Errorf("there is no rule %q", id), didYouMean(id, ruleNames(), "sim docs rules lists them"))
	}
	if format == "json" {
		return printJSON(w, r)
	}
	stops := ""
	if r.Stops {
		stops = ", and nothing can be run with it"
	}
	experiment := see + ": sim run " + r.Scenario + " --deployment DIR"
	switch {
	case r.Stops:
		experiment = see + ": no run is possible before it is mended"
	case !r.Shown:
		experiment = near + ": sim run " + r.Scenario + "; a run on files with it does not show it: " + r.NotShown
	}
	_, err := fmt.Fprintf(w, "%s: %s\n%s%s\n\nwhy: %s\nfix: %s\n%s\nsource: %s\n",
		r.ID, r.Title, r.Severity, stops, r.Why, r.Fix, experiment, r.Source)
	return err
}
