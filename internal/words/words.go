// Package words writes lengths of time and numbers of things as a reader wants them: one rounding, one
// plural, wherever they are told.
package words

import (
	"fmt"
	"strconv"
	"strings"

	"hubsim/event"
)

// Duration prints a duration with three significant digits: 1.08ms, 2.3s, 45s; from a minute on with
// the product's own units: 2m5s.
func Duration(d event.Duration) string {
	size := max(d, -d)
	switch {
	case size >= event.Minute:
		return d.Round(event.Second / 10).String()
	case size >= event.Second:
		return digits(d, event.Second) + "s"
	case size >= event.Millisecond:
		return digits(d, event.Millisecond) + "ms"
	case size >= event.Microsecond:
		return digits(d, event.Microsecond) + "µs"
	case d == 0:
		return "0s"
	}
	return strconv.FormatInt(int64(d), 10) + "ns"
}

// digits prints a duration in a unit with at most three significant digits, zeros at the end left out.
func digits(d, unit event.Duration) string {
	v := float64(d) / float64(unit)
	decimals := 2
	if size := max(v, -v); size >= 100 {
		decimals = 0
	} else if size >= 10 {
		decimals = 1
	}
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if decimals > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// Count prints a number with its noun: 1 call, 12 calls, 2 copies, 3 gateways, 4 keys.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok && !strings.HasSuffix(stem, "a") && !strings.HasSuffix(stem, "e") {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
