package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/deployment"
	"hubsim/event"
	"hubsim/trace"
)

// Scenarios about counting hold on files of the 2.x layout too: a load balancer that keeps callers, traffic
// managers that copy no decisions to each other.
func TestCountingOnOlderFiles(t *testing.T) {
	files, err := deployment.Pattern("v2-distributed")
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := deployment.ReadFS(files, "v2-distributed")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tm-restart-amnesia", "tm-kill-midwindow", "publisher-ring-full", "pushed-baseline"} {
		for _, profile := range []string{"wso2", "hardened"} {
			r := simulate(t, load(t, name), Options{Deployment: d, Profile: profile, Seed: 1})
			if r.Judgement != checker.Pass {
				t.Errorf("%s, %s: %s %v", name, profile, r.Judgement, r.Reasons)
			}
		}
	}
}

const olderSteps = `
name: older-steps
question: Which steps do nodes of the 2.x layout take?
deployment: {pattern: v2-distributed}
catalog:
  policies: [{name: Gold, level: subscription, quota: 500, window: 1m}, {name: Big, level: application, quota: 5000, window: 1m}]
  apis: [{name: pizza}, {name: menu, later: true}, {name: soup}, {name: pie}]
  apps: [{name: mobile, user: bob, subscribe: {pizza: Gold}}, {name: web, subscribe: {soup: Unlimited}}]
length: 60s
workload: [{from: 10s, rate: 10}]
steps:
  - {at: 30s, id: it, STEP}
checks: [{check: accounting}]
expect: {}
`

// done counts how steps were answered, and calls.
type done struct {
	answered
	status int
	reason string
}

// Observe implements trace.Observer.
func (d *done) Observe(r *trace.Record) {
	d.answered.Observe(r)
	if a, ok := r.Msg.(*event.StepDone); ok && r.Kind == trace.Answered {
		d.status, d.reason = a.Status, a.Reason
	}
}

// Every step is either done by nodes of the 2.x layout, or refused at its place with who would take which.
func TestStepsOfOlderNodes(t *testing.T) {
	refused, soup := map[string]bool{}, map[string]map[event.Code]int{}
	deedsOf := map[string]string{
		"revoke": "mobile", "revoke_key": "mobile", "revoke_user": "bob", "deploy": "menu", "undeploy": "pizza", "create_api": "menu", "save_api": "pizza",
		"default_version": "pizza", "api_status": "{api: soup, status: RETIRED}", "delete_api": "soup", "block": "bob", "unblock": "bob",
		"policy": "{name: New, level: subscription, quota: 5, window: 10s}", "save_policy": "{name: Gold, level: subscription}", "remove_policy": "{name: Gold, level: subscription}",
		"block_condition": "{user: bob}", "subscribe": "{app: mobile, api: pizza, state: BLOCKED}", "unsubscribe": "{app: mobile, api: pizza}",
		"set_app": "{app: mobile, tier: Big}", "remove_app": "mobile", "map_key": "mobile", "unmap_key": "mobile",
		"key_manager": "Okta", "remove_key_manager": "Okta", "set_key_manager": "{name: Okta}", "webhook": "{api: pizza, app: mobile, topic: t, callback: c}", "look": "pizza",
		"scope": "{name: s}", "remove_scope": "s", "certificate": "{alias: a}", "remove_certificate": "a", "analytics": "x", "reset_quota": "{app: mobile}",
		"log_level": "{api: pizza, level: FULL}", "api_key": "{app: mobile, api: pizza}", "remove_api_key": "{app: mobile, api: pizza}", "announce": "{type: TENANT_CREATE}",
	}
	for _, name := range []string{"key_manager", "remove_key_manager", "set_key_manager", "webhook", "look", "scope", "remove_scope", "certificate", "remove_certificate", "analytics",
		"reset_quota", "log_level", "api_key", "remove_api_key", "announce"} {
		refused[name] = true
	}
	for _, name := range strings.Split(deeds, ", ") {
		with, known := deedsOf[name]
		if !known {
			t.Errorf("nobody says whether nodes of the 2.x layout take %s", name)
			continue
		}
		s, err := Parse("x.yaml", []byte(strings.Replace(olderSteps, "STEP", name+": "+with, 1)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if refused[name] {
			_, err := s.Prepare(Options{Profile: "wso2", Seed: 1})
			want := fmt.Sprintf("x.yaml:12:%d: steps[0].", 25+len(name)) + name + ": no node of the 2.x layout takes the step " + name + "\nhint: a publisher takes APIs"
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
			continue
		}
		d := &done{answered: answered{}}
		simulate(t, s, Options{Profile: "wso2", Seed: 1, Watch: d})
		if d.status != 200 {
			t.Errorf("%s was answered %d, %s", name, d.status, d.reason)
		}
		soup[name] = d.answered["web/soup/1.0.0"]
	}
	// An API that retires, or goes, is not there for the second half of the run.
	for name, n := range soup {
		gone := name == "api_status" || name == "delete_api"
		if missing := n[event.NotDeployed]; gone != (missing > 50) {
			t.Errorf("%s: calls of the API were answered %v", name, n)
		}
	}
}
