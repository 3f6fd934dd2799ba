package sqlstore

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"

	"hubsim/event"
)

// table is how rows of one table lie in the database.
type table struct {
	name    string
	key     string   // its primary key, Row.Key
	columns []string // what fields points to, in the same order
	// fields returns pointers to a row's contents, which it makes when there are none.
	fields func(r *event.Row) []any
	// keyed sets what contents repeat of the key; nil when they repeat nothing.
	keyed func(r *event.Row)
}

// id is the column of the integer id in the tables that have one.
func (t *table) id() string { return t.columns[0] }

// tables are those of event.Table, by its numbers.
var tables = [...]table{
	event.TableAPI: {"am_api", "api_uuid", []string{
		"api_id", "api_name", "api_version", "context", "api_provider", "api_tier", "status", "gateway_labels", "revision_id",
		"url_mappings", "is_product", "is_subscriptionless", "production_limit", "sandbox_limit", "is_ai", "api_type", "is_default_version", "product_apis",
	}, apiFields, func(r *event.Row) { r.API.UUID = r.Key }},
	event.TableApplication: {"am_application", "uuid", []string{
		"application_id", "name", "subscriber", "application_tier", "consumer_keys", "token_type", "group_id", "attributes",
	}, applicationFields, func(r *event.Row) { r.Application.UUID = r.Key }},
	event.TableSubscription: {"am_subscription", "uuid", []string{
		"subscription_id", "api_id", "application_id", "tier_id", "sub_status", "api_uuid", "application_uuid", "tenant_domain",
	}, subscriptionFields, func(r *event.Row) { r.Subscription.UUID = r.Key }},
	event.TablePolicy: {"am_policy", "policy_key", []string{
		"policy_id", "name", "throttle_level", "tenant_domain", "quota", "unit_time_ns", "quota_type", "bandwidth_unit", "ai_tokens",
		"continue_over_quota", "burst_limit", "per_user", "condition_groups", "key_template", "siddhi_query", "connections_count", "graphql_limits",
	}, policyFields, nil},
	event.TableKeyManager: {"am_key_manager", "name_key", []string{
		"name", "type", "enabled", "tenant_domain", "uuid", "display_name", "token_type", "configuration",
	}, keyManagerFields, nil},
	event.TableRevoked: {"am_revoked_jwt", "uuid", []string{"signature", "expiry_timestamp", "token_type", "tenant_id"}, revokedFields, nil},
	event.TableBlock: {"am_block_conditions", "condition_key", []string{
		"condition_id", "type", "value", "enabled", "tenant_domain",
	}, blockFields, nil},
	event.TableDeployed: {"am_gw_revision_deployment", "deployment_key", []string{
		"gateway", "api_uuid", "revision_id", "last_updated", "failed", "undeployed",
	}, deployedFields, nil},
	event.TableWebhook: {"am_webhooks_subscription", "subscription_key", []string{
		"event_id", "api_uuid", "application_id", "callback_url", "topic", "mode", "expiry_at", "tenant_domain", "secret", "subscriber",
	}, webhookFields, nil},
	event.TableSubject: {"am_revoked_subject", "subject_key", []string{"consumer_key", "entity_id", "entity_type", "revocation_time", "tenant_id"}, subjectFields, nil},
	event.TableGateway: {"am_gw_instances", "gateway_id", []string{"env_labels", "last_updated"}, gatewayFields,
		func(r *event.Row) { r.Gateway.Gateway = event.NodeID(r.Key) }},
	event.TableScope:       {"am_scope", "scope_key", []string{"name", "display_name", "description", "roles", "tenant_domain", "mappings"}, scopeFields, nil},
	event.TableCertificate: {"am_certificate_metadata", "certificate_key", []string{"alias", "end_point", "tenant_domain"}, certificateFields, nil},
	event.TableAnalytics: {"am_analytics_settings", "tenant_domain", []string{"settings"}, analyticsFields,
		func(r *event.Row) { r.Analytics.Tenant = event.Tenant(r.Key) }},
}

// contents returns what a pointer of a row leads to, made when it is nil.
func contents[T any](p **T) *T {
	if *p == nil {
		*p = new(T)
	}
	return *p
}

func apiFields(r *event.Row) []any {
	a := contents(&r.API)
	return []any{&a.ID, &a.Name, &a.Version, &a.Context, &a.Provider, &a.Tier, &a.Status, document{&a.Labels}, &a.Revision,
		document{&a.Resources}, &a.Product, &a.Subscriptionless, document{&a.Production}, document{&a.Sandbox}, &a.AI, &a.Type,
		&a.Default, document{&a.Of}}
}

func applicationFields(r *event.Row) []any {
	a := contents(&r.Application)
	return []any{&a.ID, &a.Name, &a.Subscriber, &a.Tier, document{&a.ConsumerKeys}, &a.TokenType, &a.Group, document{&a.Attributes}}
}

func subscriptionFields(r *event.Row) []any {
	s := contents(&r.Subscription)
	return []any{&s.ID, &s.APIID, &s.AppID, &s.Tier, &s.State, &s.APIUUID, &s.AppUUID, &s.Tenant}
}

func policyFields(r *event.Row) []any {
	p := contents(&r.Policy)
	return []any{&p.ID, &p.Name, &p.Level, &p.Tenant, &p.Quota, &p.Window, &p.Counts, &p.DataUnit, document{&p.Tokens},
		&p.ContinueOverQuota, document{&p.Burst}, &p.PerUser, document{&p.Groups}, &p.KeyTemplate, &p.Query,
		&p.Subscribers, document{&p.GraphQL}}
}

func keyManagerFields(r *event.Row) []any {
	k := contents(&r.KeyManager)
	return []any{&k.Name, &k.Type, &k.Enabled, &k.Tenant, &k.UUID, &k.Display, &k.TokenType, document{&k.Properties}}
}

func revokedFields(r *event.Row) []any {
	t := contents(&r.Revoked)
	return []any{&t.Token, &t.Expiry, &t.Type, &t.TenantID}
}

func blockFields(r *event.Row) []any {
	b := contents(&r.Block)
	return []any{&b.ID, &b.Kind, &b.Value, &b.On, &b.Tenant}
}

func deployedFields(r *event.Row) []any {
	d := contents(&r.Deployed)
	return []any{&d.Gateway, &d.API, &d.Revision, &d.At, &d.Failed, &d.Gone}
}

func webhookFields(r *event.Row) []any {
	w := contents(&r.Webhook)
	return []any{&w.EventID, &w.API, &w.AppID, &w.Callback, &w.Topic, &w.Mode, &w.ExpireAt, &w.Tenant, &w.Secret, document{&w.By}}
}

func subjectFields(r *event.Row) []any {
	s := contents(&r.Subject)
	return []any{&s.ConsumerKey, &s.Entity, &s.Kind, &s.At, &s.TenantID}
}

func gatewayFields(r *event.Row) []any {
	g := contents(&r.Gateway)
	return []any{document{&g.Labels}, &g.Seen}
}

func scopeFields(r *event.Row) []any {
	s := contents(&r.Scope)
	return []any{&s.Name, &s.Display, &s.Description, document{&s.Roles}, &s.Tenant, document{&s.Mappings}}
}

func certificateFields(r *event.Row) []any {
	c := contents(&r.Certificate)
	return []any{&c.Alias, &c.Endpoint, &c.Tenant}
}

func analyticsFields(r *event.Row) []any { return []any{&contents(&r.Analytics).Text} }

// document is a value that lies in its column as JSON.
type document struct{ to any }

var (
	_ driver.Valuer = document{}
	_ sql.Scanner   = document{}
)

// Value implements driver.Valuer.
func (d document) Value() (driver.Value, error) {
	text, err := json.Marshal(d.to)
	return string(text), err
}

// Scan implements sql.Scanner.
func (d document) Scan(v any) error {
	switch v := v.(type) {
	case string:
		return json.Unmarshal([]byte(v), d.to)
	case []byte:
		return json.Unmarshal(v, d.to)
	}
	return fmt.Errorf("read JSON from a column: it holds a %T", v)
}

// plain is what a field points to, as one of the types that every driver takes.
func plain(field any) any {
	if d, ok := field.(document); ok {
		return d
	}
	v := reflect.ValueOf(field).Elem()
	switch {
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return int64(v.Uint())
	case v.Kind() == reflect.Bool:
		return v.Bool()
	}
	return v.String()
}
