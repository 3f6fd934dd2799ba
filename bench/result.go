package bench

import (
	"math"
	"runtime"
	"time"
)

// Schema names the form of a Report in JSON. Fields may be added under this number.
const Schema = "hubsim/bench/1"

// Report is what a run of benches found.
type Report struct {
	Schema  string    `json:"schema"`
	At      time.Time `json:"at"`
	Machine Machine   `json:"machine"`
	Results []Result  `json:"results"`
}

// Result is what one bench found.
type Result struct {
	Name       string        `json:"name"`
	Question   string        `json:"question"`
	Ours       string        `json:"ours"`
	Reference  string        `json:"reference"`
	GOMAXPROCS int           `json:"gomaxprocs"`
	Duration   time.Duration `json:"duration_ns"`
	Rate       float64       `json:"rate,omitempty"` // events a second, where it is fixed
	Quiet      int           `json:"quiet_pairs"`
	Pairs      []Pair        `json:"pairs"`
	Figures    []Compared    `json:"figures"`
	Goals      []Outcome     `json:"goals"`
}

// Pair is ours and the reference, measured one after the other.
type Pair struct {
	ReferenceFirst bool    `json:"reference_first"`
	Ours           Sample  `json:"ours"`
	Reference      Sample  `json:"reference"`
	Foreign        float64 `json:"foreign_cores"` // used by other programs, the worse of both
	Steal          float64 `json:"steal_cores"`   // taken by the hypervisor, the worse of both
	Disturbed      bool    `json:"disturbed"`     // either is too much to believe the pair
}

// Compared is a figure of both sides: medians over the pairs that count. A side that does not have it,
// and what cannot be computed, is nil.
type Compared struct {
	Figure
	Ours      *float64 `json:"ours"`
	Reference *float64 `json:"reference"`
	Ratio     *float64 `json:"ratio"`
	Low       *float64 `json:"low"`  // of the ratio's 95 % interval
	High      *float64 `json:"high"` // likewise
	Itself    *float64 `json:"reference_against_itself"`
}

// conclude compares and judges what was measured. Without enough quiet pairs all are shown.
func (b *Bench) conclude(o Options, pairs []Pair) Result {
	r := Result{
		Name: b.Name, Question: b.Question, Ours: b.Ours, Reference: b.Reference,
		GOMAXPROCS: runtime.GOMAXPROCS(0), Duration: o.Duration, Rate: o.Rate, Pairs: pairs,
	}
	var quiet []Pair
	for _, p := range pairs {
		if !p.Disturbed {
			quiet = append(quiet, p)
		}
	}
	r.Quiet = len(quiet)
	if r.Quiet < o.Pairs {
		quiet = pairs
	}
	for _, f := range b.Figures {
		r.Figures = append(r.Figures, compare(f, quiet))
	}
	for _, g := range b.Goals {
		r.Goals = append(r.Goals, g.judge(quiet, r.Quiet >= o.Pairs))
	}
	return r
}

// column is one figure of one side, pair by pair; nil unless every pair has it.
func column(pairs []Pair, name string, side func(*Pair) Sample) []float64 {
	var values []float64
	for i := range pairs {
		v, ok := side(&pairs[i])[name]
		if !ok {
			return nil
		}
		values = append(values, v)
	}
	return values
}

func oursOf(p *Pair) Sample      { return p.Ours }
func referenceOf(p *Pair) Sample { return p.Reference }

func compare(f Figure, pairs []Pair) Compared {
	ours, reference := column(pairs, f.Name, oursOf), column(pairs, f.Name, referenceOf)
	c := Compared{Figure: f, Ours: known(median(ours)), Reference: known(median(reference))}
	if ours != nil && reference != nil {
		value, within := ratio(ours, reference)
		c.Ratio, c.Low, c.High = known(value), known(within.low), known(within.high)
		c.Itself = known(against(reference))
	}
	return c
}

// known is a number that JSON has a form for, or nil.
func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
