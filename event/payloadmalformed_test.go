package event_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"hubsim/event"
)

func wrapped(members string) string { return `{"event":{"payloadData":{` + members + `}}}` }

func notification(kind, inner string) string {
	return wrapped(`"eventType":"` + kind + `","timestamp":1,"event":"` + base64.StdEncoding.EncodeToString([]byte(inner)) + `"`)
}

var malformed = []struct {
	why   string
	topic event.Topic
	body  string
	want  error
	says  string // a part of the error
}{
	{"nothing", event.ThrottleData, "", event.ErrMalformed, "found the end"},
	{"not JSON", event.ThrottleData, "hello", event.ErrMalformed, "an object was expected"},
	{"null", event.ThrottleData, "null", event.ErrMalformed, "an object was expected"},
	{"null for the payload", event.ThrottleData, `{"event":{"payloadData":null}}`, event.ErrMalformed, "an object was expected"},
	{"no payload", event.ThrottleData, `{"event":{}}`, event.ErrMalformed, "event.payloadData was expected"},
	{"an array", event.ThrottleData, `[]`, event.ErrMalformed, "an object was expected"},
	{"half a decision", event.ThrottleData, `{"event":{"payloadData":{"throttleKey":"7:/pizza`, event.ErrMalformed, "closing quote"},
	{"a decision without its end", event.ThrottleData, `{"event":{"payloadData":{"throttleKey":"k","isThrottled":true,"expiryTimeStamp":1}`, event.ErrMalformed, "found the end"},
	{"something behind the end", event.ThrottleData, wrapped(`"throttleKey":"k","isThrottled":true,"expiryTimeStamp":1`) + "x", event.ErrMalformed, "the end was expected"},
	{"a quote in the key, as the product writes it", event.ThrottleData, wrapped(`"throttleKey":"a"b","isThrottled":true,"expiryTimeStamp":1`), event.ErrMalformed, "a comma"},
	{"neither decision nor condition", event.ThrottleData, wrapped(`"moon":"x"`), event.ErrMalformed, "throttleKey"},
	{"a key that is null", event.ThrottleData, wrapped(`"throttleKey":null,"isThrottled":true,"expiryTimeStamp":1`), event.ErrMalformed, "throttleKey"},
	{"a number in quotes", event.ThrottleData, wrapped(`"throttleKey":"k","isThrottled":true,"expiryTimeStamp":"1"`), event.ErrMalformed, "expiryTimeStamp"},
	{"a broken number", event.ThrottleData, wrapped(`"throttleKey":"k","isThrottled":true,"expiryTimeStamp":1.5`), event.ErrMalformed, "whole number"},
	{"a number beyond 64 bits", event.ThrottleData, wrapped(`"throttleKey":"k","isThrottled":true,"expiryTimeStamp":9223372036854775808`), event.ErrMalformed, "whole number"},
	{"null for a number", event.ThrottleData, wrapped(`"throttleKey":"k","isThrottled":true,"expiryTimeStamp":null`), event.ErrMalformed, "expiryTimeStamp"},
	{"no expiry", event.ThrottleData, wrapped(`"throttleKey":"k","isThrottled":true`), event.ErrMalformed, "expiryTimeStamp"},
	{"no flag", event.ThrottleData, wrapped(`"throttleKey":"k","expiryTimeStamp":1`), event.ErrMalformed, "isThrottled"},
	{"a flag in quotes", event.ThrottleData, wrapped(`"throttleKey":"k","isThrottled":"true","expiryTimeStamp":1`), event.ErrMalformed, "isThrottled"},
	{"a condition without its value", event.ThrottleData, wrapped(`"blockingCondition":"API","state":"true"`), event.ErrMalformed, "conditionValue"},
	{"a condition without its state", event.ThrottleData, wrapped(`"blockingCondition":"API","conditionValue":"/a"`), event.ErrMalformed, "state"},
	{"too deep", event.ThrottleData, wrapped(`"x":` + strings.Repeat("[", 1000)), event.ErrMalformed, "64 levels"},
	{"no revoked token", event.TokenRevocation, wrapped(`"type":"JWT"`), event.ErrMalformed, "revokedToken"},
	{"a tenant in quotes", event.TokenRevocation, wrapped(`"revokedToken":"t","tenantId":"-1234"`), event.ErrMalformed, "tenantId"},
	{"base64 that is not", event.NotificationTopic, wrapped(`"eventType":"API_UPDATE","timestamp":1,"event":"*"`), event.ErrMalformed, "base64"},
	{"no event", event.NotificationTopic, wrapped(`"eventType":"API_UPDATE","timestamp":1`), event.ErrMalformed, `"event"`},
	{"no event type", event.NotificationTopic, wrapped(`"timestamp":1,"event":"e30="`), event.ErrMalformed, "eventType"},
	{"an event that is not JSON", event.NotificationTopic, notification("API_UPDATE", "hello"), event.ErrMalformed, "an object was expected"},
	{"half an event", event.NotificationTopic, notification("API_UPDATE", `{"uuid":"7`), event.ErrMalformed, "closing quote"},
	{"an API event without an API", event.NotificationTopic, notification("API_UPDATE", `{}`), event.ErrMalformed, "uuid"},
	{"an application event without one", event.NotificationTopic, notification("APPLICATION_UPDATE", `{}`), event.ErrMalformed, "applicationId"},
	{"a subscription event without one", event.NotificationTopic, notification("SUBSCRIPTIONS_DELETE", `{"subscriptionId":3}`), event.ErrMalformed, "applicationId"},
	{"a policy event without a name", event.NotificationTopic, notification("POLICY_CREATE", `{}`), event.ErrMalformed, "policyName"},
	{"a policy type nobody knows", event.NotificationTopic, notification("POLICY_CREATE", `{"policyName":"Gold","policyType":"OTHER"}`), event.ErrMalformed, "policyType"},
	{"a key template event without one", event.NotificationTopic, notification("CUSTOM_POLICY_ADD", `{"keyTemplateState":"add"}`), event.ErrMalformed, "keyTemplate"},
	{"labels that are no list", event.NotificationTopic, notification("DEPLOY_API_IN_GATEWAY", `{"uuid":"7","gatewayLabels":"Default"}`), event.ErrMalformed, "an array"},
	{"an event type that is not modelled", event.NotificationTopic, notification("MOON_FULL", `{}`), event.ErrUnknownType, "MOON_FULL"},
	{"a scope without a name", event.NotificationTopic, notification("SCOPE_CREATE", `{"roles":[]}`), event.ErrMalformed, `"name"`},
	{"a scope among several without a name", event.NotificationTopic, notification("SCOPES_UPDATE", `{"scopes":[{"name":"a"},{}]}`), event.ErrMalformed, `"name"`},
	{"scopes that are no list", event.NotificationTopic, notification("SCOPES_UPDATE", `{"scopes":"a"}`), event.ErrMalformed, "an array"},
	{"a key mapping without its key", event.NotificationTopic, notification("APPLICATION_REGISTRATION_CREATE", `{"applicationId":7}`), event.ErrMalformed, "consumerKey"},
	{"a certificate without an alias", event.NotificationTopic, notification("ENDPOINT_CERTIFICATE_ADD", `{}`), event.ErrMalformed, "alias"},
	{"an API key without its hash", event.NotificationTopic, notification("API_KEY_CREATE", `{"apiKeyHash":7}`), event.ErrMalformed, "apiKeyHash"},
	{"a policy mapping's labels that are no list", event.NotificationTopic, notification("DEPLOY_POLICY_MAPPING_IN_GATEWAY", `{"gatewayLabels":1}`), event.ErrMalformed, "an array"},
	{"another event type of the key manager", event.KeyManagerTopic, wrapped(`"event_type":"other","action":"add","name":"Okta"`), event.ErrUnknownType, "key_manager_configuration"},
	{"a key manager's value that is not base64", event.KeyManagerTopic, wrapped(`"event_type":"key_manager_configuration","action":"add","name":"Okta","value":"*"`), event.ErrMalformed, "base64"},
	{"a key manager that is added without its value", event.KeyManagerTopic, wrapped(`"event_type":"key_manager_configuration","action":"add","name":"Okta","value":""`), event.ErrMalformed, "value"},
	{"a key manager without a name", event.KeyManagerTopic, wrapped(`"event_type":"key_manager_configuration","action":"add"`), event.ErrMalformed, "name"},
	{"a key manager event without an action", event.KeyManagerTopic, wrapped(`"event_type":"key_manager_configuration","name":"Okta"`), event.ErrMalformed, "action"},
	{"a reset of nobody's quota", event.NotificationTopic, notification("POLICY_RESET", `{"appId":"7"}`), event.ErrMalformed, "userId"},
	{"a reset under no application", event.NotificationTopic, notification("POLICY_RESET", `{"userId":"alice"}`), event.ErrMalformed, "appId"},
	{"a webhook event without a mode", event.AsyncWebhooksData, wrapped(`"apiUUID":"7"`), event.ErrMalformed, "mode"},
	{"a webhook event without an API", event.AsyncWebhooksData, wrapped(`"mode":"subscribe"`), event.ErrMalformed, "apiUUID"},
	{"a key template without its state", event.ThrottleData, wrapped(`"keyTemplateValue":"$userId"`), event.ErrMalformed, "keyTemplateState"},
	{"a cache without a type", event.CacheInvalidation, wrapped(`"value":"[]"`), event.ErrMalformed, "type"},
	{"a cache's value that is a list and no text", event.CacheInvalidation, wrapped(`"type":"X","value":["a"]`), event.ErrMalformed, "value"},
	{"a global cache without a key", event.GlobalCacheInvalidation, wrapped(`"cacheName":"scopesCache"`), event.ErrMalformed, "cacheKey"},
	{"a topic that is not modelled", "weather", wrapped(``), event.ErrUnknownType, "weather"},
}

func TestParsePayloadRefuses(t *testing.T) {
	for _, c := range malformed {
		m, err := event.ParsePayload(c.topic, []byte(c.body))
		var form *event.FormError
		if m != nil || !errors.Is(err, c.want) || !errors.As(err, &form) {
			t.Errorf("%s: %v, %v; want %v", c.why, m, err, c.want)
			continue
		}
		if !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q does not say %q", c.why, err, c.says)
		}
	}
}

func TestErrorText(t *testing.T) {
	_, err := event.ParsePayload(event.ThrottleData, []byte(wrapped(`"throttleKey":"k","isThrottled":true,"expiryTimeStamp":"12"`)))
	const want = `cannot read a decision: malformed at "expiryTimeStamp": a number was expected at byte 80, found "\"12\"}}}"`
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

// The product writes more than we read, in any order, and null for what is not set.
func TestParsePayloadPassesOver(t *testing.T) {
	body := ` { "event" : { "metaData" : {"a":[1,-2.5e+3,{"b":null}]} , "payloadData" : { "expiryTimeStamp" : 5 , "new" : [ ] ,` +
		` "evaluatedConditions" : null , "isThrottled" : true , "\u0074hrottleKey" : "\u00e9\ud83d\ude00\/" } , "arbitraryDataMap":{} } } `
	m, err := event.ParsePayload(event.ThrottleData, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if d := *m.(*event.Decision); d != (event.Decision{Key: "é😀/", IsThrottled: true, Expiry: 5}) {
		t.Errorf("read %+v", d)
	}
}

func TestConditionStates(t *testing.T) {
	for state, on := range map[string]bool{"true": true, "false": false, "delete": false, "": false, "TRUE": false} {
		m, err := event.ParsePayload(event.ThrottleData, []byte(wrapped(`"blockingCondition":"USER","conditionValue":"a@b","state":"`+state+`"`)))
		if err != nil || m.(*event.BlockingCondition).On != on {
			t.Errorf("state %q: %v, %v; want on %v", state, m, err, on)
		}
	}
}
