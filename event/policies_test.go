package event_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubsim/event"
)

// requests is a limit of five requests a minute.
const requests = `"defaultLimit":{"quotaType":"requestCount","requestCount":{"timeUnit":"min","unitTime":1,"requestCount":5}}`

func TestParsePolicies(t *testing.T) {
	for _, c := range []struct {
		why, row string
		path     event.Path
		want     event.Policy
	}{
		{"a day's bandwidth", `{"name":"B","defaultLimit":{"quotaType":"bandwidthVolume","bandwidth":{"timeUnit":"days","unitTime":1,"dataAmount":2,"dataUnit":"GB"}}}`,
			event.PathApplicationPolicies, event.Policy{Level: event.ApplicationLevel, Name: "B", Quota: 2, Counts: event.Bandwidth, DataUnit: "GB", Window: 24 * event.Hour}},
		{"a month is 30 days", `{"name":"W","defaultLimit":{"eventCount":{"timeUnit":"months","unitTime":1,"eventCount":1000}}}`,
			event.PathSubscriptionPolicies, event.Policy{Level: event.SubscriptionLevel, Name: "W", Quota: 1000, Counts: event.EventCount, Window: 720 * event.Hour}},
		{"tokens", `{"name":"AI","defaultLimit":{"quotaType":"aiApiQuota","aiApiQuota":{"timeUnit":"min","unitTime":1,"requestCount":10,"totalTokenCount":1000,"promptTokenCount":7,"completionTokenCount":8}}}`,
			event.PathSubscriptionPolicies, event.Policy{Level: event.SubscriptionLevel, Name: "AI", Quota: 10, Counts: event.AIQuota, Tokens: event.Tokens{Prompt: 7, Completion: 8, Total: 1000}, Window: event.Minute}},
		{"a burst in an object of its own", `{"name":"A","burstLimit":{"rateLimitCount":3,"rateLimitTimeUnit":"min"},` + requests + `}`,
			event.PathApplicationPolicies, event.Policy{Level: event.ApplicationLevel, Name: "A", Quota: 5, Window: event.Minute, Burst: event.Burst{Count: 3, Unit: "min"}}},
		{"members of other versions are passed over", `{"name":"A","displayName":"x","description":null,` + requests + `}`,
			event.PathApplicationPolicies, event.Policy{Level: event.ApplicationLevel, Name: "A", Quota: 5, Window: event.Minute}},
		{"groups", `{"name":"C","applicableLevel":"userLevel","conditionGroups":[{"conditionGroupId":4,"condition":[
			{"conditionType":"IPRange","name":"10.0.0.1","value":"10.0.0.9","isInverted":true},{"conditionType":"Header","name":"H","value":"a+"}],` + requests + `}],` + requests + `}`,
			event.PathAPIPolicies, event.Policy{Level: event.APILevel, Name: "C", Quota: 5, Window: event.Minute, PerUser: true, Groups: []event.ConditionGroup{{
				ID: 4, Limit: event.Limit{Quota: 5, Window: event.Minute}, Conditions: []event.Condition{
					{Type: event.IPBetween, Value: "10.0.0.1", End: "10.0.0.9", Invert: true}, {Type: event.HeaderHas, Name: "H", Value: "a+"}}}}}},
		{"a custom one", `{"name":"G","siddhiQuery":"FROM","keyTemplate":"$userId"}`,
			event.PathGlobalPolicies, event.Policy{Level: event.CustomLevel, Name: "G", Query: "FROM", KeyTemplate: "$userId"}},
	} {
		got, err := event.ParsePolicies(c.path, []byte(`{"list":[`+c.row+`]}`))
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
		} else if diff := cmp.Diff([]event.Policy{c.want}, got); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", c.why, diff)
		}
	}
}

// limit is a row with another limit.
func limit(kind, members string) string {
	return `{"name":"P","defaultLimit":{"` + kind + `":{` + members + `}}}`
}

// group is a row with a condition.
func group(condition string) string {
	return `{"name":"P","conditionGroups":[{"conditionGroupId":1,"condition":[` + condition + `],` + requests + `}],` + requests + `}`
}

// Each bad row is the second of its list, and refused by the way to its wrong member.
func TestParsePoliciesRefuses(t *testing.T) {
	for _, c := range []struct {
		why, row, member, detail string
	}{
		{"no name", `{` + requests + `}`, "name", "want a name"},
		{"no limit", `{"name":"P"}`, "defaultLimit", "want a limit"},
		{"a limit of another kind than it says", `{"name":"P","defaultLimit":{"quotaType":"bandwidthVolume","requestCount":{"timeUnit":"min","unitTime":1}}}`, "defaultLimit.quotaType", "want requestCount, which the limit is one of, found bandwidthVolume"},
		{"a limit of no kind", `{"name":"P","defaultLimit":{"quotaType":"moons","moons":{}}}`, "defaultLimit.quotaType", "found moons"},
		{"a group's limit of another kind than it says", `{"name":"P",` + requests + `,"conditionGroups":[{"defaultLimit":{"quotaType":"eventCount","requestCount":{}}}]}`, "conditionGroups[0].defaultLimit.quotaType", "found eventCount"},
		{"a group without a limit", `{"name":"P",` + requests + `,"conditionGroups":[{}]}`, "conditionGroups[0].defaultLimit", "want a limit"},
		{"an unknown unit", limit("requestCount", `"timeUnit":"fortnight","unitTime":1,"requestCount":5`), "defaultLimit.requestCount.timeUnit", "found 1 fortnight"},
		{"a window beyond 64 bits", limit("eventCount", `"timeUnit":"days","unitTime":999999999999,"eventCount":5`), "defaultLimit.eventCount.unitTime", "found 999999999999 days"},
		{"no window", limit("requestCount", `"timeUnit":"min","unitTime":0,"requestCount":5`), "defaultLimit.requestCount.unitTime", "at least 1ms"},
		{"a negative quota", limit("requestCount", `"timeUnit":"min","unitTime":1,"requestCount":-5`), "defaultLimit.requestCount.requestCount", "found -5"},
		{"negative bytes", limit("bandwidth", `"timeUnit":"min","unitTime":1,"dataAmount":-5,"dataUnit":"KB"`), "defaultLimit.bandwidth.dataAmount", "found -5"},
		{"more bytes than there are", limit("bandwidth", `"timeUnit":"min","unitTime":1,"dataAmount":9223372036854775807,"dataUnit":"KB"`), "defaultLimit.bandwidth.dataAmount", "64 bits"},
		{"bytes in no unit", limit("bandwidth", `"timeUnit":"min","unitTime":1,"dataAmount":5,"dataUnit":"furlong"`), "defaultLimit.bandwidth.dataUnit", "found furlong"},
		{"events of an API policy", limit("eventCount", `"timeUnit":"min","unitTime":1,"eventCount":5`), "defaultLimit.quotaType", "only subscription policies"},
		{"negative tokens", limit("aiApiQuota", `"timeUnit":"min","unitTime":1,"totalTokenCount":-1`), "", "only subscription"},
		{"another level", `{"name":"P","applicableLevel":"moonLevel",` + requests + `}`, "applicableLevel", "found moonLevel"},
		{"an unknown condition", group(`{"conditionType":"Moon","name":"a","value":"b"}`), "conditionGroups[0].condition[0].conditionType", "found Moon"},
		{"a group without conditions", group(``), "conditionGroups[0].condition", "at least one"},
		{"an address that is none", group(`{"conditionType":"IPSpecific","value":"10.0.0.256"}`), "conditionGroups[0].condition[0].value", `found "10.0.0.256"`},
		{"a range from nowhere", group(`{"conditionType":"IPRange","name":"","value":"10.0.0.1"}`), "conditionGroups[0].condition[0].name", `found ""`},
		{"a range that runs backwards", group(`{"conditionType":"IPRange","name":"10.0.0.9","value":"10.0.0.1"}`), "conditionGroups[0].condition[0].value", "found 10.0.0.9 to 10.0.0.1"},
		{"a range over two kinds of addresses", group(`{"conditionType":"IPRange","name":"10.0.0.9","value":"2001:db8::1"}`), "conditionGroups[0].condition[0].value", "of its kind"},
		{"a bad expression", group(`{"conditionType":"Header","name":"h","value":"("}`), "conditionGroups[0].condition[0].value", "missing closing )"},
		{"an expression of Java's", group(`{"conditionType":"JWTClaims","name":"h","value":"a(?!b)"}`), "conditionGroups[0].condition[0].value", "look-around"},
		{"an expression that Java and Go read differently", group(`{"conditionType":"JWTClaims","name":"h","value":"[a-z&&[^b]]"}`), "conditionGroups[0].condition[0].value", "which Java takes for sets"},
		{"a group of a number below 0", `{"name":"P",` + requests + `,"conditionGroups":[{"conditionGroupId":-1,` + requests + `}]}`, "conditionGroups[0].conditionGroupId", "found -1"},
		{"a header without a name", group(`{"conditionType":"Header","value":"a"}`), "conditionGroups[0].condition[0].name", "want the name"},
	} {
		body := fmt.Sprintf(`{"list":[{"name":"Good",%s},%s]}`, requests, c.row)
		all, err := event.ParsePolicies(event.PathAPIPolicies, []byte(body))
		var at *event.FormError
		if all != nil || !errors.As(err, &at) || !errors.Is(err, event.ErrMalformed) {
			t.Errorf("%s: %v, %v", c.why, all, err)
			continue
		}
		if c.member != "" && at.Member != "list[1]."+c.member || !strings.Contains(at.Detail, c.detail) {
			t.Errorf("%s: at %s: %s; want %s: %s", c.why, at.Member, at.Detail, c.member, c.detail)
		}
	}
	if _, err := event.ParsePolicies(event.PathAPIs, []byte(`{"list":[]}`)); !errors.Is(err, event.ErrUnknownType) {
		t.Errorf("a path without policies: %v", err)
	}
	if _, err := event.ParsePolicies(event.PathGlobalPolicies, []byte(`{"list":[{"name":"G"}]}`)); err == nil || !strings.Contains(err.Error(), `"list[0].siddhiQuery": want a query`) {
		t.Errorf("a custom policy without a query: %v", err)
	}
}

func TestPolicyCheck(t *testing.T) {
	good := event.Policy{Name: "P", Level: event.SubscriptionLevel, Quota: 5, Window: event.Minute}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		why    string
		change func(p *event.Policy)
		want   string
	}{
		{"a level without policies", func(p *event.Policy) { p.Level = event.ResourceLevel }, "found level resource"},
		{"a type of quota that is none", func(p *event.Policy) { p.Counts = 9 }, "want requestCount, bandwidthVolume"},
		{"a negative burst", func(p *event.Policy) { p.Burst.Count = -1 }, `"rateLimitCount"`},
		{"a burst in an unknown unit", func(p *event.Policy) { p.Burst = event.Burst{Count: 1, Unit: "eon"} }, "found eon"},
		{"groups of a subscription policy", func(p *event.Policy) { p.Groups = make([]event.ConditionGroup, 1) }, "only API policies"},
		{"no tokens and no requests", func(p *event.Policy) { p.Counts, p.Quota = event.AIQuota, 0 }, "want a limit of requests or of tokens"},
		{"negative tokens", func(p *event.Policy) { p.Counts, p.Tokens.Prompt = event.AIQuota, -1 }, `"defaultLimit.aiApiQuota.promptTokenCount": want no negative quota`},
		{"one number for two groups", func(p *event.Policy) {
			g := event.ConditionGroup{ID: 3, Limit: p.Limit(), Conditions: []event.Condition{{Type: event.IPIs, Value: "10.0.0.1"}}}
			p.Level, p.Groups = event.APILevel, []event.ConditionGroup{g, g}
		}, `"conditionGroups[1].conditionGroupId": two groups have the number 3`},
	} {
		p := good
		c.change(&p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), "cannot use policy P") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.why, err, c.want)
		}
	}
}

// What passes the check is written and read back as it was, by the strict reader too.
func TestCheckedPolicyTravels(t *testing.T) {
	paths := []event.Path{event.PathSubscriptionPolicies, event.PathApplicationPolicies, event.PathAPIPolicies, event.PathGlobalPolicies}
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.SampledFrom(paths).Draw(t, "path")
		p := drawPolicy(t, path)
		if p.Check() != nil {
			return
		}
		body, err := event.AppendPull(nil, &event.PullResponse{Path: path, Policies: []event.Policy{p}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := event.ParsePolicies(path, body)
		if err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
		if diff := cmp.Diff([]event.Policy{p}, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzParsePolicies(f *testing.F) {
	f.Add(uint8(0), []byte(`{"list":[`+limit("requestCount", `"timeUnit":"min","unitTime":1,"requestCount":5`)+`]}`))
	f.Add(uint8(2), []byte(`{"list":[`+group(`{"conditionType":"IPRange","name":"::1","value":"::2"}`)+`]}`))
	f.Add(uint8(3), []byte(`{"list":[{"name":"G","siddhiQuery":"FROM"}]}`))
	paths := []event.Path{event.PathSubscriptionPolicies, event.PathApplicationPolicies, event.PathAPIPolicies, event.PathGlobalPolicies}
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		all, err := event.ParsePolicies(paths[int(n)%len(paths)], body)
		if err != nil {
			return
		}
		for i := range all {
			if err := all[i].Check(); err != nil {
				t.Fatalf("read and not to be used: %v", err)
			}
		}
		if len(all) == 0 {
			return
		}
		if _, err := event.AppendPull(nil, &event.PullResponse{Path: paths[int(n)%len(paths)], Policies: all}); err != nil {
			t.Fatal(err)
		}
	})
}
