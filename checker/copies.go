package checker

import (
	"fmt"
	"strings"

	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Duplicates checks that an event reaches a gateway at most Copies times, or with 0 at most as often as
// ways lead to its hub, and once more each time that its hub was sent it again; and that it has one side effect.
type Duplicates struct {
	Copies int
	fates  *Fates
	// redeploys counts, per gateway and revision, how often it was put in place.
	redeploys map[string]int
}

// NewDuplicates makes the checker.
func NewDuplicates(f *Fates, copies int) *Duplicates {
	if copies == 0 && f.setup.Paths == nil {
		copies = 1
	}
	f.ways = f.ways || copies == 0
	return &Duplicates{Copies: copies, fates: f, redeploys: map[string]int{}}
}

// Observe implements trace.Observer.
func (c *Duplicates) Observe(r *trace.Record) {
	switch {
	case r.Kind == trace.Noted && r.Note.Fact == node.Deployed:
		c.redeploys[fmt.Sprintf("%s#%d: revision %d of %s", r.Node, r.Incarnation, r.Note.N, r.Note.ID)]++
	}
}

// Finish implements Checker.
func (c *Duplicates) Finish() Outcome {
	out := Outcome{Check: "duplicates", Exercised: c.fates.delivered()}
	bad, most, ways, resent := 0, 0, c.Copies, 0
	for _, e := range c.fates.order {
		for g := range e.fates {
			f, allowed := &e.fates[g], c.Copies
			if c.Copies == 0 {
				allowed = max(f.most, 1)
			}
			most, ways, resent = max(most, f.copies), max(ways, allowed), max(resent, f.resent)
			allowed += f.resent
			if f.copies > allowed {
				bad++
				out.detail("event %s reached %s %s; %d allowed", e.id, c.fates.setup.Gateways[g].ID, words.Count(f.copies, "time"), allowed)
			}
		}
	}
	out.Bound = "at most " + words.Count(ways, "copy") + ", 1 side effect"
	if c.Copies == 0 && ways > 1 {
		out.Bound = "no more copies than ways that files say (" + words.Count(ways, "copy") + "), 1 side effect"
	}
	if resent > 0 {
		out.Bound += ", and one more for each time that it was sent again"
	}
	effects := 0
	for _, what := range sortedKeys(c.redeploys) {
		effects = max(effects, c.redeploys[what])
		if n := c.redeploys[what]; n > 1 {
			bad++
			out.detail("%s was deployed %d times", what, n)
		}
	}
	out.Worst = words.Count(most, "copy") + ", " + words.Count(effects, "side effect")
	out.judge(bad)
	return out
}

func (f *Fates) delivered() (n int) {
	for _, one := range f.table() {
		if one.Copies > 0 {
			n++
		}
	}
	return n
}

// Echo checks that no event comes back to the region that it was born in, that each region's hubs get
// it only from the region of its birth (one hop), and that no event receiver puts it into a stream again.
type Echo struct {
	fates *Fates
	round map[string]*round // by event, or topic and node for events without an id
	order []string
}

// round is how one event was passed on.
type round struct {
	what  string
	way   []string // the first of those who heard it: "us-cp-1 from eu-cp-1.broker"
	times int
}

// longestWay is how many hops of a round are told.
const longestWay = 3

// NewEcho makes the checker.
func NewEcho(f *Fates) *Echo { return &Echo{fates: f, round: map[string]*round{}} }

// Observe implements trace.Observer; what crosses borders is in the fates.
func (c *Echo) Observe(r *trace.Record) {
	if r.Kind != trace.Noted || r.Note.Fact != node.EventForwarded {
		return
	}
	n := &r.Note
	key, what := n.ID, "event "+n.ID
	if key == "" {
		key = n.Detail + " " + string(r.Node)
		what = "an event on " + n.Detail
	}
	w := c.round[key]
	if w == nil {
		w = &round{what: what}
		c.round[key], c.order = w, append(c.order, key)
	}
	if w.times++; len(w.way) < longestWay {
		w.way = append(w.way, fmt.Sprintf("%s from %s", r.Node, n.Peer))
	}
}

// Finish implements Checker.
func (c *Echo) Finish() Outcome {
	out := Outcome{Check: "echo", Bound: "0 events forwarded or back in their own region"}
	bad := 0
	for _, e := range c.fates.order {
		for _, hop := range sortedKeys(e.hops) {
			from, to, _ := strings.Cut(hop, ">")
			if from == to {
				continue
			}
			out.Exercised++
			if from != e.origin || to == e.origin {
				bad++
				out.detail("event %s, born in %s, went %s", e.id, e.origin, hop)
			}
		}
	}
	rounds := 0
	for _, key := range c.order {
		w := c.round[key]
		bad, rounds = bad+1, rounds+w.times
		out.Exercised++
		out.detail("%s was put into a stream again %s: %s", w.what, words.Count(w.times, "time"), strings.Join(w.way, ", "))
	}
	out.Worst = words.Count(bad, "event") + " took a second hop"
	if rounds > 0 {
		out.Worst += ", " + words.Count(rounds, "round")
	}
	out.judge(bad)
	return out
}
