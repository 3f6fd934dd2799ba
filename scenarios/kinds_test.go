package scenarios

import (
	"slices"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/event"
)

// perUser is a custom policy: nine calls of a user in ten seconds.
const perUser = `FROM RequestStream SELECT userId, (apiName == 'pizza') AS isEligible, userId AS throttleKey INSERT INTO EligibilityStream;
FROM EligibilityStream[isEligible==true]#throttler:timeBatch(10 sec, 0)
SELECT throttleKey, (count(userId) >= 9) AS isThrottled, expiryTimeStamp GROUP BY throttleKey INSERT ALL EVENTS INTO ResultStream;`

// TestEveryKind: policies of every kind are deployed through the control plane and admit what they say, in
// a world whose decisions take next to no time: the windows are of 10 s, and there are 7 of them.
func TestEveryKind(t *testing.T) {
	window := 10 * event.Second
	inNowhere := []event.ConditionGroup{{ID: 1, Limit: event.Limit{Quota: 1, Window: window}, Conditions: []event.Condition{{Type: event.IPIs, Value: "10.9.9.9"}}}}
	ofAll := []event.ConditionGroup{{ID: 1, Limit: event.Limit{Quota: 7, Window: window}, Conditions: []event.Condition{{Type: event.IPBetween, Value: "203.0.113.0", End: "203.0.113.255"}}}}
	for _, c := range []struct {
		why  string
		p    event.Policy
		most int64 // calls in one window
	}{
		{"requests", event.Policy{Level: event.SubscriptionLevel, Quota: 20}, 20},
		{"events stop beyond the quota", event.Policy{Level: event.SubscriptionLevel, Quota: 20, Counts: event.EventCount}, 21},
		{"calls of an AI quota", event.Policy{Level: event.SubscriptionLevel, Quota: 20, Counts: event.AIQuota, Tokens: event.Tokens{Total: 50_000}}, 20},
		{"12000 tokens are 20 calls of 600", event.Policy{Level: event.SubscriptionLevel, Counts: event.AIQuota, Tokens: event.Tokens{Total: 12_000}}, 20},
		{"prompts of 200 tokens", event.Policy{Level: event.SubscriptionLevel, Quota: 30, Counts: event.AIQuota, Tokens: event.Tokens{Prompt: 3_999, Total: 50_000}}, 20},
		{"completions of 400 tokens", event.Policy{Level: event.SubscriptionLevel, Counts: event.AIQuota, Tokens: event.Tokens{Prompt: 5_000, Completion: 8_000}}, 20},
		{"a tier that goes on", event.Policy{Level: event.SubscriptionLevel, Quota: 20, ContinueOverQuota: true}, 100},
		{"10 KB are 20 calls of 512 bytes", event.Policy{Level: event.SubscriptionLevel, Quota: 10, Counts: event.Bandwidth, DataUnit: "KB"}, 20},
		{"10000 GB are 20 calls of 512 bytes", event.Policy{Level: event.ApplicationLevel, Quota: 10_000, Counts: event.Bandwidth, DataUnit: "GB"}, 20},
		{"a group that nobody meets", event.Policy{Level: event.APILevel, Quota: 20, Groups: inNowhere}, 20},
		{"a group that everybody meets", event.Policy{Level: event.APILevel, Quota: 20, Groups: ofAll}, 7},
		{"a custom policy", event.Policy{Level: event.CustomLevel, Query: perUser, KeyTemplate: "$userId"}, 9},
		{"a custom policy whose windows the first call opens", event.Policy{Level: event.CustomLevel, Query: strings.Replace(perUser, "10 sec, 0", "10 sec", 1), KeyTemplate: "$userId"}, 9},
	} {
		t.Run(c.why, func(t *testing.T) {
			t.Parallel()
			s := load(t, "policy-admission")
			s.Catalog.Policies = nil
			s.Catalog.Apps = append(s.Catalog.Apps, App{Name: "plain", Subscribe: map[string]string{"pizza": event.Unlimited}})
			s.Workload = []Phase{{From: s.Workload[0].From, Rate: 10, Apps: []string{"subscribed"}}, {From: s.Workload[0].From, Rate: 10, Apps: []string{"applied"}},
				{From: s.Workload[0].From, Rate: 10, Apps: []string{"eater"}},
				{From: s.Workload[0].From, Rate: 10, Apps: []string{"prompter"}, With: &With{Usage: &Usage{Prompt: 200, Completion: 400}}}}
			if c.p.Level == event.CustomLevel {
				s.Workload = []Phase{{From: s.Workload[0].From, Rate: 10, Apps: []string{"plain"}}}
			}
			s.Deployment.Topology = ""
			c.p.Name, c.p.Tenant = "Mine", event.Super
			if c.p.Level != event.CustomLevel {
				c.p.Window = window
			}
			r := simulate(t, s, Options{Profile: "wso2", Seed: 1, Policies: []event.Policy{c.p}})
			met := slices.DeleteFunc(slices.Clone(r.Policies), func(a checker.Admitted) bool { return a.Served == 0 })
			if len(r.Policies) != 1+len(c.p.Groups) || len(met) != 1 || met[0].Most != c.most || met[0].Refused > 0 == c.p.ContinueOverQuota {
				t.Fatalf("%+v, want at most %d in a window", r.Policies, c.most)
			}
			if c.p.ContinueOverQuota && met[0].Over == 7*80 && r.Quota.Over[checker.LetThrough] == 7*80 {
				return
			}
			if gigabytes := c.p.DataUnit == "GB"; !met[0].Judged || met[0].Over != 0 || met[0].Under > 0 != gigabytes || int64(r.Quota.Under[checker.UnitIgnored]) != met[0].Under {
				t.Errorf("judged wrongly: %+v, %v", met[0], r.Quota.Under)
			}
		})
	}
}
