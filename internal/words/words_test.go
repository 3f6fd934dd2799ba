package words

import (
	"testing"

	"hubsim/event"
)

func TestDuration(t *testing.T) {
	for _, row := range []struct {
		d    event.Duration
		want string
	}{
		{0, "0s"}, {850, "850ns"}, {1_500, "1.5µs"}, {1_080_000, "1.08ms"}, {12_340_000, "12.3ms"}, {250 * event.Millisecond, "250ms"},
		{2_300 * event.Millisecond, "2.3s"}, {45 * event.Second, "45s"}, {125 * event.Second, "2m5s"}, {125_040 * event.Millisecond, "2m5s"},
		{-40 * event.Millisecond, "-40ms"}, {999_600 * event.Microsecond, "1000ms"},
	} {
		if got := Duration(row.d); got != row.want {
			t.Errorf("Duration(%d) = %q, want %q", row.d, got, row.want)
		}
	}
}

func TestCount(t *testing.T) {
	for want, got := range map[string]string{
		"1 copy": Count(1, "copy"), "0 copies": Count(0, "copy"), "2 side effects": Count(2, "side effect"), "1 call": Count(1, "call"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
