package bench

import (
	"math"
	"math/rand/v2"
	"slices"
)

// resamples is how many times the bootstrap draws.
const resamples = 2000

// median of values; NaN when there are none. The slice is left as it is.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// quantile of sorted values, by the nearest rank: at q at least that share is not greater. NaN when there
// are none.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	rank := int(math.Ceil(q * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// interval is where the statistic of the pairs probably lies.
type interval struct{ low, high float64 }

// bootstrap draws pairs with replacement, again and again, and returns the middle 95 % of what the
// statistic says of them. It draws the same for the same number of pairs.
func bootstrap(pairs int, statistic func(drawn []int) float64) interval {
	if pairs == 0 {
		return interval{math.NaN(), math.NaN()}
	}
	luck := rand.New(rand.NewPCG(uint64(pairs), resamples))
	drawn, found := make([]int, pairs), make([]float64, resamples)
	for i := range found {
		for k := range drawn {
			drawn[k] = luck.IntN(pairs)
		}
		found[i] = statistic(drawn)
	}
	slices.Sort(found)
	return interval{quantile(found, 0.025), quantile(found, 0.975)}
}

// pick returns the drawn ones of values.
func pick(values []float64, drawn []int) []float64 {
	out := make([]float64, len(drawn))
	for i, k := range drawn {
		out[i] = values[k]
	}
	return out
}

// ratio compares the medians of two sides, measured in pairs; NaN unless both have every pair.
func ratio(ours, reference []float64) (float64, interval) {
	if len(ours) != len(reference) {
		return math.NaN(), interval{math.NaN(), math.NaN()}
	}
	of := func(drawn []int) float64 { return median(pick(ours, drawn)) / median(pick(reference, drawn)) }
	return median(ours) / median(reference), bootstrap(len(ours), of)
}

// against compares every other value with the rest: what the same thing measured twice comes to.
func against(values []float64) float64 {
	var even, odd []float64
	for i, v := range values {
		if i%2 == 0 {
			even = append(even, v)
		} else {
			odd = append(odd, v)
		}
	}
	return median(even) / median(odd)
}
