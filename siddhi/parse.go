package siddhi

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"hubsim/event"
)

// parser reads tokens by recursive descent; a word is enough to know what comes.
type parser struct {
	tokens   []token
	at       int
	depth    int
	selected []string // what EligibilityStream has
	made     Rule
}

func (p *parser) peek() token { return p.tokens[p.at] }

// next takes a token; the last one, the end, stays.
func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// accept takes a symbol or keyword if it is there.
func (p *parser) accept(value string) bool {
	if !p.peek().is(value) {
		return false
	}
	p.at++
	return true
}

// expect takes symbols and keywords that must be there.
func (p *parser) expect(values ...string) error {
	for _, value := range values {
		if t := p.next(); !t.is(value) {
			return t.missing("want %s, found %s", value, t)
		}
	}
	return nil
}

// name takes a name, whose case matters.
func (p *parser) name(want string) error {
	t := p.next()
	if t.kind == word && t.value != want {
		return t.unsupported(t.value, "want "+want+" here")
	}
	if t.kind != word {
		return t.missing("want %s, found %s", want, t)
	}
	return nil
}

// rule reads the two queries, and the template's own if it was copied along.
func (p *parser) rule() (*Rule, error) {
	for _, part := range []func() error{p.eligibility, p.result} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	if p.peek().kind != end {
		if err := p.emission(); err != nil {
			return nil, err
		}
	}
	if t := p.peek(); t.kind != end {
		return nil, t.unsupported(t.String(), "the rule is complete before it")
	}
	return &p.made, nil
}

// begin reads FROM and the name of a stream.
func (p *parser) begin(stream string) error {
	t := p.peek()
	if t.is("@") || t.is("define") || t.is("partition") {
		what := t.value
		if t.value == "@" {
			p.at++
			what += p.peek().value
		}
		return t.unsupported(what, "a custom policy is two queries, the first FROM RequestStream; the template has the definitions")
	}
	if err := p.expect("from"); err != nil {
		return err
	}
	return p.name(stream)
}

// into reads INSERT … INTO and the name of a stream. The semicolon of a last query may be missing.
func (p *parser) into(stream string, events ...string) error {
	if t := p.peek(); t.is("having") || t.is("output") || t.is("group") && len(events) == 0 || t.is("order") || t.is("limit") {
		return t.unsupported(t.value, "want insert into "+stream)
	}
	if err := p.expect("insert"); err != nil {
		return err
	}
	t := p.peek()
	if err := p.expect(append(events, "into")...); err != nil {
		return t.unsupported("insert "+t.value, "want insert "+strings.Join(append(events, "into", stream), " "))
	}
	if err := p.name(stream); err != nil {
		return err
	}
	if p.peek().kind == end {
		return nil
	}
	return p.expect(";")
}

// eligibility reads the first query.
func (p *parser) eligibility() error {
	if err := p.begin("RequestStream"); err != nil {
		return err
	}
	if t := p.peek(); !t.is("select") {
		return t.unsupported(p.handler(), "want select behind RequestStream; what is to be counted is said by isEligible")
	}
	p.next()
	for {
		if err := p.selection(); err != nil {
			return err
		}
		if !p.accept(",") {
			break
		}
	}
	for _, name := range []string{"isEligible", "throttleKey"} {
		if !slices.Contains(p.selected, name) {
			return p.peek().missing("want an expression as %s before this", name)
		}
	}
	return p.into("EligibilityStream")
}

// handler names what stands behind a stream, for complaints: a filter, a window, a join.
func (p *parser) handler() string {
	switch t := p.peek(); {
	case t.is("["):
		return "a filter"
	case t.is("#"):
		name := "#"
		for i := p.at + 1; i < len(p.tokens) && (p.tokens[i].kind == word || p.tokens[i].is(".") || p.tokens[i].is(":")); i++ {
			name += p.tokens[i].value
		}
		return name
	default:
		return t.String()
	}
}

// selection reads one thing that the first query selects.
func (p *parser) selection() error {
	from, first := p.at, p.peek()
	name, behind := p.alias()
	switch name {
	case "isEligible":
		eligible, err := p.or()
		if err != nil {
			return err
		}
		p.made.eligible = eligible
	case "throttleKey":
		key, err := p.operand()
		if err != nil {
			return err
		}
		p.made.key = key.folded()
	default:
		p.next()
		if _, known := attributes[first.value]; first.kind != word || !known && first.value != "messageID" && first.value != "propertiesMap" {
			return first.unsupported(cmp.Or(p.phrase(from), first.String()), "select attributes of RequestStream, isEligible and throttleKey")
		}
	}
	if slices.Contains(p.selected, name) {
		return first.missing("%s is selected twice", name)
	}
	if t := p.peek(); p.at != behind && !t.is("as") {
		return t.unsupported(t.String(), "want as "+name)
	}
	if p.accept("as") {
		p.next()
	}
	p.selected = append(p.selected, name)
	return nil
}

// alias looks ahead for the name that a selection gets, and where it ends.
func (p *parser) alias() (name string, behind int) {
	name = p.peek().value
	depth := 0
	for i := p.at; i < len(p.tokens); i++ {
		t := p.tokens[i]
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.kind == end, t.is(";"), depth <= 0 && (t.is(",") || t.is("insert")):
			return name, i
		case t.is("as") && depth <= 0 && i+1 < len(p.tokens) && p.tokens[i+1].kind == word:
			name = p.tokens[i+1].value
		}
	}
	return name, len(p.tokens)
}

// phrase is the beginning of a selection as the text has it.
func (p *parser) phrase(from int) string {
	var b strings.Builder
	for i := from; i < len(p.tokens) && i < from+3 && !p.tokens[i].is(",") && p.tokens[i].kind != end; i++ {
		if p.tokens[i].is("(") {
			break
		}
		b.WriteString(p.tokens[i].String())
	}
	return b.String()
}

// result reads the second query.
func (p *parser) result() error {
	if err := p.begin("EligibilityStream"); err != nil {
		return err
	}
	if !p.accept("[") {
		return p.peek().unsupported(p.handler(), "want the filter [isEligible == true] first")
	}
	if err := p.name("isEligible"); err != nil {
		return err
	}
	if p.accept("==") {
		if t := p.next(); !t.is("true") {
			return t.unsupported("isEligible == "+t.String(), "want isEligible == true")
		}
	}
	if t := p.next(); !t.is("]") {
		return t.unsupported(t.String()+" in the filter", "want [isEligible == true]")
	}
	if err := p.batch(); err != nil {
		return err
	}
	if err := p.counting(); err != nil {
		return err
	}
	return p.into("ResultStream", "all", "events")
}

// batch reads #throttler:timeBatch(N unit[, 0]).
func (p *parser) batch() error {
	t := p.peek()
	if name := p.handler(); name != "#throttler:timeBatch" {
		return t.unsupported(name, "want #throttler:timeBatch(N unit) or #throttler:timeBatch(N unit, 0)")
	}
	if err := p.expect("#", "throttler", ":", "timeBatch", "("); err != nil {
		return err
	}
	if err := p.length(); err != nil {
		return err
	}
	if p.made.Aligned = p.accept(","); p.made.Aligned {
		if t := p.next(); t.kind != number || strings.TrimRight(t.value, "lL") != "0" {
			return t.unsupported("the start "+t.String(), "want 0, or no start")
		}
	}
	if t := p.next(); !t.is(")") {
		return t.unsupported(t.String()+" in timeBatch", "want one number with one unit, and perhaps the start 0")
	}
	return nil
}

// length reads the length of a window.
func (p *parser) length() error {
	t := p.peek()
	n, err := p.whole()
	if err != nil {
		return err
	}
	u := p.next()
	length, known := units[strings.ToLower(u.value)]
	if u.kind != word || !known {
		return u.unsupported("the unit "+u.String(), "want millisec, sec, min, hour, day, week, month or year")
	}
	if n < 1 || n > math.MaxInt64/int64(length) {
		return t.missing("want a length of at least 1 and of at most 292 years, found %d %s", n, u.value)
	}
	p.made.Unit = event.Duration(n) * length
	return nil
}

// units are the query compiler's (siddhi 3.3.0): a month has 30 days, a year 365.
var units = map[string]event.Duration{
	"millisec": event.Millisecond, "millisecond": event.Millisecond, "milliseconds": event.Millisecond,
	"sec": event.Second, "second": event.Second, "seconds": event.Second,
	"min": event.Minute, "minute": event.Minute, "minutes": event.Minute,
	"hour": event.Hour, "hours": event.Hour, "day": 24 * event.Hour, "days": 24 * event.Hour,
	"week": 7 * 24 * event.Hour, "weeks": 7 * 24 * event.Hour, "month": 30 * 24 * event.Hour, "months": 30 * 24 * event.Hour,
	"year": 365 * 24 * event.Hour, "years": 365 * 24 * event.Hour,
}

// whole reads a whole number from 0.
func (p *parser) whole() (int64, error) {
	t := p.next()
	n, err := strconv.ParseInt(strings.TrimRight(t.value, "lL"), 10, 64)
	if t.kind != number || err != nil {
		return 0, t.missing("want a whole number, found %s", t)
	}
	return n, nil
}

// counting reads SELECT throttleKey, (count(…) >= N) AS isThrottled, expiryTimeStamp GROUP BY
// throttleKey. The order is the one that GlobalThrottleStream is defined with.
func (p *parser) counting() error {
	if t := p.peek(); !t.is("select") {
		return t.unsupported(p.handler(), "want select behind timeBatch")
	}
	p.next()
	if err := p.name("throttleKey"); err != nil {
		return err
	}
	if err := p.expect(","); err != nil {
		return err
	}
	bracket := p.accept("(")
	if err := p.count(); err != nil {
		return err
	}
	if bracket {
		if t := p.next(); !t.is(")") {
			return t.unsupported(t.String()+" behind the count", "want one comparison")
		}
	}
	if err := p.expect("as"); err != nil {
		return err
	}
	if err := p.name("isThrottled"); err != nil {
		return err
	}
	if t := p.next(); !t.is(",") {
		return t.missing("want , expiryTimeStamp, which GlobalThrottleStream needs, found %s", t)
	}
	if err := p.name("expiryTimeStamp"); err != nil {
		return err
	}
	if err := p.expect("group", "by"); err != nil {
		return err
	}
	return p.name("throttleKey")
}

// count reads count(…) >= N. What is counted must be there, and does not matter.
func (p *parser) count() (err error) {
	if t := p.peek(); !t.is("count") {
		return t.unsupported(p.phrase(p.at), "want count(throttleKey) >= N")
	}
	p.next()
	if err := p.expect("("); err != nil {
		return err
	}
	if t := p.peek(); !t.is(")") {
		p.next()
		if t.kind != word || !slices.Contains(p.selected, t.value) {
			return t.missing("count(%s): EligibilityStream has no such attribute; the first query does not select it", t)
		}
	}
	if err := p.expect(")"); err != nil {
		return err
	}
	if t := p.next(); !t.is(">=") {
		return t.unsupported("count(…) "+t.String(), "want >=")
	}
	t := p.peek()
	if p.made.Limit, err = p.whole(); err == nil && p.made.Limit < 1 {
		return t.missing("want a limit from 1: a count is always >= 0")
	}
	return err
}

// emission reads the template's own query.
func (p *parser) emission() error {
	if err := p.begin("ResultStream"); err != nil {
		return err
	}
	if name := p.handler(); name != "#throttler:emitOnStateChange" {
		return p.peek().unsupported(name, "want #throttler:emitOnStateChange(throttleKey, isThrottled)")
	}
	const form = "# throttler : emitOnStateChange ( throttleKey , isThrottled ) select *"
	if err := p.expect(strings.Fields(form)...); err != nil {
		return err
	}
	return p.into("GlobalThrottleStream")
}
