package live_test

import (
	"context"
	"strings"
	"testing"

	"hubsim/broker/natsbroker"
	"hubsim/checker"
	"hubsim/keyvalue/natskv"
	"hubsim/live"
	"hubsim/scenarios"
)

const shared = `
name: shared
question: Do two traffic managers share a counter over a real store, and get over its faults?
deployment: {pattern: gw-cp-tm-shared}
catalog:
  policies:
    - {name: Twenty, level: subscription, quota: 20, window: 4s}
  apis:
    - {name: pizza}
  apps:
    - {name: mobile, subscribe: {pizza: Twenty}}
length: 17s
workload:
  - {from: 4s, for: 12s, rate: 10}
faults: |
  at 8500ms for 500ms half-open tm-1>kv
  at 9500ms for 500ms delay tm-2>kv 100ms
  at 12500ms for 500ms crash kv
checks:
  - {check: over-admission, allow: [event-in-flight, decision-in-flight, boundary-carry, shared-counter-behind]}
  - {check: under-admission, allow: [late-decision]}
  - {check: counter-wait, most: 1s}
  - {check: accounting}
expect: {hardened: {}}
`

// TestSharedCountersOverJetStream runs hardened traffic managers on a real store that is cut off, slow,
// and gone with all that was in it: nobody stands still, every command has one fate, and no count that
// had come together is wrong.
func TestSharedCountersOverJetStream(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("shared.yaml", []byte(shared))
	if err != nil {
		t.Fatal(err)
	}
	r := proving(t, func() checker.Result {
		e := prepare(t, s, "hardened", nil)
		b, stores := natsbroker.New(natsbroker.Defaults()), natskv.New()
		ran, err := live.Run(context.Background(), e.World, b, live.Options{Counters: stores})
		b.Close()
		stores.Close()
		if err != nil {
			t.Fatal(err)
		}
		return e.Conclude(ran)
	})
	judge(t, r)
	if r.Quota.Windows < 3 {
		t.Errorf("the quota was reached in %d windows, want 3", r.Quota.Windows)
	}
}

// TestTheModelledStoreRunsLive runs the machine in the process where no real store is given.
func TestTheModelledStoreRunsLive(t *testing.T) {
	t.Parallel()
	text := shared[:strings.Index(shared, "faults:")] + shared[strings.Index(shared, "checks:"):]
	s, err := scenarios.Parse("modelled.yaml", []byte(strings.Replace(text, "length: 17s", "length: 9s", 1)))
	if err != nil {
		t.Fatal(err)
	}
	e := prepare(t, s, "wso2", nil)
	b := natsbroker.New(natsbroker.Defaults())
	ran, err := live.Run(context.Background(), e.World, b, live.Options{})
	b.Close()
	if err != nil {
		t.Fatal(err)
	}
	r := e.Conclude(ran)
	for _, o := range r.Outcomes {
		if o.Check == "accounting" && o.Verdict != checker.Holds {
			t.Errorf("%s: %s", o.Verdict, o.Worst)
		}
	}
	if n := r.Quota.Over[checker.SplitCounting]; n > 0 || r.Quota.Windows == 0 {
		t.Errorf("%d calls leaked by split counting, %d windows were used up", n, r.Quota.Windows)
	}
}
