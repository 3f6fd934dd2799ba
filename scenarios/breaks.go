package scenarios

import (
	"errors"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/fault"
)

// parseFaults reads the schedule, line by line so that every slip is told.
func (e *Experiment) parseFaults() {
	e.schedule = nil
	for i, line := range strings.Split(e.Scenario.Faults, "\n") {
		one, err := fault.Parse(line)
		if bad := (*fault.Error)(nil); errors.As(err, &bad) {
			e.faulty(i+1, bad.Hint, "%s", bad.Text)
		}
		for _, f := range one {
			f.Line = i + 1
			e.schedule = append(e.schedule, f)
		}
	}
}

// faulty complains of a line of the schedule.
func (e *Experiment) faulty(line int, hint, format string, args ...any) {
	at := e.way("faults")
	e.critic.say(at, hint, format, args...)
	e.critic.all[len(e.critic.all)-1].spot = e.critic.source.within(at, spot{line, 1})
}

// faults makes out the names of the schedule, and the lines that stand for several.
func (e *Experiment) faults() {
	said := len(e.critic.all)
	for i := range e.schedule {
		e.targets(&e.schedule[i])
		e.inTime(&e.schedule[i])
	}
	if len(e.critic.all) > said {
		return
	}
	lines, err := e.schedule.Expand(fault.Site{Seed: e.Options.Seed, Who: e.who, Regions: e.allRegions(), Length: event.Duration(e.Scenario.Length)})
	if bad := (*fault.Error)(nil); errors.As(err, &bad) {
		e.faulty(bad.Line, bad.Hint, "%s", bad.Text)
	}
	for i := range lines {
		e.inTime(&lines[i])
	}
	e.World.Faults = lines
}

// inTime complains of a fault that comes when the run is over.
func (e *Experiment) inTime(f *fault.Fault) {
	if length := event.Duration(e.Scenario.Length); f.Mark == "" && f.At >= length {
		e.faulty(f.Line, e.longer(f.At), "it comes at %v, when the run of %v is over", f.At, length)
	}
}

// targets makes out whom a line means.
func (e *Experiment) targets(f *fault.Fault) {
	for _, name := range []string{f.Node, f.From, f.To} {
		if name == "" {
			continue
		}
		unknown := (*nameError)(nil)
		if errors.As(e.resolve(name), &unknown) {
			e.faulty(f.Line, unknown.hint, "%s", unknown.text)
			e.critic.all[len(e.critic.all)-1].unfit = e.critic.elsewhere
		}
	}
}

// who are the nodes that a name means.
func (e *Experiment) who(name string) (ids []string) {
	for _, i := range e.World.Find(name) {
		ids = append(ids, string(e.World.Members[i].ID))
	}
	return ids
}

// allRegions are the regions that anybody is in, in order of who is there first.
func (e *Experiment) allRegions() (regions []string) {
	for i := range e.World.Members {
		if r := e.World.Members[i].Region; !slices.Contains(regions, r) {
			regions = append(regions, r)
		}
	}
	return regions
}
