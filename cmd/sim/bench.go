package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"hubsim/bench"
)

// benchFlags are the flags of sim bench.
type benchFlags struct {
	all, gate, quiet bool
	options          bench.Options
	json             string
	format           *choice
}

func newBenchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench [NAME…]",
		Short: "Measure the simulator against bare loops on this machine",
		Long: `bench measures the simulator, and a reference that does only the inner work, in turn and
in one run, and compares the medians. Without a name it lists the benches.

A goal is met or not met when the 95 % interval lies on one side of it; too noisy when it
does not, when the reference differs from itself by more than a tenth, or when other
programs or the hypervisor took more than 0.3 cores. Latencies need 20 pairs and more.

The exit code is 0 whatever the figures say, unless --gate: then a goal that is not met
makes it 1. What is too noisy proves nothing and fails nothing.`,
		Example: `  sim bench
  sim bench decision-latency --pairs 20
  sim bench virtual-kernel fleet-hour --gate
  sim bench --all --json bench.json`,
		ValidArgs: benchNames(),
	}
	f := &benchFlags{format: output(cmd)}
	flags := cmd.Flags()
	flags.BoolVar(&f.all, "all", false, "run every bench")
	flags.BoolVar(&f.gate, "gate", false, "a goal that is not met makes the exit code 1")
	flags.BoolVar(&f.quiet, "quiet", false, "no progress on standard error")
	flags.IntVar(&f.options.Pairs, "pairs", 0, "how many times both sides are measured (default: the bench's own)")
	flags.DurationVar(&f.options.Duration, "duration", 0, "how long one measurement takes; of fleet-hour, in virtual time (default: the bench's own)")
	flags.Float64Var(&f.options.Rate, "rate", 0, "events a second, where a bench has a fixed rate (default: the bench's own)")
	flags.StringVar(&f.json, "json", "", "write the report to this `FILE`, - is standard output")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		chosen, err := f.choose(args)
		if err != nil {
			return err
		}
		if len(chosen) == 0 {
			return f.list(cmd.OutOrStdout())
		}
		return f.perform(cmd, chosen)
	}
	return cmd
}

func benchNames() (names []string) {
	for _, b := range bench.All() {
		names = append(names, b.Name)
	}
	return names
}

// choose finds the benches that are meant, and refuses options that one of them has no use for.
func (f *benchFlags) choose(names []string) (chosen []*bench.Bench, err error) {
	if f.all && len(names) > 0 {
		return nil, wrong(errors.New("--all runs every bench, so it takes no name"), "leave out one of them")
	}
	if f.all {
		chosen = bench.All()
	}
	for _, name := range names {
		b, ok := bench.Find(name)
		if !ok {
			return nil, wrong(fmt.Errorf("there is no bench %q", name), didYouMean(name, benchNames(), "sim bench lists the benches"))
		}
		chosen = append(chosen, b)
	}
	if len(chosen) == 0 && (f.gate || f.json != "") {
		return nil, wrong(errors.New("bench without a name only lists the benches"), "name some, or add --all")
	}
	for _, b := range chosen {
		if err := b.Check(f.options); err != nil {
			return nil, wrong(err, "sim bench --help tells of the flags")
		}
	}
	return chosen, nil
}

// benchEntry is what the listing says of a bench.
type benchEntry struct {
	Name      string   `json:"name"`
	Question  string   `json:"question"`
	Ours      string   `json:"ours"`
	Reference string   `json:"reference"`
	Goals     []string `json:"goals"`
	Pairs     int      `json:"pairs"`
	Duration  string   `json:"duration"`
	Rate      float64  `json:"rate,omitempty"`
}

func (f *benchFlags) list(w io.Writer) error {
	var entries []benchEntry
	for _, b := range bench.All() {
		e := benchEntry{
			Name: b.Name, Question: b.Question, Ours: b.Ours, Reference: b.Reference,
			Pairs: b.Defaults.Pairs, Duration: b.Defaults.Duration.String(), Rate: b.Defaults.Rate,
		}
		for _, g := range b.Goals {
			e.Goals = append(e.Goals, g.Figure+", "+g.String())
		}
		entries = append(entries, e)
	}
	if f.format.value == "json" {
		return printJSON(w, entries)
	}
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "%s\n  %s\n  goals: %s\n", e.Name, e.Question, strings.Join(e.Goals, "; "))
	}
	fmt.Fprintf(&b, "\n%d benches; sim bench NAME runs one, sim bench --all all of them\n", len(entries))
	_, err := io.WriteString(w, b.String())
	return err
}

// perform runs the benches and tells of them, of those before a failure too.
func (f *benchFlags) perform(cmd *cobra.Command, chosen []*bench.Bench) error {
	var file *outFile
	if f.json != "" && f.json != "-" {
		var err error
		if file, err = newOutFile(f.json); err != nil {
			return err
		}
		defer file.discard()
	}
	report, failed := f.runAll(cmd, chosen)
	if len(report.Results) > 0 {
		write := bench.WriteText
		if f.json == "-" || f.format.value == "json" {
			write = bench.WriteJSON
		}
		if err := write(cmd.OutOrStdout(), report); err != nil {
			return err
		}
	}
	if failed != nil {
		return failed
	}
	if file != nil {
		if err := file.write(func(w io.Writer) error { return bench.WriteJSON(w, report) }); err != nil {
			return err
		}
	}
	return judged(f.code(report))
}

func (f *benchFlags) runAll(cmd *cobra.Command, chosen []*bench.Bench) (*bench.Report, error) {
	report := &bench.Report{Schema: bench.Schema, At: time.Now().UTC(), Machine: bench.ThisMachine()}
	var line atomic.Value
	line.Store("")
	o := f.options
	o.Progress = func(what string) { line.Store(what) }
	s := newScreen(cmd.ErrOrStderr(), f.quiet, func() string { return line.Load().(string) })
	defer s.stop()
	for i, b := range chosen {
		r, err := b.Run(cmd.Context(), o)
		switch {
		case stopped(cmd.Context(), err):
			return report, &failure{exitInvalid, fmt.Errorf("stopped by the user after %d of %d benches", i, len(chosen)), "no file was written"}
		case err != nil:
			return report, broken(err, "")
		}
		report.Results = append(report.Results, r)
	}
	return report, nil
}

func (f *benchFlags) code(r *bench.Report) int {
	if !f.gate {
		return exitPass
	}
	for i := range r.Results {
		for _, g := range r.Results[i].Goals {
			if g.Verdict == bench.NotMet {
				return exitFail
			}
		}
	}
	return exitPass
}
