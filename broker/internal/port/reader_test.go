package port

import (
	"testing"

	"hubsim/event"
)

// TestReaderReadsOnce holds that equal texts are one message, and that others are not taken for them.
func TestReaderReadsOnce(t *testing.T) {
	text := func(key event.ThrottleKey) []byte {
		b, err := event.AppendPayload(nil, &event.Decision{Key: key, IsThrottled: true, Expiry: 60_000})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var r Reader
	read := func(topic event.Topic, b []byte) event.Message {
		m, err := r.Read(topic, b)
		if err != nil {
			t.Fatalf("read %s: %v", b, err)
		}
		return m
	}
	first := read(event.ThrottleData, text("a"))
	if again := read(event.ThrottleData, text("a")); again != first {
		t.Error("the same text was read twice")
	}
	for i := range 1000 { // more than it remembers
		key := event.ThrottleKey(rune('b' + i))
		if m := read(event.ThrottleData, text(key)).(*event.Decision); m.Key != key {
			t.Fatalf("read %q for the text of %q", m.Key, key)
		}
	}
	for _, bad := range [][]byte{[]byte("{"), text("a")[:9]} {
		for range 2 {
			if m, err := r.Read(event.ThrottleData, bad); err == nil || m != nil {
				t.Errorf("read %q: %v, %v, want an error", bad, m, err)
			}
		}
	}
	if m, err := r.Read("elsewhere", text("a")); err == nil {
		t.Errorf("read a decision on an unknown topic: %v", m)
	}
}
