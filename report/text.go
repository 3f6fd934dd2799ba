package report

import (
	"fmt"
	"io"
	"strings"

	"hubsim/checker"
	"hubsim/internal/words"
)

// Look says how a text is to appear.
type Look struct {
	Color bool // paint with ANSI escapes
}

// Text tells one result on 80 columns. Its last line is PASS, or FAIL or INVALID with the reason.
func Text(w io.Writer, r *checker.Result, look Look) error {
	p := page{r: r, paint: palette(look.Color)}
	p.headline()
	p.latency()
	p.quotas()
	p.policies()
	p.sweep()
	p.boots()
	p.events()
	p.badInput()
	p.faults()
	p.generator()
	p.verdicts()
	p.ending()
	_, err := io.WriteString(w, p.String())
	return err
}

// page is a report that is being written.
type page struct {
	strings.Builder
	r     *checker.Result
	paint palette
}

func (p *page) headline() {
	r := p.r
	name := p.paint.paint(bold, r.Scenario)
	if r.Twin {
		name += " (known-bad twin: it must fail)"
	}
	fmt.Fprintln(p, name)
	for _, line := range wrap(r.Question, columns) {
		fmt.Fprintln(p, line)
	}
	fmt.Fprintf(p, "profile %s, driver %s, seed %d, ran %s\n", r.Profile, r.Driver, r.Seed, words.Duration(r.Ran))
	if r.Source != "" {
		fmt.Fprintln(p, p.paint.paint(faint, "source: "+strings.Join(strings.Fields(r.Source), " ")))
	}
}

// section begins a part of the report.
func (p *page) section(title string) { fmt.Fprintf(p, "\n%s\n", p.paint.paint(bold, title)) }

// say writes a sentence of a section.
func (p *page) say(format string, args ...any) {
	p.WriteString(indented(fmt.Sprintf(format, args...), "  "))
}

func (p *page) faults() {
	if len(p.r.Conduct.Faults) == 0 {
		return
	}
	p.section("Faults")
	t := table{head: []string{"observed effects", "fault"}}
	for _, f := range p.r.Conduct.Faults {
		hits := fmt.Sprint(f.Hits)
		if f.Hits == 0 {
			hits = "none"
		}
		t.add(hits, f.Fault)
	}
	p.WriteString(t.String())
}

func (p *page) generator() {
	c := &p.r.Conduct
	p.section("Load generator")
	if c.Intended == 0 {
		p.say("nobody called")
		return
	}
	late := words.Duration(c.LateP99) + " late at the 99th percentile"
	if c.LateMax > 0 {
		late += ", " + words.Duration(c.LateMax) + " at most"
	}
	p.say("%d calls intended, %d not sent; %s", c.Intended, c.NotSent, late)
	b := &p.r.Books
	text := fmt.Sprintf("%s answered: %s", words.Count(b.Calls-b.Open, "call"), tally(b.Answers))
	if b.Open > 0 {
		text += fmt.Sprintf("; %d still open at the end", b.Open)
	}
	p.say("%s", text)
}

// ending writes the reasons, the way to see the run again, and the judgement.
func (p *page) ending() {
	if len(p.r.Reasons) > 1 {
		p.section("Reasons")
		for _, reason := range p.r.Reasons {
			p.WriteString(indented("- "+reason, "  "))
		}
	}
	if small := p.r.Smallest; small != nil {
		p.section("Smallest schedule that fails still")
		for _, line := range small.Faults {
			p.say("%s", line)
		}
		if small.Replay != "" {
			p.say("run it: %s", small.Replay)
		}
	}
	p.WriteByte('\n')
	if p.r.Replay != "" {
		fmt.Fprintf(p, "the same run again: %s\n", p.r.Replay)
	}
	fmt.Fprintln(p, p.paint.judgement(p.r.Judgement)+why(p.r.Reasons))
}

// why is the first reason, and how many more there are.
func why(reasons []string) string {
	switch len(reasons) {
	case 0:
		return ""
	case 1:
		return ": " + reasons[0]
	}
	return fmt.Sprintf(": %s (and %s above)", reasons[0], words.Count(len(reasons)-1, "more reason"))
}
