package live_test

import (
	"slices"
	"strings"
	"testing"

	"hubsim/event"
)

// A document asks for operations: each is an event, so that two calls of two use a quota of three up.
func TestGraphQLFromOutside(t *testing.T) {
	seen := visitOpen(t, func(c *caller) {
		const target = "POST /graph/1.0.0"
		c.until(200, "GET /chat/1.0.0/menu") // all is deployed
		for _, message := range []string{`{"query":"{ users { orders { id } } }"}`, `{"query":"query A { orders users orders }"}`} {
			if a := c.send(target, message); a.status != 200 {
				t.Errorf("%s: %+v", message, a)
			}
		}
		if a := c.until(429, "GET /graph/1.0.0?query=%7Busers%7D"); a.body.Code != "900804" {
			t.Errorf("past the quota: %+v", a)
		}
		if a := c.send(target, `{"query":"{ users cats }"}`); a.status != 404 {
			t.Errorf("a field that is no operation: %+v", a)
		}
		if a := c.call("GET /graph/1.0.0", "Upgrade: websocket"); a.status != 404 {
			t.Errorf("a handshake at nothing: %+v", a)
		}
		for _, wrong := range []string{"", "x", `{"query":"users"}`, `{"query":"{"}`, `{}`} {
			if a := c.send(target, wrong); a.status != 400 || !strings.Contains(a.text, `hint: `) || !strings.Contains(a.text, `{"query":"{ users`) {
				t.Errorf("%q: %+v, want 400 with a hint", wrong, a)
			}
		}
	})
	seen = slices.DeleteFunc(seen, func(r event.Request) bool { return r.Context != "/graph/1.0.0" })
	for i, want := range []event.Request{{Resource: "users", Also: []string{"orders"}}, {Resource: "orders", Also: []string{"users"}}, {Resource: "users"}} {
		if got := seen[i]; got.Verb != event.QueryVerb || got.Resource != want.Resource || !slices.Equal(got.Also, want.Also) {
			t.Errorf("call %d asks for %s %s and %v, want %s and %v", i, got.Verb, got.Resource, got.Also, want.Resource, want.Also)
		}
	}
}
