package workload

import (
	"math"
	"slices"

	"hubsim/event"
	"hubsim/internal/luck"
)

// Pacer says when calls come: a pure function, the waiting is the driver's.
type Pacer interface {
	// Next returns the instant of the n-th call (from 0) since the phase began, given the one
	// before (0 for n = 0), or false when there is none.
	Next(before event.Duration, n uint64) (event.Duration, bool)
}

// Constant calls at even intervals: Rate a second.
type Constant struct{ Rate float64 }

// Next implements Pacer.
func (c Constant) Next(_ event.Duration, n uint64) (event.Duration, bool) {
	return event.Duration(float64(n) / c.Rate * float64(event.Second)), true
}

// Poisson calls at random with independent exponential gaps: Rate a second in the mean.
type Poisson struct {
	Rate   float64
	Seed   uint64
	Stream uint64 // tells phases of one seed apart
}

// Next implements Pacer.
func (p Poisson) Next(before event.Duration, n uint64) (event.Duration, bool) {
	gap := luck.Exp(luck.Pair(p.Seed, luck.Arrivals, p.Stream, n), float64(event.Second)/p.Rate)
	return before + event.Duration(gap), true
}

// Ramp changes the rate evenly from From to To calls a second in the time Over, then stays at To.
type Ramp struct {
	From, To float64
	Over     event.Duration
}

// Next implements Pacer: the n-th call comes when the integral of the rate,
//
//	From·t + (To−From)·t²/(2·Over),
//
// reaches n.
func (r Ramp) Next(_ event.Duration, n uint64) (event.Duration, bool) {
	over, want := r.Over.Seconds(), float64(n)
	if full := (r.From + r.To) / 2 * over; want >= full {
		if r.To <= 0 {
			return 0, false
		}
		return r.Over + event.Duration((want-full)/r.To*float64(event.Second)), true
	}
	slope := (r.To - r.From) / over
	if slope == 0 {
		return Constant{r.From}.Next(0, n)
	}
	t := (math.Sqrt(r.From*r.From+2*slope*want) - r.From) / slope
	return event.Duration(t * float64(event.Second)), true
}

// Burst calls Size times within Spread, and again each Every.
type Burst struct {
	Size          uint64
	Every, Spread event.Duration
}

// Next implements Pacer.
func (b Burst) Next(_ event.Duration, n uint64) (event.Duration, bool) {
	round, place := n/b.Size, n%b.Size
	return event.Duration(round)*b.Every + b.Spread*event.Duration(place)/event.Duration(b.Size), true
}

// Replay calls at recorded instants, in their order.
type Replay struct{ At []event.Duration }

// NewReplay sorts the instants.
func NewReplay(at []event.Duration) Replay { return Replay{slices.Sorted(slices.Values(at))} }

// Next implements Pacer.
func (r Replay) Next(_ event.Duration, n uint64) (event.Duration, bool) {
	if n >= uint64(len(r.At)) {
		return 0, false
	}
	return r.At[n], true
}
