package fault

import (
	"fmt"
	"strconv"
	"strings"

	"hubsim/event"
)

// String prints the fault in its text form.
func (f Fault) String() string {
	if f.Kind == Heal {
		return "heal " + f.At.String()
	}
	var b strings.Builder
	if f.Left {
		b.WriteString("leave ")
	}
	if f.Mark != "" {
		fmt.Fprintf(&b, "on mark %q #%d", f.Mark, f.Nth)
	} else {
		fmt.Fprintf(&b, "at %v", f.At)
	}
	if f.For > 0 {
		fmt.Fprintf(&b, " for %v", f.For)
	}
	fmt.Fprintf(&b, " %v ", f.Kind)
	switch {
	case f.Kind == Chaos:
		b.WriteString(strconv.Itoa(f.Count))
	case f.Kind.OnLink():
		if b.WriteString(f.From); f.Both {
			b.WriteByte('<')
		}
		b.WriteString(">" + f.To)
	default:
		b.WriteString(f.Node)
	}
	b.WriteString(f.how())
	return b.String()
}

// how prints what the kind asks for besides its target.
func (f *Fault) how() string {
	switch f.Kind {
	case Clock:
		return " " + signed(f.By)
	case Delay:
		switch {
		case f.Exponential:
			return fmt.Sprintf(" exp mean %v", f.By)
		case f.Shape > 0:
			return fmt.Sprintf(" pareto min %v shape %s", f.By, number(f.Shape))
		}
		return fmt.Sprintf(" %v", f.By)
	case Slow, SlowAccept:
		return fmt.Sprintf(" %v", f.By)
	case Loss, Repeat:
		return " " + number(f.Rate) + "%"
	case Starve:
		return " " + number(f.Rate) + "x"
	case Bandwidth:
		return " " + number(f.Rate) + "kbit"
	case Drift:
		return " " + number(f.Rate) + "ppm"
	case Chaos:
		if f.Every > 0 {
			return fmt.Sprintf(" every %v", f.Every)
		}
	case Rolling:
		return fmt.Sprintf(" every %v", f.Every)
	case Strobe:
		return fmt.Sprintf(" %s every %v", signed(f.By), f.Every)
	}
	return ""
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// signed prints a duration with its sign.
func signed(d event.Duration) string {
	if d < 0 {
		return d.String()
	}
	return "+" + d.String()
}

// String prints the schedule, one fault a line.
func (s Schedule) String() string {
	var b strings.Builder
	for _, f := range s {
		b.WriteString(f.String())
		b.WriteByte('\n')
	}
	return b.String()
}
