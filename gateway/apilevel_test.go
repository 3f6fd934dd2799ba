package gateway

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// TestOwnGroups asks for calls where no decision left conditions for the base key: the policy's own groups
// say which plans count them.
func TestOwnGroups(t *testing.T) {
	const base = "/p/1:1"
	limit := event.Limit{Quota: 1, Window: event.Minute}
	policy := event.Policy{Name: "Ten", Level: event.APILevel, Quota: 1, Window: event.Minute, Groups: []event.ConditionGroup{
		{ID: 1, Limit: limit, Conditions: []event.Condition{{Type: event.IPIs, Value: "10.0.0.1"}}},
		{ID: 2, Limit: limit, Conditions: []event.Condition{{Type: event.IPBetween, Value: "10.0.0.1", End: "10.0.0.2"}}},
	}}
	groups, faults := groupsOf(&policy)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	r := route{base: base, suffixed: base + defaultSuffix, groups: groups}
	for _, g := range groups {
		r.groupKeys = append(r.groupKeys, groupKey(base, g.id))
	}
	for _, c := range []struct {
		why, ip, throttled string
		want               bool
	}{
		{"its one group", "10.0.0.2", "_condition_2", true},
		{"the other of its groups", "10.0.0.1", "_condition_2", true},
		{"a group that is not its own", "10.0.0.2", "_condition_1", false},
		{"the default plan, which does not count it", "10.0.0.2", "_default", false},
		{"the default plan, where it meets no group", "10.0.0.3", "_default", true},
		{"a group, where it meets none", "10.0.0.3", "_condition_2", false},
	} {
		g := New(Config{})
		g.throttled.apply(node.Clock{Wall: 10}, &event.Decision{Key: event.ThrottleKey(base + c.throttled), IsThrottled: true, Expiry: 100})
		if _, got := g.apiLevel(node.Clock{Wall: 20}, &r, &call{Request: &event.Request{ClientIP: c.ip}}); got != c.want {
			t.Errorf("%s: throttled %v, want %v", c.why, got, c.want)
		}
	}
}
