package trafficmgr

import (
	"fmt"
	"strings"
	"testing"

	"hubsim/event"
)

// bench is one plan and what happens to it, written as on the page: times in seconds after t0.
type bench struct {
	t    *testing.T
	set  *PlanSet
	said []string
}

const keyK = "7:/pizza/1.0.0:1.0.0:Five"

func newBench(t *testing.T, p Policy, rules Rules) *bench {
	t.Helper()
	s, err := Deploy(p, rules)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{t: t, set: s}
}

// five is a policy of limit 5 in a minute.
func five(l event.Level) Policy {
	return Policy{Level: l, Name: "Five", Tenant: event.Super, Quota: Quota{Kind: RequestCount, Limit: 5}, Unit: event.Minute}
}

func at(seconds float64) event.Wall { return t0 + event.Wall(seconds*1000+0.5) }

func (b *bench) event(seconds float64) { b.stamped(seconds, seconds, keyK, "") }

func (b *bench) stamped(seconds, stamp float64, key event.ThrottleKey, props string) {
	b.t.Helper()
	p, err := ParseProperties(props)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, plan := range b.set.Eligible(p) {
		plan.Count(at(seconds), &Arrival{Key: key, At: at(stamp), Properties: p})
		b.take(plan)
	}
}

func (b *bench) timer(seconds float64) {
	for _, plan := range b.set.Plans {
		plan.Fire(at(seconds))
		b.take(plan)
	}
}

func (b *bench) take(p *ExecutionPlan) {
	for _, r := range p.Rows() {
		key := strings.TrimPrefix(string(r.Key), keyK)
		b.said = append(b.said, strings.TrimLeft(fmt.Sprintf("%s %t %d", key, r.On, (r.Expiry-t0)/1000), " "))
	}
}

// says compares what was emitted since the last time, "KEY FLAG EXPIRY" without key for K.
func (b *bench) says(what string, want ...string) {
	b.t.Helper()
	if got := strings.Join(b.said, ", "); got != strings.Join(want, ", ") {
		b.t.Errorf("%s: emitted [%s], want [%s]", what, got, strings.Join(want, ", "))
	}
	b.said = nil
}

// TestWorkedExample is a run of the real engine, line by line: five a minute, over-run on purpose in
// the second window.
func TestWorkedExample(t *testing.T) {
	b := newBench(t, five(event.SubscriptionLevel), Rules{})
	b.event(10)
	b.says("the first event of the key", "false 60")
	b.event(11)
	b.event(12)
	b.event(13)
	b.says("2 to 4 of 5")
	b.event(14)
	b.says("the fifth", "true 60")
	b.timer(60)
	b.says("the window's end", "false 60")
	b.event(61)
	b.says("a false after a false")
	b.stamped(62, 59.999, keyK, "")
	b.says("a late event")
	for i, want := range []string{"", "", "", "true 120", "true 120", "true 120", "true 120", "true 120"} {
		b.event(70 + float64(i)/10)
		b.says(fmt.Sprintf("event %d of the second burst", i+1), want)
	}
	b.timer(120)
	b.says("the second window's end", "false 120")
}

// TestLatency is deduced from the rules of ThrottleStreamProcessor.java and EmitOnStateChange.java: a
// gateway that hears of a decision 350 ms after the request that caused it lets three more through,
// and each repeats the decision.
func TestLatency(t *testing.T) {
	b := newBench(t, five(event.SubscriptionLevel), Rules{})
	type heard struct {
		at float64
		on bool
	}
	var decisions []heard
	admitted := 0
	for i := range 30 {
		now := 10 + float64(i)/10
		throttled := false
		for _, d := range decisions {
			if d.at <= now {
				throttled = d.on
			}
		}
		if throttled {
			continue
		}
		admitted++
		b.event(now)
		for _, r := range b.set.Plans[0].Rows() {
			decisions = append(decisions, heard{now + 0.35, r.On})
		}
	}
	b.timer(60)
	b.says("all of it", "false 60", "true 60", "true 60", "true 60", "true 60", "false 60")
	if admitted != 8 {
		t.Errorf("admitted %d, want 8", admitted)
	}
}

// perUser is a custom policy's query: five a minute of each user, from the first event on.
const perUser = `FROM RequestStream SELECT userId != 'admin@carbon.super' AS isEligible, userId AS throttleKey INSERT INTO EligibilityStream;
FROM EligibilityStream[isEligible==true]#throttler:timeBatch(1 min)
SELECT throttleKey, (count(throttleKey) >= 5) AS isThrottled, expiryTimeStamp GROUP BY throttleKey INSERT ALL EVENTS INTO ResultStream;`

// vector is a short run as the real engine answered it.
type vector struct {
	name   string
	policy Policy
	do     func(b *bench)
	want   string
}

func hold(t *testing.T, vectors []vector) {
	for _, c := range vectors {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, c.policy, Rules{})
			c.do(b)
			b.says("all of it", c.want)
		})
	}
}

// TestVectors are windows of a plan that counts requests.
func TestVectors(t *testing.T) {
	subscription := five(event.SubscriptionLevel)
	one := subscription
	one.Quota.Limit = 1
	hold(t, []vector{
		{"7 events, limit 5: false, three trues, false at the end", subscription, func(b *bench) {
			b.events(10, 7)
			b.timer(60)
		}, "false 60, true 60, true 60, true 60, false 60"},
		{"limit 1: the first message is true, no false before it", one, func(b *bench) {
			b.event(10)
		}, "true 60"},
		{"3 events in a later window say nothing", subscription, func(b *bench) {
			b.event(10)
			b.timer(60)
			b.events(61, 3)
			b.timer(120)
		}, "false 60"},
		{"a later window that reaches 5 says true once, with its own end", subscription, func(b *bench) {
			b.event(10)
			b.timer(60)
			b.events(61, 5)
		}, "false 60, true 120"},
		{"two throttled keys are released in order of first appearance", subscription, func(b *bench) {
			b.stamped(10, 10, "b", "")
			b.stamped(10, 10, "a", "")
			for range 4 {
				b.stamped(11, 11, "a", "")
				b.stamped(11, 11, "b", "")
			}
			b.timer(60)
		}, "b false 60, a false 60, a true 60, b true 60, b false 60, a false 60"},
		{"6 events stamped before the window are ignored; the next 5 throttle at the fifth", subscription, func(b *bench) {
			b.stamped(1, 1, "other", "")
			for range 6 {
				b.stamped(2, -1, keyK, "")
			}
			b.events(3, 5)
		}, "other false 60, false 60, true 60"},
		{"an event ahead of the timer rolls the window, is not counted, and its row carries the new end", subscription, func(b *bench) {
			b.events(10, 5)
			b.event(60)
			b.timer(60)
			b.events(61, 4)
			b.event(62)
		}, "false 60, true 60, false 120, true 120"},
	})
}

// TestVectorsOfOtherKinds are plans that count something else, and resets.
func TestVectorsOfOtherKinds(t *testing.T) {
	subscription, application := five(event.SubscriptionLevel), five(event.ApplicationLevel)
	bytes := subscription
	bytes.Quota = Quota{Kind: Bandwidth, Limit: 250}
	events := subscription
	events.Quota = Quota{Kind: EventCount, Limit: 3}
	custom := five(event.CustomLevel)
	custom.Query = perUser
	const reset = `{"reset":true}`
	hold(t, []vector{
		{"timeBatch without a start ends one unit after the first event", custom, func(b *bench) {
			b.event(10)
		}, "false 70"},
		{"bandwidth 250, events of 100: true at the third", bytes, func(b *bench) {
			for range 3 {
				b.stamped(10, 10, keyK, `{"messageSize":100}`)
			}
		}, "false 60, true 60"},
		{"event count 3: the fourth says true twice; no release at the end, but with the next event", events, func(b *bench) {
			b.events(10, 4)
			b.timer(60)
			b.event(61)
		}, "false 60, true 60, true 60, false 120"},
		{"a reset of an application: 5, reset, 5, and the next window needs 11", application, func(b *bench) {
			b.events(10, 5)
			b.stamped(20, 20, keyK, reset)
			b.events(30, 5)
			b.timer(60)
			b.events(61, 10)
			b.said = append(b.said, "|")
			b.event(62)
		}, "false 60, true 60, false 60, true 60, false 60, |, true 120"},
		{"a subscription knows no reset: it is an event like others", subscription, func(b *bench) {
			b.events(10, 4)
			b.stamped(20, 20, keyK, reset)
		}, "false 60, true 60"},
	})
}

// events are n events, ten milliseconds apart.
func (b *bench) events(seconds float64, n int) {
	for i := range n {
		b.event(seconds + float64(i)/100)
	}
}

// TestHardened is where hardened rules differ.
func TestHardened(t *testing.T) {
	application := five(event.ApplicationLevel)
	bytes := application
	bytes.Quota = Quota{Kind: Bandwidth, Limit: 250}
	tokens := five(event.SubscriptionLevel)
	tokens.Quota = Quota{Kind: AIQuota, Limit: 2, Total: 100}
	const reset = `{"reset":true}`
	for _, c := range []struct {
		name   string
		policy Policy
		rules  Rules
		do     func(b *bench)
		want   string
	}{
		{"after a reset the next window starts from 0", application, Rules{FreshWindows: true}, func(b *bench) {
			b.events(10, 5)
			b.stamped(20, 20, keyK, reset)
			b.timer(60)
			b.events(61, 5)
		}, "false 60, true 60, false 60, true 120"},
		{"an event without a size counts nothing and breaks nothing", bytes, Rules{FreshWindows: true}, func(b *bench) {
			b.stamped(10, 10, keyK, `{"messageSize":300}`)
			b.stamped(11, 11, keyK, `{}`)
			b.timer(60)
			b.stamped(61, 61, keyK, `{"messageSize":249}`)
		}, "true 60, true 60, false 60"},
		{"token sums do not drift once the requests are used up", tokens, Rules{FreshWindows: true}, func(b *bench) {
			for range 4 {
				b.stamped(10, 10, keyK, `{"TOTAL_TOKENS":10}`)
			}
			b.timer(60)
			b.stamped(61, 61, keyK, `{"TOTAL_TOKENS":100}`)
		}, "false 60, true 60, true 60, true 60, false 60, true 120"},
		{"a key's first event below the quota is worth no word", five(event.SubscriptionLevel), Rules{QuietFirst: true}, func(b *bench) {
			b.events(10, 5)
			b.timer(60)
		}, "true 60, false 60"},
		{"an event of a clock that is behind counts, one of an old window does not", five(event.SubscriptionLevel), Rules{QuietFirst: true, LateBy: 5 * event.Second}, func(b *bench) {
			b.events(10, 1)
			b.timer(60)
			b.stamped(61, 54, keyK, "")
			b.stamped(62, 55, keyK, "")
			b.events(63, 3)
			b.events(70, 1)
		}, "true 120"},
		{"a true is repeated at most once a second", five(event.SubscriptionLevel), Rules{RepeatTrueEvery: event.Second}, func(b *bench) {
			b.events(10, 50)
			b.said = append(b.said, "|")
			b.events(11.5, 20)
			b.timer(60)
			b.events(60.1, 5)
		}, "false 60, true 60, |, true 60, false 60, true 120"},
		{"a change is never held back", application, Rules{RepeatTrueEvery: event.Second}, func(b *bench) {
			b.events(10, 5)
			b.stamped(10.1, 10.1, keyK, reset)
			b.events(10.2, 5)
		}, "false 60, true 60, false 60, true 60"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, c.policy, c.rules)
			c.do(b)
			b.says("all of it", c.want)
		})
	}
}

// TestForgetting: a key that stayed away for two windows is gone, one that comes back is new, and
// nobody else notices.
func TestForgetting(t *testing.T) {
	b := newBench(t, five(event.SubscriptionLevel), Rules{ForgetIdle: true})
	plan := b.set.Plans[0]
	b.stamped(10, 10, "once", "")
	for minute := range 4 {
		b.stamped(20+60*float64(minute), 20+60*float64(minute), "often", "")
		b.timer(60 * float64(minute+1))
		_, k := plan.keys.lookup("once")
		if gone := k == nil; gone != (minute >= 2) {
			t.Errorf("after window %d: gone is %t", minute+1, gone)
		}
	}
	b.says("before it comes back", "once false 60", "often false 60")
	b.stamped(250, 250, "once", "")
	b.stamped(251, 251, "often", "")
	b.says("a key that was forgotten is new, the other is not", "once false 300")
}
