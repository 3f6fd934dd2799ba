package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"golang.org/x/sync/errgroup"

	"hubsim/checker"
	"hubsim/internal/words"
	"hubsim/scenarios"
	"hubsim/trace"
	"hubsim/virtual"
)

// runAll makes all runs: those in virtual time side by side, then live ones one after the other. One
// that fails does not end the others; with an error come the results that there are.
func (f *runFlags) runAll(ctx context.Context, stderr io.Writer, plan []job) ([]checker.Result, error) {
	if len(plan) == 1 {
		return f.runOne(ctx, stderr, &plan[0])
	}
	b := batch{jobs: plan, results: make([]checker.Result, len(plan)), errs: make([]error, len(plan))}
	b.tally = newTally(stderr, f.quiet, len(plan))
	defer b.tally.stop()
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range plan {
		if plan[i].driver != "live" {
			group.Go(func() error {
				b.run(ctx, i, func(j *job) (checker.Result, error) { return simulate(ctx, j, nil) })
				if f.sums() {
					b.results[i] = summed(&b.results[i])
				}
				return nil
			})
		}
	}
	_ = group.Wait() // each run's error stands beside its result
	for i := range plan {
		if plan[i].driver == "live" {
			b.run(ctx, i, func(j *job) (checker.Result, error) { return f.runLive(ctx, j, nil) })
		}
	}
	return b.end(ctx)
}

// sums tells whether only sums of the results will be told. There may be so many that they are not
// all kept whole.
func (f *runFlags) sums() bool {
	return f.seeds != "" && f.json == "" && f.junit == "" && f.format.value != "json"
}

// summed is what a sum over many results needs of one.
func summed(r *checker.Result) checker.Result {
	small := *r
	small.Question, small.Source = "", ""
	small.Conduct = checker.Conduct{}
	small.Findings = checker.Findings{Quota: checker.Quota{Over: r.Quota.Over, Under: r.Quota.Under}}
	for _, o := range r.Outcomes {
		if o.Verdict == checker.KnownGap {
			small.Outcomes = append(small.Outcomes, checker.Outcome{Check: o.Check, Verdict: o.Verdict})
		}
	}
	return small
}

// batch is many runs and what came of them.
type batch struct {
	jobs    []job
	results []checker.Result
	errs    []error
	tally   *tally
}

// run makes one run, unless the user wants no more. What is cut short is no result among many.
func (b *batch) run(ctx context.Context, i int, do func(*job) (checker.Result, error)) {
	if b.errs[i] = ctx.Err(); b.errs[i] != nil {
		return
	}
	b.results[i], b.errs[i] = do(&b.jobs[i])
	if b.errs[i] == nil {
		b.errs[i] = ctx.Err()
	}
	b.tally.add(&b.results[i], b.errs[i])
}

// end is the results that there are, and why the others are not.
func (b *batch) end(ctx context.Context) (done []checker.Result, err error) {
	failures := 0
	for i := range b.jobs {
		switch {
		case b.errs[i] == nil:
			done = append(done, b.results[i])
		case ctx.Err() == nil:
			failures++
			err = cmp.Or(err, b.errs[i])
		}
	}
	switch {
	case ctx.Err() != nil:
		err = errStopped(len(done), len(b.jobs))
	case failures > 1:
		err = broken(fmt.Errorf("%w\nand %s could not be made either", err, words.Count(failures-1, "more run")), "")
	}
	return done, err
}

// runOne makes a single run, with progress of its own.
func (f *runFlags) runOne(ctx context.Context, stderr io.Writer, j *job) ([]checker.Result, error) {
	w := newWatch(stderr, f.quiet, j)
	defer w.stop()
	run := func() (checker.Result, error) { return simulate(ctx, j, w) }
	if j.driver == "live" {
		run = func() (checker.Result, error) { return f.runLive(ctx, j, w) }
	}
	r, err := run()
	if stopped(ctx, err) {
		err = errStopped(0, 1)
	}
	if err != nil {
		return nil, err
	}
	return []checker.Result{r}, nil
}

// simulate makes a run in virtual time and judges it. Virtual time cannot be interrupted, so that a
// user who wants no more leaves it to end with the program.
func simulate(ctx context.Context, j *job, w *watch) (checker.Result, error) {
	type end struct {
		result checker.Result
		err    error
	}
	done := make(chan end, 1)
	go func() {
		var e end
		defer func() {
			if crash := recover(); crash != nil {
				e.err = fmt.Errorf("%s: %v\n%s", j.replay, crash, debug.Stack())
			}
			done <- e
		}()
		e.result, e.err = j.virtual(w)
	}()
	select {
	case e := <-done:
		return e.result, e.err
	case <-ctx.Done():
		return checker.Result{}, ctx.Err()
	}
}

func (j *job) virtual(w *watch) (checker.Result, error) {
	e, err := j.prepare(w)
	if err != nil {
		return checker.Result{}, err
	}
	ran, err := virtual.Run(e.World)
	if err != nil {
		return checker.Result{}, broken(fmt.Errorf("%s: %w", j.replay, err), "")
	}
	r := e.Conclude(ran)
	j.settle(&r)
	if err := j.shrink(e, &r, w); err != nil {
		return r, broken(fmt.Errorf("%s: %w", j.replay, err), "")
	}
	if j.sweep {
		w.say("%s: now its table", j.scenario.Name)
		if err := j.tables(&r); err != nil {
			return r, broken(err, "")
		}
	}
	return r, nil
}

// prepare makes the job's experiment out, watched if anybody watches.
func (j *job) prepare(w *watch) (*scenarios.Experiment, error) {
	o := j.options
	if w != nil {
		o.Watch = trace.Observer(w)
	}
	e, err := j.scenario.Prepare(o)
	if err != nil {
		return nil, wrong(err, "")
	}
	if w != nil {
		w.faults = e.World.Faults
	}
	return e, nil
}

// settle adds what only the caller knows: how to make the run again, and that a twin is meant to fail.
func (j *job) settle(r *checker.Result) {
	r.Replay = j.replay
	if j.options.Twin {
		judgeTwin(j.scenario, r)
	}
}

// judgeTwin turns a twin's judgement round: it passes when the checks that must notice the mistake do.
// An experiment that cannot be trusted stays so.
func judgeTwin(s *scenarios.Scenario, r *checker.Result) {
	if doubt, why := checker.Judge(&checker.Findings{}, &r.Conduct, checker.Expected{}); doubt == checker.Invalid {
		r.Judgement, r.Reasons = doubt, why
		return
	}
	caught := strings.Join(s.Twin.Fails, ", ")
	r.Judgement, r.Reasons = checker.Pass, []string{fmt.Sprintf("the known-bad twin is noticed: %s violated, as must be", caught)}
	if missing := s.TwinFailed(r); len(missing) > 0 {
		r.Judgement = checker.Fail
		r.Reasons = []string{fmt.Sprintf("the known-bad twin is not noticed: %s not violated; the scenario has lost its teeth (its mistake: %s)", strings.Join(missing, ", "), s.Twin.Mistake)}
	}
}
