package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/scenarios"
)

// runFlags are the flags of sim run.
type runFlags struct {
	driver, profile, format          *choice
	all, twin, twins                 bool
	strict, quiet                    bool
	seed                             uint64
	seeds                            string
	deployment, policies             string
	duration                         event.Duration
	json, junit, metrics, broker, kv string
	csv, store, faults, processes    string
	sweep                            []string
}

func newRunCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run NAME|FILE…",
		Short: "Run scenarios and judge them",
		Long: `run runs scenarios, by name or by the path of a YAML file, and says what held. In virtual
time a run is a function of scenario, deployment and seed; live, the same machines talk
over real sockets. Of several runs, a FAIL decides the exit code before an INVALID.

A known gap of the product is printed with its public issue and passes, unless --strict.
A twin is a scenario with a mistake in it; it passes when the mistake is noticed.`,
		Example: `  sim run quickstart
  sim run tm-kill-midwindow --profile both --json out.json --junit out.xml
  sim run overshoot-curve --seeds 1-200
  sim run overshoot-curve --sweep quota=500 --sweep rate=50,100,200 --csv curve.csv
  sim run revoke-one-gateway --deployment ./conf
  sim run policy-admission --policies ./policies
  sim run ./mine.yaml --driver live --metrics-addr 127.0.0.1:9464
  sim run tm-kill-midwindow --driver live --processes tm-1
  sim run --all --profile both`,
		ValidArgsFunction: completeNames,
	}
	f := flagsOf(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		plan, err := f.plan(cmd, args)
		if err != nil {
			return err
		}
		return perform(cmd, f, plan)
	}
	return cmd
}

func flagsOf(cmd *cobra.Command) *runFlags {
	f := &runFlags{
		driver:  choose(cmd, &choice{"", []string{"virtual", "live"}}, "driver", "virtual time or real sockets (default: the scenario's own, mostly virtual)"),
		profile: choose(cmd, &choice{"", append(append([]string{}, scenarios.Profiles...), "both")}, "profile", "as the product does, or as it should (default: the deployment's own, else wso2)"),
		format:  output(cmd),
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.all, "all", false, "run the whole catalogue, in virtual time with its twins (virtual unless --driver says live)")
	flags.BoolVar(&f.twin, "twin", false, "run the known-bad twins instead")
	flags.BoolVar(&f.twins, "twins", false, "run each scenario and its known-bad twin; --all does unless this is false, or the run is live or changed")
	flags.BoolVar(&f.strict, "strict", false, "known gaps fail")
	flags.BoolVar(&f.quiet, "quiet", false, "no progress on standard error")
	flags.Uint64Var(&f.seed, "seed", 1, "the whole of a run's luck")
	flags.StringVar(&f.seeds, "seeds", "", "run many seeds, as `A-B`, in virtual time")
	flags.StringVar(&f.deployment, "deployment", "", "run on the deployment.toml files of this `DIR`, or on another pattern")
	flags.StringVar(&f.faults, "faults", "", "break this instead of what the scenario breaks, as `'LINE; LINE'`; - is nothing")
	flags.StringVar(&f.policies, "policies", "", "use the policies of this `DIR|FILE` (subscription-policies.json …, as the internal API lists them) in place of those of the same name and level")
	flags.DurationVar(&f.duration, "duration", 0, "how long a run takes in its own time (default: the scenario's own)")
	flags.StringVar(&f.json, "json", "", "write the results to this `FILE`, - is standard output")
	flags.StringVar(&f.junit, "junit", "", "write the results as JUnit XML to this `FILE`")
	flags.StringArrayVar(&f.sweep, "sweep", nil, "let the scenario's table go over these values of an axis, as `AXIS=V,V`: "+strings.Join(scenarios.Axes, ", ")+"; of a table of orders "+scenarios.OrderAxis)
	flags.StringVar(&f.csv, "csv", "", "write the scenario's table as CSV to this `FILE`, - is standard output")
	flags.StringVar(&f.metrics, "metrics-addr", "", "live: serve Prometheus metrics at this `HOST:PORT` under /metrics")
	flags.StringVar(&f.broker, "broker", "nats", "live: the event hub's broker, nats (embedded) or amqp10=`URL`")
	flags.StringVar(&f.kv, "kv", "nats", "live: the store of shared counters, nats (JetStream, embedded) or redis://`HOST:PORT`, in which wso2_throttler:* is removed first")
	flags.StringVar(&f.store, "store", "sqlite", "live: the database behind the control planes, sqlite (embedded) or postgres://`USER:PASSWORD@HOST:PORT/DATABASE`, whose schemas hubsim_* are emptied first")
	flags.StringVar(&f.processes, "processes", "", "live: run these `NODES` each in a process of its own, as gw-1,tm-*: a crash is then SIGKILL, a pause SIGSTOP (Linux)")
	return f
}

func completeNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return scenarios.Names(), cobra.ShellCompDirectiveDefault
}

// perform runs what was planned and tells of it.
func perform(cmd *cobra.Command, f *runFlags, plan []job) error {
	if err := f.metricsFree(); err != nil {
		return err
	}
	files, err := f.files()
	if err != nil {
		return err
	}
	defer files.discard()
	results, failed := f.runAll(cmd.Context(), cmd.ErrOrStderr(), plan)
	if len(results) > 0 {
		if err := f.tell(cmd.OutOrStdout(), results); err != nil {
			return err
		}
	}
	if failed != nil {
		return failed
	}
	if err := files.write(results); err != nil {
		return err
	}
	return judged(codeOf(results))
}

// codeOf is the exit code of results: a FAIL is a finding whatever else happened.
func codeOf(results []checker.Result) int {
	code := exitPass
	for i := range results {
		switch results[i].Judgement {
		case checker.Fail:
			return exitFail
		case checker.Invalid:
			code = exitInvalid
		}
	}
	return code
}

// errStopped is that the user wanted no more before all runs were made.
func errStopped(done, of int) error {
	return &failure{exitInvalid, fmt.Errorf("stopped by the user after %d of %d runs", done, of), "no file was written"}
}

// stopped tells whether an error is that the user wanted no more.
func stopped(ctx context.Context, err error) bool {
	return ctx.Err() != nil && errors.Is(err, context.Canceled)
}
