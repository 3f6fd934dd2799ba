package event_test

import (
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

// A key that is written is read back; what has none, or one of another class, is not taken for a text.
func TestCacheKey(t *testing.T) {
	if got, want := event.CacheKey("pizza:read"), `{"type":"java.lang.String","value":"pizza:read"}`; got != want {
		t.Errorf("the key is %s, want %s", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, -1, -1).Draw(t, "text")
		g := event.GlobalCacheInvalidated{Key: event.CacheKey(text)}
		if got, err := g.KeyValue(); err != nil || got != text {
			t.Fatalf("%q came back as %q, %v", text, got, err)
		}
	})
	for _, key := range []string{"", "pizza:read", `{"type":"java.lang.String"}`, `{"type":"Key","value":{"id":4}}`, `{"value":"a"} b`} {
		if got, err := (&event.GlobalCacheInvalidated{Key: key}).KeyValue(); err == nil {
			t.Errorf("%q was read as %q", key, got)
		}
	}
}
