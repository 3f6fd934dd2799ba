package checker

import (
	"cmp"
	"fmt"
	"slices"

	"hubsim/event"
	"hubsim/internal/words"
)

// Judgement is the verdict on a whole experiment.
type Judgement string

// The judgements.
const (
	Pass    Judgement = "PASS"
	Fail    Judgement = "FAIL"
	Invalid Judgement = "INVALID" // the experiment itself cannot be trusted
)

// Conduct is what a driver says of how the experiment went.
type Conduct struct {
	Intended uint64         `json:"intended"`
	NotSent  uint64         `json:"not_sent"`
	LateP99  event.Duration `json:"late_p99_ns"`
	LateMax  event.Duration `json:"late_max_ns,omitempty"` // as long did the machine stand still once, as far as the generator noticed
	Faults   []FaultReport  `json:"faults"`
}

// FaultReport is a fault of the schedule and how often it had an observed effect.
type FaultReport struct {
	Fault string `json:"fault"`
	Hits  int    `json:"hits"`
	Drawn bool   `json:"drawn,omitempty"` // from the seed: it may find nothing to break
}

// Bounds of a trustworthy experiment.
const (
	// MostNotSent is the share of intended calls that may be missing: 0.5 %.
	MostNotSent = 0.005
	// MostLate is how late the generator may be at the 99th percentile before latencies mean nothing.
	MostLate = 250 * event.Millisecond
	// MostStanding is for how long the generator may be late at most before a breach of time or number may be the
	// machine's, which did not run the nodes either: on two cores with six runs side by side it was 6 to 16 ms.
	MostStanding = 50 * event.Millisecond
)

// Expected is what a profile is known to break in a scenario.
type Expected struct {
	Gaps map[string]string // check → the public issue
	// Sometimes are gaps that show with some seeds and not with others: they need not show.
	Sometimes map[string]string
	Strict    bool // a known gap fails like any breach
	// Elsewhere tells that the scenario runs on a deployment, or for a time, that is not its own, where a
	// known gap need not show.
	Elsewhere bool
	// Idle are checks that nothing can exercise on the deployment: that they were not says nothing.
	Idle []string
}

// timeless are the checks that no delay breaks: what they find is the nodes' doing, however busy the machine was.
var timeless = []string{"accounting", DeliveryCheck, "duplicates", "echo", "lost-writes", "refusals", "revisions"}

// Judge weighs the outcomes against what is expected. Known gaps turn the outcome's verdict into
// KnownGap. The reasons say why a judgement is not Pass. Where the machine stood still, a breach that a delay can make
// proves nothing.
func Judge(f *Findings, c *Conduct, want Expected) (Judgement, []string) {
	var invalid, failed []string
	certain := false
	for i := range f.Outcomes {
		o := &f.Outcomes[i]
		issue, gap := want.Gaps[o.Check]
		rare, may := want.Sometimes[o.Check]
		o.Issue = cmp.Or(issue, rare)
		switch {
		case o.Verdict == NotExercised && slices.Contains(want.Idle, o.Check):
		case o.Verdict == NotExercised:
			invalid = append(invalid, o.Check+" was never exercised: nothing happened that it judges; give the run the load, steps or faults that make it happen, or leave the check out")
		case o.Verdict == Violated && (gap || may) && !want.Strict:
			o.Verdict = KnownGap
		case o.Verdict == Violated:
			failed = append(failed, o.Check+" is violated: "+o.Worst)
			certain = certain || slices.Contains(timeless, o.Check)
		case gap && !want.Elsewhere:
			failed = append(failed, fmt.Sprintf("the known gap %s (%s) did not show: the scenario has lost its teeth", o.Check, issue))
		}
	}
	invalid = append(invalid, c.doubts()...)
	if len(failed) > 0 && !certain && c.LateMax > MostStanding {
		invalid = append(invalid, fmt.Sprintf("the machine stood still: the generator was up to %s late, and nodes no less; whether what follows is of that nobody can tell: run it again, alone, or in virtual time", words.Duration(c.LateMax)))
	}
	switch {
	case len(invalid) > 0:
		return Invalid, append(invalid, failed...)
	case len(failed) > 0:
		return Fail, failed
	}
	return Pass, nil
}

// doubts are the reasons not to trust the experiment.
func (c *Conduct) doubts() (why []string) {
	if float64(c.NotSent) > MostNotSent*float64(c.Intended) {
		why = append(why, fmt.Sprintf("the generator did not send %d of %d calls, at most 0.5 %% may be missing; the machine was busy: run it alone, with a lower rate, or in virtual time", c.NotSent, c.Intended))
	}
	if c.LateP99 > MostLate {
		why = append(why, fmt.Sprintf("the generator was late: p99 %s, at most %s make sense; the machine was busy: run it alone, or in virtual time", words.Duration(c.LateP99), words.Duration(MostLate)))
	}
	for _, f := range c.Faults {
		if f.Hits == 0 && !f.Drawn {
			why = append(why, fmt.Sprintf("the fault %q had no observed effect: nobody was there to feel it then; let it come while there is traffic on what it breaks", f.Fault))
		}
	}
	return why
}
