package event_test

import (
	"testing"

	"hubsim/event"
)

var benched = map[string]struct {
	topic event.Topic
	m     event.Message
}{
	"Decision": {event.ThrottleData, &event.Decision{Key: "7:/pizza/1.0.0:1.0.0:Gold", IsThrottled: true, Expiry: 1700000100000}},
	"APIDecision": {event.ThrottleData, &event.Decision{Key: "/pizza/1.0.0/1.0.0/order:POST_default", IsThrottled: true,
		Expiry: 1700000100000, Conditions: "W10="}},
	"Revocation": {event.TokenRevocation, &event.TokenRevoked{EventID: "5d0f0b0e-8d9f-4c55-9b8b-63d1e1a3f0c2",
		Token: "b3c1f5d2-7f7e-4e0e-9b1d-0d9f7a6a2a11", TTL: "5000", Expiry: 1750003600000, Type: "JWT", TenantID: -1234}},
	"Notification": {event.NotificationTopic, &event.Notification{EventID: "0d3c0a5e-2f43-4c8b-8b8e-6a1f0f3b7d21", Type: event.DeployAPI,
		At: 1750000000123, Tenant: event.Super, API: &event.API{UUID: "7c6a2c1e-4a0d-4a9b-9d0c-0f6f3a1f2b11", ID: 12, Name: "PizzaShackAPI",
			Version: "1.0.0", Context: "/pizzashack/1.0.0", Provider: "admin", Labels: []string{"Default"}}}},
	"KeyManager": {event.KeyManagerTopic, &event.KeyManagerEvent{EventID: "e-1", Action: "add",
		Manager: event.KeyManager{Name: "Okta", Type: "Okta", Enabled: true, Tenant: event.Super}}},
}

func benchAppend(b *testing.B, name string) {
	m := benched[name].m
	b.ReportAllocs()
	var body []byte
	for b.Loop() {
		body, _ = event.AppendPayload(body[:0], m)
	}
	b.SetBytes(int64(len(body)))
}

func benchParse(b *testing.B, name string) {
	c := benched[name]
	body, err := event.AppendPayload(nil, c.m)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := event.ParsePayload(c.topic, body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendDecision(b *testing.B)     { benchAppend(b, "Decision") }
func BenchmarkParseDecision(b *testing.B)      { benchParse(b, "Decision") }
func BenchmarkAppendAPIDecision(b *testing.B)  { benchAppend(b, "APIDecision") }
func BenchmarkParseAPIDecision(b *testing.B)   { benchParse(b, "APIDecision") }
func BenchmarkAppendRevocation(b *testing.B)   { benchAppend(b, "Revocation") }
func BenchmarkParseRevocation(b *testing.B)    { benchParse(b, "Revocation") }
func BenchmarkAppendNotification(b *testing.B) { benchAppend(b, "Notification") }
func BenchmarkParseNotification(b *testing.B)  { benchParse(b, "Notification") }
func BenchmarkAppendKeyManager(b *testing.B)   { benchAppend(b, "KeyManager") }
func BenchmarkParseKeyManager(b *testing.B)    { benchParse(b, "KeyManager") }
