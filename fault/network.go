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

// longestTail is how many times its least a Pareto delay may be: beyond it a connection has other limits.
const longestTail = 1000

// Tail is a Pareto delay for an even draw u from [0, 1).
func (f *Fault) Tail(u float64) event.Duration {
	return event.Duration(float64(f.By) * min(longestTail, math.Pow(1-u, -1/f.Shape)))
}

// Period is how long a control group's share of a processor is counted over: Linux's default.
const Period = 100 * event.Millisecond

// Stands is how much of each Period a starved node stands still.
func (f *Fault) Stands() event.Duration {
	return Period - event.Duration(float64(Period)/f.Rate)
}

// GivesUp is how long TCP sends again before it gives a connection up: 15 times on Linux
// (net.ipv4.tcp_retries2), 924.6 s. A frozen link that lasts longer ends what was sent on.
const GivesUp = 924_600 * event.Millisecond

// Published tells whether a message is one that a publisher sends again when the answer is lost: an event
// for a topic, or a batch of throttle events.
func Published(m event.Message) bool {
	switch m.(type) {
	case *event.Publish, *event.Batch:
		return true
	}
	return false
}
