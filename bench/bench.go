package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// Bench is one named comparison.
type Bench struct {
	Name      string
	Question  string
	Ours      string // what is measured
	Reference string // what it is compared with
	Figures   []Figure
	Goals     []Goal
	// Defaults are the options that Run takes where the caller's are zero. An option whose default is
	// zero means nothing here.
	Defaults Options
	// Processors is GOMAXPROCS while it runs; 0 leaves it.
	Processors int

	least time.Duration // a shorter Duration measures nothing
	size  int           // how much there is of what the bench is about: gateways, sessions
	begin func(*Bench, Options) (sides, error)
}

// Figure is something that both sides measure, or ours alone.
type Figure struct {
	Name string `json:"name"`
	Unit string `json:"unit"`
}

// Options say how a bench is run.
type Options struct {
	Pairs    int           // how many times both sides are measured; made even
	Duration time.Duration // how long one measurement takes; fleet-hour: in the simulated world
	Rate     float64       // events a second, where a bench has a fixed rate
	// Progress, if not nil, is told what begins.
	Progress func(what string)

	once bool // disturbed pairs are not measured again: tests do not care
}

// Sample is what one measurement of one side found: figures by name.
type Sample map[string]float64

// sides measure one after the other.
type sides struct {
	ours, reference func(context.Context) (Sample, error)
	end             func()
}

// All returns every bench, in the order of a listing.
func All() []*Bench {
	return []*Bench{decisionLatency(), requestEvents(), notificationFanout(), virtualKernel(), fleetHour(), countAndDecide(), rateLimiters()}
}

// Find returns a bench by its name.
func Find(name string) (*Bench, bool) {
	all := All()
	i := slices.IndexFunc(all, func(b *Bench) bool { return b.Name == name })
	if i < 0 {
		return nil, false
	}
	return all[i], true
}

// options fills what the caller left open, and refuses what the bench has no use for.
func (b *Bench) options(o Options) (Options, error) {
	if o.Pairs < 0 || o.Duration < 0 || o.Rate < 0 {
		return o, fmt.Errorf("bench %s: pairs, duration and rate are not negative", b.Name)
	}
	if o.Rate > 0 && b.Defaults.Rate == 0 {
		return o, fmt.Errorf("bench %s runs as fast as it can: it takes no rate", b.Name)
	}
	if o.Duration > 0 && o.Duration < b.least {
		return o, fmt.Errorf("bench %s of %v measures nothing: it needs %v at least", b.Name, o.Duration, b.least)
	}
	if o.Pairs == 0 {
		o.Pairs = b.Defaults.Pairs
	}
	o.Pairs += o.Pairs % 2
	if o.Duration == 0 {
		o.Duration = b.Defaults.Duration
	}
	if o.Rate == 0 {
		o.Rate = b.Defaults.Rate
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	return o, nil
}

// Check says what is wrong with options before anything is run.
func (b *Bench) Check(o Options) error {
	_, err := b.options(o)
	return err
}

// Run measures and judges. An error means that the bench itself failed, or that ctx ended it.
func (b *Bench) Run(ctx context.Context, o Options) (Result, error) {
	o, err := b.options(o)
	if err != nil {
		return Result{}, err
	}
	if b.Processors > 0 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(b.Processors))
	}
	s, err := b.begin(b, o)
	if err != nil {
		return Result{}, fmt.Errorf("bench %s: %w", b.Name, err)
	}
	defer s.end()
	pairs, err := b.pairs(ctx, o, s)
	if err != nil {
		return Result{}, fmt.Errorf("bench %s: %w", b.Name, err)
	}
	return b.conclude(o, pairs), nil
}

// pairs measures until there are as many undisturbed pairs as wanted, or twice as many altogether.
func (b *Bench) pairs(ctx context.Context, o Options, s sides) ([]Pair, error) {
	var all []Pair
	most := 2 * o.Pairs
	if o.once {
		most = o.Pairs
	}
	for quiet := 0; quiet < o.Pairs && len(all) < most; {
		o.Progress(fmt.Sprintf("%s: pair %d, %d of %d undisturbed", b.Name, len(all)+1, quiet, o.Pairs))
		p, err := measure(ctx, s, len(all)%2 == 1)
		if err != nil {
			return nil, err
		}
		if all = append(all, p); !p.Disturbed {
			quiet++
		}
	}
	return all, nil
}

// measure takes one pair, watching the machine meanwhile.
func measure(ctx context.Context, s sides, referenceFirst bool) (Pair, error) {
	p := Pair{ReferenceFirst: referenceFirst}
	turns := []struct {
		measure func(context.Context) (Sample, error)
		into    *Sample
	}{{s.ours, &p.Ours}, {s.reference, &p.Reference}}
	if referenceFirst {
		slices.Reverse(turns)
	}
	for _, side := range turns {
		runtime.GC() // what the other side left is not this one's
		before := readUsage()
		sample, err := side.measure(ctx)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return p, err
		}
		*side.into = sample
		load := readUsage().since(before)
		p.Foreign, p.Steal = max(p.Foreign, load.foreign), max(p.Steal, load.steal)
	}
	p.Disturbed = p.Foreign > disturbing || p.Steal > disturbing
	return p, nil
}
