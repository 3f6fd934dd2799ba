package storetest

import (
	"fmt"

	"pgregory.net/rapid"

	"hubsim/event"
)

// letters are what texts are made of; a PostgreSQL takes every character but the one with number 0.
var letters = []rune("ab Z\"'%_\\;\n\tö日🙂$?{}")

func text(t *rapid.T, what string) string {
	return rapid.StringOfN(rapid.SampledFrom(letters), 0, 8, -1).Draw(t, what)
}

func whole(t *rapid.T, what string) int64 { return rapid.Int64().Draw(t, what) }

// tenantID is a tenant's, which has 32 bits.
func tenantID(t *rapid.T) int { return int(rapid.Int32().Draw(t, "tenant id")) }

func yes(t *rapid.T, what string) bool { return rapid.Bool().Draw(t, what) }

func texts(t *rapid.T, what string) []string {
	return rapid.SliceOfN(rapid.StringOfN(rapid.SampledFrom(letters), 0, 4, -1), 1, 3).Draw(t, what)
}

func pairs(t *rapid.T, what string) []event.Pair {
	return []event.Pair{{Name: text(t, what), Value: text(t, what)}}
}

// draw makes a row with contents in every field.
func draw(t *rapid.T, base uint64) event.Row {
	r := event.Row{
		Table: event.Table(rapid.IntRange(1, int(event.LastTable)).Draw(t, "table")),
		Key:   fmt.Sprintf("%d:%d%s", base, rapid.IntRange(0, 5).Draw(t, "key"), rapid.SampledFrom([]string{"", "x'", "Ö"}).Draw(t, "name")),
	}
	if r.Deleted = rapid.IntRange(0, 4).Draw(t, "deleted") == 0; r.Deleted {
		return r
	}
	switch r.Table {
	case event.TableAPI:
		r.API = drawAPI(t, r.Key)
	case event.TableApplication:
		r.Application = &event.Application{UUID: r.Key, ID: int(whole(t, "id")), Name: text(t, "name"), Subscriber: text(t, "subscriber"),
			Tier: text(t, "tier"), ConsumerKeys: texts(t, "keys"), TokenType: text(t, "token type"), Group: text(t, "group"), Attributes: pairs(t, "attributes")}
	case event.TableSubscription:
		r.Subscription = &event.Subscription{UUID: r.Key, ID: int(whole(t, "id")), APIID: int(whole(t, "api")), AppID: int(whole(t, "app")),
			Tier: text(t, "tier"), State: text(t, "state"), APIUUID: text(t, "api uuid"), AppUUID: text(t, "app uuid"),
			Tenant: event.Tenant(text(t, "tenant"))}
	case event.TablePolicy:
		r.Policy = drawPolicy(t)
	case event.TableKeyManager:
		r.KeyManager = &event.KeyManager{Name: text(t, "name"), Type: text(t, "type"), Enabled: yes(t, "on"), Tenant: event.Tenant(text(t, "tenant")),
			UUID: text(t, "uuid"), Display: text(t, "display"), TokenType: text(t, "token type"), Properties: pairs(t, "properties")}
	case event.TableRevoked:
		r.Revoked = &event.RevokedToken{Token: event.TokenID(text(t, "token")), Expiry: event.Wall(whole(t, "expiry")),
			Type: text(t, "token type"), TenantID: tenantID(t)}
	case event.TableBlock:
		r.Block = &event.BlockingCondition{ID: int(whole(t, "id")), Kind: text(t, "kind"), Value: text(t, "value"), On: yes(t, "on"),
			Tenant: event.Tenant(text(t, "tenant"))}
	case event.TableDeployed:
		r.Deployed = &event.DeployAck{Gateway: event.NodeID(text(t, "gateway")), API: text(t, "api"), Revision: int(whole(t, "revision")),
			At: event.Wall(whole(t, "at")), Failed: yes(t, "failed"), Gone: yes(t, "gone")}
	case event.TableWebhook:
		r.Webhook = &event.WebhookEvent{EventID: text(t, "id"), API: text(t, "api"), AppID: text(t, "app"), Callback: text(t, "callback"),
			Topic: text(t, "topic"), Mode: text(t, "mode"), ExpireAt: event.Wall(whole(t, "expiry")), Tenant: event.Tenant(text(t, "tenant")),
			Secret: text(t, "secret"), By: event.Subscriber{APIName: text(t, "api name"), Name: text(t, "subscriber"), Tier: text(t, "tier")}}
	case event.TableSubject:
		r.Subject = &event.RevokedSubject{ConsumerKey: text(t, "key"), Entity: text(t, "entity"), Kind: text(t, "kind"), At: event.Wall(whole(t, "at")),
			TenantID: tenantID(t)}
	case event.TableScope:
		r.Scope = &event.Scope{Name: text(t, "name"), Display: text(t, "display"), Description: text(t, "description"), Roles: texts(t, "roles"),
			Tenant: event.Tenant(text(t, "tenant")), Mappings: pairs(t, "mappings")}
	case event.TableCertificate:
		r.Certificate = &event.Certificate{Alias: text(t, "alias"), Endpoint: text(t, "endpoint"), Tenant: event.Tenant(text(t, "tenant"))}
	case event.TableAnalytics:
		r.Analytics = &event.Analytics{Tenant: event.Tenant(r.Key), Text: text(t, "text")}
	case event.TableGateway:
		r.Gateway = &event.GatewayInstance{Gateway: event.NodeID(r.Key), Labels: texts(t, "labels"), Seen: event.Wall(whole(t, "seen"))}
	}
	return r
}

func drawAPI(t *rapid.T, uuid string) *event.API {
	return &event.API{
		UUID: uuid, ID: int(whole(t, "id")), Name: text(t, "name"), Version: text(t, "version"), Context: text(t, "context"),
		Provider: text(t, "provider"), Tier: text(t, "tier"), Status: text(t, "status"), Labels: texts(t, "labels"), Revision: int(whole(t, "revision")),
		Resources: []event.Resource{{Template: text(t, "template"), Verb: text(t, "verb"), Tier: text(t, "tier"), NoAuth: yes(t, "free")}},
		Product:   yes(t, "product"), Subscriptionless: yes(t, "subscriptionless"),
		Production: event.HardLimit{Max: int(whole(t, "most")), Unit: event.Duration(whole(t, "unit"))},
		Sandbox: event.HardLimit{Max: int(whole(t, "most")), Unit: event.Duration(whole(t, "unit")),
			Tokens: event.Tokens{Prompt: whole(t, "prompt"), Completion: whole(t, "completion"), Total: whole(t, "total")}},
		AI: yes(t, "ai"), Type: text(t, "type"), Default: yes(t, "default"),
		Of: []event.APIPart{{UUID: text(t, "part"), Name: text(t, "part name"), Version: text(t, "version"), Provider: text(t, "provider"), Type: text(t, "type"), Status: text(t, "status")}},
	}
}

func drawPolicy(t *rapid.T) *event.Policy {
	limit := event.Limit{
		Quota: whole(t, "quota"), Window: event.Duration(whole(t, "window")), Counts: event.QuotaType(rapid.IntRange(0, 3).Draw(t, "counts")),
		DataUnit: text(t, "unit"), Tokens: event.Tokens{Prompt: whole(t, "p"), Completion: whole(t, "c"), Total: whole(t, "t")},
	}
	return &event.Policy{
		ID: int(whole(t, "id")), Name: text(t, "name"), Level: event.Level(rapid.IntRange(1, 5).Draw(t, "level")), Tenant: event.Tenant(text(t, "tenant")),
		Quota: limit.Quota, Window: limit.Window, Counts: limit.Counts, DataUnit: limit.DataUnit, Tokens: limit.Tokens,
		ContinueOverQuota: yes(t, "continue"), Burst: event.Burst{Count: int(whole(t, "burst")), Unit: text(t, "unit")}, PerUser: yes(t, "per user"),
		Groups: []event.ConditionGroup{{ID: int(whole(t, "group")), Limit: limit, Conditions: []event.Condition{{
			Type: event.ConditionType(rapid.IntRange(1, 5).Draw(t, "type")), Name: text(t, "name"), Value: text(t, "value"), End: text(t, "end"), Invert: yes(t, "not"),
		}}}},
		KeyTemplate: text(t, "template"), Query: text(t, "query"), Subscribers: int(whole(t, "subscribers")),
		GraphQL: event.GraphQLLimits{Depth: int(whole(t, "depth")), Complexity: int(whole(t, "complexity"))},
	}
}
