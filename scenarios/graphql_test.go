package scenarios

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/event"
)

// TestGraphQLReview tries operations that a phase cannot ask for.
func TestGraphQLReview(t *testing.T) {
	const users = "{name: a, type: GRAPHQL, resources: [{path: users}, {path: orders}, {path: buy, verb: MUTATION}]}"
	for _, row := range []struct{ api, operations, want string }{
		{users, "[users, orders]", ""},
		{users, "[users, user]", "x.yaml:8:49: workload[0].with.operations[1]: there is no operation of a \"user\"\nhint: did you mean users"},
		{users, "[users, orders, users]", "workload[0].with.operations[2]: users is there twice"},
		{users, "[users, buy]", "workload[0].with.operations[1]: users is of QUERY and buy of MUTATION"},
		{users, "[" + strings.Repeat("users, ", 64) + "orders]", "65 operations are more than 64 in one call"},
		{"{name: a}", "[users, orders]", "a is no GraphQL API: each of its calls is for one resource"},
		{"{name: a, type: GRAPHQL, resources: [{path: users, verb: GET}]}", "[users]", "catalog.apis[0].resources[0].verb: there is no verb of a GraphQL operation \"GET\""},
		{"{name: a, type: GRAPHQL, ai: true}", "[users]", "catalog.apis[0].ai: an AI API is no GraphQL API"},
	} {
		text := "name: x\nquestion: q?\ndeployment: {pattern: gw-cp-tm}\ncatalog:\n  apis: [" + row.api + "]\n  apps: [{name: b, subscribe: {a: Unlimited}}]\nlength: 9s\nworkload: [{rate: 1, with: {operations: " + row.operations + "}}]\nchecks: [{check: accounting}]\nexpect: {}\n"
		s, err := Parse("x.yaml", []byte(text))
		if err == nil {
			_, err = s.Prepare(Options{Profile: "wso2"})
		}
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s of %s: %v, want %s", row.operations, row.api, err, row.want)
		}
	}
}

// graphs is a run in which calls of one operation and of several use quotas of every level up. An open operation
// needs a token beside one that needs one, and none beside another open one.
const graphs = `
name: graphs
question: q?
deployment: {pattern: gw-cp-tm}
catalog:
  policies:
    - {name: Sub, level: subscription, quota: 30, window: 10s}
    - {name: App, level: application, quota: 30, window: 10s}
    - {name: Ten, level: api, quota: 10, window: 10s}
    - {name: All, level: api, quota: 30, window: 10s}
    - {name: Unauthenticated, level: subscription, quota: 12, window: 10s}
  apis:
    - {name: graph, type: GRAPHQL, resources: [{path: users}, {path: orders}, {path: few, tier: Ten}, {path: open, open: true}, {path: free, open: true}]}
    - {name: whole, type: GRAPHQL, tier: All, resources: [{path: users}, {path: orders}]}
    - {name: hard, type: GRAPHQL, hard_limit: {production: 4, per: 1s}, resources: [{path: users}, {path: orders}, {path: menu}]}
    - {name: plain, resources: [{path: /few, tier: Ten}, {path: /all}]}
  apps:
    - {name: one, subscribe: {graph: Sub}}
    - {name: three, subscribe: {graph: Sub}}
    - {name: app, tier: App, subscribe: {graph: Unlimited}}
    - {name: few, subscribe: {graph: Unlimited}}
    - {name: whole, subscribe: {whole: Unlimited}}
    - {name: hard, subscribe: {hard: Unlimited}}
    - {name: beside, subscribe: {graph: Sub}}
    - {name: alone, subscribe: {graph: Sub}}
    - {name: plain, subscribe: {plain: Unlimited}}
length: 30s
workload:
  - {from: 10s, for: 20s, rate: 5, apps: [one], with: {operations: [users]}}
  - {from: 10s, for: 20s, rate: 5, apps: [three], with: {operations: [users, orders, open]}}
  - {from: 10s, for: 20s, rate: 5, apps: [app], with: {operations: [users, orders]}}
  - {from: 10s, for: 20s, rate: 5, apps: [few], with: {operations: [users, few]}}
  - {from: 10s, for: 20s, rate: 5, apps: [whole], with: {operations: [users, orders]}}
  - {from: 10s, for: 20s, rate: 5, apps: [hard], with: {operations: [users, orders, menu]}}
  - {from: 10s, for: 20s, rate: 5, apps: [beside], with: {operations: [open, users]}}
  - {from: 10s, for: 20s, rate: 5, apps: [alone], with: {operations: [open, free], ip: 203.0.113.9}}
  - {from: 10s, for: 20s, rate: 5, apps: [plain]}
checks:
  - {check: over-admission, allow: [event-in-flight, decision-in-flight], max: 1}
  - {check: under-admission}
  - {check: windows}
  - {check: counters}
  - {check: accounting}
expect: {}
`

// TestQuotasCountOperations holds what is answered against arithmetic: of five calls a second in each of two windows.
func TestQuotasCountOperations(t *testing.T) {
	for _, profile := range Profiles {
		s, err := Parse("graphs.yaml", []byte(graphs))
		if err != nil {
			t.Fatal(err)
		}
		got := answered{}
		result := simulate(t, s, Options{Profile: profile, Seed: 1, Watch: got})
		for _, row := range []struct {
			why, who string
			want     map[event.Code]int
		}{
			{"thirty calls of one are thirty", "one/graph/1.0.0", map[event.Code]int{event.Served: 60, event.SubscriptionExceeded: 40}},
			{"ten of three are thirty", "three/graph/1.0.0", map[event.Code]int{event.Served: 20, event.SubscriptionExceeded: 80}},
			{"fifteen of two are an application's thirty", "app/graph/1.0.0", map[event.Code]int{event.Served: 30, event.ApplicationExceeded: 70}},
			{"ten of the one operation with a tier of its own", "few/graph/1.0.0", map[event.Code]int{event.Served: 20, event.ResourceLimitExceeded: 80}},
			{"an API's tier counts each operation too", "whole/whole/1.0.0", map[event.Code]int{event.Served: 30, event.APILimitExceeded: 70}},
			{"one call of three a second passes a hard limit of four", "hard/hard/1.0.0", map[event.Code]int{event.Served: 20, event.HardLimitExceeded: 80}},
			{"an open operation counts for the app beside one that is not", "beside/graph/1.0.0", map[event.Code]int{event.Served: 30, event.SubscriptionExceeded: 70}},
			{"of open ones alone the address counts", "alone/graph/1.0.0", map[event.Code]int{event.Served: 12, event.SubscriptionExceeded: 88}},
			{"a resource's tier counts where the API says none", "plain/plain/1.0.0", map[event.Code]int{event.Served: 70, event.ResourceLimitExceeded: 30}},
		} {
			if !maps.Equal(got[row.who], row.want) {
				t.Errorf("%s: %s: %s was answered %v, want %v", profile, row.why, row.who, got[row.who], row.want)
			}
		}
		if result.Judgement != checker.Pass {
			explain(t, &result)
		}
		for _, p := range result.Policies {
			if p.Name == "App" && (p.Most != 15 || p.MostOf != 30 || p.Served != 30) {
				t.Errorf("%s: %+v", profile, p)
			}
		}
	}
}

// TestOperationsUnderFaults looks for a leak or a wrong refusal of calls of several operations that has no cause,
// while traffic managers die, links are slow and events are lost, in patterns that count alone, together and apart.
func TestOperationsUnderFaults(t *testing.T) {
	const text = `
name: several
question: q?
deployment: {pattern: %s}
catalog:
  policies: [{name: Sub, level: subscription, quota: 100, window: 10s}, {name: Ten, level: api, quota: 40, window: 5s}]
  apis: [{name: graph, type: GRAPHQL, hard_limit: {production: 60, per: 1s}, resources: [{path: users}, {path: orders, tier: Ten}, {path: menu}]}]
  apps: [{name: a, count: 3, subscribe: {graph: Sub}}]
length: 80s
workload:
  - {from: 10s, arrivals: poisson, rate: 30, with: {operations: [users, menu, orders]}}
  - {from: 10s, arrivals: poisson, rate: 20, with: {operations: [menu]}}
faults: |
  at 22s for 7s crash %s
  at 41s for 4s delay gateways>tm-* 700ms
  at 53s for 6s refuse gateways>tm-*
checks: [{check: over-admission}, {check: under-admission}, {check: accounting}]
expect: {}
`
	for pattern, crash := range map[string]string{"gw-cp-tm": "tm-1", "gw-cp-tm-ha": "tm-2"} {
		for _, profile := range Profiles {
			s, err := Parse("several.yaml", []byte(fmt.Sprintf(text, pattern, crash)))
			if err != nil {
				t.Fatal(err)
			}
			for seed := uint64(1); seed <= 3; seed++ {
				r := simulate(t, s, Options{Profile: profile, Seed: seed})
				if r.Quota.Over[checker.Unexplained]+r.Quota.Under[checker.Unexplained] > 0 || r.Quota.Over.Total() == 0 {
					t.Errorf("%s, %s, seed %d: over %v, under %v: %v", pattern, profile, seed, r.Quota.Over, r.Quota.Under, r.Quota.Unexplained)
				}
			}
		}
	}
}
