package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"hubsim/checker"
	"hubsim/fault"
	"hubsim/internal/words"
	"hubsim/scenarios"
)

// noFaults is the --faults of a run in which nothing breaks.
const noFaults = "-"

// schedule reads --faults; nil leaves each scenario its own.
func (f *runFlags) schedule() (*string, error) {
	switch {
	case f.faults == "":
		return nil, nil
	case f.all || f.twin || f.twins:
		return nil, wrong(errors.New("--faults takes the place of one scenario's faults, not of many or of a twin's"), "name one scenario")
	case f.faults == noFaults:
		return new(string), nil
	}
	text := strings.Join(lines(f.faults), "\n")
	_, err := fault.Parse(text)
	if bad := (*fault.Error)(nil); errors.As(err, &bad) {
		return nil, wrong(fmt.Errorf("--faults, line %d: %s", bad.Line, bad.Text), bad.Hint)
	}
	return &text, err
}

// lines cuts a text at semicolons that stand in no quotes.
func lines(text string) []string {
	inside := false
	return strings.FieldsFunc(text, func(r rune) bool {
		if r == '"' {
			inside = !inside
		}
		return r == ';' && !inside
	})
}

// shrink brings the faults of a run that failed down to those that it takes, where they were drawn: nobody
// chose them.
func (j *job) shrink(e *scenarios.Experiment, r *checker.Result, w *watch) error {
	drawn := slices.ContainsFunc(e.World.Faults, func(f fault.Fault) bool { return f.Drawn })
	if r.Judgement != checker.Fail || j.options.Twin || !drawn {
		return nil
	}
	w.say("%s fails; now the fewest of its %s that it takes", j.scenario.Name, words.Count(len(e.World.Faults), "fault"))
	few, err := j.scenario.Smallest(j.options, r)
	if err != nil || few == nil {
		return err
	}
	r.Smallest = &checker.Smallest{Replay: j.replay + " --faults " + noFaults}
	for _, f := range few {
		r.Smallest.Faults = append(r.Smallest.Faults, f.String())
	}
	if len(few) > 0 {
		r.Smallest.Replay = j.replay + " --faults " + quoted(strings.Join(r.Smallest.Faults, "; "))
	}
	return nil
}
