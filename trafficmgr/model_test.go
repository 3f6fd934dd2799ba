package trafficmgr

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

// model is a plan done the slow way: a list of every event's copy, a chunk of events at each step,
// sums term by term, and a failed sum as a panic, as the engine has it.
type model struct {
	unit   event.Wall
	quota  Quota
	app    bool
	end    event.Wall
	copies []modelEvent
	sums   map[string]*[4]int64
	last   map[string]bool
	rows   []Row
}

type modelEvent struct {
	key     string
	props   *Properties
	expiry  event.Wall
	expired bool
}

func (m *model) event(now, at event.Wall, key string, props *Properties) {
	rolls := false
	switch {
	case m.end == 0:
		m.end = (now/m.unit + 1) * m.unit
	case at < m.end-m.unit && m.quota.Kind != EventCount:
		return
	case now >= m.end:
		m.end += m.unit
		rolls = true
	}
	e := modelEvent{key: key, props: props, expiry: m.end}
	if m.quota.Kind == EventCount {
		m.once(e, rolls)
		return
	}
	chunk := []modelEvent{e}
	e.expired = true
	m.copies = append(m.copies, e)
	if rolls {
		chunk = append(chunk, m.copies...)
		m.copies = nil
	}
	m.process(chunk)
}

// once is the event-count operator: counters that begin anew with each window, and each event handed out
// twice, itself and its copy that expires at once.
func (m *model) once(e modelEvent, rolls bool) {
	if rolls {
		clear(m.sums)
	}
	on := m.term(e, 0, amount{1, true}, func(a amount) int64 { return a.n }) > m.quota.Limit
	for range 2 {
		m.change(Row{event.ThrottleKey(e.key), on, e.expiry})
	}
}

func (m *model) timer(now event.Wall) {
	for m.end != 0 && now >= m.end {
		m.end += m.unit
		if m.quota.Kind == EventCount {
			clear(m.sums)
			continue
		}
		chunk := m.copies
		m.copies = nil
		m.process(chunk)
	}
}

// process is the selector: the last row of each key of the chunk, in order of the keys' first rows.
func (m *model) process(chunk []modelEvent) {
	defer func() {
		if p := recover(); p != nil && p != "no number" {
			panic(p)
		}
	}()
	var order []string
	rows := map[string]Row{}
	for _, e := range chunk {
		if _, there := rows[e.key]; !there {
			order = append(order, e.key)
		}
		rows[e.key] = Row{event.ThrottleKey(e.key), m.throttled(e), e.expiry}
	}
	for _, key := range order {
		m.change(rows[key])
	}
}

// change lets through a key's first row, every true, and the false behind one.
func (m *model) change(r Row) {
	last, known := m.last[string(r.Key)]
	if r.On || !known || last {
		m.rows = append(m.rows, r)
	}
	m.last[string(r.Key)] = r.On
}

// throttled evaluates the terms of the quota from left to right until one is true.
func (m *model) throttled(e modelEvent) bool {
	number := func(a amount) int64 {
		if !a.there {
			panic("no number")
		}
		return a.n
	}
	props := e.props
	if props == nil {
		props = &Properties{}
	}
	one := amount{1, true}
	switch m.quota.Kind {
	case RequestCount:
		return m.term(e, 0, one, number) >= m.quota.Limit
	case Bandwidth:
		return m.term(e, 0, props.size, number) >= m.quota.Limit
	}
	limits := [4]int64{m.quota.Limit, m.quota.Prompt, m.quota.Completion, m.quota.Total}
	for i, a := range [4]amount{one, props.tokens[0], props.tokens[1], props.tokens[2]} {
		if limits[i] > 0 && m.term(e, i, a, number) >= limits[i] {
			return true
		}
	}
	return false
}

// term adds to a sum, or takes off it what expired. A reset of an application sets it to 0 without a
// look at the number.
func (m *model) term(e modelEvent, i int, a amount, number func(amount) int64) int64 {
	if m.sums[e.key] == nil {
		m.sums[e.key] = new([4]int64)
	}
	sum := &m.sums[e.key][i]
	switch {
	case e.expired:
		*sum -= number(a)
	case m.app && e.props != nil && e.props.reset:
		*sum = 0
	default:
		*sum += number(a)
	}
	return *sum
}

// TestPlanAgainstModel walks at random: three keys, resets, missing numbers, late and early events,
// timers that come on time, late, or after an event has rolled the window.
func TestPlanAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := drawPolicy(t)
		set, err := Deploy(policy, Rules{})
		if err != nil {
			t.Fatal(err)
		}
		plan := set.Plans[0]
		m := &model{
			unit: event.Wall(policy.Unit / event.Millisecond), quota: policy.Quota, app: policy.Level == event.ApplicationLevel,
			sums: map[string]*[4]int64{}, last: map[string]bool{},
		}
		now := event.Wall(rapid.Int64Range(0, 300).Draw(t, "start"))
		for i := range rapid.IntRange(1, 80).Draw(t, "steps") {
			now += event.Wall(rapid.SampledFrom([]int64{0, 1, 5, 20, 60, 250}).Draw(t, "wait"))
			m.rows = nil
			if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
				plan.Fire(now)
				m.timer(now)
			} else {
				key := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key")
				stamp := now - event.Wall(rapid.SampledFrom([]int64{0, 0, 0, 1, 60, 150, -1000}).Draw(t, "age"))
				props := drawProperties(t)
				plan.Count(now, &Arrival{Key: event.ThrottleKey(key), At: stamp, Properties: props})
				m.event(now, stamp, key, props)
			}
			if got, want := fmt.Sprint(plan.Rows()), fmt.Sprint(append([]Row{}, m.rows...)); got != want {
				t.Fatalf("step %d at %d: rows %s, the model says %s", i, now, got, want)
			}
			if plan.Window().End() != m.end {
				t.Fatalf("step %d at %d: window ends at %d, the model says %d", i, now, plan.Window().End(), m.end)
			}
		}
	})
}

func drawPolicy(t *rapid.T) Policy {
	p := Policy{Name: "P", Tenant: event.Super, Unit: 100 * event.Millisecond}
	p.Level = rapid.SampledFrom([]event.Level{event.ApplicationLevel, event.SubscriptionLevel}).Draw(t, "level")
	limit := rapid.Int64Range(1, 5).Draw(t, "limit")
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		p.Quota = Quota{Kind: RequestCount, Limit: limit}
	case 1:
		p.Quota = Quota{Kind: Bandwidth, Limit: 100 * limit}
	case 2:
		p.Level, p.Quota = event.SubscriptionLevel, Quota{Kind: EventCount, Limit: limit}
	default:
		p.Level = event.SubscriptionLevel
		some := func(name string) int64 { return rapid.SampledFrom([]int64{0, 50, 100, 200}).Draw(t, name) }
		p.Quota = Quota{Kind: AIQuota, Limit: limit % 4, Prompt: some("prompt"), Completion: some("completion"), Total: some("total")}
	}
	return p
}

func drawProperties(t *rapid.T) *Properties {
	if rapid.IntRange(0, 9).Draw(t, "bare") == 0 {
		return nil
	}
	n := func(name string) amount {
		return amount{n: rapid.SampledFrom([]int64{0, 10, 50, 120}).Draw(t, name), there: rapid.IntRange(0, 19).Draw(t, name+" there") > 0}
	}
	p := &Properties{size: n("size"), tokens: [3]amount{n("prompt"), n("completion"), n("total")}}
	if rapid.IntRange(0, 9).Draw(t, "resets") == 0 {
		p.reset, p.size = true, amount{}
	}
	return p
}

// TestFreshAgainstModel holds the hardened rules against the plainest possible statement: count what
// came since the window began, or since the last reset.
func TestFreshAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := five(event.ApplicationLevel)
		policy.Unit = 100 * event.Millisecond
		set, err := Deploy(policy, Rules{FreshWindows: true, ForgetIdle: true})
		if err != nil {
			t.Fatal(err)
		}
		plan, counts, now := set.Plans[0], map[string]int64{}, event.Wall(0)
		counters := map[string]*Counter{"a": {}, "b": {}} // the others are looked up each time
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			now += event.Wall(rapid.SampledFrom([]int64{0, 1, 5, 60, 250}).Draw(t, "wait"))
			if plan.Window().Overdue(now) {
				plan.Fire(now)
				clear(counts)
			}
			key := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "key")
			props := drawProperties(t)
			o := plan.Count(now, &Arrival{Key: event.ThrottleKey(key), At: now, Properties: props, Counter: counters[key]})
			counts[key]++
			if props != nil && props.reset {
				counts[key] = 0
			}
			if o.N != counts[key] {
				t.Fatalf("at %d key %s counts %d, want %d", now, key, o.N, counts[key])
			}
		}
	})
}
