package trafficmgr

import (
	"fmt"

	"hubsim/event"
	"hubsim/siddhi"
)

// PlanSet is a policy deployed: its execution plan, or one plan a condition group and the default.
type PlanSet struct {
	Policy   Policy
	rule     *siddhi.Rule     // of a custom policy: whom it counts, under which key
	Plans    []*ExecutionPlan // groups in order, then the default
	groups   [][]matcher
	eligible []*ExecutionPlan
}

// Deploy makes the plans of a policy, with nothing counted yet.
func Deploy(p Policy, rules Rules) (*PlanSet, error) {
	s := &PlanSet{}
	if p.Level == event.CustomLevel {
		rule, err := siddhi.Parse(p.Query)
		if err != nil {
			return nil, fmt.Errorf("deploy %s: %w", p.ID(), err)
		}
		s.rule, p.Unit, p.Quota = rule, rule.Unit, Quota{Kind: RequestCount, Limit: rule.Limit}
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	s.Policy = p
	for _, g := range p.Groups {
		matchers, err := compileAll(g.Conditions)
		if err != nil {
			return nil, fmt.Errorf("deploy %s, condition group %d: %w", p.ID(), g.ID, err)
		}
		s.groups = append(s.groups, matchers)
		s.Plans = append(s.Plans, newPlan(planSpec{
			name: p.ID() + "/" + groupName(g.ID), suffix: "_" + groupName(g.ID), evaluated: g.Evaluated,
			quota: g.Quota, unit: g.Unit, level: p.Level,
		}, rules))
	}
	s.Plans = append(s.Plans, newPlan(planSpec{
		name: p.ID(), suffix: suffixed(p.Level), evaluated: p.Evaluated,
		quota: p.Quota, unit: p.Unit, level: p.Level, unaligned: s.rule != nil && !s.rule.Aligned,
	}, rules))
	return s, nil
}

func compileAll(conditions []Condition) ([]matcher, error) {
	var all []matcher
	for _, c := range conditions {
		m, err := c.compile()
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// Eligible returns the plans that an event with these properties counts in. The result is
// overwritten by the next call. Whether the event names the policy's tier is the caller's business.
func (s *PlanSet) Eligible(p *Properties) []*ExecutionPlan {
	if len(s.groups) == 0 {
		return s.Plans
	}
	s.eligible = s.eligible[:0]
	for i, group := range s.groups {
		if matchAll(group, p) {
			s.eligible = append(s.eligible, s.Plans[i])
		}
	}
	if len(s.eligible) == 0 {
		s.eligible = append(s.eligible, s.Plans[len(s.groups)])
	}
	return s.eligible
}

func matchAll(group []matcher, p *Properties) bool {
	for i := range group {
		if !group[i].match(p) {
			return false
		}
	}
	return true
}
