package checker

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Counters checks that the traffic managers of a region, which are all told of every call, have counted the same:
// in each window of a key, each has the events that the others have, besides those that were on their way to it
// when the window ended. Who was away is not asked for what came meanwhile. Those that share counters in a store
// are as one, by the store's name.
type Counters struct {
	Most int64 // events in one window of a key that one has and another has not

	setup  *Setup
	whose  map[event.NodeID]event.NodeID // the counters of a traffic manager: its own, or a store's
	fed    map[string][]event.NodeID     // the counters of a region
	open   map[counting]*firstCount
	away   map[event.NodeID][]absence
	judged int
	apart  map[windowOf]int64 // events that the traffic managers do not agree on
	worst  int64
	total  int64
	over   int
	out    Outcome
}

// counting is an event in one plan.
type counting struct {
	id   event.RequestID
	plan string
	key  event.ThrottleKey
}

// firstCount is what the first traffic manager did with an event, and who has had it.
type firstCount struct {
	at     event.Mono
	wall   event.Wall     // by its own clock
	end    event.Wall     // of the window that it was counted in; 0 where it was late for its own
	by     []event.NodeID // whose counters have it
	region string
}

// windowOf is a window of a key.
type windowOf struct {
	key event.ThrottleKey
	end event.Wall
}

// absence is a time without a traffic manager.
type absence struct{ from, to event.Mono }

// underWay is how long an event may be on its way to a traffic manager that has just come, is about to go, or sees
// the run end.
const underWay = 5 * event.Second

// NewCounters makes the checker.
func NewCounters(s *Setup, most int64) *Counters {
	c := &Counters{
		Most: most, setup: s, whose: map[event.NodeID]event.NodeID{}, fed: map[string][]event.NodeID{}, open: map[counting]*firstCount{},
		away: map[event.NodeID][]absence{}, apart: map[windowOf]int64{},
	}
	for _, m := range s.Managers {
		whose, region := cmp.Or(m.Counters, m.ID), s.Region(m.ID)
		c.whose[m.ID] = whose
		if !slices.Contains(c.fed[region], whose) {
			c.fed[region] = append(c.fed[region], whose)
		}
		c.away[whose] = []absence{{0, event.Never}}
	}
	return c
}

// Observe implements trace.Observer.
func (c *Counters) Observe(r *trace.Record) {
	whose := c.whose[r.Node]
	switch {
	case whose == "":
	case r.Kind == trace.Booted:
		gone := c.away[whose]
		gone[len(gone)-1].to = r.At
	case r.Kind == trace.Stopped:
		c.away[whose] = append(c.away[whose], absence{r.At, event.Never})
	case r.Kind != trace.Noted || r.Note.Key == "":
	case r.Note.Fact == node.Counted:
		c.counted(r, r.Note.Expiry)
	case r.Note.Fact == node.CountDropped && r.Note.Reason == event.LateDropped:
		c.counted(r, 0)
	}
}

// counted enters that a traffic manager has counted an event in the window that ends then.
func (c *Counters) counted(r *trace.Record, end event.Wall) {
	k := counting{r.Note.Request, r.Note.ID, r.Note.Key}
	whose, region := c.whose[r.Node], c.setup.Region(r.Node)
	all := c.fed[region]
	f := c.open[k]
	switch {
	case len(all) == 1:
		c.judged++
		return
	case f == nil:
		c.open[k] = &firstCount{r.At, r.Wall, end, []event.NodeID{whose}, region}
		return
	case slices.Contains(f.by, whose):
		return
	}
	c.judged++
	if end != f.end && !f.carried(r.At, end) {
		c.differ(k, f, fmt.Sprintf("%s in another window", whose))
	}
	if f.by = append(f.by, whose); len(f.by) == len(all) {
		delete(c.open, k)
	}
}

// carried tells whether an event was on its way when the first one's window ended, and reached the other one in
// a later window.
func (f *firstCount) carried(at event.Mono, end event.Wall) bool {
	return f.end != 0 && (end == 0 || end > f.end) && f.wall.Add(at.Sub(f.at)+stamped) >= f.end
}

// differ enters that the traffic managers do not agree on an event.
func (c *Counters) differ(k counting, f *firstCount, how string) {
	w := windowOf{k.key, f.end}
	c.total++
	c.apart[w]++
	c.worst = max(c.worst, c.apart[w])
	if c.apart[w] == c.Most+1 {
		c.over++
		c.out.detail("%s: call %v on %s: %s counted it, %s", clockTime(f.at), k.id, k.key, f.by[0], how)
	}
}

// missed enters who has never counted what others have.
func (c *Counters) missed() {
	order := slices.SortedFunc(maps.Keys(c.open), func(a, b counting) int {
		return cmp.Or(cmp.Compare(c.open[a].at, c.open[b].at), cmp.Compare(a.id, b.id), cmp.Compare(a.plan, b.plan), cmp.Compare(a.key, b.key))
	})
	for _, k := range order {
		f := c.open[k]
		for _, m := range c.fed[f.region] {
			if slices.Contains(f.by, m) || f.at.Add(underWay) > event.Mono(c.setup.Length) || c.wasAway(m, f.at) {
				continue
			}
			c.judged++
			c.differ(k, f, fmt.Sprintf("%s never", m))
		}
	}
}

func (c *Counters) wasAway(m event.NodeID, at event.Mono) bool {
	return slices.ContainsFunc(c.away[m], func(a absence) bool {
		return at.Add(underWay) >= a.from && (a.to == event.Never || at < a.to.Add(underWay))
	})
}

// Finish implements Checker.
func (c *Counters) Finish() Outcome {
	c.missed()
	out := c.out
	out.Check, out.Exercised = "counters", c.judged
	out.Bound = fmt.Sprintf("the traffic managers of a region differ by at most %s in a window, besides those on their way", words.Count(int(c.Most), "event"))
	out.Worst = fmt.Sprintf("%s in one window; %d in all of %d", words.Count(int(c.worst), "event"), c.total, c.judged)
	out.judge(c.over)
	return out
}
