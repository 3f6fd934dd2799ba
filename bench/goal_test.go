package bench

import (
	"strings"
	"testing"
)

// pairsOf makes pairs out of columns of one figure; no reference is none.
func pairsOf(ours, reference []float64) []Pair {
	pairs := make([]Pair, len(ours))
	for i := range pairs {
		pairs[i].Ours = Sample{"f": ours[i]}
		if reference != nil {
			pairs[i].Reference = Sample{"f": reference[i]}
		}
	}
	return pairs
}

func TestGoals(t *testing.T) {
	ones := []float64{1, 1, 1, 1}
	for _, row := range []struct {
		why             string
		goal            Goal
		ours, reference []float64
		busy            bool
		verdict         Verdict
		because         string
	}{
		{"all of the interval below the bound", Goal{Figure: "f", Most: 1.5}, []float64{1.1, 1.2, 1.3, 1.2}, ones, false, Met, ""},
		{"all of it above", Goal{Figure: "f", Most: 1.5}, []float64{2, 2.1, 2.2, 2}, ones, false, NotMet, ""},
		{"the bound in it", Goal{Figure: "f", Most: 1.5}, []float64{1.1, 1.9, 1.2, 1.8}, ones, false, Noisy, "within the interval"},
		{"at least: above is met", Goal{Figure: "f", Least: 2}, []float64{3, 3, 3, 3}, ones, false, Met, ""},
		{"at least: below is not", Goal{Figure: "f", Least: 2}, ones, ones, false, NotMet, ""},
		{"the reference is 0.5 of itself", Goal{Figure: "f", Most: 9}, ones, []float64{1, 2, 1, 2}, false, Noisy, "against itself is 0.50"},
		{"the reference is 1.2 of itself", Goal{Figure: "f", Most: 9}, ones, []float64{1.2, 1, 1.2, 1}, false, Noisy, "against itself is 1.20"},
		{"a busy machine, whatever the figures", Goal{Figure: "f", Most: 9}, ones, ones, true, Noisy, "busy"},
		{"a busy machine allocates as often as an idle one", Goal{Figure: "f", Alone: true, Exact: true, Most: 1}, ones, nil, true, Met, ""},
		{"ours alone, whatever the reference does", Goal{Figure: "f", Alone: true, Most: 20}, []float64{18, 19}, nil, false, Met, ""},
		{"ours alone, and one of two runs too slow", Goal{Figure: "f", Alone: true, Most: 20}, []float64{18, 30}, nil, false, Noisy, "within the interval"},
		{"no such figure here", Goal{Figure: "g", Most: 1}, ones, ones, false, Noisy, "not measured"},
	} {
		t.Run(row.why, func(t *testing.T) {
			o := row.goal.judge(pairsOf(row.ours, row.reference), !row.busy)
			if o.Verdict != row.verdict || row.because != "" && !strings.Contains(o.Why, row.because) || row.because == "" && o.Why != "" {
				t.Errorf("%s, because %q; want %s, because %q", o.Verdict, o.Why, row.verdict, row.because)
			}
		})
	}
}

// TestDisturbedPairs: pairs that others disturbed do not count, unless there is nothing else.
func TestDisturbedPairs(t *testing.T) {
	b := &Bench{Figures: []Figure{{"f", "ns"}}, Goals: []Goal{{Figure: "f", Most: 2}}}
	quiet := pairsOf([]float64{1, 1}, []float64{1, 1})
	loud := pairsOf([]float64{9, 9}, []float64{1, 1})
	for i := range loud {
		loud[i].Disturbed = true
	}
	r := b.conclude(Options{Pairs: 2}, append(loud, quiet...))
	if *r.Figures[0].Ratio != 1 || r.Goals[0].Verdict != Met || r.Quiet != 2 || len(r.Pairs) != 4 {
		t.Errorf("with enough quiet pairs: ratio %v, %+v", *r.Figures[0].Ratio, r.Goals[0])
	}
	r = b.conclude(Options{Pairs: 2}, loud)
	if *r.Figures[0].Ratio != 9 || r.Goals[0].Verdict != Noisy || r.Quiet != 0 {
		t.Errorf("without: ratio %v, %+v", *r.Figures[0].Ratio, r.Goals[0])
	}
}
