package gateway

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"hubsim/event"
)

// matcher is one condition ready for use.
type matcher struct {
	kind     event.ConditionType
	from, to netip.Addr // of addresses; both are meant too
	values   []pattern  // of the others; all of them must match
	invert   bool
	broken   bool // it could not be read: it matches nothing, inverted or not
}

// pattern is what one header, query parameter or claim must hold.
type pattern struct {
	name  string // of a header in lower case
	regex *regexp.Regexp
}

// object is conditions that must all match. What a call is asked without its feature flag is passed
// over; an object of which nothing is left matches nothing.
type object []matcher

// flags say which conditions are looked at (ThrottleConditionEvaluator.java).
type flags struct{ header, query, claim bool }

func (f flags) allow(kind event.ConditionType) bool {
	switch kind {
	case event.HeaderHas:
		return f.header
	case event.QueryHas:
		return f.query
	case event.ClaimHas:
		return f.claim
	}
	return true
}

// match tells whether a call meets all conditions.
func (o object) match(c *call, f flags) bool {
	looked := false
	for i := range o {
		if !f.allow(o[i].kind) {
			continue
		}
		if !o[i].match(c) {
			return false
		}
		looked = true
	}
	return looked
}

// match compares. What is missing matches nothing, and so every inverted condition (seen with the
// real engine, in the traffic manager; the product's gateway is taken to agree).
func (m *matcher) match(c *call) bool {
	if m.broken {
		return false
	}
	return m.holds(c) != m.invert
}

func (m *matcher) holds(c *call) bool {
	if m.kind == event.IPIs || m.kind == event.IPBetween {
		ip := c.address()
		return ip.IsValid() && ip.BitLen() == m.from.BitLen() && m.from.Compare(ip) <= 0 && ip.Compare(m.to) <= 0
	}
	for i := range m.values {
		text, there := m.text(c, m.values[i].name)
		if !there || !m.values[i].regex.MatchString(text) {
			return false
		}
	}
	return true
}

func (m *matcher) text(c *call, name string) (string, bool) {
	switch m.kind {
	case event.HeaderHas:
		return find(c.Headers, name)
	case event.QueryHas:
		return findExact(c.Query, name)
	}
	return findExact(c.Claims, name)
}

// compile makes a condition of a policy ready. One that cannot be used comes back broken, with why.
func compile(c event.Condition) (matcher, error) {
	m := matcher{kind: c.Type, invert: c.Invert}
	var err error
	switch c.Type {
	case event.IPIs:
		err = m.between(c.Value, c.Value)
	case event.IPBetween:
		err = m.between(c.Value, c.End)
	case event.HeaderHas, event.QueryHas, event.ClaimHas:
		err = m.want(c.Name, c.Value)
	default:
		err = fmt.Errorf("a condition of no known type; want IPSpecific, IPRange, Header, QueryParameterType or JWTClaims")
	}
	m.broken = err != nil
	return m, err
}

func (m *matcher) between(from, to string) (err error) {
	if m.from, err = parseAddress(from); err != nil {
		return err
	}
	if m.to, err = parseAddress(to); err == nil && m.from.BitLen() != m.to.BitLen() {
		err = fmt.Errorf("a range from %s to %s: want addresses of one kind", from, to)
	}
	return err
}

// want adds a regular expression.
func (m *matcher) want(name, expression string) error {
	regex, err := event.Pattern(expression)
	if err != nil {
		return fmt.Errorf("condition on %s: %w", name, err)
	}
	if m.kind == event.HeaderHas {
		name = strings.ToLower(name)
	}
	m.values = append(m.values, pattern{name, regex})
	return nil
}

// group is a policy's condition group as the gateway tests it where nothing is stored for a base key.
type group struct {
	id         int
	conditions object
}

// groupsOf makes the groups of a policy ready, and says of what cannot be used why.
func groupsOf(p *event.Policy) ([]group, []error) {
	var faults []error
	groups := make([]group, len(p.Groups))
	for i, g := range p.Groups {
		groups[i].id = g.ID
		for _, c := range g.Conditions {
			m, err := compile(c)
			if err != nil {
				faults = append(faults, err)
			}
			groups[i].conditions = append(groups[i].conditions, m)
		}
	}
	return groups, faults
}
