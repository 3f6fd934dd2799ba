package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/event"
)

func TestUsageReview(t *testing.T) {
	const form = "name: x\nquestion: q?\ndeployment: {pattern: gw-cp-tm}\ncatalog:\n  policies: [%s]\n  apis: [{name: a, ai: %v}]\n  apps: [{name: b, subscribe: {a: P}}]\nlength: 9s\nworkload:\n  - {rate: 1, with: {usage: %s}}\nchecks: [{check: accounting}]\nexpect: {}\n"
	const policy = "{name: P, level: subscription, window: 1s, tokens: {total: 9}}"
	for _, c := range []struct {
		policy string
		ai     bool
		usage  string
		want   string // "": nothing is wrong
	}{
		{policy, true, "{prompt: 1, completion: 2, completion_to: 2, takes: 1s, takes_to: 1m}", ""},
		{"{name: P, level: subscription, quota: 5, window: 1s, tokens: {prompt: 9}}", true, "{}", ""},
		{policy, false, "{prompt: 1}", "10:29: workload[0].with.usage: none of the APIs that are called is one of AI: nobody would hear of it\nhint: say ai: true of the api"},
		{policy, true, "{prompt: -1}", "with.usage.prompt: -1 are no tokens of one call"},
		{policy, true, "{prompt: 5, prompt_to: 4}", "with.usage.prompt_to: 5 to 4 tokens are no range"},
		{policy, true, "{completion_to: 2000000000}", "with.usage.completion_to: 0 to 2000000000 tokens are no range"},
		{policy, true, "{takes: 2h}", "with.usage.takes: a response after 2h0m0s is later than 1m0s"},
		{policy, true, "{takes: 2s, takes_to: 1s}", "with.usage.takes_to: 2s to 1s is no range"},
		{policy, true, "{prompts: 1}", "did you mean prompt?"},
		{policy, true, "{prompt: many}", "a whole number is expected"},
		{"{name: P, level: subscription, window: 1s, tokens: {}}", true, "{}", "want a limit of requests or of tokens"},
		{"{name: P, level: subscription, window: 1s, tokens: {total: -9}}", true, "{}", "aiApiQuota.totalTokenCount: want no negative quota"},
		{"{name: P, level: subscription, window: 1s, quota: 5, unit: KB, tokens: {total: 9}}", true, "{}", "a quota is one of bytes or one of tokens"},
		{"{name: P, level: subscription, tokens: {total: 9}}", true, "{}", "a window of 0s is no length of time"},
		{policy + ", {name: Q, level: application, window: 1s, tokens: {total: 9}}", true, "{}", "only subscription policies count events or tokens"},
	} {
		s, err := Parse("x.yaml", fmt.Appendf(nil, form, c.policy, c.ai, c.usage))
		if err == nil {
			_, err = s.Prepare(Options{Profile: "wso2"})
		}
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with usage %s: %v, want %s", c.policy, c.usage, err, c.want)
		}
	}
}

// tokenLaw is a quota of tokens: nothing leaks but by the time of an answer and of the decision. A call uses 100
// tokens, the quota is used up in mid-window.
const tokenLaw = `
name: token-law
question: Does the overshoot of a quota of tokens obey its law?
deployment:
  pattern: gw-cp-tm
  topology: |
    links: {same_region: {latency: 100us}}
catalog:
  policies: [{name: Quota, level: subscription, window: 10s, tokens: {total: %d}}]
  apis: [{name: chat, ai: true}]
  apps: [{name: mobile, subscribe: {chat: Quota}}]
length: 310s
workload:
  - {from: 10s, for: 300s, arrivals: poisson, rate: 100, with: {usage: {prompt: 60, completion: 40, takes: %v}}}
faults: |
  at 5s delay tm-1.broker>gw-1 %v
checks:
  - {check: over-admission, allow: [usage-not-yet-known, event-in-flight, decision-in-flight]}
expect: {wso2: {}, hardened: {}}
`

// TestTokenOvershootObeysItsLaw: in the mean a window lets Λ·(T + D) calls past its quota, where T is the time of
// an answer and D the decision's way down. Those that are at the backend when the quota is used up come back
// with a cause of their own.
func TestTokenOvershootObeysItsLaw(t *testing.T) {
	const ms = event.Millisecond
	for _, c := range []struct{ takes, down event.Duration }{
		{0, 300 * ms}, {500 * ms, 10 * ms}, {1000 * ms, 100 * ms}, {2500 * ms, 10 * ms}, {2500 * ms, 400 * ms},
	} {
		t.Run(fmt.Sprintf("answers take %v, decisions %v", c.takes, c.down), func(t *testing.T) {
			t.Parallel()
			s, err := Parse("law.yaml", fmt.Appendf(nil, tokenLaw, 40_000, c.takes, c.down))
			if err != nil {
				t.Fatal(err)
			}
			r := simulate(t, s, Options{Profile: "wso2", Seed: 3})
			if r.Judgement != checker.Pass || r.Quota.Windows < 29 {
				t.Fatalf("%v %v, %d windows", r.Judgement, r.Reasons, r.Quota.Windows)
			}
			for what, one := range map[string]struct {
				calls int
				time  event.Duration
			}{
				"unknown yet": {r.Quota.Over[checker.UsageUnknown], c.takes},
				"in all":      {r.Quota.Over.Total(), c.takes + c.down},
			} {
				got, want := float64(one.calls)/float64(r.Quota.Windows), 100*one.time.Seconds()
				if got < 0.95*want-2 || got > 1.05*want+2 {
					t.Errorf("%s: %.1f calls over a window, the law says %.1f", what, got, want)
				}
			}
		})
	}
}
