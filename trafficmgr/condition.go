package trafficmgr

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
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
// names in an event's properties, where header names are lower-case. IPv4 only.
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
	from, to int64
	invert   bool
}

func (c Condition) compile() (matcher, error) {
	m := matcher{name: c.Name, invert: c.Invert}
	var err error
	switch c.Kind {
	case HeaderCondition:
		m.name = strings.ToLower(c.Name)
		m.regex, err = regexp.Compile(c.Value)
	case QueryCondition, ClaimCondition:
		m.regex, err = regexp.Compile(c.Value)
	case IPCondition:
		m.from, err = parseIPv4(c.Value)
		m.to = m.from
	case IPRangeCondition:
		if m.from, err = parseIPv4(c.Value); err == nil {
			m.to, err = parseIPv4(c.End)
		}
	default:
		err = fmt.Errorf("condition kind %d: want header, query, claim, ip or ip range", c.Kind)
	}
	return m, err
}

// match compares. What is missing matches nothing, and so every inverted condition (throttling.md 11.4).
func (m *matcher) match(p *Properties) bool {
	if m.regex != nil {
		s, there := p.text(m.name)
		return (there && m.regex.MatchString(s)) != m.invert
	}
	ip, there := p.ip()
	return (there && m.from <= ip && ip <= m.to) != m.invert
}

// parseIPv4 reads a dotted address as the number that gateways send.
func parseIPv4(s string) (int64, error) {
	parts := strings.Split(s, ".")
	var n int64
	for _, part := range parts {
		b, err := strconv.ParseUint(part, 10, 8)
		if err != nil || len(parts) != 4 {
			return 0, fmt.Errorf("address %q of a condition: want IPv4, as in 10.0.0.1", s)
		}
		n = n<<8 | int64(b)
	}
	return n, nil
}
