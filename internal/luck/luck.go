// Package luck draws from a seed by key: a draw is a function of the seed, a purpose and what it is
// for, so that taking one fault or message away does not change what the others get.
package luck

import "math"

// Purpose separates draws that have the same keys.
type Purpose uint64

// The purposes.
const (
	Link Purpose = iota + 1
	DelayFault
	Arrivals
	Mix
	Chaos
	LossFault
	RepeatFault
	Usage
)

// Pair returns 64 even bits for a key of two parts. It allocates nothing.
func Pair(seed uint64, p Purpose, a, b uint64) uint64 {
	h := mix(seed ^ uint64(p)*0x9e3779b97f4a7c15)
	h = mix(h ^ a*0xd1342543de82ef95)
	return mix(h ^ b*0xd1342543de82ef95)
}

// mix is a bijection that spreads every bit of x over all bits.
func mix(x uint64) uint64 {
	x ^= x >> 32
	x *= 0xd6e8feb86659fd93
	x ^= x >> 32
	x *= 0xd6e8feb86659fd93
	return x ^ x>>32
}

// Unit turns bits into a number in [0, 1).
func Unit(bits uint64) float64 { return float64(bits>>11) / (1 << 53) }

// Exp turns bits into an exponential draw of the given mean.
func Exp(bits uint64, mean float64) float64 { return -mean * math.Log1p(-Unit(bits)) }
