package event

import (
	"math"
	"strconv"
	"time"
)

// Mono is a node's monotonic clock: nanoseconds since it booted. All waiting is in Mono.
type Mono int64

// Wall is a node's wall clock as it believes it: milliseconds since the Unix epoch, the unit of
// expiryTimeStamp and of every timestamp the product puts on the wire.
type Wall int64

// Duration is a length of time in nanoseconds. It is here so that the machines, which may not read
// a clock, need not import the package that has one.
type Duration = time.Duration

// The units of Duration.
const (
	Microsecond = time.Microsecond
	Millisecond = time.Millisecond
	Second      = time.Second
	Minute      = time.Minute
	Hour        = time.Hour
)

// Never is a deadline that does not come.
const Never Mono = math.MaxInt64

// Add returns the instant d after m; Never stays Never, and the sum does not overflow.
func (m Mono) Add(d Duration) Mono {
	if m == Never || Mono(d) > Never-m {
		return Never
	}
	return m + Mono(d)
}

// Sub returns the time from earlier to m.
func (m Mono) Sub(earlier Mono) Duration { return Duration(m - earlier) }

// String prints m as a duration since boot, or "never".
func (m Mono) String() string {
	if m == Never {
		return "never"
	}
	return Duration(m).String()
}

// Add returns the instant d after w, d cut to whole milliseconds.
func (w Wall) Add(d Duration) Wall { return w + Wall(d/Millisecond) }

// Sub returns the time from earlier to w.
func (w Wall) Sub(earlier Wall) Duration { return Duration(w-earlier) * Millisecond }

// String prints w as epoch milliseconds.
func (w Wall) String() string { return strconv.FormatInt(int64(w), 10) }
