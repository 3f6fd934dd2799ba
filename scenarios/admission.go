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
	routes  map[route][]use
	rows    []checker.Admitted // as the catalog's policies
	windows map[window]int64   // calls served
}

// route is what decides which policies count a call.
type route struct {
	context, resource, verb string
	token                   *event.Token
}

// window is one window of one key of a policy, by the number of windows since the epoch.
type window struct {
	policy int
	key    event.ThrottleKey
	number event.Wall
}

func newAdmission(start event.Wall, c *catalog) *admission {
	a := &admission{start: start, catalog: c, routes: map[route][]use{}, windows: map[window]int64{}}
	for i := range c.policies {
		p := &c.policies[i]
		a.rows = append(a.rows, checker.Admitted{Level: p.Level.String(), Name: p.Name, Limit: limitText(p)})
	}
	return a
}

// limitText is a policy's limit as a person says it: "5000 calls in 1m0s".
func limitText(p *event.Policy) string {
	what := fmt.Sprintf("%d calls", p.Quota)
	switch p.Counts {
	case event.Bandwidth:
		what = fmt.Sprintf("%d %s", p.Quota, or(p.DataUnit, "bytes"))
	case event.EventCount:
		what = fmt.Sprintf("%d events", p.Quota)
	case event.AIQuota:
		what = fmt.Sprintf("%d calls, %d/%d/%d tokens", p.Quota, p.Tokens.Prompt, p.Tokens.Completion, p.Tokens.Total)
	}
	length := p.Window
	if p.Level == event.CustomLevel {
		rule, err := siddhi.Parse(p.Query)
		if err != nil {
			return "not deployed"
		}
		what, length = fmt.Sprintf("%d calls", rule.Limit), rule.Unit
	}
	if n := len(p.Groups); n > 0 {
		what += fmt.Sprintf(", %d condition groups,", n)
	}
	return what + " in " + length.String()
}

// Observe implements trace.Observer.
func (a *admission) Observe(r *trace.Record) {
	reply, ok := r.Msg.(*event.Reply)
	if r.Kind != trace.Answered || !ok || r.Request == nil {
		return
	}
	at := route{r.Request.Context, r.Request.Resource, r.Request.Verb, r.Request.Token}
	uses, known := a.routes[at]
	if !known {
		uses = a.catalog.uses(r.Request)
		a.routes[at] = uses
	}
	now := a.start + event.Wall(r.At/event.Mono(event.Millisecond))
	for _, u := range uses {
		row := u.policy.ID - 1
		switch {
		case reply.Code == event.Served:
			a.rows[row].Served++
			a.windows[window{row, u.key, now / event.Wall(u.window/event.Millisecond)}]++
		case refusing[reply.Code] == u.level:
			a.rows[row].Refused++
		}
	}
}

// refusing is the level that refuses with a code.
var refusing = map[event.Code]event.Level{
	event.APILimitExceeded: event.APILevel, event.ResourceLimitExceeded: event.ResourceLevel,
	event.SubscriptionExceeded: event.SubscriptionLevel, event.SubscriptionBurst: event.SubscriptionLevel,
	event.ApplicationExceeded: event.ApplicationLevel, event.ApplicationBurst: event.ApplicationLevel, event.CustomPolicyExceeded: event.CustomLevel,
}

// finish sums up.
func (a *admission) finish() []checker.Admitted {
	rows := slices.Clone(a.rows)
	for w, n := range a.windows {
		rows[w.policy].Windows++
		rows[w.policy].Most = max(rows[w.policy].Most, n)
	}
	return rows
}
