package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/live"
	"hubsim/scenarios"
)

// agreeOnSweep refuses a sweep where there can be none.
func (f *runFlags) agreeOnSweep() error {
	asked := "--sweep"
	if f.csv != "" {
		asked = "--csv"
	}
	switch {
	case f.csv == "" && len(f.sweep) == 0:
		return nil
	case f.all || f.seeds != "" || f.twin:
		return wrong(fmt.Errorf("%s is about a table, which --all, --seeds and --twin leave out", asked), "name one scenario that has a table, as overshoot-curve or wrong-boot-order")
	case f.csv == "-" && (f.json == "-" || f.format.value == "json"):
		return wrong(errors.New("--csv - already says what goes to standard output"), "name a file")
	}
	return nil
}

// swept is a scenario with the values of --sweep in place of its own.
func (f *runFlags) swept(s *scenarios.Scenario) (*scenarios.Scenario, error) {
	if s.Sweep == nil && s.Orders == nil && (len(f.sweep) > 0 || f.csv != "") {
		return nil, wrong(fmt.Errorf("scenario %s has no table", s.Name), "overshoot-curve and wrong-boot-order have one; sim docs schema says how to write one")
	}
	if s.Sweep == nil {
		return f.ordered(s)
	}
	other := *s
	for _, text := range f.sweep {
		axis, values, _ := strings.Cut(text, "=")
		sweep, err := other.Sweep.With(axis, values)
		if err != nil {
			return nil, wrong(fmt.Errorf("--sweep %s: %w", text, err), "")
		}
		if axis == "gateways" && f.deployment != "" {
			return nil, wrong(errors.New("--sweep gateways makes copies of the scenario's own gateway, and --deployment says who is there"), "say one of them")
		}
		other.Sweep = sweep
	}
	if f.deployment != "" && other.Sweep != nil {
		sweep := *other.Sweep
		sweep.Gateways, other.Sweep = nil, &sweep
	}
	return &other, nil
}

// ordered is a scenario with the values of --sweep in its table of orders of start.
func (f *runFlags) ordered(s *scenarios.Scenario) (*scenarios.Scenario, error) {
	other := *s
	for _, text := range f.sweep {
		axis, values, _ := strings.Cut(text, "=")
		orders, err := other.Orders.With(axis, values)
		if err != nil {
			return nil, wrong(fmt.Errorf("--sweep %s: %w", text, err), "")
		}
		other.Orders = orders
	}
	return &other, nil
}

// tables makes the tables that the job's scenario asks for, in virtual time.
func (j *job) tables(r *checker.Result) (err error) {
	if j.scenario.Sweep != nil {
		if r.Sweep, err = j.table(runtime.GOMAXPROCS(0), (*scenarios.Cell).Run); err != nil {
			return err
		}
	}
	if j.scenario.Orders != nil {
		r.Boots, err = j.boots()
	}
	return err
}

// boots makes the table of orders of start.
func (j *job) boots() (*checker.Boots, error) {
	all, err := j.scenario.Boots(j.options)
	if err != nil {
		return nil, err
	}
	out := &checker.Boots{Wait: event.Duration(j.scenario.Orders.Wait), Cells: make([]checker.Boot, len(all))}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range all {
		group.Go(func() (err error) {
			out.Cells[i], err = all[i].Run()
			return err
		})
	}
	return out, group.Wait()
}

// table makes the table of the job's scenario, so many cells side by side. What is published is explained
// in virtual time only.
func (j *job) table(sideBySide int, run func(*scenarios.Cell) (checker.Cell, error)) (*checker.Sweep, error) {
	s := j.scenario
	cells, err := s.Cells(j.options)
	if err != nil {
		return nil, err
	}
	out := &checker.Sweep{Window: event.Duration(s.Sweep.Window), Cells: make([]checker.Cell, len(cells))}
	var group errgroup.Group
	group.SetLimit(sideBySide)
	for i := range cells {
		group.Go(func() (err error) {
			out.Cells[i], err = run(&cells[i])
			return err
		})
	}
	if p := s.Sweep.Public; p != nil {
		out.Public = &checker.Public{Source: p.Source, Note: p.Note, Figures: s.Figures()}
		for i := range out.Public.Figures {
			group.Go(func() error { return s.Explain(j.options, &out.Public.Figures[i]) })
		}
	}
	return out, group.Wait()
}

// liveTable makes the table on real sockets, one cell after the other; unless the user says over what, a
// part of it.
func (f *runFlags) liveTable(ctx context.Context, j *job, w *watch) (*checker.Sweep, error) {
	small := *j
	scenario := *j.scenario
	sweep := *scenario.Sweep
	sweep.Public = nil
	scenario.Sweep = &sweep
	if len(f.sweep) == 0 {
		scenario.Sweep = sweep.Reduced()
	}
	small.scenario = &scenario
	return small.table(1, func(c *scenarios.Cell) (checker.Cell, error) {
		w.say("the table's cell with a quota of %d at %v a second takes %s", c.Point.Quota, c.Point.Rate, words.Duration(lengthOf(c.Scenario)))
		return f.liveCell(ctx, c)
	})
}

func (f *runFlags) liveCell(ctx context.Context, c *scenarios.Cell) (checker.Cell, error) {
	e, err := c.Scenario.Prepare(c.Options)
	if err != nil {
		return checker.Cell{}, err
	}
	hub, err := f.hub()
	if err != nil {
		return checker.Cell{}, err
	}
	defer hub.Close()
	ran, err := live.Run(ctx, e.World, hub, live.Options{})
	if err != nil {
		return checker.Cell{}, err
	}
	return c.Judge(e, ran)
}
