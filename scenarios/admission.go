package scenarios

import (
	"fmt"
	"slices"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/node"
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
	// uncounted are calls that were let through past a quota that does not stop them: under all others
	// they do not count.
	uncounted map[event.RequestID]bool
	opened    map[int]event.Wall // of rows whose windows the first call opens: when it was served
}

// served is what a window of a key let through: calls, and what the limit is one of.
type served struct{ calls, amount int64 }

// window is one window of one key of a row, by the number of windows since the epoch or the opening.
type window struct {
	row    int
	key    event.ThrottleKey
	number event.Wall
}

func newAdmission(start event.Wall, c *catalog) *admission {
	a := &admission{start: start, catalog: c, windows: map[window]*served{}, uncounted: map[event.RequestID]bool{}, opened: map[int]event.Wall{}}
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
		u := use{}
		u.ofTokens(l)
		what = fmt.Sprintf("%d %s", u.Quota, u.Measure)
		for _, c := range u.more {
			what += fmt.Sprintf(", %d %s", c.Quota, c.Measure)
		}
	}
	return what + " in " + l.Window.String()
}

// Observe implements trace.Observer.
func (a *admission) Observe(r *trace.Record) {
	if r.Kind == trace.Noted && r.Note.Fact == node.CallUncounted {
		a.uncounted[r.Note.Request] = true
	}
	reply, ok := r.Msg.(*event.Reply)
	if r.Kind != trace.Answered || !ok || r.Request == nil {
		return
	}
	apart := a.uncounted[r.Request.ID]
	delete(a.uncounted, r.Request.ID)
	uses := a.routes.Get(r.Request, func() []use { return a.catalog.uses(r.Request) })
	now := a.start + event.Wall(r.At/event.Mono(event.Millisecond))
	for i := range uses {
		u := &uses[i]
		at := a.row[u.policy.ID-1] + u.group + 1
		row := &a.rows[at]
		row.Of = u.shown()
		another, again := before(uses[:i], u)
		switch {
		case apart && !u.GoesOn:
		case reply.Code == event.Served:
			if !another {
				row.Served++
			}
			n := a.windowOf(window{at, u.Key, (now - a.opening(at, u, now)) / event.Wall(u.Window/event.Millisecond)})
			n.add(row.Of.Of(r.Request.Size, r.Request.Usage), again)
		case refusing[reply.Code] == u.Level && !another:
			row.Refused++
		}
	}
}

// before tells whether another operation of the same call, before one, was counted by the same policy or group, and
// under the same key.
func before(uses []use, u *use) (policy, key bool) {
	if u.Place == 0 {
		return false, false
	}
	for i := range uses {
		if other := &uses[i]; other.policy == u.policy && other.group == u.group {
			policy, key = true, key || other.Key == u.Key
		}
	}
	return policy, key
}

// opening is when the windows of a row began, 0 where they are aligned.
func (a *admission) opening(row int, u *use, now event.Wall) event.Wall {
	if u.Opened == "" {
		return 0
	}
	if a.opened[row] == 0 {
		a.opened[row] = now
	}
	return a.opened[row]
}

func (a *admission) windowOf(w window) *served {
	if a.windows[w] == nil {
		a.windows[w] = &served{}
	}
	return a.windows[w]
}

// add adds what an operation of a call uses; again is that another of the same call has used some already.
func (s *served) add(amount int64, again bool) {
	s.amount += amount
	if !again {
		s.calls++
	}
}

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
		row.Most, row.MostOf = max(row.Most, n.calls), max(row.MostOf, n.amount)
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
	case r.Judged:
		return ""
	case a.catalog.stepped[samePolicyAs(p)]:
		return "a step changes or assigns it at run time"
	case r.Served+r.Refused > 0:
		return "" // every call was refused
	case i > a.row[at-1] && !a.catalog.sight.all(p.Groups[i-a.row[at-1]-1].Conditions):
		return "no call met it: gateways do not look at what it asks for"
	case p.Counts == event.AIQuota:
		return "no call met it: no app subscribes to an API with ai: true under it"
	}
	return "no call met it"
}
