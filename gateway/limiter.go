package gateway

import (
	"maps"

	"hubsim/event"
	"hubsim/node"
)

// limiter lets a number of calls through in a unit of time, at this gateway alone. Its window is
// opened by the first call, not aligned to the clock (wso2/wso2-synapse, CallerContext.java, of an
// older version than the product's).
type limiter struct {
	max  int
	unit event.Duration
	end  event.Mono
	n    int
	open bool
}

// take tells whether a call is let through. By rule the first call behind a window that did not reach
// its limit is let through without being counted: the caller's context is thrown away for it.
func (l *limiter) take(now event.Mono, bonus bool) bool {
	switch {
	case l.open && now < l.end:
		if l.n >= l.max {
			return false
		}
		l.n++
		return true
	case l.open && l.n < l.max && bonus:
		l.open = false
		return true
	}
	l.open, l.end, l.n = true, now.Add(l.unit), 1
	return true
}

// maxLimiters bounds the limiters of a gateway. When there are so many, those whose window is over
// go; if none is, all do.
const maxLimiters = 1 << 17

// limiters are the counters by key. Routes come and go; these stay.
type limiters struct {
	known  map[event.ThrottleKey]*limiter
	tokens map[event.ThrottleKey]*tokenLimit
	bonus  bool // Config.BurstBonus
}

// of returns the limiter of a key, or nil where there is no limit. With follow an edited limit begins
// a new count, as the product does for subscriptions; without it what is there stays, as for
// applications.
func (l *limiters) of(key event.ThrottleKey, want limiter, follow bool) *limiter {
	if want.max <= 0 {
		return nil
	}
	old := l.known[key]
	if old != nil && (!follow || old.max == want.max && old.unit == want.unit) {
		return old
	}
	l.known[key] = &want
	return &want
}

func (l *limiters) full() bool { return len(l.known)+len(l.tokens) >= maxLimiters }

// clean makes room. Routes that hold a limiter must be forgotten with it.
func (l *limiters) clean(now event.Mono) {
	maps.DeleteFunc(l.known, func(_ event.ThrottleKey, x *limiter) bool { return !x.open || now >= x.end })
	maps.DeleteFunc(l.tokens, func(_ event.ThrottleKey, x *tokenLimit) bool { return now >= x.end })
	if l.full() {
		clear(l.known)
		clear(l.tokens)
	}
}

// allows tells whether a call may pass; without a limiter it may.
func (l *limiters) allows(now node.Clock, x *limiter) bool {
	return x == nil || x.take(now.Mono, l.bonus)
}

// next is when a limiter lets calls through again, on the wall clock.
func (x *limiter) next(now node.Clock) event.Wall { return now.Wall.Add(x.end.Sub(now.Mono)) }

// burst is a policy's burst limit. Any unit but min is a second (ThrottleHandler.java).
func burst(b event.Burst) limiter {
	unit := event.Second
	if b.Unit == "min" {
		unit = event.Minute
	}
	return limiter{max: b.Count, unit: unit}
}

// hardLimit is an API's limit for a key type in calls and in tokens, and its key.
func hardLimit(a *event.API, keyType string) (event.ThrottleKey, limiter, tokenLimit) {
	limit, name := a.Production, ":PRODUCTION_HARD_LIMIT"
	if keyType == sandbox {
		limit, name = a.Sandbox, ":SANDBOX_HARD_LIMIT"
	}
	if limit.Unit <= 0 {
		limit.Unit = event.Second
	}
	return apiKey(a) + event.ThrottleKey(":"+keyType+name), limiter{max: limit.Max, unit: limit.Unit}, tokenLimit{max: limit.Tokens, unit: limit.Unit}
}
