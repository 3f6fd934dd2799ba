package event

import "testing"

func TestIDOf(t *testing.T) {
	for _, row := range []struct {
		what string
		m    Message
		want string
	}{
		{"nothing", nil, ""},
		{"a notification", &Notification{EventID: "n"}, "n"},
		{"a revocation", &TokenRevoked{EventID: "r"}, "r"},
		{"a key manager", &KeyManagerEvent{EventID: "k"}, "k"},
		{"a webhook", &WebhookEvent{EventID: "w"}, "w"},
		{"what a publish carries", &Publish{Body: &TokenRevoked{EventID: "r"}}, "r"},
		{"a publish of nothing", &Publish{}, ""},
		{"a decision has none", &Decision{Key: "k"}, ""},
	} {
		if got := IDOf(row.m); got != row.want {
			t.Errorf("%s: id %q, want %q", row.what, got, row.want)
		}
	}
}
