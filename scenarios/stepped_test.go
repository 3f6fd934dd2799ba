package scenarios

import (
	"slices"
	"testing"

	"hubsim/checker"
)

const stepped = `
name: stepped
question: Does the report say which policies are not judged?
deployment: {pattern: gw-cp-tm}
catalog:
  policies: [{name: P, level: subscription, quota: 50, window: 10s}, {name: Q, level: application, quota: 60, window: 10s}]
  apis: [{name: pizza}]
  apps: [{name: mobile, tier: Q, subscribe: {pizza: P}}]
length: 60s
workload: [{from: 10s, rate: 10}]
steps:
  - {at: 25s, policy: {name: P, level: subscription, quota: 20, window: 10s}}
  - {at: 45s, remove_policy: {name: P, level: subscription}}
checks: [{check: over-admission, allow: [event-in-flight, decision-in-flight]}, {check: under-admission, allow: [late-decision]}, {check: accounting}]
expect: {}
`

// A policy that changes at run time is not judged, which the report says; the others are, as ever.
func TestPoliciesThatStepsChangeAreNotJudged(t *testing.T) {
	s, err := Parse("x.yaml", []byte(stepped))
	if err != nil {
		t.Fatal(err)
	}
	r := simulate(t, s, Options{Profile: "wso2", Seed: 1})
	want := []string{"subscription policy P: a step brings, changes, removes or assigns it at run time"}
	if !slices.Equal(r.Quota.Unjudged, want) || r.Quota.Over[checker.Unexplained]+r.Quota.Under[checker.Unexplained] > 0 || len(r.Quota.Keys) != 1 {
		t.Errorf("not judged: %v; over %v, under %v, keys %+v; want %v", r.Quota.Unjudged, r.Quota.Over, r.Quota.Under, r.Quota.Keys, want)
	}
}
