package trafficmgr

import (
	"encoding/base64"
	"testing"

	"hubsim/event"
)

// TestPolicyOfListedGroups makes policies of what the internal API lists. The constants of the conditions are
// those of the recorded traces cond-ip-high and random-34.
func TestPolicyOfListedGroups(t *testing.T) {
	minute := event.Limit{Quota: 5, Window: event.Minute}
	listed := event.Policy{Name: "Ten", Level: event.APILevel, Quota: 3, Window: event.Minute, Counts: event.Bandwidth, DataUnit: "KB",
		Groups: []event.ConditionGroup{
			{ID: 1, Limit: minute, Conditions: []event.Condition{
				{Type: event.IPIs, Value: "10.0.0.1", Invert: true}, {Type: event.QueryHas, Name: "q", Value: "a"}}},
			{ID: 2, Limit: minute, Conditions: []event.Condition{{Type: event.ClaimHas, Name: "role", Value: "admin"}}},
		}}
	p := PolicyOf(&listed, Rules{})
	if err := p.check(); err != nil {
		t.Fatal(err)
	}
	const (
		first  = `{"ipspecific":{"invert":true,"specificIp":167772161},"queryparametertype":{"invert":false,"values":{"q":"a"}}}`
		second = `{"jwtclaims":{"invert":false,"values":{"role":"admin"}}}`
	)
	for _, c := range []struct{ why, got, want string }{
		{"the default plan lists all groups", p.Evaluated, "[" + first + "," + second + "]"},
		{"a group's plan lists its own", p.Groups[0].Evaluated, "[" + first + "]"},
		{"the other group's plan too", p.Groups[1].Evaluated, "[" + second + "]"},
	} {
		plain, err := base64.StdEncoding.DecodeString(c.got)
		if err != nil || string(plain) != c.want {
			t.Errorf("%s: %v %s, want %s", c.why, err, plain, c.want)
		}
	}
	if p.Quota != (Quota{Kind: Bandwidth, Limit: 3 << 10}) || p.Groups[0].Quota != (Quota{Kind: RequestCount, Limit: 5}) {
		t.Errorf("quotas are %+v and %+v", p.Quota, p.Groups[0].Quota)
	}
	unknown := listed
	unknown.Groups = []event.ConditionGroup{{ID: 1, Limit: minute, Conditions: []event.Condition{{Name: "q", Value: "a"}}}}
	if _, err := Deploy(PolicyOf(&unknown, Rules{}), Rules{}); err == nil {
		t.Error("a condition of a type that nobody knows was deployed")
	}
	for _, c := range []struct {
		unit string
		want int64
	}{{"KB", 2 << 10}, {"MB", 2 << 20}, {"GB", 2}, {"", 2}} {
		if q := (Rules{}).quotaOf(event.Limit{Quota: 2, Counts: event.Bandwidth, DataUnit: c.unit}); q.Limit != c.want {
			t.Errorf("2 %s are %d bytes, want %d", c.unit, q.Limit, c.want)
		}
	}
}
