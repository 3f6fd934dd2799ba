package databridge_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/wire/databridge"
)

func drawText(t *rapid.T, label string) string { return rapid.String().Draw(t, label) }

func drawInt(t *rapid.T, label string) int { return int(rapid.Int32().Draw(t, label)) }

func drawWall(t *rapid.T, label string) event.Wall { return event.Wall(rapid.Int64().Draw(t, label)) }

func drawTenant(t *rapid.T, label string) event.Tenant { return event.Tenant(drawText(t, label)) }

func drawKey(t *rapid.T, label string) event.ThrottleKey {
	return event.ThrottleKey(drawText(t, label))
}

// drawMessage makes a message whose every field travels over the data bridge.
func drawMessage(t *rapid.T) event.Message {
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		return &event.Throttle{ID: event.RequestID(rapid.Uint64().Draw(t, "id")), At: drawWall(t, "at"), Properties: drawText(t, "properties"),
			Attributes: &event.Attributes{AppKey: drawKey(t, "app key"), AppTier: drawText(t, "app tier"), APIKey: drawKey(t, "api key"),
				SubscriptionKey: drawKey(t, "sub key"), SubscriptionTier: drawText(t, "sub tier"), ResourceKey: drawKey(t, "resource key"),
				ResourceTier: drawText(t, "resource tier"), UserID: drawText(t, "user"), APIContext: drawText(t, "context"),
				APIVersion: drawText(t, "version"), AppTenant: drawTenant(t, "app tenant"), APITenant: drawTenant(t, "api tenant"),
				AppID: drawText(t, "app id"), APIName: drawText(t, "name")}}
	case 1:
		return &event.Notification{EventID: drawText(t, "event id"), Type: event.SubscriptionCreate, At: drawWall(t, "at"),
			TenantID: drawInt(t, "tenant id"), Tenant: drawTenant(t, "tenant"),
			Subscription: &event.Subscription{UUID: drawText(t, "uuid"), ID: drawInt(t, "id"), APIID: drawInt(t, "api"), AppID: 7, Tier: drawText(t, "tier")}}
	case 2:
		return &event.KeyManagerEvent{EventID: drawText(t, "event id"), Action: drawText(t, "action"), Manager: event.KeyManager{Name: drawText(t, "name"),
			Type: drawText(t, "type"), Enabled: rapid.Bool().Draw(t, "enabled"), Tenant: drawTenant(t, "tenant"), TokenType: "BOTH"}}
	case 3:
		return &event.BlockingCondition{ID: drawInt(t, "id"), Kind: drawText(t, "kind"), Value: drawText(t, "value"), On: rapid.Bool().Draw(t, "on"),
			Tenant: drawTenant(t, "tenant")}
	case 4:
		return &event.TokenRevoked{EventID: drawText(t, "event id"), Token: event.TokenID(drawText(t, "token")), TTL: drawText(t, "ttl"),
			Expiry: drawWall(t, "expiry"), Type: drawText(t, "type"), TenantID: drawInt(t, "tenant")}
	case 5:
		return &event.GlobalCacheInvalidated{Manager: drawText(t, "manager"), Cache: drawText(t, "cache"), Key: drawText(t, "key"),
			Tenant: drawTenant(t, "tenant"), TenantID: drawInt(t, "tenant id"), Domain: drawText(t, "domain"), Node: drawText(t, "node")}
	}
	return &event.WebhookEvent{EventID: drawText(t, "event id"), API: drawText(t, "api"), AppID: drawText(t, "app"), Callback: drawText(t, "callback"),
		Topic: drawText(t, "topic"), Mode: drawText(t, "mode"), ExpireAt: drawWall(t, "expiry"), Tenant: drawTenant(t, "tenant"),
		Secret: drawText(t, "secret"), Throttled: rapid.Bool().Draw(t, "throttled"),
		By: event.Subscriber{APIName: drawText(t, "api name"), Context: drawText(t, "context"), Version: drawText(t, "version"), Name: drawText(t, "subscriber"), Tier: drawText(t, "tier"), AppTier: drawText(t, "app tier"), APITier: drawText(t, "api tier")}}
}

// A bundle goes out as a frame and comes in again as the same messages.
func TestMessageRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sent := rapid.SliceOfN(rapid.Custom(drawMessage), 0, 5).Draw(t, "messages")
		p := databridge.Publish{Session: drawText(t, "session")}
		for _, m := range sent {
			e, err := databridge.FromMessage(m, 5)
			if err != nil {
				t.Fatal(err)
			}
			p.Events = append(p.Events, e)
		}
		f, _, err := databridge.ParseFrame(databridge.AppendPublish(nil, p), databridge.DefaultLimit)
		if err != nil {
			t.Fatal(err)
		}
		got, n, err := databridge.ParsePublish(f.Body, databridge.Product())
		if err != nil || n != len(f.Body) || got.Session != p.Session || len(got.Events) != len(sent) {
			t.Fatalf("%v: %d of %d bytes, %d of %d events", err, n, len(f.Body), len(got.Events), len(sent))
		}
		for i, e := range got.Events {
			m, err := databridge.ToMessage(e)
			if diff := cmp.Diff(sent[i], m); err != nil || diff != "" {
				t.Fatalf("%v (-want +got):\n%s", err, diff)
			}
		}
	})
}

func TestThrottleOnTheWire(t *testing.T) {
	e, err := databridge.FromMessage(&event.Throttle{ID: 0xabc1234567890def, At: 7,
		Attributes: &event.Attributes{APITier: "Gold", AppID: "7"}}, 99)
	if err != nil {
		t.Fatal(err)
	}
	if e.At != 7 {
		t.Errorf("stamped %d, want the gateway's own 7", e.At)
	}
	if id := e.Payload[0].Text(); id != "urn:uuid:00000000-0000-0000-abc1-234567890def" {
		t.Errorf("messageID %s", id)
	}
	if tier := e.Payload[4].Text(); tier != "" {
		t.Errorf("apiTier %q: the product's agent never stores it", tier)
	}
}

// A real gateway's calls are none of the workload's.
func TestForeignMessageIDs(t *testing.T) {
	e, err := databridge.FromMessage(&event.Throttle{ID: 1, Attributes: &event.Attributes{}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "7", "urn:uuid:1", "urn:uuid:5d0f0b0e-8d9f-4c55-9b8b-63d1e1a3f0c2",
		"urn:uuid:00000000-0000-0000-000000000000001", "urn:uuid:00000000-0000-0000-000g-000000000001", "urn:uuid:00000000-0000-0000-0000-00000000000g"} {
		e.Payload[0] = databridge.String(id)
		m, err := databridge.ToMessage(e)
		if err != nil || m.(*event.Throttle).ID != 0 {
			t.Errorf("messageID %q: %v, %v; want call 0", id, m, err)
		}
	}
}

// The text of a topic message and the stream's definition name the same attributes in the same order.
func TestStreamsAgreeWithTopics(t *testing.T) {
	for _, m := range []event.Message{
		&event.BlockingCondition{}, &event.TokenRevoked{}, &event.KeyManagerEvent{}, &event.WebhookEvent{},
		&event.Notification{Type: event.DeployAPI, API: &event.API{}},
	} {
		e, err := databridge.FromMessage(m, 0)
		if err != nil {
			t.Fatal(err)
		}
		text, err := event.AppendPayload(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, a := range databridge.Product()[e.Stream].Payload {
			names = append(names, a.Name)
		}
		if diff := cmp.Diff(names, members(t, text)); diff != "" {
			t.Errorf("%s (-stream +topic):\n%s", e.Stream, diff)
		}
		if e.Stream.Topic() == "" {
			t.Errorf("%s has no topic", e.Stream)
		}
	}
}

// members lists the names of payloadData's members in order.
func members(t *testing.T, text []byte) (names []string) {
	t.Helper()
	_, object, found := strings.Cut(string(text), `"payloadData":`)
	if !found {
		t.Fatalf("no payloadData in %s", text)
	}
	d := json.NewDecoder(strings.NewReader(object))
	if _, err := d.Token(); err != nil { // the brace
		t.Fatal(err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Token(); err != nil { // the value, none is an object
			t.Fatal(err)
		}
		names = append(names, name.(string))
	}
	return names
}

func TestFromMessageRefuses(t *testing.T) {
	for _, c := range []struct {
		why  string
		m    event.Message
		want error
	}{
		{"no message", nil, databridge.ErrNoForm},
		{"a decision travels on a topic", &event.Decision{}, databridge.ErrNoForm},
		{"a throttle event without attributes", &event.Throttle{}, databridge.ErrNoForm},
		{"a condition's id beyond 32 bits", &event.BlockingCondition{ID: 1 << 40}, databridge.ErrNoForm},
		{"a tenant beyond 32 bits", &event.TokenRevoked{TenantID: -1 << 40}, databridge.ErrNoForm},
		{"a notification without its API", &event.Notification{Type: event.DeployAPI}, event.ErrNoForm},
	} {
		if _, err := databridge.FromMessage(c.m, 0); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.why, err, c.want)
		}
	}
}

func TestToMessageRefuses(t *testing.T) {
	text := databridge.String("x")
	keyManager, err := databridge.FromMessage(&event.KeyManagerEvent{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	keyManager.Payload[0] = text
	for _, c := range []struct {
		why  string
		e    databridge.Event
		want error
	}{
		{"a stream nobody knows", databridge.Event{Stream: "x:1.0.0"}, databridge.ErrUnknownStream},
		{"no values", databridge.Event{Stream: event.RequestStream}, databridge.ErrMalformed},
		{"a value of another type", databridge.Event{Stream: event.NotificationStream, Payload: []databridge.Value{text, text, text}}, databridge.ErrMalformed},
		{"another event type of the key manager", keyManager, databridge.ErrUnknownType},
		{"base64 that is not", databridge.Event{Stream: event.NotificationStream,
			Payload: []databridge.Value{databridge.String("API_UPDATE"), databridge.Long(1), databridge.String("*")}}, event.ErrMalformed},
		{"a notification that is not modelled", databridge.Event{Stream: event.NotificationStream,
			Payload: []databridge.Value{databridge.String("MOON_FULL"), databridge.Long(1), databridge.String("e30=")}}, event.ErrUnknownType},
	} {
		if m, err := databridge.ToMessage(c.e); m != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.why, m, err, c.want)
		}
	}
}
