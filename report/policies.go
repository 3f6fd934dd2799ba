package report

import "fmt"

// policies tells what each policy admitted, if that was asked.
func (p *page) policies() {
	if len(p.r.Policies) == 0 {
		return
	}
	p.section("Policies")
	t := table{head: []string{"level", "policy", "served", "refused", "windows", "most in one", "limit"}}
	for _, a := range p.r.Policies {
		t.add(a.Level, a.Name, fmt.Sprint(a.Served), fmt.Sprint(a.Refused), fmt.Sprint(a.Windows), fmt.Sprint(a.Most), a.Limit)
	}
	p.WriteString(t.String())
}
