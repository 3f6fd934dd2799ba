package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"hubsim/event"
)

var pullPaths = []event.Path{
	event.PathAPIs, event.PathApplications, event.PathSubscriptions, event.PathKeyMappings, event.PathSubscriptionPolicies,
	event.PathApplicationPolicies, event.PathAPIPolicies, event.PathGlobalPolicies, event.PathKeyManagers, event.PathRevoked, event.PathBlock,
	event.PathArtifacts, event.PathDeployed, event.PathKeyTemplates, event.PathWebhooks, event.PathSubjects, event.PathScopes,
	event.PathCertificates,
}

func TestGoldenAPIs(t *testing.T) {
	body := golden(t, "pull-apis.json")
	got, err := event.ParsePull(event.PathAPIs, body)
	if err != nil {
		t.Fatal(err)
	}
	want := &event.PullResponse{Path: event.PathAPIs, APIs: []event.API{{UUID: "7c6a2c1e-4a0d-4a9b-9d0c-0f6f3a1f2b11", ID: 12,
		Name: "PizzaShackAPI", Version: "1.0.0", Context: "/pizzashack/1.0.0", Provider: "admin", Status: "PUBLISHED",
		Resources: []event.Resource{{Template: "/menu", Verb: "GET", Tier: event.Unlimited}}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	again, err := event.AppendPull(nil, got)
	if err != nil {
		t.Fatal(err)
	}
	// The example of the documentation leaves pagination out; api.yaml has it.
	const rest = `,"pagination":{"offset":0,"limit":1,"total":1,"next":"","previous":""}}`
	if want := strings.TrimSuffix(string(body), "}") + rest; string(again) != want {
		t.Errorf("written again %s\nwant %s", again, want)
	}
}

func TestGoldenAck(t *testing.T) {
	body := golden(t, "deployed-revisions.json")
	got, err := event.ParseAcks(body)
	want := []*event.PullRequest{{Path: event.PathDeployed, Labels: []string{"Default"},
		Ack: &event.DeployAck{Gateway: "Default", API: "7c6a2c1e-4a0d-4a9b-9d0c-0f6f3a1f2b11", Revision: 3}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	again, err := event.AppendAck(nil, got[0])
	if err != nil || !bytes.Equal(again, body) {
		t.Errorf("%v, written again %s", err, again)
	}
	if _, err := event.AppendAck(nil, &event.PullRequest{}); !errors.Is(err, event.ErrNoForm) {
		t.Errorf("a request without an acknowledgement: %v", err)
	}
}

func TestPullBodies(t *testing.T) {
	for _, c := range []struct {
		why  string
		resp event.PullResponse
		want string
	}{
		{"a subscription policy of 5 requests in 2 minutes that lets the rest through",
			event.PullResponse{Path: event.PathSubscriptionPolicies, Policies: []event.Policy{{ID: 5, Name: "Five", Level: event.SubscriptionLevel,
				Tenant: event.Super, Quota: 5, Window: 2 * event.Minute, ContinueOverQuota: true}}},
			`{"count":1,"list":[{"id":5,"tenantId":-1234,"tenantDomain":"carbon.super","name":"Five","quotaType":"requestCount","graphQLMaxComplexity":0,"graphQLMaxDepth":0,"rateLimitCount":0,"rateLimitTimeUnit":"sec","stopOnQuotaReach":false,"defaultLimit":{"quotaType":"requestCount","requestCount":{"timeUnit":"min","unitTime":2,"requestCount":5}}}],"pagination":{"offset":0,"limit":1,"total":1,"next":"","previous":""}}`},
		{"an API policy by the day",
			event.PullResponse{Path: event.PathAPIPolicies, Policies: []event.Policy{{ID: 9, Name: "10KPerDay", Level: event.APILevel,
				Tenant: "a.com", Quota: 10000, Window: 24 * event.Hour}}},
			`{"count":1,"list":[{"id":9,"tenantId":0,"tenantDomain":"a.com","name":"10KPerDay","quotaType":"requestCount","conditionGroups":[],"applicableLevel":"apiLevel","defaultLimit":{"quotaType":"requestCount","requestCount":{"timeUnit":"day","unitTime":1,"requestCount":10000}}}],"pagination":{"offset":0,"limit":1,"total":1,"next":"","previous":""}}`},
		{"an API policy of bytes for most and requests for a range of addresses",
			event.PullResponse{Path: event.PathAPIPolicies, Policies: []event.Policy{{ID: 9, Name: "10MB", Level: event.APILevel, Tenant: event.Super,
				Quota: 10, Counts: event.Bandwidth, DataUnit: "MB", Window: event.Minute, PerUser: true,
				Groups: []event.ConditionGroup{{ID: 3, Limit: event.Limit{Quota: 5, Window: event.Second},
					Conditions: []event.Condition{{Type: event.IPBetween, Value: "10.0.0.1", End: "10.0.0.9", Invert: true}}}}}}},
			`{"count":1,"list":[{"id":9,"tenantId":-1234,"tenantDomain":"carbon.super","name":"10MB","quotaType":"bandwidthVolume","conditionGroups":[{"policyId":9,"quotaType":"requestCount","conditionGroupId":3,"condition":[{"conditionType":"IPRange","name":"10.0.0.1","value":"10.0.0.9","isInverted":true}],"defaultLimit":{"quotaType":"requestCount","requestCount":{"timeUnit":"sec","unitTime":1,"requestCount":5}}}],"applicableLevel":"userLevel","defaultLimit":{"quotaType":"bandwidthVolume","bandwidth":{"timeUnit":"min","unitTime":1,"dataAmount":10,"dataUnit":"MB"}}}],"pagination":{"offset":0,"limit":1,"total":1,"next":"","previous":""}}`},
		{"a webhook subscription", event.PullResponse{Path: event.PathWebhooks, Webhooks: []event.WebhookEvent{{API: "hooks", AppID: "7", Callback: "https://app.example/cb",
			Topic: "issues", Mode: "subscribe", ExpireAt: 5, Tenant: event.Super, Secret: "s3"}}},
			`{"list":[{"apiUUID":"hooks","apiContext":"","apiVersion":"","tenantDomain":"carbon.super","tenantId":-1234,"appID":"7","callbackURL":"https://app.example/cb","topicName":"issues","secret":"s3","expiryTime":5,"tier":"Unlimited","applicationTier":"Unlimited","apiTier":"Unlimited","subscriberName":""}]}`},
		{"a revoked user", event.PullResponse{Path: event.PathSubjects, Subjects: []event.RevokedSubject{{Entity: "alice", Kind: event.SubjectUser, At: 5}}},
			`[{"entityId":"alice","entityType":"USER_ID","revocationTime":5}]`},
		{"a scope", event.PullResponse{Path: event.PathScopes, Scopes: []event.Scope{{Name: "pizza:read", Display: "Read", Roles: []string{"admin"}}}},
			`{"count":1,"list":[{"name":"pizza:read","displayName":"Read","description":"","roles":["admin"]}],"pagination":{"offset":0,"limit":1,"total":1,"next":"","previous":""}}`},
		{"a certificate", event.PullResponse{Path: event.PathCertificates, Certificates: []event.Certificate{{Alias: "backend-2025", Endpoint: "https://b.example"}}},
			`[{"alias":"backend-2025","endpoint":"https://b.example","tenantId":-1234,"organization":"carbon.super"}]`},
		{"analytics settings are a text of their own", event.PullResponse{Path: event.PathAnalytics, Analytics: "<Enabled>true</Enabled>"}, `<Enabled>true</Enabled>`},
		{"no analytics settings", event.PullResponse{Path: event.PathAnalytics}, `{}`},
		{"a subscription by uuids", event.PullResponse{Path: event.PathSubscriptions, Subscriptions: []event.Subscription{{UUID: "a1", ID: 3, APIID: 12, AppID: 7, Tier: "Gold", State: "UNBLOCKED", APIUUID: "7c", AppUUID: "3e"}}},
			`{"count":1,"list":[{"subscriptionUUID":"a1","subscriptionId":3,"policyId":"Gold","apiId":12,"appId":7,"subscriptionState":"UNBLOCKED","apiUUID":"7c","applicationUUID":"3e"}],"pagination":{"offset":0,"limit":1,"total":1,"next":"","previous":""}}`},
		{"no key templates", event.PullResponse{Path: event.PathKeyTemplates}, `[]`},
		{"what HTML would escape stands as it is", event.PullResponse{Path: event.PathRevoked, Revoked: []event.RevokedToken{{Token: "<&>"}}},
			`[{"jwt_signature":"<&>","expiry_time":0}]`},
		{"nothing revoked", event.PullResponse{Path: event.PathRevoked}, `[]`},
		{"one revoked", event.PullResponse{Path: event.PathRevoked, Revoked: []event.RevokedToken{{Token: "4f1c", Expiry: 1750003600000}}},
			`[{"jwt_signature":"4f1c","expiry_time":1750003600000}]`},
		{"a key manager", event.PullResponse{Path: event.PathKeyManagers, KeyManagers: []event.KeyManager{{Name: "Okta", Type: "Okta", Enabled: true, Tenant: event.Super}}},
			`[{"name":"Okta","type":"Okta","enabled":true,"tenantDomain":"carbon.super","configuration":{},"tokenType":"DIRECT"}]`},
		{"conditions, one of them off", event.PullResponse{Path: event.PathBlock, Blocked: []event.BlockingCondition{
			{ID: 1, Kind: "API", Value: "/pizza/1.0.0", On: true}, {ID: 2, Kind: "USER", Value: "alice@carbon.super"},
			{ID: 3, Kind: "IP", Value: `{"fixedIp":"10.0.0.9","invert":true}`, On: true, Tenant: event.Super}}},
			`{"api":["/pizza/1.0.0"],"application":[],"ip":[{"type":"IP","fixedIp":"10.0.0.9","invert":true,"tenantDomain":"carbon.super","id":3}],"user":[],"custom":[],"subscription":[]}`},
		{"two keys of an application", event.PullResponse{Path: event.PathKeyMappings, Applications: []event.Application{{UUID: "3e", ID: 7, ConsumerKeys: []string{"a", "b"}}}},
			`{"count":2,"list":[{"applicationId":7,"applicationUUID":"3e","consumerKey":"a","keyType":"PRODUCTION","keyManager":"Resident Key Manager"},{"applicationId":7,"applicationUUID":"3e","consumerKey":"b","keyType":"PRODUCTION","keyManager":"Resident Key Manager"}],"pagination":{"offset":0,"limit":2,"total":2,"next":"","previous":""}}`},
		{"no subscriptions", event.PullResponse{Path: event.PathSubscriptions},
			`{"count":0,"list":[],"pagination":{"offset":0,"limit":0,"total":0,"next":"","previous":""}}`},
		{"an artifact is JSON in a string", event.PullResponse{Path: event.PathArtifacts, APIs: []event.API{{UUID: "7c", Revision: 2}}},
			`{"count":1,"list":["{\"uuid\":\"7c\",\"apiId\":0,\"provider\":\"\",\"name\":\"\",\"version\":\"\",\"context\":\"\",\"policy\":null,\"apiType\":\"HTTP\",\"status\":\"\",\"isDefaultVersion\":false,\"urlMappings\":[],\"revisionId\":2}"]}`},
		{"an acknowledgement taken", event.PullResponse{Path: event.PathDeployed, Status: 200}, `{}`},
		{"an answer that is none", event.PullResponse{Path: event.PathAPIs, Status: 503}, `{"code":503,"message":"cannot answer /apis","fields":""}`},
	} {
		got, err := event.AppendPull([]byte("x"), &c.resp)
		if err != nil || string(got) != "x"+c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.why, err, got[1:], c.want)
		}
	}
}

func TestAppendPullRefuses(t *testing.T) {
	for _, c := range []struct {
		why  string
		resp event.PullResponse
	}{
		{"a path that is not modelled", event.PullResponse{Path: "/ga-configs"}},
		{"a window that no unit measures", event.PullResponse{Path: event.PathAPIPolicies, Policies: []event.Policy{{Name: "a", Window: 1}}}},
		{"a negative window", event.PullResponse{Path: event.PathAPIPolicies, Policies: []event.Policy{{Name: "a", Window: -event.Minute}}}},
		{"an IP condition whose value is no JSON", event.PullResponse{Path: event.PathBlock, Blocked: []event.BlockingCondition{{Kind: "IP", Value: "10.0.0.9", On: true}}}},
		{"a kind of condition nobody knows", event.PullResponse{Path: event.PathBlock, Blocked: []event.BlockingCondition{{Kind: "PLANET", On: true}}}},
	} {
		if b, err := event.AppendPull([]byte("x"), &c.resp); !errors.Is(err, event.ErrNoForm) || string(b) != "x" {
			t.Errorf("%s: %q, %v", c.why, b, err)
		}
	}
}

func TestParsePullRefuses(t *testing.T) {
	for _, c := range []struct {
		why  string
		path event.Path
		body string
		want error
	}{
		{"nothing", event.PathAPIs, ``, event.ErrMalformed},
		{"half a list", event.PathAPIs, `{"list":[{"uuid":"7c"`, event.ErrMalformed},
		{"null", event.PathAPIs, `null`, event.ErrMalformed},
		{"null where an array should be", event.PathRevoked, `null`, event.ErrMalformed},
		{"no list", event.PathSubscriptions, `{"count":0}`, event.ErrMalformed},
		{"a number in quotes", event.PathSubscriptions, `{"list":[{"subscriptionId":"31"}]}`, event.ErrMalformed},
		{"an object where an array should be", event.PathKeyManagers, `{}`, event.ErrMalformed},
		{"an artifact that is no text", event.PathArtifacts, `{"list":[{}]}`, event.ErrMalformed},
		{"an artifact that holds no JSON", event.PathArtifacts, `{"list":["x"]}`, event.ErrMalformed},
		{"a unit nobody knows", event.PathAPIPolicies, `{"list":[{"name":"a","defaultLimit":{"requestCount":{"timeUnit":"moon","unitTime":1}}}]}`, event.ErrMalformed},
		{"a window beyond 64 bits", event.PathAPIPolicies, `{"list":[{"name":"a","defaultLimit":{"requestCount":{"timeUnit":"day","unitTime":1000000000000}}}]}`, event.ErrMalformed},
		{"a path that is not modelled", "/ga-configs", `{}`, event.ErrUnknownType},
		{"a scope without a list", event.PathScopes, `[]`, event.ErrMalformed},
		{"a certificate outside an array", event.PathCertificates, `{}`, event.ErrMalformed},
	} {
		if p, err := event.ParsePull(c.path, []byte(c.body)); p != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.why, p, err, c.want)
		}
	}
}

// A list may hold policies of a kind that nobody here counts; the others are read.
func TestParsePoliciesOfRealControlPlane(t *testing.T) {
	const body = `{"list":[
		{"name":"OfTomorrow","quotaType":"moons","defaultLimit":{"quotaType":"moons","moons":{"timeUnit":"days","unitTime":1}}},
		{"name":"AsyncGold","quotaType":"eventCount","defaultLimit":{"quotaType":"eventCount","eventCount":{"timeUnit":"days","unitTime":1,"eventCount":50000}}},
		{"name":"Gold","quotaType":"requestCount","stopOnQuotaReach":true,"defaultLimit":{"quotaType":"requestCount","requestCount":{"timeUnit":"days","unitTime":2,"requestCount":5000}}}]}`
	p, err := event.ParsePull(event.PathSubscriptionPolicies, []byte(body))
	want := []event.Policy{{Name: "AsyncGold", Level: event.SubscriptionLevel, Counts: event.EventCount, Quota: 50000, Window: 24 * event.Hour},
		{Name: "Gold", Level: event.SubscriptionLevel, Quota: 5000, Window: 48 * event.Hour}}
	if err != nil || cmp.Diff(want, p.Policies) != "" {
		t.Errorf("%v, %+v", err, p)
	}
}

// drawPull makes an answer whose every field travels.
func drawPull(t *rapid.T) *event.PullResponse {
	p := &event.PullResponse{Path: rapid.SampledFrom(pullPaths).Draw(t, "path")}
	rows := rapid.IntRange(0, 3).Draw(t, "rows")
	for i := range rows {
		switch p.Path {
		case event.PathAPIs, event.PathArtifacts:
			a := *drawAPI(t)
			for range rapid.IntRange(0, 2).Draw(t, "resources") {
				a.Resources = append(a.Resources, event.Resource{Template: drawText(t, "template"), Verb: drawText(t, "verb"), Tier: drawName(t, "tier"), NoAuth: rapid.Bool().Draw(t, "no auth")})
			}
			if rapid.Bool().Draw(t, "hard limits") {
				a.Production = event.HardLimit{Max: int(rapid.Int32Range(1, 1000).Draw(t, "max")), Unit: event.Duration(rapid.Int32Range(0, 60_000).Draw(t, "unit")) * event.Millisecond}
			}
			if rapid.Bool().Draw(t, "hard limits of tokens") {
				tokens := func() int64 { return rapid.Int64Range(1, 1000).Draw(t, "tokens") }
				a.Production.Tokens = event.Tokens{Prompt: tokens(), Completion: tokens(), Total: tokens()}
				a.Sandbox.Tokens = event.Tokens{Prompt: tokens(), Completion: tokens(), Total: tokens()}
			}
			a.Subscriptionless = rapid.Bool().Draw(t, "subscriptionless")
			a.Default = rapid.Bool().Draw(t, "default")
			a.AI = rapid.Bool().Draw(t, "ai")
			if !a.Product {
				a.Type = rapid.SampledFrom([]string{"", event.GraphQL, event.MCP}).Draw(t, "type")
			}
			p.APIs = append(p.APIs, a)
		case event.PathApplications:
			p.Applications = append(p.Applications, *drawApplication(t))
			p.Applications[i].Group = rapid.SampledFrom([]string{"", "team"}).Draw(t, "group")
		case event.PathKeyMappings:
			p.Applications = append(p.Applications, event.Application{UUID: drawText(t, "uuid"), ID: i,
				ConsumerKeys: rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "keys")})
		case event.PathSubscriptions:
			p.Subscriptions = append(p.Subscriptions, *drawSubscription(t))
		case event.PathSubscriptionPolicies, event.PathApplicationPolicies, event.PathAPIPolicies, event.PathGlobalPolicies:
			p.Policies = append(p.Policies, drawPolicy(t, p.Path))
		case event.PathKeyManagers:
			m := drawManager(t, false)
			m.Properties = drawPairs(t, "properties")
			p.KeyManagers = append(p.KeyManagers, m)
		case event.PathRevoked:
			p.Revoked = append(p.Revoked, event.RevokedToken{Token: event.TokenID(drawText(t, "token")), Expiry: drawWall(t, "expiry")})
		case event.PathBlock:
			p.Blocked = append(p.Blocked, drawBlocked(t))
		case event.PathKeyTemplates:
			p.Templates = append(p.Templates, drawText(t, "template"))
		case event.PathWebhooks:
			p.Webhooks = append(p.Webhooks, event.WebhookEvent{API: drawText(t, "api"), AppID: drawText(t, "app"), Callback: drawText(t, "callback"),
				Topic: drawText(t, "topic"), Mode: "subscribe", ExpireAt: drawWall(t, "expiry"), Tenant: drawTenant(t), Secret: drawText(t, "secret"),
				By: event.Subscriber{Context: drawText(t, "context"), Version: drawText(t, "version"), Name: drawText(t, "subscriber"), Tier: drawText(t, "tier"), AppTier: drawText(t, "app tier"), APITier: drawText(t, "api tier")}})
		case event.PathSubjects:
			s := event.RevokedSubject{ConsumerKey: drawName(t, "key"), At: drawWall(t, "at")}
			if rapid.Bool().Draw(t, "user") {
				s = event.RevokedSubject{Entity: drawName(t, "user"), Kind: event.SubjectUser, At: s.At}
			}
			p.Subjects = append(p.Subjects, s)
		case event.PathScopes:
			s := event.Scope{Name: drawText(t, "name"), Display: drawText(t, "display"), Description: drawText(t, "description")}
			if rapid.Bool().Draw(t, "has roles") {
				s.Roles = []string{drawText(t, "role")}
			}
			p.Scopes = append(p.Scopes, s)
		case event.PathCertificates:
			p.Certificates = append(p.Certificates, event.Certificate{Alias: drawText(t, "alias"), Endpoint: drawText(t, "endpoint"), Tenant: "a.com"})
		}
	}
	return p
}

func drawPolicy(t *rapid.T, path event.Path) event.Policy {
	level := map[event.Path]event.Level{event.PathSubscriptionPolicies: event.SubscriptionLevel,
		event.PathApplicationPolicies: event.ApplicationLevel, event.PathAPIPolicies: event.APILevel, event.PathGlobalPolicies: event.CustomLevel}[path]
	if level == event.CustomLevel {
		return event.Policy{ID: drawInt(t, "id"), Name: drawText(t, "name"), Level: level, Tenant: drawTenant(t), Query: drawText(t, "query"), KeyTemplate: drawText(t, "template")}
	}
	limit := drawLimit(t)
	p := event.Policy{ID: drawInt(t, "id"), Name: drawText(t, "name"), Level: level, Tenant: drawTenant(t),
		Quota: limit.Quota, Window: limit.Window, Counts: limit.Counts, DataUnit: limit.DataUnit, Tokens: limit.Tokens}
	switch level {
	case event.SubscriptionLevel:
		p.ContinueOverQuota, p.Burst = rapid.Bool().Draw(t, "continue"), drawBurst(t)
		p.GraphQL = event.GraphQLLimits{Depth: drawInt(t, "depth"), Complexity: drawInt(t, "complexity")}
	case event.ApplicationLevel:
		p.Burst = drawBurst(t)
	case event.APILevel:
		p.PerUser = rapid.Bool().Draw(t, "per user")
		for range rapid.IntRange(0, 2).Draw(t, "groups") {
			p.Groups = append(p.Groups, drawGroup(t))
		}
	}
	return p
}

func drawLimit(t *rapid.T) event.Limit {
	l := event.Limit{Quota: rapid.Int64().Draw(t, "quota"), Window: event.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "window")) * event.Millisecond}
	switch l.Counts = rapid.SampledFrom([]event.QuotaType{event.RequestCount, event.Bandwidth, event.EventCount, event.AIQuota}).Draw(t, "counts"); l.Counts {
	case event.Bandwidth:
		l.DataUnit = rapid.SampledFrom([]string{"KB", "MB", "GB", ""}).Draw(t, "unit")
	case event.AIQuota:
		l.Tokens = event.Tokens{Prompt: rapid.Int64().Draw(t, "prompt"), Completion: rapid.Int64().Draw(t, "completion"), Total: rapid.Int64().Draw(t, "total")}
	}
	return l
}

func drawBurst(t *rapid.T) event.Burst {
	if rapid.Bool().Draw(t, "no burst") {
		return event.Burst{}
	}
	return event.Burst{Count: int(rapid.Int32Range(1, 1000).Draw(t, "burst")), Unit: rapid.SampledFrom([]string{"sec", "min"}).Draw(t, "burst unit")}
}

func drawGroup(t *rapid.T) event.ConditionGroup {
	g := event.ConditionGroup{ID: drawInt(t, "group"), Limit: drawLimit(t)}
	for range rapid.IntRange(0, 2).Draw(t, "conditions") {
		c := event.Condition{Type: event.ConditionType(rapid.IntRange(1, 5).Draw(t, "type")), Value: drawText(t, "value"), Invert: rapid.Bool().Draw(t, "invert")}
		if c.Type == event.IPBetween {
			c.End = drawText(t, "end")
		} else {
			c.Name = drawText(t, "name")
		}
		g.Conditions = append(g.Conditions, c)
	}
	return g
}

func drawBlocked(t *rapid.T) event.BlockingCondition {
	kind := rapid.SampledFrom([]string{"API", "APPLICATION", "IP", "IPRANGE", "USER", "SUBSCRIPTION"}).Draw(t, "kind")
	switch kind {
	case "IP":
		return event.BlockingCondition{ID: drawInt(t, "id"), Kind: kind, Value: `{"fixedIp":"10.0.0.1","invert":false}`, On: true, Tenant: drawTenant(t)}
	case "IPRANGE":
		return event.BlockingCondition{ID: drawInt(t, "id"), Kind: kind, Value: `{"startingIp":"10.0.0.1","endingIp":"10.0.0.9","invert":true}`, On: true, Tenant: drawTenant(t)}
	}
	return event.BlockingCondition{Kind: kind, Value: drawText(t, "value"), On: true}
}

func TestPullRoundTrip(t *testing.T) {
	byKind := cmpopts.SortSlices(func(a, b event.BlockingCondition) bool { return a.Kind+a.Value < b.Kind+b.Value })
	rapid.Check(t, func(t *rapid.T) {
		p := drawPull(t)
		body, err := event.AppendPull(nil, p)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(body) || bytes.HasSuffix(body, []byte("\n")) {
			t.Fatalf("not JSON, or a line: %q", body)
		}
		got, err := event.ParsePull(p.Path, body)
		if err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
		if diff := cmp.Diff(p, got, byKind); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func FuzzParsePull(f *testing.F) {
	responses := rapid.Custom(drawPull)
	for seed := range 100 {
		p := responses.Example(seed)
		body, err := event.AppendPull(nil, p)
		if err != nil {
			f.Fatal(err)
		}
		for i, path := range pullPaths {
			if path == p.Path {
				f.Add(uint8(i), body)
			}
		}
	}
	f.Fuzz(func(t *testing.T, path uint8, body []byte) {
		p, err := event.ParsePull(pullPaths[int(path)%len(pullPaths)], body)
		if err != nil {
			return
		}
		once, err := event.AppendPull(nil, p)
		if errors.Is(err, event.ErrNoForm) {
			return // a condition of a kind that was read from another node and that we do not write
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := event.ParsePull(p.Path, once)
		if err != nil {
			t.Fatalf("%s was written and cannot be read: %v", once, err)
		}
		twice, err := event.AppendPull(nil, again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("not stable: %v\n%s\n%s", err, once, twice)
		}
	})
}
