package live

import (
	"time"

	"hubsim/event"
)

// clock is the run's true time.
type clock struct {
	began time.Time  // the instant 0 of the run; read by all, written once before any host runs
	start event.Wall // what a right wall clock shows then
}

func beginClock(start event.Wall) clock {
	now := time.Now()
	if start == 0 {
		start = event.Wall(now.UnixMilli())
	}
	return clock{began: now, start: start}
}

// now is the time since the run began.
func (c *clock) now() event.Mono { return event.Mono(time.Since(c.began)) }

// until is how long it takes until an instant of the run; not positive when that is past.
func (c *clock) until(at event.Mono) time.Duration { return time.Duration(at - c.now()) }

// wall is what the site's wall clock shows at an instant.
func (s *site) wall(c *clock, at event.Mono) event.Wall {
	shown := int64(at) + int64(s.Offset) + s.shift.Load() + int64(at)/int64(event.Millisecond)*(s.Drift+s.drift.Load())
	ms := shown / int64(event.Millisecond)
	if shown < 0 {
		ms-- // rounds down on both sides of the start
	}
	return c.start + event.Wall(ms)
}
