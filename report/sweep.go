package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/internal/words"
)

// sweep tells a scenario's table: of each number of gateways and latency of a hop a part of its own.
func (p *page) sweep() {
	s := p.r.Sweep
	if s == nil {
		return
	}
	p.section("Sweep")
	p.say("one key, windows of %s; calls are the mean of a window, decisions those of all windows and gateways. Leaked calls by cause, of all windows: event is event in flight, decision is decision in flight, waiting is event waiting in the gateway",
		words.Duration(s.Window))
	for start := 0; start < len(s.Cells); {
		end := start
		for end < len(s.Cells) && s.Cells[end].Gateways == s.Cells[start].Gateways && s.Cells[end].Hop == s.Cells[start].Hop {
			end++
		}
		p.part(s.Cells[start:end])
		start = end
	}
	if s.Public != nil {
		p.public(s)
	}
}

// part tells the cells of one number of gateways and one latency: what was admitted and how long
// decisions took, then where the time went and why calls leaked.
func (p *page) part(cells []checker.Cell) {
	hop := "no latency added"
	if cells[0].Hop > 0 {
		hop = words.Duration(cells[0].Hop) + " added to every hop"
	}
	fmt.Fprintf(p, "\n  %s, %s\n", words.Count(cells[0].Gateways, "gateway"), hop)
	t := table{head: []string{"quota", "rate/s", "admitted", "over", "over %", "worst", "p50", "p99", "max"}}
	why := table{head: []string{"quota", "rate/s", "queue", "wire", "manager", "broker", "event", "decision", "waiting", "else"}}
	var others checker.Causes
	for i := range cells {
		c := &cells[i]
		d := c.Decision()
		t.add(fmt.Sprint(c.Quota), number(c.Rate), number(c.PerWindow(c.Admitted)), number(c.PerWindow(c.Over)), percent(c.OverShare()),
			fmt.Sprint(c.Worst), took(d, d.P50), took(d, d.P99), took(d, d.Max))
		why.add(split(c, &others)...)
	}
	p.WriteString(t.String())
	fmt.Fprintf(p, "  the same: p50 of each hop, and why calls leaked\n%s", why.String())
	if others.Total() > 0 {
		p.say("else: %v", others)
	}
}

// columnCauses are the causes that have a column of their own.
var columnCauses = [...]checker.Cause{checker.EventInFlight, checker.DecisionInFlight, checker.EventWaiting}

// split is where the time of a cell's decisions went, and why its calls leaked; causes without a column
// are added to others.
func split(c *checker.Cell, others *checker.Causes) []string {
	row := []string{fmt.Sprint(c.Quota), number(c.Rate)}
	for _, q := range c.Hops[:max(0, len(c.Hops)-1)] {
		row = append(row, took(q, q.P50))
	}
	rest := c.Causes
	for _, cause := range columnCauses {
		row = append(row, fmt.Sprint(rest[cause]))
		rest[cause] = 0
	}
	for cause, n := range rest {
		others[cause] += n
	}
	return append(row, fmt.Sprint(rest.Total()))
}

// took is a quantile, or that there was nothing to measure.
func took(q checker.Quantiles, d event.Duration) string {
	if q.Count == 0 {
		return "-"
	}
	return words.Duration(d)
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func percent(share float64) string { return fmt.Sprintf("+%.1f", 100*share) }

// public tells what was published and what would explain it.
func (p *page) public(s *checker.Sweep) {
	fmt.Fprintf(p, "\n  What was published (%s), and what it takes\n", s.Public.Source)
	t := table{head: []string{"", "quota", "admitted", "over %", "rate/s", "needs", "hop", "admits", "p50"}}
	impossible := false
	for i := range s.Public.Figures {
		f := &s.Public.Figures[i]
		row := []string{f.Name, fmt.Sprint(f.Quota), fmt.Sprint(f.Admitted), percent(float64(f.Over()) / float64(f.Quota)), number(f.Rate)}
		c := f.Found
		switch {
		case f.Needs == 0:
			impossible = true
			t.add(append(row, "never", "", "", "")...)
		case c == nil:
			t.add(append(row, words.Duration(f.Needs), "none", "", "")...)
		default:
			t.add(append(row, words.Duration(f.Needs), words.Duration(c.Hop), fmt.Sprint(c.Admitted), words.Duration(c.Decision().P50))...)
		}
	}
	p.WriteString(t.String())
	p.say("needs: the decision latency that admits as many at this rate; hop: the latency added to every hop at which a run does, with what it admits and its p50")
	if impossible {
		p.say("never: not as many calls come in a window")
	}
	if s.Public.Note != "" {
		p.say("%s", s.Public.Note)
	}
}

// WriteCSV writes the tables of results, a line a cell; times are in milliseconds.
func WriteCSV(w io.Writer, results []checker.Result) error {
	if err := writeBoots(w, results); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	head := []string{"scenario", "profile", "driver", "seed", "gateways", "hop_ms", "quota", "window_s", "rate", "windows", "called", "admitted", "over", "over_percent", "worst_over"}
	named := false
	for i := range results {
		r := &results[i]
		if r.Sweep == nil {
			continue
		}
		if !named && len(r.Sweep.Cells) > 0 {
			named = true
			_ = c.Write(append(head, columnsOf(&r.Sweep.Cells[0])...)) // Error tells
		}
		for j := range r.Sweep.Cells {
			one := &r.Sweep.Cells[j]
			row := []string{r.Scenario, r.Profile, r.Driver, fmt.Sprint(r.Seed), fmt.Sprint(one.Gateways), millis(one.Hop), fmt.Sprint(one.Quota),
				number(r.Sweep.Window.Seconds()), number(one.Rate), fmt.Sprint(one.Windows), fmt.Sprint(one.Called), fmt.Sprint(one.Admitted), fmt.Sprint(one.Over),
				number(100 * one.OverShare()), fmt.Sprint(one.Worst)}
			_ = c.Write(append(row, valuesOf(one)...)) // Error tells
		}
	}
	c.Flush()
	return c.Error()
}

// columnsOf are the columns of the hops and of all causes.
func columnsOf(c *checker.Cell) (names []string) {
	for _, q := range c.Hops {
		names = append(names, q.Name+"_p50_ms", q.Name+"_p99_ms", q.Name+"_max_ms")
	}
	for cause := range c.Causes {
		names = append(names, checker.Cause(cause).String())
	}
	return names
}

func valuesOf(c *checker.Cell) (values []string) {
	for _, q := range c.Hops {
		values = append(values, millis(q.P50), millis(q.P99), millis(q.Max))
	}
	for _, n := range c.Causes {
		values = append(values, fmt.Sprint(n))
	}
	return values
}

func millis(d event.Duration) string { return number(float64(d) / float64(event.Millisecond)) }
