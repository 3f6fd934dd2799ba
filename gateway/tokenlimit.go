package gateway

import (
	"hubsim/event"
	"hubsim/node"
)

// tokenLimit is the hard limit of an AI API in tokens, for a key type at this gateway alone
// (TokenBaseThrottlingCountHolder.java). A call is charged with its response, when its usage is known, and calls
// are refused while a sum has reached its limit. How the product counts is deduced: one window for the three
// sums, opened by the first response; without the free call of a limiter of calls.
type tokenLimit struct {
	max, used event.Tokens
	unit      event.Duration
	end       event.Mono
}

// over tells whether a sum of the open window has reached its limit; without limits none has.
func (l *tokenLimit) over(now event.Mono) bool {
	if l == nil || now >= l.end {
		return false
	}
	reached := func(used, most int64) bool { return most > 0 && used >= most }
	return reached(l.used.Prompt, l.max.Prompt) || reached(l.used.Completion, l.max.Completion) || reached(l.used.Total, l.max.Total)
}

// charge adds what a call used.
func (l *tokenLimit) charge(now event.Mono, u *event.Usage) {
	if l == nil || u == nil {
		return
	}
	if now >= l.end {
		l.end, l.used = now.Add(l.unit), event.Tokens{}
	}
	l.used.Prompt += u.Prompt
	l.used.Completion += u.Completion
	l.used.Total += u.Total()
}

// ofTokens returns the counter of a hard limit, nil where tokens have none. An edited limit begins a new count.
func (l *limiters) ofTokens(key event.ThrottleKey, want tokenLimit) *tokenLimit {
	if want.max == (event.Tokens{}) {
		return nil
	}
	if old := l.tokens[key]; old != nil && old.max == want.max && old.unit == want.unit {
		return old
	}
	l.tokens[key] = &want
	return &want
}

// hardLimited asks the hard limits of an API, of calls and of tokens.
func (g *Gateway) hardLimited(now node.Clock, r *route) bool {
	return r.hardTokens.over(now.Mono) || !g.limiters.allows(now, r.hard)
}
