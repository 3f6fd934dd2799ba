package trafficmgr

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"hubsim/event"
)

// ConditionKind is what a condition looks at.
type ConditionKind uint8

// The kinds of conditions.
const (
	HeaderCondition  ConditionKind = iota + 1 // Name, Value
	QueryCondition                            // Name, Value
	ClaimCondition                            // Name, Value
	IPCondition                               // Value
	IPRangeCondition                          // Value, End
)

// Condition is one condition of a group. Headers, query parameters and claims share one space of
// names in an event's properties, where header names are lower-case.
type Condition struct {
	Kind   ConditionKind
	Name   string
	Value  string // a regular expression that is searched for; an address; the first address of a range
	End    string // the last address of a range
	Invert bool
}

// matcher is a condition ready for use.
type matcher struct {
	name     string
	regex    *regexp.Regexp // nil: an address
	from, to netip.Addr     // of one kind
	invert   bool
}

func (c Condition) compile() (matcher, error) {
	m := matcher{name: c.Name, invert: c.Invert}
	var err error
	switch c.Kind {
	case HeaderCondition:
		m.name = strings.ToLower(c.Name)
		m.regex, err = event.Pattern(c.Value)
	case QueryCondition, ClaimCondition:
		m.regex, err = event.Pattern(c.Value)
	case IPCondition:
		m.from, err = parseAddress(c.Value)
		m.to = m.from
	case IPRangeCondition:
		if m.from, err = parseAddress(c.Value); err == nil {
			m.to, err = parseAddress(c.End)
		}
		if err == nil && m.from.Is4() != m.to.Is4() {
			err = fmt.Errorf("range from %s to %s of a condition: want two addresses of one kind", c.Value, c.End)
		}
	default:
		err = fmt.Errorf("condition kind %d: want header, query, claim, ip or ip range", c.Kind)
	}
	return m, err
}

// match compares. What is missing matches nothing, and so every inverted condition (seen with the
// real engine).
func (m *matcher) match(p *Properties) bool {
	if m.regex != nil {
		s, there := p.text(m.name)
		return (there && m.regex.MatchString(s)) != m.invert
	}
	ip, there := p.ip(m.from.Is4())
	return (there && !ip.Less(m.from) && !m.to.Less(ip)) != m.invert
}

func parseAddress(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return a, fmt.Errorf("address %q of a condition: want IPv4 or IPv6, as in 10.0.0.1 or 2001:db8::1", s)
	}
	return a, nil
}
