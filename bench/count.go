package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"hubsim/event"
	"hubsim/trafficmgr"
)

func countAndDecide() *Bench {
	const allocations = "allocations"
	b := &Bench{
		Name:       "count-and-decide",
		Question:   "What does it cost to count an event and decide, beside a bare map of counters?",
		Ours:       "one event into a plan of a request quota, whose window and state change are looked at; no key reaches the quota",
		Reference:  "one more in a map of counters under the same keys",
		Figures:    []Figure{{allocations, "/event"}, {heldByKey, "B/key"}},
		Goals:      []Goal{{Figure: allocations, Alone: true, Exact: true, Most: 0.001}, {Figure: heldByKey, Alone: true, Exact: true, Most: 64}},
		Defaults:   Options{Pairs: 10, Duration: time.Second},
		Processors: 1,
		size:       1000,
		begin:      beginCount,
	}
	for _, c := range crowds(b.size) {
		b.Figures = append(b.Figures, Figure{c.name, "ns/event"})
		b.Goals = append(b.Goals, Goal{Figure: c.name, Most: 2})
	}
	return b
}

func rateLimiters() *Bench {
	b := &Bench{
		Name:       "rate-limiters",
		Question:   "What does it cost to count an event and decide, beside golang.org/x/time/rate?",
		Ours:       "one event into a plan of a request quota, by counters that were looked up once",
		Reference:  "Allow of a limiter out of a map under the same keys; nothing is refused",
		Defaults:   Options{Pairs: 10, Duration: time.Second},
		Processors: 1,
		size:       1000,
		begin:      beginLimiters,
	}
	for _, c := range crowds(b.size)[:3] {
		b.Figures = append(b.Figures, Figure{c.name, "ns/event"})
		b.Goals = append(b.Goals, Goal{Figure: c.name, Most: 0.1})
	}
	return b
}

// heldByKey is the figure of memory: of a million keys, without their text.
const heldByKey = "held"

// crowd is how many keys there are, and who calls.
type crowd struct {
	name string
	keys int
	zipf bool
}

// crowds are those that are measured: one key, and ten and a thousand times the size of a bench.
func crowds(size int) []crowd {
	return []crowd{
		{"1 key", 1, false}, {"10k keys", 10 * size, false}, {"10k keys, zipf", 10 * size, true},
		{"1M keys", 1000 * size, false}, {"1M keys, zipf", 1000 * size, true},
	}
}

// order is who calls, one after the other: numbers of keys.
func (c crowd) order() []uint32 {
	luck := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(luck, 1.1, 1, uint64(c.keys-1))
	order := make([]uint32, max(1<<17, c.keys))
	for i := range order {
		if order[i] = luck.Uint32N(uint32(c.keys)); c.zipf {
			order[i] = uint32(zipf.Uint64())
		}
	}
	return order
}

// subscriptions are subscription keys as gateways make them.
func subscriptions(n int) []event.ThrottleKey {
	keys := make([]event.ThrottleKey, n)
	for i := range keys {
		keys[i] = event.ThrottleKey(fmt.Sprintf("%d:/pizza/1.0.0:1.0.0:Gold", i+1))
	}
	return keys
}

// textOf is what the allocator holds for a key's text.
func textOf(k event.ThrottleKey) int64 { return int64((len(k) + 15) / 16 * 16) }

// counted is one side with its keys in place. take counts one event of the key of that number.
type counted struct {
	take func(order []uint32)
	held float64 // bytes a key, without its text
}

// counters are the bench of counting.
type counters struct {
	crowds []crowd
	length time.Duration
	keys   []event.ThrottleKey // of the largest crowd; the smaller ones are its first
}

func beginCount(b *Bench, o Options) (sides, error) {
	c := counters{crowds(b.size), o.Duration / 5, subscriptions(1000 * b.size)}
	return sides{
		ours:      func(ctx context.Context) (Sample, error) { return c.measure(ctx, ourPlan) },
		reference: func(ctx context.Context) (Sample, error) { return c.measure(ctx, bareMap) },
		end:       func() {},
	}, nil
}

func beginLimiters(b *Bench, o Options) (sides, error) {
	c := counters{crowds(b.size)[:3], o.Duration / 3, subscriptions(10 * b.size)}
	return sides{
		ours:      func(ctx context.Context) (Sample, error) { return c.measure(ctx, ourCounters) },
		reference: func(ctx context.Context) (Sample, error) { return c.measure(ctx, mapOfLimiters) },
		end:       func() {},
	}, nil
}

func (c *counters) measure(ctx context.Context, begin func([]event.ThrottleKey) (counted, error)) (Sample, error) {
	out := Sample{}
	for _, crowd := range c.crowds {
		side, err := begin(c.keys[:crowd.keys])
		if err != nil {
			return nil, err
		}
		order := crowd.order()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began, events := time.Now(), 0
		var turns []float64 // each so short that few of them are interrupted
		for at := began; at.Sub(began) < c.length; events += turn {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			side.take(order[events%(len(order)-turn):][:turn])
			was := at
			at = time.Now()
			turns = append(turns, float64(at.Sub(was))/turn)
		}
		out[crowd.name] = median(turns)
		runtime.ReadMemStats(&after)
		out["allocations"] = max(out["allocations"], float64(after.Mallocs-before.Mallocs)/float64(events))
		out[heldByKey] = side.held
	}
	return out, nil
}

// noon is when all of it happens: within one window of a minute.
const noon event.Wall = 30_000

func newPlan() (*trafficmgr.ExecutionPlan, error) {
	set, err := trafficmgr.Deploy(trafficmgr.Policy{
		Level: event.SubscriptionLevel, Name: "Gold", Tenant: event.Super, Unit: event.Minute,
		Quota: trafficmgr.Quota{Kind: trafficmgr.RequestCount, Limit: 1 << 60},
	}, trafficmgr.Rules{})
	if err != nil {
		return nil, err
	}
	return set.Plans[0], nil
}

func ourPlan(keys []event.ThrottleKey) (counted, error) {
	before := heldNow()
	plan, err := newPlan()
	if err != nil {
		return counted{}, err
	}
	a := trafficmgr.Arrival{At: noon}
	for _, a.Key = range keys {
		plan.Count(noon, &a)
	}
	return counted{held: perKey(keys, heldNow()-before), take: func(order []uint32) {
		for _, n := range order {
			a.Key = keys[n]
			plan.Count(noon, &a)
		}
	}}, nil
}

func ourCounters(keys []event.ThrottleKey) (counted, error) {
	known := make([]trafficmgr.Counter, len(keys))
	plan, err := newPlan()
	if err != nil {
		return counted{}, err
	}
	a := trafficmgr.Arrival{At: noon}
	return counted{take: func(order []uint32) {
		for _, n := range order {
			a.Key, a.Counter = keys[n], &known[n]
			plan.Count(noon, &a)
		}
	}}, nil
}

func bareMap(keys []event.ThrottleKey) (counted, error) {
	before := heldNow()
	counts := map[event.ThrottleKey]int64{}
	for _, k := range keys {
		counts[event.ThrottleKey(strings.Clone(string(k)))]++ // events do not come with the text that is kept
	}
	return counted{held: perKey(keys, heldNow()-before), take: func(order []uint32) {
		for _, n := range order {
			counts[keys[n]]++
		}
	}}, nil
}

func mapOfLimiters(keys []event.ThrottleKey) (counted, error) {
	limiters := map[event.ThrottleKey]*rate.Limiter{}
	for _, k := range keys {
		limiters[k] = rate.NewLimiter(1e9, 1<<30)
	}
	refused := 0
	return counted{take: func(order []uint32) {
		for _, n := range order {
			if !limiters[keys[n]].Allow() {
				refused++
			}
		}
	}}, nil
}

// perKey is what is held for each key besides its text.
func perKey(keys []event.ThrottleKey, held int64) float64 {
	for _, k := range keys {
		held -= textOf(k)
	}
	return float64(held) / float64(len(keys))
}

// heldNow is what the heap holds when all that is not needed was given back.
func heldNow() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
