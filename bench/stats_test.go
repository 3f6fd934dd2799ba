package bench

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, row := range []struct {
		why    string
		values []float64
		want   float64
	}{
		{"of one it is that", []float64{7}, 7},
		{"of three the middle one, in whatever order", []float64{9, 1, 5}, 5},
		{"of four the mean of the two in the middle", []float64{100, 1, 2, 4}, 3},
		{"one outlier does not move it", []float64{1, 1, 1, 1, 1e9}, 1},
	} {
		t.Run(row.why, func(t *testing.T) {
			before := slices.Clone(row.values)
			if got := median(row.values); got != row.want {
				t.Errorf("%v, want %v", got, row.want)
			}
			if !slices.Equal(row.values, before) {
				t.Error("the values were put in another order")
			}
		})
	}
	if !math.IsNaN(median(nil)) {
		t.Error("of none it is a number")
	}
}

func TestQuantile(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(i + 1)
	}
	for _, row := range []struct {
		why    string
		values []float64
		q      float64
		want   float64
	}{
		{"half of 1 to 100 is not above 50", hundred, 0.5, 50},
		{"99 of 100 are not above 99", hundred, 0.99, 99},
		{"all are not above the greatest", hundred, 1, 100},
		{"the least is the quantile of nothing", hundred, 0, 1},
		{"of one value it is that value", []float64{3}, 0.99, 3},
	} {
		t.Run(row.why, func(t *testing.T) {
			if got := quantile(row.values, row.q); got != row.want {
				t.Errorf("%v, want %v", got, row.want)
			}
		})
	}
}

func TestRatio(t *testing.T) {
	nan := math.NaN()
	for _, row := range []struct {
		why             string
		ours, reference []float64
		value           float64
		low, high       float64 // the interval must lie within
	}{
		{"equal sides are 1, without doubt", []float64{2, 2, 2, 2}, []float64{2, 2, 2, 2}, 1, 1, 1},
		{"twice as much is 2, and noise of both sides widens it", []float64{20, 22, 18, 21, 19, 20}, []float64{10, 9, 11, 10, 10, 10}, 2, 1.6, 2.4},
		{"what disturbs both of a pair cancels out", []float64{2, 4, 2, 4, 2, 4}, []float64{1, 2, 1, 2, 1, 2}, 2, 2, 2},
		{"with one pair the interval is that pair", []float64{3}, []float64{2}, 1.5, 1.5, 1.5},
		{"a side without figures cannot be compared", []float64{3}, nil, nan, nan, nan},
	} {
		t.Run(row.why, func(t *testing.T) {
			value, within := ratio(row.ours, row.reference)
			if value != row.value && !(math.IsNaN(value) && math.IsNaN(row.value)) {
				t.Errorf("ratio %v, want %v", value, row.value)
			}
			if within.low < row.low || within.high > row.high || within.low > within.high {
				t.Errorf("interval %v, want within %v to %v", within, row.low, row.high)
			}
			if _, again := ratio(row.ours, row.reference); again != within && !math.IsNaN(row.value) {
				t.Errorf("a second time the interval is %v, not %v", again, within)
			}
		})
	}
}

// TestBootstrapCovers: over many experiments whose truth is known, some 95 % of the intervals hold it.
// With few pairs a bootstrap of medians promises a little less.
func TestBootstrapCovers(t *testing.T) {
	const experiments, pairs = 300, 20
	hits, luck := 0, rand.New(rand.NewPCG(7, 7))
	for range experiments {
		values := make([]float64, pairs)
		for i := range values { // between 0 and 1, so the median is 0.5
			values[i] = luck.Float64()
		}
		within := bootstrap(pairs, func(drawn []int) float64 { return median(pick(values, drawn)) })
		if within.low <= 0.5 && 0.5 <= within.high {
			hits++
		}
	}
	if share := float64(hits) / experiments; share < 0.88 || share > 0.99 {
		t.Errorf("%.2f of the intervals hold the truth", share)
	}
}

func TestAgainst(t *testing.T) {
	if got := against([]float64{1, 2, 1, 2, 1, 2}); got != 0.5 {
		t.Errorf("%v, want 0.5: the first and every second one after it, against the others", got)
	}
}
