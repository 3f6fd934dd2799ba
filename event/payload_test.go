package event_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/event"
)

func golden(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(b, []byte("\n"))
}

func TestGoldenPayloads(t *testing.T) {
	for _, c := range []struct {
		file  string
		topic event.Topic
		want  event.Message
	}{
		{"decision.json", event.ThrottleData,
			&event.Decision{Key: "7:/pizza/1.0.0:1.0.0:Five", IsThrottled: true, Expiry: 1700000100000}},
		{"decision-api.json", event.ThrottleData,
			&event.Decision{Key: "/pizza/1.0.0/1.0.0/order:POST_default", Expiry: 1795322055000, Conditions: "W10="}},
		{"blocking.json", event.ThrottleData,
			&event.BlockingCondition{ID: 4, Kind: "IP", Value: `{"fixedIp":"10.0.0.9","invert":false}`, On: true, Tenant: event.Super}},
		{"notification-deploy.json", event.NotificationTopic, &event.Notification{
			EventID: "0d3c0a5e-2f43-4c8b-8b8e-6a1f0f3b7d21", Type: event.DeployAPI, At: 1750000000123, Tenant: event.Super,
			API: &event.API{UUID: "7c6a2c1e-4a0d-4a9b-9d0c-0f6f3a1f2b11", ID: 12, Name: "PizzaShackAPI", Version: "1.0.0",
				Context: "/pizzashack/1.0.0", Provider: "admin", Labels: []string{"Default"}}}},
		{"revocation.json", event.TokenRevocation, &event.TokenRevoked{EventID: "5d0f0b0e-8d9f-4c55-9b8b-63d1e1a3f0c2",
			Token: "b3c1f5d2-7f7e-4e0e-9b1d-0d9f7a6a2a11", TTL: "5000", Expiry: 1750003600000, Type: "JWT", TenantID: -1234}},
		{"revocation-consumer-app.json", event.TokenRevocation, &event.TokenRevoked{EventID: "5d0f0b11-2f43-4c8b-8b8e-6a1f0f3b7d11",
			Token: (&event.RevokedSubject{ConsumerKey: "XyZ12ConsumerKey", At: 1750000300000}).Token(),
			TTL:   "5000", Type: "consumer_app_revocation_event", TenantID: -1234}},
		{"revocation-subject.json", event.TokenRevocation, &event.TokenRevoked{EventID: "5d0f0b12-2f43-4c8b-8b8e-6a1f0f3b7d12",
			Token: (&event.RevokedSubject{Entity: "4d1f0c2e-9a77-4b55-8c1a-7e0b6f5d3a19", Kind: event.SubjectUser, At: 1750000300000}).Token(),
			TTL:   "5000", Type: "subject_entity_revocation_event", TenantID: -1234}},
		{"key-manager.json", event.KeyManagerTopic, &event.KeyManagerEvent{Action: "add", Manager: event.KeyManager{Name: "Okta", Type: "Okta", Enabled: true,
			Tenant: event.Super, UUID: "b1f4", Display: "Okta KM", Properties: []event.Pair{{Name: "issuer", Value: "https://dev-1.okta.com/oauth2/default"}}}}},
	} {
		t.Run(c.file, func(t *testing.T) {
			body := golden(t, c.file)
			got, err := event.ParsePayload(c.topic, body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
			again, err := event.AppendPayload([]byte("x"), got)
			if err != nil || string(again) != "x"+string(body) {
				t.Errorf("written again: %v\n%s\nwant\n%s", err, again[1:], body)
			}
		})
	}
}

func TestGoldenNotificationTextDecodes(t *testing.T) {
	m, err := event.ParsePayload(event.NotificationTopic, golden(t, "notification-deploy.json"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := event.NotificationText(m.(*event.Notification))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := base64.StdEncoding.DecodeString(text)
	if want := golden(t, "notification-deploy-event.json"); err != nil || !bytes.Equal(plain, want) {
		t.Errorf("%v\n%s\nwant\n%s", err, plain, want)
	}
}

func TestGoldenWebhookKeepsMembersAndOrder(t *testing.T) {
	body := golden(t, "webhook.json")
	got, err := event.ParsePayload(event.AsyncWebhooksData, body)
	if err != nil {
		t.Fatal(err)
	}
	want := &event.WebhookEvent{API: "7c6a2c1e-4a0d-4a9b-9d0c-0f6f3a1f2b11", AppID: "7", Callback: "https://app.example/cb",
		Topic: "issues", Mode: "subscribe", ExpireAt: 1750086400000, Tenant: event.Super, Secret: "s3cr3t",
		By: event.Subscriber{APIName: "GitHooks", Context: "/hooks/1.0.0", Version: "1.0.0", Name: "alice", Tier: "AsyncWHGold"}}
	if diff := cmp.Diff(event.Message(want), got); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	again, err := event.AppendPayload(nil, got)
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(body) {
		t.Errorf("written again: %s\nwant %s", again, body)
	}
}

// memberNames lists the names of payloadData's members in order.
func memberNames(t *testing.T, body []byte) []string {
	t.Helper()
	var outer struct {
		Event struct{ PayloadData json.RawMessage }
	}
	if err := json.Unmarshal(body, &outer); err != nil {
		t.Fatal(err)
	}
	return objectNames(t, outer.Event.PayloadData)
}

func objectNames(t *testing.T, object []byte) (names []string) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil { // the brace
		t.Fatal(err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		names = append(names, name.(string))
	}
	return names
}

func TestGoldenEvents(t *testing.T) {
	same := 0
	for line := range strings.Lines(string(golden(t, "notification-events.ndjson"))) {
		line = strings.TrimSuffix(line, "\n")
		var base struct {
			Type      event.Type
			TimeStamp event.Wall
			EventID   string
			TenantID  int
		}
		if err := json.Unmarshal([]byte(line), &base); err != nil {
			t.Fatal(err)
		}
		n, err := event.ParseNotification(base.Type, 0, base64.StdEncoding.EncodeToString([]byte(line)))
		if err != nil {
			t.Errorf("%s: %v", base.Type, err)
			continue
		}
		if n.Type != base.Type || n.At != base.TimeStamp || n.EventID != base.EventID || n.TenantID != base.TenantID || n.Tenant != event.Super {
			t.Errorf("%s: base members are %+v", base.Type, n)
		}
		text, err := event.NotificationText(n)
		if err != nil {
			t.Fatal(err)
		}
		if text == base64.StdEncoding.EncodeToString([]byte(line)) {
			same++
		}
	}
	// All are written again to the byte.
	if same != 16 {
		t.Errorf("%d events were written again to the byte, want 16", same)
	}
}

func TestAppendPayloadRefuses(t *testing.T) {
	for _, c := range []struct {
		why  string
		m    event.Message
		want error
	}{
		{"no message", nil, event.ErrNoForm},
		{"a throttle event travels over the data bridge", &event.Throttle{}, event.ErrNoForm},
		{"a deploy event without its API", &event.Notification{Type: event.DeployAPI}, event.ErrNoForm},
		{"a policy event of a level without policies", &event.Notification{Type: event.PolicyCreate, Policy: &event.Policy{Level: event.ResourceLevel}}, event.ErrNoForm},
		{"a scope event without its scope", &event.Notification{Type: event.ScopeCreate}, event.ErrNoForm},
		{"a certificate event without its alias", &event.Notification{Type: event.CertificateAdd}, event.ErrNoForm},
		{"a type that nobody knows", &event.Notification{Type: "MOON_FULL"}, event.ErrUnknownType},
	} {
		b, err := event.AppendPayload([]byte("x"), c.m)
		if !errors.Is(err, c.want) || string(b) != "x" {
			t.Errorf("%s: %q, %v; want x, %v", c.why, b, err, c.want)
		}
	}
}

func TestPayloadEscapes(t *testing.T) {
	d := &event.Decision{Key: "7:/a\"b\\c\n\x1f <é\xff:Gold", Expiry: 1}
	b, err := event.AppendPayload(nil, d)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"event":{"payloadData":{"throttleKey":"7:/a\"b\\c\n\u001f <é` + "\uFFFD" + `:Gold","isThrottled":false,"expiryTimeStamp":1}}}`
	if string(b) != want {
		t.Errorf("wrote %s\nwant  %s", b, want)
	}
}

// What the simulator knows beyond the product comes last, and only when there is something to say.
func TestExtraMembersComeLast(t *testing.T) {
	b, err := event.AppendPayload(nil, &event.Decision{Key: "k", Expiry: 1, Remaining: event.Second})
	if err != nil || !strings.HasSuffix(string(b), `"expiryTimeStamp":1,"remaining":1000000000}}}`) {
		t.Errorf("%s, %v", b, err)
	}
	b, err = event.AppendPayload(nil, &event.KeyManagerEvent{EventID: "e-1", Action: "delete", Manager: event.KeyManager{Name: "Okta"}})
	if err != nil || !strings.HasSuffix(string(b), `"value":"","organization":"","tokenType":"DIRECT","eventId":"e-1"}}}`) {
		t.Errorf("%s, %v", b, err)
	}
}

// Members of log levels and API keys beyond their names: numbers are numbers, and what a type has no member for is left out.
func TestThingsHaveFurtherMembers(t *testing.T) {
	for _, row := range []struct {
		of   event.Type
		more []event.Pair
		want string
	}{
		{event.LogLevelUpdate, []event.Pair{{Name: "resourceMethod", Value: "GET"}, {Name: "resourcePath", Value: "/menu"}, {Name: "user", Value: "x"}},
			`{"apiContext":"n","logLevel":"d","resourceMethod":"GET","resourcePath":"/menu","eventId":`},
		{event.APIKeyCreate, []event.Pair{{Name: "apiId", Value: "12"}, {Name: "validityPeriod", Value: "-1"}, {Name: "user", Value: "7"}, {Name: "timeCreated", Value: "soon"}},
			`{"apiKeyHash":"n","keyType":"d","apiId":12,"validityPeriod":-1,"user":"7","timeCreated":"soon","eventId":`},
		{event.APIKeyRegenerate, []event.Pair{{Name: "user", Value: "x"}}, `{"newApiKeyHash":"n","eventId":`},
	} {
		got, err := event.NotificationText(&event.Notification{Type: row.of, Thing: &event.Thing{Name: "n", Detail: "d", More: row.more}})
		text, broken := base64.StdEncoding.DecodeString(got)
		if err != nil || broken != nil || !strings.HasPrefix(string(text), row.want) {
			t.Errorf("%s: %s, %v; want %s", row.of, text, err, row.want)
		}
	}
}
