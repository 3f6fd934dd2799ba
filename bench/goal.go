package bench

import "fmt"

// Goal is a bound on a figure.
type Goal struct {
	Figure string
	Alone  bool    // ours alone is bounded, not its ratio to the reference
	Exact  bool    // it does not depend on time, so a busy machine does not matter
	Most   float64 // at most so much; 0: no such bound
	Least  float64 // at least so much; 0: no such bound
}

// Verdict is what is known of a goal.
type Verdict string

// The verdicts.
const (
	Met    Verdict = "met"
	NotMet Verdict = "not met"
	Noisy  Verdict = "too noisy" // neither can be said
)

// The reference against itself must come out between these, or nothing is said of a ratio.
const (
	leastItself = 0.9
	mostItself  = 1.1
)

// Outcome is a goal, judged.
type Outcome struct {
	Figure  string   `json:"figure"`
	Bound   string   `json:"bound"`
	Value   *float64 `json:"value"`
	Low     *float64 `json:"low"` // of its 95 % interval
	High    *float64 `json:"high"`
	Verdict Verdict  `json:"verdict"`
	Why     string   `json:"why,omitempty"` // of too noisy
}

// String is the bound in words.
func (g Goal) String() string {
	what := "ratio"
	if g.Alone {
		what = "ours"
	}
	if g.Least > 0 {
		return fmt.Sprintf("%s ≥ %g", what, g.Least)
	}
	return fmt.Sprintf("%s ≤ %g", what, g.Most)
}

// judge compares the goal with what was measured; enough tells whether enough pairs were undisturbed.
func (g Goal) judge(pairs []Pair, enough bool) Outcome {
	ours, reference := column(pairs, g.Figure, oursOf), column(pairs, g.Figure, referenceOf)
	o := Outcome{Figure: g.Figure, Bound: g.String(), Verdict: Noisy}
	value, within := median(ours), interval{}
	if g.Alone {
		within = bootstrap(len(ours), func(drawn []int) float64 { return median(pick(ours, drawn)) })
	} else {
		value, within = ratio(ours, reference)
	}
	o.Value, o.Low, o.High = known(value), known(within.low), known(within.high)
	itself := against(reference)
	switch {
	case o.Value == nil || o.Low == nil || o.High == nil:
		o.Why = "not measured here"
	case !enough && !g.Exact:
		o.Why = "the machine was busy with other things"
	case !g.Alone && !(itself >= leastItself && itself <= mostItself):
		o.Why = fmt.Sprintf("the reference against itself is %.2f", itself)
	case g.holds(within.low) && g.holds(within.high):
		o.Verdict = Met
	case !g.holds(within.low) && !g.holds(within.high):
		o.Verdict = NotMet
	default:
		o.Why = "the bound is within the interval"
	}
	return o
}

func (g Goal) holds(v float64) bool { return (g.Most == 0 || v <= g.Most) && v >= g.Least }
