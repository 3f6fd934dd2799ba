package scenarios

import (
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/trace"
)

// answers counts answers by code and by ten seconds of a run.
type answers map[event.Code]map[int]int

func (a answers) Observe(r *trace.Record) {
	if reply, ok := r.Msg.(*event.Reply); ok && r.Kind == trace.Answered && r.Request != nil {
		if a[reply.Code] == nil {
			a[reply.Code] = map[int]int{}
		}
		a[reply.Code][int(r.At/event.Mono(10*event.Second))]++
	}
}

const customAtRunTime = `
name: custom-at-run-time
question: Does a custom policy come, change and go at run time?
deployment: {pattern: gw-cp-tm}
catalog: {apis: [{name: pizza}], apps: [{name: mobile, subscribe: {pizza: Unlimited}}]}
length: 80s
workload: [{from: 10s, rate: 10}]
steps:
  - {at: 19s, policy: {name: Mine, level: custom, key_template: $userId, query: &query "FROM RequestStream SELECT userId, (apiName == 'pizza') AS isEligible, userId AS throttleKey INSERT INTO EligibilityStream; FROM EligibilityStream[isEligible==true]#throttler:timeBatch(10 sec, 0) SELECT throttleKey, (count(userId) >= 30) AS isThrottled, expiryTimeStamp GROUP BY throttleKey INSERT ALL EVENTS INTO ResultStream;"}}
  - {at: 39s, policy: {name: Mine, level: custom, key_template: "$userId-elsewhere", query: *query}}
  - {at: 50s, policy: {name: Mine, level: custom, key_template: $userId, query: *query}}
  - {at: 59s, remove_policy: {name: Mine, level: custom}}
checks: [{check: accounting}]
expect: {}
`

func TestCustomPolicyAtRunTime(t *testing.T) {
	s, err := Parse("x.yaml", []byte(customAtRunTime))
	if err != nil {
		t.Fatal(err)
	}
	seen := answers{}
	simulate(t, s, Options{Profile: "wso2", Seed: 1, Watch: seen})
	for _, c := range []struct {
		why          string
		ten          int
		least, atAll int
	}{
		{"before it is there", 1, 0, 0},
		{"30 of 100 calls, less what leaks", 2, 60, 70},
		{"again", 3, 60, 70},
		{"gateways look up another key than traffic managers count", 4, 0, 0},
		{"changed back", 5, 60, 70},
		{"gone", 6, 0, 0}, {"and stays away", 7, 0, 0},
	} {
		if got := seen[event.CustomPolicyExceeded][c.ten]; got < c.least || got > c.atAll {
			t.Errorf("%s: from %d0 s on %d calls are refused with 900806, want %d to %d", c.why, c.ten, got, c.least, c.atAll)
		}
	}
}

const customProperty = `
name: custom-property
question: Is each plan counted for itself?
deployment: {pattern: gw-cp-tm}
catalog:
  apis: [{name: pizza}]
  apps: [{name: mobile, subscribe: {pizza: Unlimited}}]
  policies:
    - name: PerPlan
      level: custom
      key_template: $userId:$customProperty.plan
      query: "FROM RequestStream SELECT userId, propertiesMap, (NOT (map:get(propertiesMap, 'plan') == 'gold')) AS isEligible, str:concat(userId, ':', map:get(propertiesMap, 'plan')) AS throttleKey INSERT INTO EligibilityStream; FROM EligibilityStream[isEligible==true]#throttler:timeBatch(10 sec, 0) SELECT throttleKey, (count(userId) >= 30) AS isThrottled, expiryTimeStamp GROUP BY throttleKey INSERT ALL EVENTS INTO ResultStream;"
length: 60s
workload:
  - {from: 20s, rate: 10, with: {custom: {plan: free}}}
  - {from: 20s, rate: 10, with: {custom: {plan: silver}}}
  - {from: 20s, rate: 10, with: {custom: {plan: gold}}}
checks:
  - {check: over-admission, allow: [event-in-flight, decision-in-flight, boundary-carry]}
  - {check: under-admission}
expect: {}
`

// A property that a mediator set is part of the key that gateways look up and traffic managers count by:
// 30 of 100 calls of each of two plans in each of four windows, all 400 of the third.
func TestCustomProperty(t *testing.T) {
	s, err := Parse("x.yaml", []byte(customProperty))
	if err != nil {
		t.Fatal(err)
	}
	seen := answers{}
	r := simulate(t, s, Options{Profile: "wso2", Seed: 1, Watch: seen})
	served := 0
	for _, n := range seen[event.Served] {
		served += n
	}
	if r.Judgement != checker.Pass || len(r.Quota.Keys) != 2 || served < 640 || served > 650 {
		t.Errorf("%s %v: %d served, keys %+v", r.Judgement, r.Reasons, served, r.Quota.Keys)
	}
}

// Where no key template comes to the key that traffic managers count by, gateways look up another one: every call
// past the limit is told so.
func TestKeyTemplateThatMissesItsKey(t *testing.T) {
	for _, c := range []struct {
		template string
		missed   bool
	}{{"$userId:$customProperty.plan", false}, {"$userId", true}, {"$userId:$customProperty.tier", true}} {
		s, err := Parse("x.yaml", []byte(strings.Replace(customProperty, "$userId:$customProperty.plan", c.template, 1)))
		if err != nil {
			t.Fatal(err)
		}
		q := simulate(t, s, Options{Profile: "wso2", Seed: 1}).Quota
		if (q.Over[checker.KeyNotAsked] > 500) != c.missed || q.Over[checker.Unexplained]+q.Under[checker.Unexplained] > 0 {
			t.Errorf("%s: %v", c.template, q.Over)
		}
	}
	out := &catalog{policies: []event.Policy{{Level: event.CustomLevel, KeyTemplate: "$clientIp-$resourceKey-$appId$apiVersion$appTenant"}, {Level: event.CustomLevel, KeyTemplate: "$appKey"}}}
	a := &event.Attributes{ResourceKey: "/a/1:1", AppID: "7", APIVersion: "1", AppTenant: "b.com"}
	for ip, want := range map[string]string{"10.0.0.9": "167772169-/a/1:1-71b.com $appKey", "::1": "1-/a/1:1-71b.com $appKey", "": "$appKey"} {
		var got []string
		for _, k := range out.looksUp(a, &event.Request{ClientIP: ip}) {
			got = append(got, string(k.key))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", ip, got, want)
		}
	}
}

func TestPolicyReview(t *testing.T) {
	const form = "name: x\nquestion: q?\ndeployment: {pattern: gw-cp-tm}\ncatalog:\n  apis: [{name: a}]\n  apps: [{name: b, subscribe: {a: Unlimited}}]\n  policies:\n    - %s\nlength: 9s\nchecks: [{check: accounting}]\nexpect: {}\n"
	for _, c := range []struct{ policy, want string }{
		{"{name: P, level: cusom, quota: 1, window: 1s}", `8:24: catalog.policies[0].level: there is no level "cusom"`},
		{"{name: P, level: custom, quota: 1}", "leave quota, window, unit, tokens, burst and groups out"},
		{"{name: P, level: custom, quota: 1}", "without a key_template"},
		{"{name: P, level: custom, key_template: $userId, query: FROM X}", "8:62: catalog.policies[0].query: siddhi query, line 1"},
		{"{name: P, level: api, quota: 1, window: 1s, query: x}", "key_template and query are of custom policies"},
		{"{name: P, level: application, quota: 1, window: 1s, groups: [{quota: 1, window: 1s, when: [{ip: 10.0.0.1}]}]}", "conditionGroups: only API policies have them"},
		{"{name: P, level: api, quota: 1, window: 1s, groups: [{quota: 0, window: 1s, when: [{}]}]}", "8:68: catalog.policies[0].groups[0].quota: a quota of 0 admits nothing"},
		{"{name: P, level: api, quota: 1, window: 1s, groups: [{quota: 1, window: 1s, when: [{not: true}]}]}", "groups[0].when[0]: this asks for nothing"},
		{"{name: P, level: api, quota: 1, window: 1s, groups: [{quota: 1, window: 1s, when: [{header: X, matches: '('}]}]}", "conditionGroups[0].condition[0]"},
		{"{name: P, level: api, quota: 1, window: 1s, groups: [{quota: 1, window: 1s, when: [{ip: ten}]}]}", "conditionGroups[0].condition[0]"},
		{"{name: P, level: api, quota: 1, window: 1s, unit: PB}", "dataUnit"},
	} {
		s, err := Parse("x.yaml", []byte(strings.Replace(form, "%s", c.policy, 1)))
		if err == nil {
			_, err = s.Prepare(Options{Profile: "wso2", Seed: 1})
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.policy, err, c.want)
		}
	}
}

func TestSight(t *testing.T) {
	header := event.Condition{Type: event.HeaderHas, Name: "X-Plan", Value: "^free"}
	not := header
	not.Invert = true
	address := event.Condition{Type: event.IPBetween, Value: "10.0.0.1", End: "10.0.0.9"}
	free := event.Request{ClientIP: "10.0.0.5", Headers: []event.Pair{{Name: "x-plan", Value: "free of charge"}}}
	for _, c := range []struct {
		why           string
		sight         sight
		call          event.Request
		conditions    []event.Condition
		counts, asked bool
	}{
		{"all is met", sight{headers: true}, free, []event.Condition{header, address}, true, true},
		{"one is not", sight{headers: true}, event.Request{ClientIP: "10.0.0.10", Headers: free.Headers}, []event.Condition{header, address}, false, false},
		{"an address that a proxy wrote", sight{}, event.Request{ClientIP: "192.0.2.1", Headers: []event.Pair{{Name: "X-Forwarded-For", Value: "10.0.0.2, 192.0.2.9"}}}, []event.Condition{address}, true, true},
		{"of another kind", sight{}, event.Request{ClientIP: "::1"}, []event.Condition{address}, false, false},
		{"unseen, a header matches nothing", sight{}, free, []event.Condition{header}, false, false},
		{"unseen, the gateway goes by the rest", sight{}, free, []event.Condition{header, address}, false, true},
		{"unseen and inverted it counts, and no gateway asks", sight{}, free, []event.Condition{not}, true, false},
	} {
		if counts, asked := c.sight.meets(&c.call, c.conditions); counts != c.counts || asked != c.asked {
			t.Errorf("%s: counts %v, asked %v", c.why, counts, asked)
		}
	}
}

// TestExample: what is made up for a condition meets it.
func TestExample(t *testing.T) {
	for _, expression := range []string{"gold", "^free$", "(photo|film)", "[a-c]+x?", "a{2,3}", `\d\d-.`, "(?i)Upper", ".*", ""} {
		c := event.Condition{Type: event.QueryHas, Name: "q", Value: expression}
		r := event.Request{}
		if meet(&r, &c); !holdsOf(&r, &c) {
			t.Errorf("%q is not found in %q", expression, r.Query)
		}
	}
}

// Leaks that come of what a gateway has not, or has by a wrong clock, are told so.
func TestLeaksOfWhatAGatewayHas(t *testing.T) {
	for _, c := range []struct {
		why, profile, faults string
		cause                checker.Cause
		least                int
	}{
		{"the key templates come a second after a gateway's start, decisions at once", "wso2", "at 34s for 2s crash gw-1", checker.KeyNotAsked, 10},
		{"a decision says how long it holds, by a clock 3 s ahead", "hardened", "at 30s for 7s clock tm-1 +3s", checker.ClockSkew, 1},
	} {
		text := strings.Replace(customProperty, "{pattern: gw-cp-tm}", `{pattern: gw-cp-tm, topology: "links: {same_region: {latency: 5ms}}"}`, 1)
		s, err := Parse("x.yaml", []byte(text+"faults: "+c.faults+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		over := simulate(t, s, Options{Profile: c.profile, Seed: 1}).Quota.Over
		if over[c.cause] < c.least || over[checker.Unexplained] > 0 {
			t.Errorf("%s: leaks %v, want at least %d: %s", c.why, over, c.least, c.cause)
		}
	}
}
