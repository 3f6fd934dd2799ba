package report

import (
	"fmt"

	"hubsim/checker"
)

// policies tells what each policy admitted, if that was asked.
func (p *page) policies() {
	if len(p.r.Policies) == 0 {
		return
	}
	p.section("Policies")
	t := table{head: []string{"level", "policy", "served", "refused", "windows", "most in one", "over", "under", "limit"}}
	open := table{head: []string{"not judged", "why"}}
	for i := range p.r.Policies {
		a := &p.r.Policies[i]
		over, under := "-", "-"
		if a.Judged {
			over, under = fmt.Sprint(a.Over), fmt.Sprint(a.Under)
		}
		if a.Unjudged != "" {
			open.add(policyName(a), a.Unjudged)
		}
		t.add(a.Level, policyName(a), fmt.Sprint(a.Served), fmt.Sprint(a.Refused), fmt.Sprint(a.Windows), mostOf(a), over, under, a.Limit)
	}
	p.WriteString(t.String())
	p.say("over and under: calls served past the limit and refused below it, each with its cause in Quotas above")
	if len(open.rows) > 0 {
		p.WriteString(open.String())
	}
}

// policyName is a policy's name, with the number of its condition group.
func policyName(a *checker.Admitted) string {
	if a.Group == 0 {
		return a.Name
	}
	return fmt.Sprintf("%s/%d", a.Name, a.Group)
}

// amount is so many calls, or so much of something else.
func amount(n int64, of checker.Measure) string {
	switch of {
	case checker.Calls:
		return fmt.Sprint(n)
	case checker.Bytes:
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%d %s", n, of)
}

// mostOf is the most that was served in one window, in what the limit counts. A GraphQL call counts once for each of
// its operations.
func mostOf(a *checker.Admitted) string {
	switch {
	case a.Of == checker.Calls && a.MostOf > a.Most: // calls of several operations
		return fmt.Sprintf("%d, counted as %d", a.Most, a.MostOf)
	case a.Of == checker.Calls:
		return fmt.Sprint(a.Most)
	}
	return amount(a.MostOf, a.Of)
}
