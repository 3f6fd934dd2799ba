package fault

import (
	"math"

	"hubsim/event"
)

// How TCP sends again what was lost: the first time behind the least timeout of Linux (TCP_RTO_MIN,
// 200 ms), then behind twice as long each time. Behind mostResent it is taken as sent, 3.4 min later.
const (
	firstResent = 200 * event.Millisecond
	mostResent  = 10
)

// Resent is how long a message is late when Rate percent of the packets are lost, for an even draw
// u from [0, 1).
func (f *Fault) Resent(u float64) event.Duration {
	lost := min(mostResent, int(math.Log(1-u)/math.Log(f.Rate/100)))
	return firstResent * event.Duration(1<<lost-1)
}

// Takes is how long so many bytes take on a line of Rate kbit/s.
func (f *Fault) Takes(bytes int) event.Duration {
	return event.Duration(float64(bytes) * 8 / f.Rate * float64(event.Millisecond))
}
