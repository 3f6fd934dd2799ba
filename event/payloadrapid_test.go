package event_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubsim/event"
)

// The draws below make messages whose every field travels on the wire.

func drawText(t *rapid.T, label string) string { return rapid.String().Draw(t, label) }

func drawName(t *rapid.T, label string) string { return rapid.StringN(1, 20, -1).Draw(t, label) }

func drawTexts(t *rapid.T, label string) []string {
	all := rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, label)
	if len(all) == 0 {
		return nil
	}
	return all
}

func drawWall(t *rapid.T, label string) event.Wall { return event.Wall(rapid.Int64().Draw(t, label)) }

func drawInt(t *rapid.T, label string) int { return int(rapid.Int32().Draw(t, label)) }

func drawTenant(t *rapid.T) event.Tenant {
	return event.Tenant(rapid.SampledFrom([]string{"carbon.super", "a.com", ""}).Draw(t, "tenant"))
}

func drawAPI(t *rapid.T) *event.API {
	return &event.API{UUID: drawName(t, "uuid"), ID: drawInt(t, "id"), Name: drawText(t, "name"), Version: drawText(t, "version"),
		Context: drawText(t, "context"), Provider: drawText(t, "provider"), Tier: drawText(t, "tier"), Status: drawText(t, "status"),
		Labels: drawTexts(t, "labels"), Revision: drawInt(t, "revision"), Product: rapid.Bool().Draw(t, "product")}
}

func drawApplication(t *rapid.T) *event.Application {
	return &event.Application{UUID: drawName(t, "uuid"), ID: drawInt(t, "id"), Name: drawText(t, "name"),
		Subscriber: drawText(t, "subscriber"), Tier: drawText(t, "tier"), ConsumerKeys: drawTexts(t, "keys"),
		TokenType: rapid.SampledFrom([]string{"", "OAUTH"}).Draw(t, "token type"), Attributes: drawPairs(t, "attributes")}
}

// drawManager draws a key manager; whole, with what only its event says.
func drawManager(t *rapid.T, whole bool) event.KeyManager {
	m := event.KeyManager{Name: drawName(t, "name"), Type: drawText(t, "type"), Enabled: rapid.Bool().Draw(t, "enabled"), Tenant: drawTenant(t),
		TokenType: rapid.SampledFrom([]string{"", "EXCHANGED", "BOTH"}).Draw(t, "token type")}
	if whole {
		m.Properties = drawPairs(t, "properties")
		m.UUID = drawText(t, "uuid")
		if m.Display = drawText(t, "display"); m.Display == m.Name {
			m.Display = ""
		}
	}
	return m
}

// drawPairs draws entries of a map of texts.
func drawPairs(t *rapid.T, what string) (all []event.Pair) {
	for _, name := range rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, what) {
		all = append(all, event.Pair{Name: name, Value: drawText(t, what)})
	}
	return all
}

func drawSubscription(t *rapid.T) *event.Subscription {
	return &event.Subscription{UUID: drawName(t, "uuid"), ID: drawInt(t, "id"), APIID: drawInt(t, "api"), AppID: int(rapid.Int32Min(1).Draw(t, "app")),
		Tier: drawText(t, "tier"), State: drawText(t, "state")}
}

var notificationTypes = []event.Type{
	event.DeployAPI, event.RemoveAPI, event.APIUpdate, event.ApplicationCreate, event.ApplicationUpdate, event.ApplicationDelete,
	event.SubscriptionCreate, event.SubscriptionUpdate, event.SubscriptionDelete, event.PolicyCreate, event.PolicyUpdate, event.PolicyDelete,
	event.CustomPolicyAdd, event.CustomPolicyUpdate, event.CustomPolicyDelete,
	event.APICreate, event.APILifecycle, event.APIDelete, event.KeyMappingCreate, event.KeyMappingRemove,
	event.ScopeCreate, event.ScopeUpdate, event.ScopeDelete, event.ScopesUpdate, event.PolicyReset,
	event.CertificateAdd, event.CertificateRemove, event.GAConfigUpdate, event.LogLevelUpdate,
	event.LLMProviderCreate, event.LLMProviderUpdate, event.LLMProviderDelete,
	event.TenantCreate, event.TenantUpdate, event.TenantActivation, event.TenantDeactivation,
	event.APIKeyCreate, event.APIKeyDelete, event.APIKeyAssociationCreate, event.APIKeyAssociationDelete, event.APIKeyRegenerate,
	event.PolicyMappingDeploy, event.PolicyMappingRemove, event.LabelCreate, event.LabelUpdate, event.LabelDelete,
}

func drawScope(t *rapid.T) event.Scope {
	return event.Scope{Name: drawName(t, "scope"), Display: drawText(t, "display"), Description: drawText(t, "description"), Roles: drawTexts(t, "roles"), Mappings: drawPairs(t, "mappings")}
}

// drawThing draws a thing with the fields that its type has members for.
func drawThing(t *rapid.T, of event.Type) *event.Thing {
	switch of.Thing().Kind {
	case "certificate":
		return &event.Thing{Name: drawName(t, "alias"), Detail: drawText(t, "endpoint")}
	case "log-level":
		return &event.Thing{Name: drawName(t, "context"), Detail: drawText(t, "level"),
			More: []event.Pair{{Name: "resourceMethod", Value: drawText(t, "method")}, {Name: "resourcePath", Value: drawText(t, "path")}}}
	case "llm-provider":
		return &event.Thing{ID: drawText(t, "id"), Name: drawName(t, "name"), Detail: drawText(t, "configuration"), More: []event.Pair{{Name: "apiVersion", Value: drawText(t, "version")}}}
	case "tenant":
		return &event.Thing{More: []event.Pair{{Name: "admin", Value: drawText(t, "admin")}, {Name: "active", Value: strconv.FormatBool(rapid.Bool().Draw(t, "active"))}}}
	case "api-key":
		if of == event.APIKeyRegenerate {
			return &event.Thing{Name: drawName(t, "new"), Old: drawText(t, "old")}
		}
		return &event.Thing{ID: drawText(t, "app"), Name: drawName(t, "hash"), Detail: drawText(t, "key type"), More: []event.Pair{
			{Name: "apiId", Value: strconv.Itoa(drawInt(t, "api"))}, {Name: "user", Value: drawText(t, "user")}, {Name: "validityPeriod", Value: "-1"}}, Map: drawPairs(t, "properties")}
	case "api-key-association", "label":
		return &event.Thing{ID: drawText(t, "id"), Name: drawName(t, "name")}
	case "policy-mapping":
		return &event.Thing{Name: drawName(t, "uuid"), Labels: drawTexts(t, "labels")}
	}
	return &event.Thing{}
}

func drawNotification(t *rapid.T) *event.Notification {
	return drawNotificationOf(t, rapid.SampledFrom(notificationTypes).Draw(t, "type"))
}

func drawNotificationOf(t *rapid.T, of event.Type) *event.Notification {
	n := &event.Notification{EventID: drawText(t, "event id"), Type: of,
		At: drawWall(t, "at"), TenantID: drawInt(t, "tenant id"), Tenant: drawTenant(t)}
	switch n.Type {
	case event.DeployAPI, event.RemoveAPI, event.APIUpdate, event.APICreate, event.APILifecycle, event.APIDelete:
		n.API = drawAPI(t)
		switch n.Type {
		case event.DeployAPI, event.RemoveAPI:
			n.Deleted = rapid.Bool().Draw(t, "deleted")
			for range rapid.IntRange(0, 2).Draw(t, "parts") {
				n.API.Of = append(n.API.Of, event.APIPart{UUID: drawText(t, "part"), Name: drawText(t, "part's name"), Version: drawText(t, "version"), Provider: drawText(t, "provider"), Status: drawText(t, "status")})
			}
		case event.APIUpdate:
			n.Action = rapid.SampledFrom([]string{"", event.DefaultVersionAction}).Draw(t, "action")
		}
	case event.ApplicationCreate, event.ApplicationUpdate, event.ApplicationDelete:
		n.Application = drawApplication(t)
		n.Application.Group = drawText(t, "group")
	case event.SubscriptionCreate, event.SubscriptionUpdate, event.SubscriptionDelete:
		n.Subscription = drawSubscription(t)
	case event.CustomPolicyAdd, event.CustomPolicyUpdate, event.CustomPolicyDelete:
		n.Template = &event.Template{New: drawName(t, "template")}
		if n.Type == event.CustomPolicyUpdate {
			n.Template.Old = drawText(t, "old template")
		}
	case event.KeyMappingCreate, event.KeyMappingRemove:
		n.KeyMapping = &event.KeyMapping{AppID: drawInt(t, "app"), AppUUID: drawText(t, "app uuid"), ConsumerKey: drawName(t, "consumer key"),
			KeyType: drawText(t, "key type"), Manager: drawText(t, "key manager")}
	case event.ScopeCreate, event.ScopeUpdate, event.ScopeDelete:
		n.Scopes = []event.Scope{drawScope(t)}
	case event.ScopesUpdate:
		for range rapid.IntRange(0, 3).Draw(t, "scopes") {
			n.Scopes = append(n.Scopes, drawScope(t))
		}
	case event.PolicyReset:
		n.Reset = &event.QuotaReset{UUID: drawText(t, "uuid"), AppID: drawName(t, "app"), User: drawName(t, "user"), Tier: drawText(t, "tier")}
	default:
		if n.Type.Thing().Kind != "" {
			n.Thing = drawThing(t, n.Type)
			return n
		}
		level := rapid.SampledFrom([]event.Level{event.APILevel, event.SubscriptionLevel, event.ApplicationLevel, event.CustomLevel}).Draw(t, "level")
		n.Policy = &event.Policy{ID: drawInt(t, "id"), Name: drawName(t, "name"), Level: level, Tenant: n.Tenant,
			ContinueOverQuota: level == event.SubscriptionLevel && rapid.Bool().Draw(t, "continue")}
		if level != event.CustomLevel {
			n.Policy.Counts = event.QuotaType(rapid.IntRange(0, int(event.AIQuota)).Draw(t, "counts"))
		}
		if level == event.SubscriptionLevel && rapid.Bool().Draw(t, "burst") {
			n.Policy.Subscribers, n.Policy.GraphQL = drawInt(t, "subscribers"), event.GraphQLLimits{Depth: drawInt(t, "depth"), Complexity: drawInt(t, "complexity")}
			n.Policy.Burst = event.Burst{Count: rapid.IntRange(1, 1000).Draw(t, "burst"), Unit: rapid.SampledFrom([]string{"sec", "min"}).Draw(t, "unit")}
		}
		if level == event.APILevel {
			n.Policy.Groups, n.GroupsGone = drawGroups(t, "added"), drawGroups(t, "gone")
		}
	}
	return n
}

// drawGroups draws condition groups as events name them.
func drawGroups(t *rapid.T, what string) (all []event.ConditionGroup) {
	for _, id := range rapid.SliceOfN(rapid.IntRange(0, 99), 0, 3).Draw(t, what) {
		all = append(all, event.ConditionGroup{ID: id})
	}
	return all
}

func drawMessage(t *rapid.T) (event.Topic, event.Message) {
	switch rapid.IntRange(0, 8).Draw(t, "kind") {
	case 0:
		return event.ThrottleData, &event.Decision{Key: event.ThrottleKey(drawName(t, "key")), IsThrottled: rapid.Bool().Draw(t, "throttled"),
			Expiry: drawWall(t, "expiry"), Conditions: drawText(t, "conditions"), Remaining: event.Duration(rapid.Int64().Draw(t, "remaining"))}
	case 1:
		return event.ThrottleData, &event.BlockingCondition{ID: drawInt(t, "id"), Kind: drawName(t, "kind"), Value: drawText(t, "value"),
			On: rapid.Bool().Draw(t, "on"), Tenant: drawTenant(t)}
	case 2:
		return event.TokenRevocation, &event.TokenRevoked{EventID: drawText(t, "event id"), Token: event.TokenID(drawText(t, "token")),
			TTL: drawText(t, "ttl"), Expiry: drawWall(t, "expiry"), Type: drawText(t, "type"), TenantID: drawInt(t, "tenant")}
	case 3:
		action := rapid.SampledFrom([]string{"add", "update", "delete"}).Draw(t, "action")
		return event.KeyManagerTopic, &event.KeyManagerEvent{EventID: drawText(t, "event id"), Action: action, Manager: drawManager(t, action != "delete")}
	case 4:
		return event.AsyncWebhooksData, &event.WebhookEvent{EventID: drawText(t, "event id"), API: drawName(t, "api"), AppID: drawText(t, "app"),
			Callback: drawText(t, "callback"), Topic: drawText(t, "topic"), Mode: drawName(t, "mode"), ExpireAt: drawWall(t, "expiry"), Tenant: drawTenant(t),
			Secret: drawText(t, "secret"), Throttled: rapid.Bool().Draw(t, "throttled"), At: drawWall(t, "at"),
			By: event.Subscriber{APIName: drawText(t, "api name"), Context: drawText(t, "context"), Version: drawText(t, "version"), Name: drawText(t, "subscriber"), Tier: drawText(t, "tier"), AppTier: drawText(t, "app tier"), APITier: drawText(t, "api tier")}}
	case 5:
		return event.ThrottleData, &event.KeyTemplate{Text: drawName(t, "template"), On: rapid.Bool().Draw(t, "on")}
	case 6:
		return event.CacheInvalidation, &event.CacheInvalidated{Type: drawName(t, "type"), Value: drawText(t, "value")}
	case 7:
		return event.GlobalCacheInvalidation, &event.GlobalCacheInvalidated{Manager: drawText(t, "manager"), Cache: drawName(t, "cache"), Key: drawName(t, "key"),
			Tenant: drawTenant(t), TenantID: drawInt(t, "tenant id"), Domain: drawText(t, "domain"), Node: drawText(t, "node")}
	}
	return event.NotificationTopic, drawNotification(t)
}

func TestPayloadRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topic, m := drawMessage(t)
		body, err := event.AppendPayload(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(body) {
			t.Fatalf("not JSON: %s", body)
		}
		got, err := event.ParsePayload(topic, body)
		if err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
		if diff := cmp.Diff(m, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func FuzzParsePayload(f *testing.F) {
	topics := []event.Topic{event.ThrottleData, event.TokenRevocation, event.NotificationTopic, event.KeyManagerTopic, event.AsyncWebhooksData,
		event.CacheInvalidation, event.GlobalCacheInvalidation}
	seed := func(topic event.Topic, m event.Message) {
		body, err := event.AppendPayload(nil, m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(slices.Index(topics, topic)), body)
	}
	for i := range 100 {
		seed(rapidMessage(i))
	}
	for _, of := range notificationTypes { // one of each type, and half of it
		n := notificationOf(of)
		seed(event.NotificationTopic, n)
		body, _ := event.AppendPayload(nil, n)
		f.Add(uint8(slices.Index(topics, event.NotificationTopic)), body[:len(body)/2])
	}
	for _, c := range malformed {
		if at := slices.Index(topics, c.topic); at >= 0 {
			f.Add(uint8(at), []byte(c.body))
		}
	}
	f.Fuzz(func(t *testing.T, topic uint8, body []byte) {
		on := topics[int(topic)%len(topics)]
		m, err := event.ParsePayload(on, body)
		if err != nil {
			return
		}
		once, err := event.AppendPayload(nil, m)
		if err != nil {
			t.Fatalf("%+v was read and cannot be written: %v", m, err)
		}
		again, err := event.ParsePayload(on, once)
		if err != nil {
			t.Fatalf("%s was written and cannot be read: %v", once, err)
		}
		twice, err := event.AppendPayload(nil, again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("not stable: %v\n%s\n%s", err, once, twice)
		}
	})
}

// notificationOf draws a notification of a type.
func notificationOf(of event.Type) *event.Notification {
	return rapid.Custom(func(t *rapid.T) *event.Notification { return drawNotificationOf(t, of) }).Example(1)
}

// FuzzSubject reads the base64 of a revocation that is of no single token.
func FuzzSubject(f *testing.F) {
	for _, s := range []event.RevokedSubject{{ConsumerKey: "ck-7", At: 1}, {Entity: "alice", Kind: event.SubjectUser, At: 2}, {Entity: "c", Kind: event.SubjectClient, At: 3}} {
		f.Add(s.ConsumerKey != "", string(s.Token()))
	}
	f.Add(true, "*")
	f.Add(false, "e30=")
	f.Add(false, "eyJlbnRpdHlJZCI6Im0iLCJlbnRpdHlUeXBlIjoiTU9PTiIsInJldm9jYXRpb25UaW1lIjoiMSJ9")
	f.Fuzz(func(t *testing.T, app bool, token string) {
		kind := map[bool]string{true: event.ConsumerAppRevoked, false: event.SubjectRevoked}[app]
		s, err := (&event.TokenRevoked{Type: kind, Token: event.TokenID(token)}).Subject()
		if err != nil {
			return
		}
		if !app {
			s.ConsumerKey = ""
		} else {
			s.Entity, s.Kind = "", ""
		}
		if !s.Valid() {
			t.Fatalf("%+v was read and is not valid", s)
		}
		again, err := (&event.TokenRevoked{Type: s.Type(), Token: s.Token()}).Subject()
		if err != nil || *again != *s {
			t.Fatalf("%+v becomes %+v, %v", s, again, err)
		}
	})
}

// rapidMessage is the message of a seed.
func rapidMessage(seed int) (event.Topic, event.Message) {
	type pair struct {
		topic event.Topic
		m     event.Message
	}
	p := rapid.Custom(func(t *rapid.T) pair {
		topic, m := drawMessage(t)
		return pair{topic, m}
	}).Example(seed)
	return p.topic, p.m
}
