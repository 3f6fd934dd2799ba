package trafficmgr

import (
	"strings"
	"testing"

	"hubsim/event"
)

func TestDeployErrors(t *testing.T) {
	with := func(change func(p *Policy)) Policy {
		p := five(event.APILevel)
		change(&p)
		return p
	}
	group := Group{ID: 3, Quota: Quota{Kind: RequestCount, Limit: 1}, Unit: event.Minute, Conditions: []Condition{{Kind: IPCondition, Value: "10.0.0.1"}}}
	for _, c := range []struct {
		policy Policy
		want   string
	}{
		{with(func(p *Policy) { p.Name = "" }), "it has no name"},
		{with(func(p *Policy) { p.Level = event.ResourceLevel }), "level resource has no plans"},
		{with(func(p *Policy) { p.Level = event.CustomLevel }), "deploy global_Five: siddhi query, line 1:1: want from, found the end"},
		{with(func(p *Policy) {
			p.Level = event.CustomLevel
			p.Query = strings.Replace(perUser, "throttler:timeBatch", "window.time", 1)
		}),
			"deploy global_Five: siddhi query, line 2:41: #window.time is not supported"},
		{with(func(p *Policy) { p.Unit = 0 }), "want at least 1ms"},
		{with(func(p *Policy) { p.Quota.Limit = -1 }), "no negative limit"},
		{with(func(p *Policy) { p.Quota.Kind = 9 }), "quota kind 9"},
		{with(func(p *Policy) { p.Level = event.ApplicationLevel; p.Groups = []Group{group} }), "only API policies have condition groups"},
		{with(func(p *Policy) { p.Groups = []Group{group}; p.Groups[0].Conditions = nil }), "condition group 3: it has no conditions"},
		{with(func(p *Policy) { p.Groups = []Group{{ID: 4, Quota: group.Quota, Conditions: group.Conditions}} }), "condition group 4: window of 0s"},
		{with(func(p *Policy) { p.Groups = []Group{group}; p.Groups[0].Conditions = []Condition{{Kind: IPCondition}} }), `condition group 3: address ""`},
	} {
		if _, err := Deploy(c.policy, Rules{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.policy, err, c.want)
		}
	}
}

func TestPolicyOf(t *testing.T) {
	p := PolicyOf(&event.Policy{Name: "Ten", Level: event.ResourceLevel, Tenant: "t.example", Quota: 10, Window: event.Second}, Rules{})
	if p.Level != event.APILevel || p.ID() != "api:t.example/Ten" || p.Quota != (Quota{Kind: RequestCount, Limit: 10}) || p.Evaluated != "W10=" {
		t.Errorf("became %+v, %s", p, p.ID())
	}
}

// TestGroups: groups do not exclude each other, and the default takes what no group wants.
func TestGroups(t *testing.T) {
	p := five(event.APILevel)
	one := Quota{Kind: RequestCount, Limit: 1}
	p.Groups = []Group{
		{ID: 1, Quota: one, Unit: event.Minute, Conditions: []Condition{{Kind: HeaderCondition, Name: "a", Value: "x"}}},
		{ID: 2, Quota: one, Unit: event.Hour, Conditions: []Condition{{Kind: HeaderCondition, Name: "a", Value: "x"}, {Kind: HeaderCondition, Name: "b", Value: "y"}}},
	}
	b := newBench(t, p, Rules{})
	b.stamped(1, 1, keyK, `{"a":"x","b":"y"}`)
	b.says("an event of both groups", "_condition_1 true 60", "_condition_2 true 2760")
	b.stamped(2, 2, keyK, `{"a":"x"}`)
	b.says("an event of one group", "_condition_1 true 60")
	b.stamped(3, 3, keyK, `{"b":"y"}`)
	b.says("an event of no group", "_default false 60")
	b.stamped(4, -5, keyK, `{"b":"y"}`)
	b.says("late for the default plan", "")
	b.stamped(4, -5, keyK, `{"a":"x","b":"y"}`)
	b.says("late for one plan and in time for the other", "_condition_2 true 2760")
}
