package gateway

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// TestLimiter plays calls of one caller, limit 2 in a second, in milliseconds: "+" is let through, "-" is not.
func TestLimiter(t *testing.T) {
	rows := []struct {
		why   string
		bonus bool
		calls []int
		want  string
	}{
		{"two pass, and the window is opened by the first", true, []int{300, 310, 320, 1299}, "++--"},
		{"the instant of its end begins a new one", true, []int{300, 310, 1300, 1301, 1302}, "++++-"},
		{"a new one even if it was never exceeded", true, []int{0, 10, 1000, 1010, 1020}, "++++-"},
		{"behind a window that was not used up one call is free", true, []int{0, 1000, 1010, 1020, 1030}, "++++-"},
		{"it is counted when the bonus is off", false, []int{0, 1000, 1010, 1020}, "+++-"},
		{"the free call opens no window", true, []int{0, 1000, 1900, 1910, 2500, 2899, 2900}, "++++--+"},
	}
	for _, r := range rows {
		l, got := limiter{max: 2, unit: event.Second}, ""
		for _, at := range r.calls {
			if l.take(event.Mono(event.Duration(at)*event.Millisecond), r.bonus) {
				got += "+"
			} else {
				got += "-"
			}
		}
		if got != r.want {
			t.Errorf("%s: %s, want %s", r.why, got, r.want)
		}
	}
}

// TestEditedLimits edits a limit while its window is open.
func TestEditedLimits(t *testing.T) {
	l := limiters{known: map[event.ThrottleKey]*limiter{}}
	two, three := limiter{max: 2, unit: event.Second}, limiter{max: 3, unit: event.Second}
	first := l.of("k", two, true)
	if l.of("k", two, true) != first {
		t.Error("the same limit begins a new count")
	}
	if l.of("k", three, false) != first {
		t.Error("an application's counter follows an edit")
	}
	if l.of("k", three, true) == first {
		t.Error("a subscription's counter does not begin anew when its limit is edited")
	}
	if l.of("k", limiter{unit: event.Second}, true) != nil {
		t.Error("a limit of 0 is a limit")
	}
}

// TestLimitersAreBounded calls open resources from more addresses than there is room for.
func TestLimitersAreBounded(t *testing.T) {
	l := limiters{known: map[event.ThrottleKey]*limiter{}}
	for i := range maxLimiters {
		l.of(event.ThrottleKey(event.Mono(i).String()), limiter{max: 1, unit: event.Second}, true).take(0, true)
	}
	l.clean(event.Mono(event.Second) - 1)
	if len(l.known) != 0 {
		t.Errorf("%d limiters are kept where all windows are open and there is no room", len(l.known))
	}
	l.of("over", limiter{max: 1, unit: event.Second}, true).take(0, true)
	l.of("open", limiter{max: 1, unit: event.Second}, true).take(event.Mono(event.Second), true)
	l.clean(event.Mono(event.Second))
	if l.known["over"] != nil || l.known["open"] == nil {
		t.Error("cleaning keeps what is over, or loses what is open")
	}
}

func TestBurst(t *testing.T) {
	for _, r := range []struct {
		why  string
		unit string
		want event.Duration
	}{{"a minute", "min", event.Minute}, {"a second", "sec", event.Second}, {"anything else is a second", "hour", event.Second}} {
		if got := burst(event.Burst{Count: 1, Unit: r.unit}); got.unit != r.want {
			t.Errorf("%s: %v", r.why, got.unit)
		}
	}
	l := limiter{end: event.Mono(event.Minute), open: true}
	if got := l.next(node.Clock{Mono: event.Mono(event.Second), Wall: 1000}); got != 60_000 {
		t.Errorf("a window that ends in 59 s by the own clock ends at %d on the wall, want 60000", got)
	}
}
