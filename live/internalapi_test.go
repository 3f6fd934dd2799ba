package live_test

import (
	"net/http"
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/scenarios"
	"hubsim/trace"
)

const asked = `
name: asked
question: Does the control plane answer every path of the internal API?
deployment: {pattern: gw-cp-tm}
catalog:
  policies:
    - {name: Gold, level: subscription, quota: 20, window: 1m}
    - {name: Slow, level: application, quota: 10, window: 1m}
    - {name: Hard, level: api, quota: 5, window: 1m}
  apis: [{name: pizza}, {name: pasta, tier: Hard}]
  apps: [{name: mobile, tier: Slow, subscribe: {pizza: Gold}}]
  key_managers: [Okta]
  scopes: [{name: "pizza:read", display: Read pizza, roles: [admin]}, {name: "pizza:write"}]
  certificates: [{alias: backend-2025, endpoint: "https://b.example"}]
  analytics: "<Enabled>true</Enabled>"
length: 1h
checks: [{check: accounting}]
expect: {}
`

// visitCP lets a stranger talk to the internal API of a real control plane.
func visitCP(t *testing.T, stranger func(ask func(row string) (int, string))) *watch {
	t.Helper()
	s, err := scenarios.Parse("asked.yaml", []byte(asked))
	if err != nil {
		t.Fatal(err)
	}
	e := prepare(t, s, "wso2", nil)
	return visit(t, e.World, event.Endpoint{Node: "cp-1", Service: event.Pull}, func(at string) {
		stranger(func(row string) (int, string) { return request(t, at, row) })
	})
}

// request sends METHOD PATH [HEADER=VALUE…] [BODY] and returns the answer. The password is right and the
// tenant carbon.super unless the row says otherwise.
func request(t *testing.T, at, row string) (int, string) {
	t.Helper()
	head, body, _ := strings.Cut(row, " | ")
	w := strings.Fields(head)
	q, err := http.NewRequest(w[0], "http://"+at+"/internal/data/v1"+w[1], strings.NewReader(body))
	if err == nil {
		q.SetBasicAuth("admin", "admin")
		q.Header.Set("xWSO2Tenant", "carbon.super")
		for _, h := range w[2:] {
			name, value, _ := strings.Cut(h, "=")
			if q.Header.Set(name, value); value == "" {
				q.Header.Del(name)
			}
		}
	}
	resp, text := do(t, q, err)
	return resp.StatusCode, text
}

// asking is a request to the internal API: what it shows, what is asked, and what the answer's status and parts
// of its body are.
type asking struct {
	what, ask string
	status    int
	has       []string
	hasNot    string
}

// answered asks one row after the other.
func answered(t *testing.T, ask func(string) (int, string), rows []asking) {
	t.Helper()
	for _, row := range rows {
		status, body := ask(row.ask)
		good := status == row.status && (row.hasNot == "" || !strings.Contains(body, row.hasNot))
		for _, part := range row.has {
			good = good && strings.Contains(body, part)
		}
		if !good {
			t.Errorf("%s: %s: %d %.400s\nwant %d with %q and without %q", row.what, row.ask, status, body, row.status, row.has, row.hasNot)
		}
	}
}

// TestArtifactsOfTheInternalAPI asks for what is deployed, in the forms of both types of gateways.
func TestArtifactsOfTheInternalAPI(t *testing.T) {
	visitCP(t, func(ask func(string) (int, string)) {
		answered(t, ask, []asking{
			{"artifacts, whose name and version nobody reads", "GET /runtime-artifacts?name=pasta&version=1.0.0&type=Synapse", 200, []string{`{"count":2,"list":["{`, `pasta`, `pizza`}, ""},
			{"artifacts for Envoy are a zip", "GET /runtime-artifacts?type=Envoy", 200, []string{"PK", "deployments.json", "env_properties.json", "api-pizza-1.zip", "api-pasta-1.zip"}, ""},
			{"those of one API, with its label", "GET /runtime-artifacts?apiId=api-pizza&gatewayLabel=RGVmYXVsdA%3D%3D&type=Envoy", 200, []string{"api-pizza-1.zip"}, "pasta"},
			{"without a label an API's id is not looked at", "GET /runtime-artifacts?apiId=api-pizza&type=Synapse", 200, []string{`"count":2`}, ""},
			{"a type of gateway that is none", "GET /runtime-artifacts?type=envoy", 404, []string{`"code":404`, "Envoy and Synapse"}, ""},
			{"an artifact that is not there", "GET /runtime-artifacts?apiId=nobodys&gatewayLabel=RGVmYXVsdA", 404, []string{`"code":404`, `"fields"`}, ""},
			{"nothing is deployed to this label", "GET /runtime-artifacts?gatewayLabel=RVU&type=Envoy", 404, []string{`"code":404`, "no API is deployed"}, ""},
			{"artifacts of a list of APIs, which is empty: all", `POST /retrieve-api-artifacts?gatewayLabel=RGVmYXVsdA | {"uuids":[]}`, 200, []string{`{"count":2,"list":["{`}, ""},
			{"of one API, as a zip", `POST /retrieve-api-artifacts?gatewayLabel=RGVmYXVsdA&type=Envoy | {"uuids":["api-pasta"]}`, 200, []string{"PK", "api-pasta-1.zip"}, "pizza"},
			{"of one that is not there", `POST /retrieve-api-artifacts | {"uuids":["nobodys"]}`, 404, []string{`"code":404`}, ""},
			{"a list that is none", `POST /retrieve-api-artifacts | {"uuids":7}`, 400, []string{`"code":400`, "uuids"}, ""},
			{"metadata", "GET /runtime-metadata", 200, []string{`{"type":"deployments","version":"v4.2.0","data":{"deployments":[{"apiFile":"api-pasta-1","environments":[{"name":"Default","vhost":"localhost","deployedTimeStamp":0}],"organizationId":"carbon.super"}`, "api-pizza-1"}, ""},
			{"metadata of a label that has none", "GET /runtime-metadata?gatewayLabel=RVU", 404, []string{`"code":404`}, ""},
		})
	})
}

// TestEveryPathOfTheInternalAPI asks a real control plane with its database over HTTP.
func TestEveryPathOfTheInternalAPI(t *testing.T) {
	const webhook = `{"apiUUID":"u-1","appID":"7","tenantDomain":"wso2.com","callback":"https://app.example/cb","topic":"issues","mode":"SUBSCRIBE","leaseSeconds":"3600","subscriberName":"alice","tier":"AsyncWHGold"}`
	rows := []asking{
		{"all APIs, with the frame of a list", "GET /apis", 200, []string{`{"count":2,"list":[{"uuid":`, `"urlMappings":[{"authScheme":"Any"`, `"pagination":{"offset":0,"limit":2,"total":2,"next":"","previous":""}}`}, ""},
		{"APIs of a context and version", "GET /apis?context=/pizza/1.0.0&version=1.0.0", 200, []string{`"count":1`, `"name":"pizza"`}, "pasta"},
		{"applications by number", "GET /applications?appId=1", 200, []string{`"count":1`, `"name":"mobile"`, `"policy":"Slow"`}, ""},
		{"one that is not there", "GET /applications?appId=9", 200, []string{`{"count":0,"list":[],`}, ""},
		{"what should be a number", "GET /applications?appId=x", 400, []string{`"code":400`, "appId", "a number was expected"}, ""},
		{"subscriptions of an application", "GET /subscriptions?appId=1&apiId=1", 200, []string{`"policyId":"Gold"`, `"subscriptionState":"UNBLOCKED"`}, ""},
		{"keys, none of which is this", "GET /application-key-mappings?consumerKey=nobodys", 200, []string{`"count":0`}, ""},
		{"keys of the resident key manager", "GET /application-key-mappings?keymanager=Resident%20Key%20Manager", 200, []string{`"keyType":"PRODUCTION"`}, ""},
		{"policies of subscriptions by name", "GET /subscription-policies?policyName=Gold", 200, []string{`"count":1`, `"name":"Gold"`, `"defaultLimit"`}, ""},
		{"policies of applications", "GET /application-policies", 200, []string{`"name":"Slow"`}, "Gold"},
		{"policies of APIs", "GET /api-policies?policyName=Hard", 200, []string{`"name":"Hard"`, `"applicableLevel"`, `"conditionGroups"`}, ""},
		{"custom policies, of which there are none", "GET /global-policies?policyName=x", 200, []string{`"count":0`}, ""},
		{"subscriptions by uuids", "GET /subscriptions?apiUUID=api-pizza&applicationUUID=app-mobile", 200, []string{`"count":1`, `"apiUUID":"api-pizza"`, `"applicationUUID":"app-mobile"`}, ""},
		{"none of another API", "GET /subscriptions?apiUUID=api-pasta", 200, []string{`"count":0`}, ""},
		{"a scope by its key", "GET /scopes?scopeKey=pizza:read", 200, []string{`{"count":1,"list":[{"name":"pizza:read","displayName":"Read pizza","description":"","roles":["admin"]}],"pagination"`}, "write"},
		{"scopes, none of which is this", "GET /scopes?scopeKey=x", 200, []string{`{"count":0,"list":[],"pagination"`}, ""},
		{"another tenant's", "GET /scopes xWSO2Tenant=nobodys.com", 404, []string{`"code":404`}, ""},
		{"certificates as a bare array", "GET /endpoint-certificates", 200, []string{`[{"alias":"backend-2025","endpoint":"https://b.example","tenantId":-1234`}, "count"},
		{"certificates, none of which is this", "GET /endpoint-certificates?alias=x", 200, []string{`[]`}, "backend"},
		{"key managers as a bare array", "GET /keymanagers", 200, []string{`[{"name":"`, `"tokenType":"DIRECT"`}, "count"},
		{"analytics settings, a text of their own", "GET /ga-config?apiId=x", 200, []string{`<Enabled>true</Enabled>`}, "{"},
		{"a gateway registers", `POST /notify-gateway | {"payloadType":"register","gatewayId":"g-9","timeStamp":5,"environmentLabels":["Default"]}`, 200, []string{`{"status":"registered"}`}, ""},
		{"its heartbeat", `POST /notify-gateway | {"payloadType":"heartbeat","gatewayId":"g-9","timeStamp":6}`, 200, []string{`{"status":"acknowledged"}`}, ""},
		{"what it deployed", `POST /notify-api-deployment-status | {"count":1,"list":[{"gatewayId":"g-9","apiId":"api-pizza","deploymentStatus":"SUCCESS","timeStamp":7,"action":"DEPLOY","revisionId":"1"}]}`, 200, []string{`{"status":"received"}`}, ""},
		{"nothing that it deployed", `POST /notify-api-deployment-status | {"count":0,"list":[]}`, 400, []string{`"code":400`, "list"}, ""},
		{"a gateway without a name", `POST /notify-gateway | {"payloadType":"register"}`, 400, []string{`"code":400`, "gatewayId"}, ""},
		{"throttled events, which a control plane does not keep", "GET /throttle?query=x", 200, []string{`[]`}, ""},
		{"the same as a text", "GET /throttleAsString", 200, []string{`""`}, ""},
		{"and one of them", "GET /isThrottled", 200, []string{`{}`}, ""},
		{"key templates", "GET /keyTemplates xWSO2Tenant=", 200, []string{`[]`}, ""},

		{"a revocation by the default handler", `POST /notify X-WSO2-KEY-MANAGER=default | {"accessToken":"4f1c","expiryTime":4000000000000,"eventId":"e-1","type":"token_revocation"}`, 200, []string{`{}`}, ""},
		{"no handler is the default one", `POST /notify | {"accessToken":"4f1d","expiryTime":4000000000000,"eventId":"e-2","type":"token_revocation"}`, 200, []string{`{}`}, ""},
		{"both are listed, without a tenant", "GET /revokedjwt xWSO2Tenant=", 200, []string{`[{"jwt_signature":"4f1c","expiry_time":4000000000000},{"jwt_signature":"4f1d"`}, ""},
		{"one by that of WSO2 Identity Server", `POST /notify X-WSO2-KEY-MANAGER=WSO2-IS | {"accessToken":"4f1e","expiryTime":4000000000000,"eventId":"e-3","type":"token_revocation"}`, 200, []string{`{}`}, ""},
		{"an unknown handler fails and is named", `POST /notify X-WSO2-KEY-MANAGER=Okta | {"type":"token_revocation"}`, 500, []string{`{"Message":"no handler is called \"Okta\"`}, ""},
		{"a revocation of nothing", `POST /notify | {"type":"token_revocation"}`, 500, []string{`{"Message":"read the revocation: it has no accessToken"}`}, ""},
		{"a consumer key's is by its type in the text", `POST /notify | {"type":"consumer_app_revocation_event","consumerKey":"k","revocationTime":9}`, 200, []string{`{}`}, ""},
		{"it is among the revoked consumer keys of later builds", "GET /revokedconsumerkeys", 200, []string{`[{"consumerKey":"k","revocationTime":9}]`}, ""},
		{"and not among the users", "GET /revokedusers", 200, []string{`[]`}, "consumerKey"},
		{"and in the list of both", "GET /revoke-conditions", 200, []string{`"consumerKey":"k"`}, ""},
		{"a path of later builds, of which nobody here has any", "GET /llm-providers", 200, []string{`{"count":0,"list":[],"pagination"`}, ""},
		{"and another", "GET /client-certificates", 200, []string{`{"count":0,"list":[]`}, ""},
		{"types that nobody knows are taken", `POST /notify | {"type":"weather"}`, 200, []string{`{}`}, ""},
		{"a webhook by its handler", "POST /notify X-WSO2-KEY-MANAGER=webhooks-subscription | " + webhook, 200, []string{`{}`}, ""},
		{"is its tenant's", "GET /webhooks-subscriptions xWSO2Tenant=wso2.com", 200, []string{`"callbackURL":"https://app.example/cb"`, `"topicName":"issues"`, `"tier":"AsyncWHGold"`, `"apiTier":"Unlimited"`, `"subscriberName":"alice"`}, "count"},
		{"and all tenants'", "GET /webhooks-subscriptions xWSO2Tenant=ALL", 200, []string{`"issues"`}, ""},
		{"and not another's", "GET /webhooks-subscriptions", 200, []string{`{"list":[]`}, ""},
		{"an unknown mode fails", `POST /notify X-WSO2-KEY-MANAGER=webhooks-subscription | {"mode":"toggle"}`, 500, []string{`{"Message":"cp-1: webhook: want the mode`}, ""},
		{"a lease that is no number", `POST /notify X-WSO2-KEY-MANAGER=webhooks-subscription | {"mode":"subscribe","leaseSeconds":"long"}`, 500, []string{`leaseSeconds`}, ""},
		{"the webhook goes", "POST /notify X-WSO2-KEY-MANAGER=webhooks-subscription | " + strings.Replace(webhook, "SUBSCRIBE", "unsubscribe", 1), 200, []string{`{}`}, ""},
		{"and is listed no more", "GET /webhooks-subscriptions xWSO2Tenant=ALL", 200, []string{`{"list":[]`}, ""},
		{"blocking conditions, without a tenant", "GET /block xWSO2Tenant=", 200, []string{`{"api":[],"application":[],"ip":[],"user":[],"custom":[],"subscription":[]}`}, ""},
		{"an acknowledgement", `PATCH /apis/deployed-revisions | [{"apiId":"a","revisionId":1,"envInfo":[],"gateway":"gw-9"}]`, 200, []string{`{}`}, ""},

		{"that of an adapter, which names its environments and no gateway", `PATCH /apis/deployed-revisions | [{"apiId":"api-pizza","revisionId":3,"envInfo":[{"name":"Default","vhost":"localhost"}]}]`, 200, []string{`{}`}, ""},
		{"one of nothing", `PATCH /apis/deployed-revisions | [{"apiId":"","revisionId":1}]`, 400, []string{`"code":400`}, ""},
		{"what an environment serves no more", `POST /apis/undeployed-revision | {"apiUUID":"api-pizza","revisionUUID":"r-3","environment":"Default"}`, 200, []string{`{}`}, ""},
		{"of no environment", `POST /apis/undeployed-revision | {"apiUUID":"api-pizza"}`, 400, []string{`"code":400`, "environment"}, ""},

		{"without the tenant's header it is the caller's own", "GET /apis xWSO2Tenant=", 200, []string{`"count":2`}, ""},
		{"all tenants", "GET /apis xWSO2Tenant=ALL", 200, []string{`"count":2`}, ""},
		{"a tenant that is not there", "GET /apis xWSO2Tenant=nobodys.com", 404, []string{`{"code":404,"message":"cannot answer /apis: there is no tenant nobodys.com","fields":""}`}, ""},
		{"nobody's password", "GET /apis Authorization=", 401, []string{`"code":401`}, "pizza"},
		{"a wrong one", "GET /apis Authorization=Basic%20YWRtaW46Z3Vlc3M=", 401, []string{`"code":401`}, "pizza"},
		{"a path that is none", "GET /apis/none", 404, []string{`"code":404`}, ""},
		{"a method that the path does not take", "DELETE /apis", 405, []string{`"code":405`, "DELETE"}, ""},
		{"half a revocation, with the byte where it ends", `POST /notify | {"type":"token_revocation","acc`, 500, []string{"(byte 31)"}, ""},
		{"a member of the wrong type, with its name", `POST /notify | {"type":"token_revocation","accessToken":7}`, 500, []string{`member \"accessToken\"`, "number"}, ""},
		{"nothing of it disturbed the rest", "GET /applications", 200, []string{`"count":1`}, ""},
	}
	seen := visitCP(t, func(ask func(string) (int, string)) {
		answered(t, ask, rows)
	})
	refused := map[event.Reason]int{}
	for _, r := range seen.records(func(r *trace.Record) bool {
		return r.Node == "cp-1" && r.Kind == trace.Noted && r.Note.Fact == node.EventIgnored && strings.Contains(r.Note.Detail, "/internal/data/v1/")
	}) {
		refused[r.Note.Reason]++
	}
	if refused[event.Refused] != 8 || refused[event.Malformed] != 5 || refused[event.Ineligible] != 1 {
		t.Errorf("%d requests are noted as refused, %d as malformed and %d as of no type, want 8, 5 and 1", refused[event.Refused], refused[event.Malformed], refused[event.Ineligible])
	}
}
