package scenarios

import (
	"slices"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/fault"
)

// How much the search for a smaller schedule may take: runs, and their own time together.
const (
	mostTrials = 200
	mostTried  = 60 * event.Hour
)

// Smallest brings the schedule of a run that failed down to faults of which each is needed for the first of
// its checks to be violated still, in virtual time. It halves, then takes away one by one.
func (s *Scenario) Smallest(o Options, failed *checker.Result) (fault.Schedule, error) {
	at := slices.IndexFunc(failed.Outcomes, func(c checker.Outcome) bool { return c.Verdict == checker.Violated })
	if at < 0 {
		return nil, nil
	}
	e, err := s.Prepare(o)
	if err != nil {
		return nil, err
	}
	t := trials{scenario: s, options: o, check: failed.Outcomes[at].Check, left: min(mostTrials, int(mostTried/e.World.Length))}
	kept := e.World.Faults
	for size := max(1, len(kept)/2); ; size /= 2 {
		kept = t.without(kept, size)
		if size <= 1 || t.err != nil {
			return kept, t.err
		}
	}
}

// trials are runs of one scenario with fewer and fewer faults.
type trials struct {
	scenario *Scenario
	options  Options
	check    string // that must be violated
	left     int    // how many more there may be
	err      error
}

// without takes away so many faults at a time, wherever the check is violated without them too.
func (t *trials) without(all fault.Schedule, size int) fault.Schedule {
	for from := 0; from < len(all); {
		fewer := slices.Concat(all[:from], all[min(len(all), from+size):])
		if t.fails(fewer) {
			all = fewer
		} else {
			from += size
		}
	}
	return all
}

func (t *trials) fails(with fault.Schedule) bool {
	if t.left--; t.left < 0 || t.err != nil {
		return false
	}
	o := t.options
	text := with.String()
	o.Faults, o.Watch = &text, nil
	r, err := t.scenario.Simulate(o)
	t.err = err
	return slices.ContainsFunc(r.Outcomes, func(c checker.Outcome) bool { return c.Check == t.check && c.Verdict == checker.Violated })
}
