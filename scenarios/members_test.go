package scenarios

import (
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/trace"
)

const membered = `
name: membered
question: Do events say what the scenario says of things?
deployment: {pattern: gw-cp-tm}
catalog:
  policies: [{name: Gold, level: subscription, quota: 50, window: 1m, subscribers: 4, graphql: {depth: 5, complexity: 9}}]
  apis: [{name: pizza}, {name: menu}, {name: both, product: true, of: [pizza, menu]}]
  apps: [{name: mobile, attributes: {team: red}, group: sales, token_type: OAUTH, subscribe: {pizza: Gold}}]
  scopes: [{name: old}]
length: 60s
workload: [{from: 10s, rate: 5}]
steps:
  - {at: 20s, id: app, set_app: {app: mobile, attributes: {team: blue}}}
  - {at: 21s, id: default, default_version: pizza}
  - {at: 22s, id: saved, save_api: pizza}
  - {at: 23s, id: gone, undeploy: both}
  - {at: 24s, id: manager, set_key_manager: {name: Okta, display: Okta KM, token_type: BOTH, properties: {issuer: me}}}
  - {at: 25s, id: hook, webhook: {api: pizza, app: mobile, topic: t, callback: c, secret: s3, lease: 1m}}
  - {at: 26s, id: llm, announce: {type: LLM_PROVIDER_UPDATE, members: {name: openai, apiVersion: v1}}}
  - {at: 27s, id: tenant, announce: {type: TENANT_CREATE, tenant: a.com, members: {admin: bob, active: "true"}}}
  - {at: 28s, id: tier, save_policy: {name: Gold, level: subscription}}
  - {at: 29s, id: scope, scope: {name: new, description: d, mappings: {km: other}}}
  - {at: 30s, id: scope-2, scope: {name: old}}
  - {at: 31s, id: deleted, delete_api: menu}
checks: [{check: accounting}]
expect: {}
`

// streams keeps what was published on the topics of key managers and webhooks.
type streams struct {
	heard
	manager *event.KeyManagerEvent
	hook    *event.WebhookEvent
}

// Observe implements trace.Observer.
func (s *streams) Observe(r *trace.Record) {
	s.heard.Observe(r)
	if p, ok := r.Msg.(*event.Publish); ok {
		switch m := p.Body.(type) {
		case *event.KeyManagerEvent:
			s.manager = m
		case *event.WebhookEvent:
			s.hook = m
		}
	}
}

func TestEventsSayWhatTheScenarioSays(t *testing.T) {
	s, err := Parse("x.yaml", []byte(membered))
	if err != nil {
		t.Fatal(err)
	}
	h := &streams{heard: heard{texts: map[string]string{}}}
	simulate(t, s, Options{Profile: "wso2", Seed: 1, Watch: h})
	for id, want := range map[string]string{
		"app":     `"tokenType":"OAUTH","applicationPolicy":"Unlimited","groupId":"sales","attributes":{"team":"blue"},`,
		"default": `"action":"DEFAULT_VERSION",`,
		"gone":    `"associatedApis":[{"apiName":"pizza","apiId":0,"uuid":"api-pizza","apiVersion":"1.0.0","apiProvider":"admin","apiType":"HTTP","apiStatus":"PUBLISHED","timeStamp":0,"tenantId":0},{"apiName":"menu",`,
		"llm":     `{"name":"openai","apiVersion":"v1",`,
		"tenant":  `{"active":true,"admin":"bob",`,
		"tier":    `"subscriberCount":4,"rateLimitCount":0,"rateLimitTimeUnit":"sec","stopOnQuotaReach":true,"graphQLMaxDepth":5,"graphQLMaxComplexity":9,`,
		"scope":   `"type":"SCOPE_CREATE"`,
		"scope-2": `"type":"SCOPE_UPDATE"`,
		"deleted": `"deleted":true,`,
	} {
		if !strings.Contains(h.texts[id], want) {
			t.Errorf("%s says %s, want %s", id, h.texts[id], want)
		}
	}
	if strings.Contains(h.texts["saved"], "action") || !strings.Contains(h.texts["scope"], `"description":"d","roles":[],"mappings":{"km":"other"}`) {
		t.Errorf("saved again: %s; scope: %s", h.texts["saved"], h.texts["scope"])
	}
	if m := h.manager; m == nil || m.TokenType() != "BOTH" || m.Manager.Display != "Okta KM" || len(m.Manager.Properties) != 1 || m.Manager.UUID != "km-Okta" {
		t.Errorf("the key manager is %+v", h.manager)
	}
	if w := h.hook; w == nil || w.Secret != "s3" || w.By.Tier != "Gold" || w.ExpireAt != 1_699_999_285_000 {
		t.Errorf("the callback is %+v", h.hook)
	}
}

func TestMembersThatNothingHas(t *testing.T) {
	for step, want := range map[string]string{
		"announce: {type: LLM_PROVIDER_UPDAT}":                          "did you mean LLM_PROVIDER_UPDATE",
		"announce: {type: LLM_PROVIDER_UPDATE, members: {version: v1}}": "it has id, name, configuration, apiVersion",
		"announce: {type: POLICY_UPDATE}":                               "no step announces",
		"default_version: pizzza":                                       `there is no api "pizzza"`,
	} {
		s, err := Parse("x.yaml", []byte(strings.Replace(membered, "undeploy: both", step, 1)))
		if err == nil {
			_, err = s.Prepare(Options{Profile: "wso2", Seed: 1})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", step, err, want)
		}
	}
}

// The ids of APIs that two regions make before their databases have met are two, or one where the scripts are left
// as they are shipped.
func TestAPIsOfTwoRegionsHaveIDsOfTheirOwn(t *testing.T) {
	for _, row := range []struct{ shared, left, right string }{{"true", `"apiId":3,`, `"apiId":2,`}, {"false", `"apiId":2,`, `"apiId":2,`}} {
		s, err := Load("region-shared-sequences")
		if err != nil {
			t.Fatal(err)
		}
		s.Knobs["store.sequence_per_region"] = row.shared
		h := &heard{texts: map[string]string{}}
		simulate(t, s, Options{Profile: "hardened", Seed: 1, Watch: h})
		if !strings.Contains(h.texts["left"], row.left) || !strings.Contains(h.texts["right"], row.right) {
			t.Errorf("per region %s: %s and %s", row.shared, h.texts["left"], h.texts["right"])
		}
	}
}
