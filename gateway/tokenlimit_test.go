package gateway

import (
	"testing"

	"hubsim/event"
)

// TestTokenLimit charges calls of 10 prompt and 30 completion tokens, the limits those of a second, in milliseconds.
// "+" is a call that is let in, and charged at once; "-" is one that is not.
func TestTokenLimit(t *testing.T) {
	for _, r := range []struct {
		why   string
		max   event.Tokens
		calls []int
		want  string
	}{
		{"the call that reaches the limit is the last one", event.Tokens{Total: 80}, []int{300, 310, 320}, "++-"},
		{"one that passes it is, too", event.Tokens{Total: 79}, []int{300, 310, 320}, "++-"},
		{"of prompts", event.Tokens{Prompt: 20, Completion: 1000, Total: 1000}, []int{0, 1, 2}, "++-"},
		{"of completions", event.Tokens{Prompt: 1000, Completion: 60, Total: 1000}, []int{0, 1, 2}, "++-"},
		{"the first response opens the window, whose end is not in it", event.Tokens{Total: 40}, []int{300, 1299, 1300, 1301}, "+-+-"},
		{"behind a window that was not used up no call is free", event.Tokens{Total: 80}, []int{0, 1500, 1510, 1520}, "+++-"},
	} {
		l, got := tokenLimit{max: r.max, unit: event.Second}, ""
		for _, at := range r.calls {
			now := event.Mono(event.Duration(at) * event.Millisecond)
			if l.over(now) {
				got += "-"
				continue
			}
			got += "+"
			l.charge(now, &event.Usage{Prompt: 10, Completion: 30})
		}
		if got != r.want {
			t.Errorf("%s: %s, want %s", r.why, got, r.want)
		}
	}
}

// TestEditedTokenLimit edits a limit while its window is open.
func TestEditedTokenLimit(t *testing.T) {
	l := limiters{tokens: map[event.ThrottleKey]*tokenLimit{}}
	of := func(total int64) *tokenLimit {
		return l.ofTokens("k", tokenLimit{max: event.Tokens{Total: total}, unit: event.Second})
	}
	first := of(2)
	if of(2) != first {
		t.Error("the same limit begins a new count")
	}
	if of(3) == first {
		t.Error("a count does not begin anew when its limit is edited")
	}
	if of(0) != nil {
		t.Error("a limit of 0 is a limit")
	}
}
