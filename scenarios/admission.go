package scenarios

import (
	"fmt"
	"slices"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/siddhi"
	"hubsim/trace"
)

// admission counts how many calls each policy of the catalog admits. It judges nothing, and looks at what
// callers were answered alone.
type admission struct {
	start   event.Wall
	catalog *catalog
	routes  checker.Routes[[]use]
	rows    []checker.Admitted // a policy's own limit, then its groups'
	row     []int              // where the rows of a policy begin
	windows map[window]*served
}

// served is what a window of a key let through.
type served struct{ calls, bytes int64 }

// window is one window of one key of a row, by the number of windows since the epoch.
type window struct {
	row    int
	key    event.ThrottleKey
	number event.Wall
}

func newAdmission(start event.Wall, c *catalog) *admission {
	a := &admission{start: start, catalog: c, windows: map[window]*served{}}
	for i := range c.policies {
		p := &c.policies[i]
		a.row = append(a.row, len(a.rows))
		a.rows = append(a.rows, checker.Admitted{Level: p.Level.String(), Name: p.Name, Limit: limitText(p)})
		for _, g := range p.Groups {
			a.rows = append(a.rows, checker.Admitted{Level: p.Level.String(), Name: p.Name, Group: g.ID, Limit: amountText(&g.Limit)})
		}
	}
	return a
}

// limitText is a policy's own limit as a person says it: "5000 calls in 1m0s".
func limitText(p *event.Policy) string {
	limit := p.Limit()
	if p.Level == event.CustomLevel {
		rule, err := siddhi.Parse(p.Query)
		if err != nil {
			return "not deployed"
		}
		limit = event.Limit{Quota: rule.Limit, Window: rule.Unit}
	}
	return amountText(&limit)
}

func amountText(l *event.Limit) string {
	what := fmt.Sprintf("%d calls", l.Quota)
	switch l.Counts {
	case event.Bandwidth:
		what = fmt.Sprintf("%d %s", l.Quota, or(l.DataUnit, "bytes"))
	case event.EventCount:
		what = fmt.Sprintf("%d events", l.Quota)
	case event.AIQuota:
		what = fmt.Sprintf("%d calls, %d/%d/%d tokens", l.Quota, l.Tokens.Prompt, l.Tokens.Completion, l.Tokens.Total)
	}
	return what + " in " + l.Window.String()
}

// Observe implements trace.Observer.
func (a *admission) Observe(r *trace.Record) {
	reply, ok := r.Msg.(*event.Reply)
	if r.Kind != trace.Answered || !ok || r.Request == nil {
		return
	}
	uses := a.routes.Get(r.Request, func() []use { return a.catalog.uses(r.Request) })
	now := a.start + event.Wall(r.At/event.Mono(event.Millisecond))
	for i := range uses {
		u := &uses[i]
		at := a.row[u.policy.ID-1] + u.group + 1
		row := &a.rows[at]
		row.Bytes, row.Unjudged = u.Bytes, u.why
		switch {
		case reply.Code == event.Served:
			row.Served++
			a.windowOf(window{at, u.Key, now / event.Wall(u.Window/event.Millisecond)}).add(r.Request.Size)
		case refusing[reply.Code] == u.Level:
			row.Refused++
		}
	}
}

func (a *admission) windowOf(w window) *served {
	if a.windows[w] == nil {
		a.windows[w] = &served{}
	}
	return a.windows[w]
}

func (s *served) add(bytes int64) { s.calls, s.bytes = s.calls+1, s.bytes+bytes }

// refusing is the level that refuses with a code.
var refusing = map[event.Code]event.Level{
	event.APILimitExceeded: event.APILevel, event.ResourceLimitExceeded: event.ResourceLevel,
	event.SubscriptionExceeded: event.SubscriptionLevel, event.SubscriptionBurst: event.SubscriptionLevel,
	event.ApplicationExceeded: event.ApplicationLevel, event.ApplicationBurst: event.ApplicationLevel, event.CustomPolicyExceeded: event.CustomLevel,
}

// finish sums up, with what the oracle found by key.
func (a *admission) finish(keys []checker.KeyQuota) []checker.Admitted {
	rows := slices.Clone(a.rows)
	of := map[event.ThrottleKey]int{}
	for w, n := range a.windows {
		row := &rows[w.row]
		row.Windows++
		row.Most, row.MostBytes = max(row.Most, n.calls), max(row.MostBytes, n.bytes)
		of[w.key] = w.row
	}
	for _, k := range keys {
		if at, there := of[k.Key]; there {
			rows[at].Judged = true
			rows[at].Over, rows[at].Under = rows[at].Over+int64(k.Over), rows[at].Under+int64(k.Under)
		}
	}
	for i := range rows {
		rows[i].Unjudged = a.unjudged(i, &rows[i])
	}
	return rows
}

// unjudged is why the oracle says nothing about a row.
func (a *admission) unjudged(i int, r *checker.Admitted) string {
	at, _ := slices.BinarySearch(a.row, i+1)
	p := &a.catalog.policies[at-1]
	switch {
	case r.Unjudged != "" || r.Judged:
		return r.Unjudged
	case p.ContinueOverQuota:
		return "it does not stop calls"
	case r.Served+r.Refused > 0:
		return "" // every call was refused
	case i > a.row[at-1] && !a.catalog.sight.all(p.Groups[i-a.row[at-1]-1].Conditions):
		return "no call met it: gateways do not look at what it asks for"
	}
	return "no call met it"
}
