package live_test

import (
	"strings"
	"testing"
	"time"
)

// A call of an AI API is answered after the time that its usage says, with what it used; the tokens throttle.
func TestUsageOfCallsFromOutside(t *testing.T) {
	visitOpen(t, func(c *caller) {
		const menu = "GET /chat/1.0.0/menu"
		if a := c.until(200, menu); a.text != "" {
			t.Errorf("a call that says no usage is answered %q", a.text)
		}
		began := time.Now()
		a := c.call(menu, "X-Hubsim-Usage: prompt=200 completion=400 takes=50ms")
		if want := `{"usage":{"completion_tokens":400,"prompt_tokens":200,"total_tokens":600}}`; a.status != 200 || strings.TrimSpace(a.text) != want || time.Since(began) < 50*time.Millisecond {
			t.Errorf("%+v after %v, want %s", a, time.Since(began), want)
		}
		if a := c.until(429, menu, "X-Hubsim-Usage: completion=400"); a.body.Code != "900804" {
			t.Errorf("past 1000 tokens: %+v", a)
		}
		if a := c.call("GET /pasta/1.0.0/dish/7", "X-Hubsim-Usage: prompt=200 takes=1m"); a.status != 200 || a.text != "" {
			t.Errorf("no other API's backend is heard of: %+v", a)
		}
		for _, wrong := range []string{"200", "prompt=-1", "prompt=x", "takes=3", "takes=3h", "tokens=5", "takes=-1s", "prompt=99999999999"} {
			if a := c.call(menu, "X-Hubsim-Usage: "+wrong); a.status != 400 || !strings.Contains(a.text, "X-Hubsim-Usage") || !strings.Contains(a.text, "hint: it is prompt=200") {
				t.Errorf("%q: %+v, want 400 with a hint", wrong, a)
			}
		}
	})
}
