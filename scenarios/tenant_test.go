package scenarios

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/deployment"
	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// tenantSight is what gateways deployed, what they left alone, and whose deploy events were.
type tenantSight struct {
	deployed map[event.NodeID][]string
	filtered map[event.NodeID]int
	events   map[string]event.Tenant // API → the tenant that its deploy event names
}

// Observe implements trace.Observer.
func (s *tenantSight) Observe(r *trace.Record) {
	switch {
	case r.Kind == trace.Noted && r.Note.Fact == node.Deployed:
		s.deployed[r.Node] = append(s.deployed[r.Node], r.Note.ID)
	case r.Kind == trace.Noted && r.Note.Fact == node.EventIgnored && r.Note.Reason == event.Filtered:
		s.filtered[r.Node]++
	}
	if p, is := r.Msg.(*event.Publish); is {
		if n, is := p.Body.(*event.Notification); is && n.API != nil {
			s.events[n.API.Name] = n.Tenant
		}
	}
}

// TestTenants runs two gateways of which one serves a.com alone: it neither loads at its start nor deploys what
// is of another tenant, and what is of a.com it serves.
func TestTenants(t *testing.T) {
	files := halved(t, "cp-1")
	files["gw-2.toml"].Data = append(files["gw-2.toml"].Data, "\n[apim.sync_runtime_artifacts.tenant_loading]\nenable = true\ntenants = \"a.com\"\n"...)
	s, err := Load("testdata/tenants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range []string{"wso2", "hardened"} {
		d, _, err := deployment.ReadFS(files, "tenants")
		if err != nil {
			t.Fatal(err)
		}
		saw := &tenantSight{deployed: map[event.NodeID][]string{}, filtered: map[event.NodeID]int{}, events: map[string]event.Tenant{}}
		r := simulate(t, s, Options{Profile: profile, Seed: 1, Deployment: d, Watch: saw})
		if r.Judgement != checker.Pass {
			t.Errorf("%s: %v: %v", profile, r.Judgement, r.Reasons)
		}
		for gateway, want := range map[event.NodeID][]string{
			"gw-1": {"api-pasta", "api-pizza", "api-salad", "api-soup"},
			"gw-2": {"api-pasta", "api-salad"},
		} {
			got := slices.Sorted(slices.Values(saw.deployed[gateway]))
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s deployed %v, want %v", profile, gateway, got, want)
			}
		}
		if saw.filtered["gw-1"] != 0 || saw.filtered["gw-2"] < 2 {
			t.Errorf("%s: of another tenant were %v, want the deployment and the removal at gw-2 alone", profile, saw.filtered)
		}
		if want := map[string]event.Tenant{"soup": event.Super, "salad": "a.com"}; !maps.Equal(saw.events, want) {
			t.Errorf("%s: the events name %v, want %v", profile, saw.events, want)
		}
	}
}

// TestUsersOfTenants calls by basic authentication across tenants: the tier Unauthenticated is the API's tenant's,
// and of the two only carbon.super has such a policy. The oracle counts under the keys that the gateways use.
func TestUsersOfTenants(t *testing.T) {
	s, err := Parse("x.yaml", []byte(`
name: users
question: Under whose policies do users call?
deployment: {pattern: gw-cp-tm}
catalog:
  policies: [{name: Unauthenticated, level: subscription, quota: 5, window: 10s}]
  apis: [{name: pizza}, {name: pasta, tenant: a.com}]
  apps: [{name: nobody, subscribe: {}}]
length: 40s
workload:
  - {from: 10s, for: 20s, rate: 10, each: true, basic: alice@a.com, apis: [pizza]}
  - {from: 10s, for: 20s, rate: 10, each: true, basic: bob, apis: [pasta]}
checks:
  - {check: over-admission, allow: [event-in-flight, decision-in-flight], max: 5}
  - {check: under-admission}
expect: {wso2: {}, hardened: {}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range []string{"wso2", "hardened"} {
		got := answered{}
		if r := simulate(t, s, Options{Profile: profile, Seed: 1, Watch: got}); r.Judgement != checker.Pass || r.Quota.Windows != 2 {
			t.Errorf("%s: %v: %v; the oracle saw %d windows whose quota was used up, want 2", profile, r.Judgement, r.Reasons, r.Quota.Windows)
		}
		if served := got["alice@a.com/pizza/1.0.0"][event.Served]; served < 10 || served > 20 {
			t.Errorf("%s: alice was served %d of 200 calls, want two windows of 5", profile, served)
		}
		if served := got["bob/t/a.com/pasta/1.0.0"][event.Served]; served != 200 {
			t.Errorf("%s: bob was served %d of 200 calls, want all; answers: %v", profile, served, got)
		}
	}
}

// TestTenantReview tries catalogs in which tenants are mixed up.
func TestTenantReview(t *testing.T) {
	for _, row := range []struct{ why, apis, apps, want string }{
		{"an app subscribes within its tenant", `[{name: pasta, tenant: a.com}]`, `[{name: kiosk, subscribe: {pasta: Unlimited}}]`, "subscriptions across tenants are not modelled"},
		{"policies are a tenant's", `[{name: pasta, tenant: a.com, tier: Ten}]`, `[]`, `there is no api policy "Ten"`},
		{"a domain is no path", `[{name: pasta, tenant: a/b}]`, `[]`, "no tenant's domain"},
		{"carbon.super may be named", `[{name: pasta, tenant: carbon.super, tier: Ten}]`, `[{name: kiosk, subscribe: {pasta: Unlimited}}]`, ""},
	} {
		text := "name: x\nquestion: y?\ndeployment: {pattern: gw-cp-tm}\ncatalog:\n  policies: [{name: Ten, level: api, quota: 10, window: 10s}]\n  apis: " +
			row.apis + "\n  apps: " + row.apps + "\nlength: 10s\nworkload: []\nchecks: [{check: accounting}]\nexpect: {wso2: {}}\n"
		s, err := Parse("x.yaml", []byte(text))
		if err == nil {
			_, err = s.Prepare(Options{Seed: 1})
		}
		switch {
		case row.want == "" && err != nil:
			t.Errorf("%s: %v", row.why, err)
		case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
			t.Errorf("%s: %v, want %s", row.why, err, row.want)
		}
	}
}

// TestTwoTenants looks at who is refused: a user and an address that are blocked in one tenant call on in the other,
// and each tenant has as many calls as its own tier of that name lets through.
func TestTwoTenants(t *testing.T) {
	for _, profile := range []string{"wso2", "hardened"} {
		got := answered{}
		r := simulate(t, load(t, "two-tenants"), Options{Profile: profile, Seed: 1, Watch: got})
		if r.Judgement != checker.Pass {
			t.Errorf("%s: %v: %v", profile, r.Judgement, r.Reasons)
		}
		super, other := got["mobile/pizza/1.0.0"], got["kiosk/t/a.com/pasta/1.0.0"]
		if super[event.RequestBlocked] != 0 || other[event.RequestBlocked] != 240 {
			t.Errorf("%s: blocked were %d calls of carbon.super and %d of a.com, want none and those of two times 12 s", profile, super[event.RequestBlocked], other[event.RequestBlocked])
		}
		if super[event.Served] < 440 || other[event.Served] > 200 || other[event.Served] < 100 {
			t.Errorf("%s: served were %v and %v", profile, super, other)
		}
	}
}

// Conditions are of the tenant that they say, or of what they are about.
func TestBlocksAreOfATenant(t *testing.T) {
	text := `
name: blocks
question: Whose are blocks?
deployment: {pattern: gw-cp-tm}
catalog:
  apis: [{name: pizza}, {name: pasta, tenant: a.com}]
  apps: [{name: mobile, subscribe: {pizza: Unlimited}}, {name: kiosk, tenant: a.com, subscribe: {pasta: Unlimited}}]
length: 60s
workload: [{from: 10s, rate: 5}]
steps: [{at: 20s, STEP}]
checks: [{check: accounting}]
expect: {}
`
	for step, want := range map[string]event.BlockingCondition{
		"block: bob":                                     {Kind: "USER", Value: "bob@carbon.super", On: true, Tenant: event.Super},
		"block: bob@a.com":                               {Kind: "USER", Value: "bob@a.com", On: true, Tenant: "a.com"},
		"block_condition: {user: bob@a.com}":             {Kind: "USER", Value: "bob@a.com", On: true, Tenant: "a.com"},
		"block_condition: {ip: 10.0.0.1, tenant: a.com}": {Kind: "IP", Value: `{"fixedIp":"10.0.0.1","invert":false}`, On: true, Tenant: "a.com"},
		"block_condition: {api: pasta}":                  {Kind: "API", Value: "/t/a.com/pasta/1.0.0", On: true, Tenant: "a.com"},
		"block_condition: {app: kiosk}":                  {Kind: "APPLICATION", Value: "subscriber@a.com:kiosk", On: true, Tenant: "a.com"},
		"block_condition: {app: kiosk, api: pasta}":      {Kind: "SUBSCRIPTION", Value: "/t/a.com/pasta/1.0.0:1.0.0:subscriber@a.com-kiosk:PRODUCTION", On: true, Tenant: "a.com"},
	} {
		s, err := Parse("x.yaml", []byte(strings.Replace(text, "STEP", step, 1)))
		if err != nil {
			t.Fatal(err)
		}
		e, err := s.Prepare(Options{Profile: "wso2", Seed: 1})
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		if got := *e.World.Steps[0].Do.Block; got != want {
			t.Errorf("%s is %+v, want %+v", step, got, want)
		}
	}
	refuse(t, strings.Replace(text, "STEP", "block_condition: {user: bob, tenant: a.com}", 1), "a tenant goes with ip")
}
