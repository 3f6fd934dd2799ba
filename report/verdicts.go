package report

import (
	"fmt"

	"hubsim/checker"
)

// verdicts tells what each check found, and below the table what it found one by one.
func (p *page) verdicts() {
	p.section("Verdicts")
	t := table{head: []string{"check", "verdict", "exercised", "worst, bound, issue"}}
	for i := range p.r.Outcomes {
		o := &p.r.Outcomes[i]
		t.add(o.Check, o.Verdict.String(), fmt.Sprint(o.Exercised), measured(o))
	}
	if len(t.rows) == 0 {
		p.say("nothing was checked")
		return
	}
	p.WriteString(p.paint.verdicts(t.String()))
	for i := range p.r.Outcomes {
		p.details(&p.r.Outcomes[i])
	}
}

// measured is what a check saw, what it was held against, and what is known about it.
func measured(o *checker.Outcome) string {
	text := o.Worst
	if text == "" {
		text = "nothing to measure"
	}
	if o.Bound != "" {
		text += "\nbound: " + o.Bound
	}
	if o.Issue != "" {
		text += "\nissue: " + o.Issue
	}
	return text
}

func (p *page) details(o *checker.Outcome) {
	if len(o.Details) == 0 {
		return
	}
	fmt.Fprintf(p, "\n  %s\n", o.Check)
	for _, d := range o.Details {
		p.WriteString(indented("- "+d, "  "))
	}
}
