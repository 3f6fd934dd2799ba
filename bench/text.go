package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"
)

// WriteJSON writes a report for a program.
func WriteJSON(w io.Writer, r *Report) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

// WriteText writes a report for a person.
func WriteText(w io.Writer, r *Report) error {
	var b strings.Builder
	b.WriteString(r.Machine.String() + "\n")
	for i := range r.Results {
		b.WriteString("\n")
		r.Results[i].write(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String is the machine on one line.
func (m Machine) String() string {
	commit := or(m.Commit, "unknown")
	if len(commit) > 12 {
		commit = commit[:12]
	}
	if m.Modified {
		commit += " and changes"
	}
	return fmt.Sprintf("%s, %d cores, kernel %s, %s, %s, commit %s", or(m.CPU, "unknown CPU"), m.Cores, or(m.Kernel, "unknown"), m.Platform, m.Go, commit)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (r *Result) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s\n", r.Name)
	for _, line := range []string{r.Question, "ours: " + r.Ours, "reference: " + r.Reference, r.conduct()} {
		b.WriteString(indented(line))
	}
	b.WriteString("\n")
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "  figure\tours\treference\tratio\t95 %\treference twice")
	for _, c := range r.Figures {
		within := "–"
		if c.Low != nil && c.High != nil {
			within = shown(c.Low) + "–" + shown(c.High)
		}
		fmt.Fprintf(t, "  %s, %s\t%s\t%s\t%s\t%s\t%s\n", c.Name, c.Unit, shown(c.Ours), shown(c.Reference), shown(c.Ratio), within, shown(c.Itself))
	}
	_ = t.Flush() // a strings.Builder takes everything
	b.WriteString("\n")
	for _, o := range r.Goals {
		text := fmt.Sprintf("%s, %s: %s (%s)", o.Figure, o.Bound, o.Verdict, shown(o.Value))
		if o.Why != "" {
			text += ", " + o.Why
		}
		b.WriteString(indented(text))
	}
}

// width is that of a report, so that a CI log shows it without wrapping.
const width = 80

// indented breaks a text at blanks into lines that fit, the first by two blanks in, the rest by four.
func indented(text string) string {
	var b strings.Builder
	room := 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case b.Len() == 0:
			b.WriteString("  ")
			room = width - 2
		case n+1 > room:
			b.WriteString("\n    ")
			room = width - 4
		default:
			b.WriteString(" ")
			room--
		}
		b.WriteString(word)
		room -= n
	}
	return b.String() + "\n"
}

// conduct says how it was measured, and what else the machine did.
func (r *Result) conduct() string {
	var foreign, steal []float64
	for _, p := range r.Pairs {
		foreign, steal = append(foreign, p.Foreign), append(steal, p.Steal)
	}
	text := fmt.Sprintf("%d pairs of %v, %d of them undisturbed", len(r.Pairs), r.Duration.Round(time.Millisecond), r.Quiet)
	if r.Rate > 0 {
		text += fmt.Sprintf(", at %g a second", r.Rate)
	}
	return text + fmt.Sprintf("; GOMAXPROCS %d; cores lost to other programs %.2f, to the hypervisor %.2f (medians)",
		r.GOMAXPROCS, median(foreign), median(steal))
}

// shown is a number with three or four figures that count.
func shown(v *float64) string {
	switch {
	case v == nil:
		return "–"
	case *v == 0:
		return "0"
	case *v >= 1000 || *v <= -1000:
		return fmt.Sprintf("%.0f", *v)
	}
	return fmt.Sprintf("%.3g", *v)
}
