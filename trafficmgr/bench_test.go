package trafficmgr

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"hubsim/event"
	"hubsim/node"
)

// benchKeys are subscription keys as gateways make them.
func benchKeys(n int) []event.ThrottleKey {
	keys := make([]event.ThrottleKey, n)
	for i := range keys {
		keys[i] = event.ThrottleKey(fmt.Sprintf("%d:/pizza/1.0.0:1.0.0:Gold", i+1))
	}
	return keys
}

// benchOrder is who calls, one after the other.
func benchOrder(keys []event.ThrottleKey, spread string) []event.ThrottleKey {
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.1, 1, uint64(len(keys)-1))
	order := make([]event.ThrottleKey, 1<<20)
	for i := range order {
		if spread == "zipf" {
			order[i] = keys[zipf.Uint64()]
		} else {
			order[i] = keys[r.IntN(len(keys))]
		}
	}
	return order
}

// BenchmarkCount compares counting and deciding with a bare map of counters under the same keys, the
// two taking turns so that both see the same machine. The goals are a ratio of at most 2 and no
// allocation. No window ends meanwhile and no key reaches the quota.
func BenchmarkCount(b *testing.B) {
	for _, n := range []int{1, 10_000, 1_000_000} {
		keys := benchKeys(n)
		for _, spread := range []string{"uniform", "zipf"} {
			order := benchOrder(keys, spread)
			b.Run(fmt.Sprintf("keys=%d/%s", n, spread), func(b *testing.B) { benchCount(b, keys, order) })
		}
	}
}

func benchCount(b *testing.B, keys, order []event.ThrottleKey) {
	p, a := benchPlan(b), Arrival{At: 30_000}
	counters := map[event.ThrottleKey]int64{}
	for _, k := range keys {
		counters[event.ThrottleKey(strings.Clone(string(k)))]++ // events do not come with the text that is kept
		a.Key = k
		p.Count(30_000, &a)
	}
	const turn = 1 << 12
	bare, plan := make([]time.Duration, 0, 1<<20), make([]time.Duration, 0, 1<<20)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		// Two halves of the order, so that neither finds in the cache what the other has just fetched.
		mine := order[i*turn%(len(order)/2):][:turn]
		began := time.Now()
		for _, k := range mine {
			counters[k]++
		}
		middle := time.Now()
		for _, a.Key = range order[len(order)-turn-i*turn%(len(order)/2):][:turn] {
			p.Count(30_000, &a)
		}
		bare, plan = append(bare, middle.Sub(began)), append(plan, time.Since(middle))
	}
	slices.Sort(bare)
	slices.Sort(plan)
	each := func(d []time.Duration) float64 { return float64(d[len(d)/10].Nanoseconds()) / turn } // not the turns that others disturbed
	b.ReportMetric(each(bare), "ns/map")
	b.ReportMetric(each(plan), "ns/plan")
	b.ReportMetric(each(plan)/each(bare), "plan/map")
	b.ReportMetric(0, "ns/op")
}

func benchPlan(tb testing.TB) *ExecutionPlan {
	s, err := Deploy(Policy{
		Level: event.SubscriptionLevel, Name: "Gold", Tenant: event.Super,
		Quota: Quota{Kind: RequestCount, Limit: 1 << 60}, Unit: event.Minute,
	}, Rules{})
	if err != nil {
		tb.Fatal(err)
	}
	return s.Plans[0]
}

// BenchmarkMemory reports the bytes that a plan holds for a key besides the key's text, and the same
// of a bare map of counters. The goal is 64.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{100_000, 800_000, 1_000_000} {
		keys := benchKeys(n)
		var text int64
		for _, k := range keys {
			text += int64(len(k))
		}
		b.Run(fmt.Sprintf("keys=%d", n), func(b *testing.B) {
			for b.Loop() {
				before := heap()
				p := benchPlan(b)
				a := Arrival{At: 30_000}
				for _, a.Key = range keys {
					p.Count(30_000, &a)
				}
				held := heap() - before
				b.ReportMetric(float64(held-text)/float64(n), "B/key")
				runtime.KeepAlive(p)
				before = heap()
				counters := map[event.ThrottleKey]int64{}
				for _, k := range keys {
					counters[k]++
				}
				b.ReportMetric(float64(heap()-before)/float64(n), "B/key-map")
				runtime.KeepAlive(counters)
			}
		})
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkRoll is the end of a window in which each key appeared.
func BenchmarkRoll(b *testing.B) {
	for _, n := range []int{1, 10_000, 1_000_000} {
		keys := benchKeys(n)
		b.Run(fmt.Sprintf("keys=%d", n), func(b *testing.B) {
			p := benchPlan(b)
			a := Arrival{}
			for b.Loop() {
				b.StopTimer()
				for _, a.Key = range keys {
					a.At = p.window.end
					p.Count(max(p.window.end-1, 0), &a)
				}
				b.StartTimer()
				p.Fire(p.window.end)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/key")
		})
	}
}

// BenchmarkBatch is the whole way of a batch of 200 events through a traffic manager, each counted on
// three levels.
func BenchmarkBatch(b *testing.B) {
	c := WSO2()
	c.DeployPolicies = false
	c.OnDisk = nil
	for l, name := range map[event.Level]string{event.ApplicationLevel: "App", event.SubscriptionLevel: "Sub", event.APILevel: "API"} {
		c.OnDisk = append(c.OnDisk, Policy{Level: l, Name: name, Quota: Quota{Kind: RequestCount, Limit: 1 << 60}, Unit: event.Minute})
	}
	m := New(c)
	var out node.Output
	m.Step(node.Clock{}, node.Input{Kind: node.Boot}, &out)
	batch := &event.Batch{}
	for i := range 200 {
		batch.Events = append(batch.Events, &event.Throttle{ID: event.RequestID(i), At: 30_000, Properties: `{"ip":167772161}`, Attributes: &event.Attributes{
			AppKey: event.ThrottleKey(fmt.Sprintf("%d:alice@carbon.super", i)), AppTier: "App", AppTenant: event.Super,
			SubscriptionKey: event.ThrottleKey(fmt.Sprintf("%d:/pizza/1.0.0:1.0.0:Sub", i)), SubscriptionTier: "Sub", APITenant: event.Super,
			ResourceKey: "/pizza/1.0.0/1.0.0/order:POST", ResourceTier: "API",
		}})
	}
	now := node.Clock{Mono: 1, Wall: 30_000}
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		m.Step(now, node.Input{Kind: node.Received, Session: -1, Msg: batch}, &out)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/200, "ns/event")
}
