package fault

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"hubsim/event"
)

// An Error is a line of a schedule that cannot be read.
type Error struct {
	Line int // from 1
	Text string
	Hint string
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("fault schedule, line %d: %s (hint: %s)", e.Line, e.Text, e.Hint)
}

const form = `a line reads: at 25s for 35s refuse gw-2>cp-1 · at 60s crash tm-1 · from 0s delay gw-1>tm-1 exp mean 40ms · on mark "NAME" #3 reset A>B`

// Parse reads a schedule in its text form, one fault a line; empty lines and lines that begin with #
// are passed over. Parse(s.String()) gives s back but for the line numbers.
func Parse(text string) (Schedule, error) {
	var s Schedule
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		f, err := ParseLine(line)
		if err != nil {
			return nil, &Error{Line: i + 1, Text: err.Error(), Hint: form}
		}
		f.Line = i + 1
		s = append(s, f)
	}
	return s, nil
}

// ParseLine reads one fault.
func ParseLine(line string) (Fault, error) {
	words, err := split(line)
	if err != nil {
		return Fault{}, err
	}
	p := parser{words: words}
	if p.peek() == "heal" {
		p.next("heal")
		p.f = Fault{Kind: Heal, At: p.duration("when all is mended")}
	} else {
		p.left()
		p.when()
		p.span()
		p.what()
		p.span()
	}
	if p.err == nil && len(p.words) > 0 {
		p.fail("unexpected %q", p.words[0])
	}
	if p.err == nil {
		p.err = p.f.check()
	}
	return p.f, p.err
}

// split cuts a line at blanks; a quoted string is one word, with its quotes.
func split(line string) ([]string, error) {
	var words []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		if line[0] != '"' {
			word, rest, _ := strings.Cut(line, " ")
			words, line = append(words, word), rest
			continue
		}
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			return nil, fmt.Errorf("the quoted name %s does not end", line)
		}
		words, line = append(words, quoted), line[len(quoted):]
	}
	return words, nil
}

type parser struct {
	words []string
	f     Fault
	err   error
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// next takes the next word, or fails saying what was wanted.
func (p *parser) next(want string) string {
	if p.err != nil {
		return ""
	}
	if len(p.words) == 0 {
		p.fail("%s is missing", want)
		return ""
	}
	word := p.words[0]
	p.words = p.words[1:]
	return word
}

func (p *parser) peek() string {
	if p.err != nil || len(p.words) == 0 {
		return ""
	}
	return p.words[0]
}

func (p *parser) duration(want string) event.Duration {
	word := p.next(want)
	if p.err != nil {
		return 0
	}
	d, err := time.ParseDuration(word)
	if err != nil {
		p.fail("%s: %q is not a duration such as 2.5s", want, word)
	}
	return d
}

// when reads "at 25s", "from 0s" or `on mark "name" #3`.
func (p *parser) when() {
	switch word := p.next("when it happens"); {
	case p.err != nil:
	case word == "at", word == "from":
		p.f.At = p.duration("the instant")
	case word == "on" && p.peek() == "mark":
		p.next("mark")
		p.mark()
	default:
		p.fail("a line begins with at, from or on mark, not %q", word)
	}
}

func (p *parser) mark() {
	name, err := strconv.Unquote(p.next("the mark's name"))
	if err != nil || name == "" {
		p.fail("the mark's name stands in double quotes")
	}
	p.f.Mark, p.f.Nth = name, 1
	if nth, ok := strings.CutPrefix(p.peek(), "#"); ok {
		p.next("count")
		if p.f.Nth, err = strconv.Atoi(nth); err != nil || p.f.Nth < 1 {
			p.fail("#%s is not a count from 1", nth)
		}
	}
}

// span reads an optional "for 35s".
func (p *parser) span() {
	if p.peek() == "for" {
		p.next("for")
		p.f.For = p.duration("how long")
	}
}

// left reads an optional "leave": heal does not end the fault.
func (p *parser) left() {
	if p.f.Left = p.peek() == "leave"; p.f.Left {
		p.next("leave")
	}
}

func (p *parser) what() {
	word := p.next("what happens")
	kind, ok := kindOf(word)
	if p.err == nil && !ok {
		p.fail("no fault is called %q", word)
	}
	p.f.Kind = kind
	switch {
	case kind == Chaos:
		p.f.Count = int(p.number("how many faults", ""))
		if p.peek() == "every" {
			p.every()
		}
		return
	case kind.OnLink():
		p.link(word)
	default:
		p.f.Node = p.next("the node or link")
	}
	p.how()
}

func (p *parser) link(word string) {
	target := p.next("the node or link")
	from, to, ok := strings.Cut(target, ">")
	from, p.f.Both = strings.CutSuffix(from, "<")
	if p.err == nil && (!ok || from == "" || to == "") {
		p.fail("%s needs a link such as gw-2>cp-1, or eu<>us for both ways, not %q", word, target)
	}
	p.f.From, p.f.To = from, to
}

// how reads what the kind asks for besides its target.
func (p *parser) how() {
	switch p.f.Kind {
	case Clock:
		p.f.By = p.duration("the offset")
	case Delay:
		p.delay()
	case SlowAccept:
		p.f.By = p.duration("how much later")
	case Slow:
		p.f.By = p.duration("the time that a message takes")
	case Loss:
		p.f.Rate = p.number("how much is lost, as 5%", "%")
	case Repeat:
		p.f.Rate = p.number("how much is sent twice, as 5%", "%")
	case Starve:
		p.f.Rate = p.number("how much slower, as 10x", "x")
	case Bandwidth:
		p.f.Rate = p.number("how much passes, as 64kbit", "kbit")
	case Drift:
		p.f.Rate = p.number("how much the clock gains, as +500ppm", "ppm")
	case Rolling:
		p.every()
	case Strobe:
		p.f.By = p.duration("the offset")
		p.every()
	}
}

// delay reads "40ms", "exp mean 40ms" or "pareto min 10ms shape 1.5".
func (p *parser) delay() {
	switch p.peek() {
	case "exp":
		p.next("exp")
		p.word("mean", "exp is followed by mean and a duration")
		p.f.Exponential = true
	case "pareto":
		p.next("pareto")
		p.word("min", "pareto is followed by min, a duration, shape and a number")
		p.f.By = p.duration("the least delay")
		p.word("shape", "pareto min 10ms is followed by shape and a number")
		p.f.Shape = p.number("the shape, as 1.5", "")
		return
	}
	p.f.By = p.duration("the delay")
}

// word takes a word that has to stand here.
func (p *parser) word(want, otherwise string) {
	if p.next(want) != want {
		p.fail("%s", otherwise)
	}
}

// every reads "every 30s".
func (p *parser) every() {
	if p.next("every and a duration") != "every" {
		p.fail("%v needs how far apart: every 30s", p.f.Kind)
	}
	p.f.Every = p.duration("how far apart")
}

// number reads a number with its unit.
func (p *parser) number(want, unit string) float64 {
	word := p.next(want)
	if p.err != nil {
		return 0
	}
	digits, ok := strings.CutSuffix(word, unit)
	v, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		p.fail("%s: %q is no number with the unit %q", want, word, unit)
	}
	return v
}
