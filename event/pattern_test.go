package event_test

import (
	"testing"

	"hubsim/event"
)

// TestPattern: an expression that Java's engine and ours would read differently is refused, others are searched for.
func TestPattern(t *testing.T) {
	for _, c := range []struct {
		text, value string
		found       bool
	}{
		{"bot.*[0-9]", "a bot, version 7", true},
		{"^a", "ba", false},
		{"o|t", "gold", true},
		{"[^a-z]", "ab-c", true},
		{"[]&]", "x]", true},
		{"[^]&]", "]", false},
		{`[\[&]&&`, "[&&", true},
		{`\[[a&]b\]`, "[&b]", true},
		{`\Q[a[&&]\E+x`, "[a[&&]x", true},
		{`\Q[[&&`, "[[&&", true},
		{`a\\[b]`, `a\b`, true},
	} {
		p, err := event.Pattern(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
		} else if found := p.MatchString(c.value); found != c.found {
			t.Errorf("%s in %q: %t", c.text, c.value, found)
		}
	}
	for _, text := range []string{"[a-z&&[^b]]", "[a-z&&b]", "[a[bc]]", "[[:alpha:]]", `x[^\]a[b]`, `(a)\1`, "(?=a)b", "a++", "(a", `[a\`} {
		if _, err := event.Pattern(text); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}
