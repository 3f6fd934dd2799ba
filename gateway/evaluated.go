package gateway

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hubsim/event"
)

// evaluated are the evaluatedConditions of a decision ready for use: an array of objects, of which
// one that matches is enough.
type evaluated []object

func (e evaluated) match(c *call, f flags) bool {
	for _, o := range e {
		if o.match(c, f) {
			return true
		}
	}
	return false
}

// maxEvaluated bounds the texts whose conditions are kept ready; there is one for each plan.
const maxEvaluated = 4096

// library keeps conditions ready by their text, so that each regular expression is compiled once
// however often its plan decides.
type library struct{ known map[string]reading }

type reading struct {
	conditions evaluated
	err        error
}

// read makes evaluatedConditions ready. Text that is no base64 of a JSON array gives none and says
// why; a condition that cannot be used is broken, and the error says so too.
func (l *library) read(text string) (evaluated, error) {
	if r, ok := l.known[text]; ok {
		return r.conditions, r.err
	}
	var r reading
	r.conditions, r.err = parseEvaluated(text)
	if l.known == nil || len(l.known) >= maxEvaluated {
		l.known = map[string]reading{}
	}
	l.known[strings.Clone(text)] = r
	return r.conditions, r.err
}

// conditionJSON is a condition within evaluatedConditions (ThrottlePolicyTemplateBuilder.java).
type conditionJSON struct {
	IP     json.RawMessage   `json:"specificIp"`
	First  json.RawMessage   `json:"startingIp"`
	Last   json.RawMessage   `json:"endingIp"`
	Values map[string]string `json:"values"`
	Invert bool              `json:"invert"`
}

func parseEvaluated(text string) (evaluated, error) {
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("read evaluatedConditions: base64 was expected: %w", err)
	}
	var objects []map[string]conditionJSON
	if err := json.Unmarshal(plain, &objects); err != nil {
		return nil, fmt.Errorf("read evaluatedConditions: %w", err)
	}
	all := make(evaluated, len(objects))
	for i, o := range objects {
		for _, name := range slices.Sorted(maps.Keys(o)) {
			m, fault := o[name].matcher(name)
			if fault != nil {
				err = fault
			}
			all[i] = append(all[i], m)
		}
	}
	return all, err
}

// conditionNames are the names of types as evaluatedConditions has them.
var conditionNames = map[string]event.ConditionType{
	"ipspecific": event.IPIs, "iprange": event.IPBetween, "header": event.HeaderHas,
	"queryparametertype": event.QueryHas, "jwtclaims": event.ClaimHas,
}

func (c conditionJSON) matcher(name string) (matcher, error) {
	m := matcher{kind: conditionNames[name], invert: c.Invert}
	var err error
	switch m.kind {
	case event.IPIs:
		err = m.between(bare(c.IP), bare(c.IP))
	case event.IPBetween:
		err = m.between(bare(c.First), bare(c.Last))
	case event.HeaderHas, event.QueryHas, event.ClaimHas:
		for _, of := range slices.Sorted(maps.Keys(c.Values)) {
			if fault := m.want(of, c.Values[of]); fault != nil {
				err = fault
			}
		}
	default:
		err = fmt.Errorf("read evaluatedConditions: no type of condition is called %q", name)
	}
	m.broken = err != nil
	return m, err
}

// bare is an address without the quotes that it may stand in.
func bare(raw json.RawMessage) string { return strings.Trim(string(raw), `"`) }

// stored are the conditions that decisions left for one base key.
type stored struct {
	groups    []storedGroup // by id
	byDefault *storedGroup
}

// storedGroup is one of them, with the key that its plan throttles.
type storedGroup struct {
	id         int
	key        event.ThrottleKey
	conditions evaluated
}

func (s *stored) empty() bool { return len(s.groups) == 0 && s.byDefault == nil }

func (s *stored) at(id int) (int, bool) {
	return slices.BinarySearchFunc(s.groups, id, func(g storedGroup, id int) int { return g.id - id })
}

// put stores conditions, by rule only where none are.
func (s *stored) put(g storedGroup, replace bool) {
	if g.id == defaultGroup {
		if s.byDefault == nil || replace {
			s.byDefault = &g
		}
		return
	}
	switch i, found := s.at(g.id); {
	case !found:
		s.groups = slices.Insert(s.groups, i, g)
	case replace:
		s.groups[i] = g
	}
}

func (s *stored) drop(id int) {
	if id == defaultGroup {
		s.byDefault = nil
	} else if i, found := s.at(id); found {
		s.groups = slices.Delete(s.groups, i, i+1)
	}
}

// hits returns the key that a call is to be asked for: that of the first group it meets, else the
// default plan's where that holds for it (ThrottleConditionEvaluator.java; the product's order of
// groups is that of a hash map, ours is by id).
func (s *stored) hits(c *call, f flags) (event.ThrottleKey, bool) {
	for i := range s.groups {
		if s.groups[i].conditions.match(c, f) {
			return s.groups[i].key, true
		}
	}
	if d := s.byDefault; d != nil && (len(d.conditions) == 0 || !d.conditions.match(c, f)) {
		return d.key, true
	}
	return "", false
}
