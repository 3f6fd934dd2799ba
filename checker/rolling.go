package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/trace"
)

// Rolling checks that no stretch of time as long as a window holds more served calls than the quota,
// wherever it begins. Fixed windows cannot promise that: up to twice the quota fits around an edge.
type Rolling struct {
	setup *Setup
	keys  map[event.ThrottleKey]*rolling
	order []*rolling
}

// rolling is what one key served within the last window.
type rolling struct {
	Counted
	at   []event.Mono // oldest first, from head on
	head int
	most int64
	when event.Mono
}

// NewRolling makes the checker.
func NewRolling(s *Setup) *Rolling { return &Rolling{setup: s, keys: map[event.ThrottleKey]*rolling{}} }

// Observe implements trace.Observer.
func (c *Rolling) Observe(r *trace.Record) {
	reply, ok := r.Msg.(*event.Reply)
	if r.Kind != trace.Answered || !ok || reply.Code != event.Served || r.Request == nil {
		return
	}
	for _, k := range c.setup.Counted(r.Request) {
		if k.Measure != Calls || k.GoesOn {
			continue // it holds calls against quotas of calls that stop them
		}
		one := c.keys[k.Key]
		if one == nil {
			one = &rolling{Counted: k}
			c.keys[k.Key] = one
			c.order = append(c.order, one)
		}
		one.serve(r.At)
	}
}

// serve enters a call and drops what is older than a window.
func (k *rolling) serve(at event.Mono) {
	k.at = append(k.at, at)
	for at.Sub(k.at[k.head]) >= k.Window {
		k.head++
	}
	if n := int64(len(k.at) - k.head); n > k.most {
		k.most, k.when = n, at
	}
	if k.head > len(k.at)/2 {
		k.at, k.head = append(k.at[:0], k.at[k.head:]...), 0
	}
}

// Finish implements Checker.
func (c *Rolling) Finish() Outcome {
	out := Outcome{Check: "rolling-window", Bound: "the quota in any stretch as long as a window"}
	bad := 0
	var worst *rolling
	for _, k := range c.order {
		if k.most >= k.Quota {
			out.Exercised++
		}
		if k.most > k.Quota {
			bad++
			out.detail("%s: %d served within %s, up to %s; the quota is %d", k.Key, k.most, words.Duration(k.Window), clockTime(k.when), k.Quota)
		}
		if worst == nil || k.most-k.Quota > worst.most-worst.Quota {
			worst = k
		}
	}
	if worst != nil {
		out.Worst = fmt.Sprintf("%d of a quota of %d", worst.most, worst.Quota)
	}
	out.judge(bad)
	return out
}
