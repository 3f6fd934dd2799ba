package gateway

import (
	"testing"

	"hubsim/event"
)

func TestSubscriptionKey(t *testing.T) {
	pizza := event.API{Name: "Pizza", Version: "1.0.0", Context: "/pizza/1.0.0", Provider: "admin"}
	bundle := pizza
	bundle.Product = true
	for _, row := range []struct {
		why, want string
		api       event.API
	}{
		{"an API's is under context and version", "7:/pizza/1.0.0:1.0.0:Gold", pizza},
		{"an API product's is under its name and provider", "7:Pizza:admin:Gold", bundle},
	} {
		if got := subscriptionKey("7", &row.api, "Gold"); string(got) != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
	}
}
