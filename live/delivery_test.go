package live_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"hubsim/broker/natsbroker"
	"hubsim/checker"
	"hubsim/event"
	"hubsim/live"
	"hubsim/scenarios"
	"hubsim/trace"
)

// breaking is what of a scenario's sessions breaks while it runs.
const breaking = `
faults: |
  at 3s reset gw-*>cp-1
  at 4s crash cp-2 for 1s
  at 5s crash tm-1 for 1s
`

// tape keeps a run's records.
type tape struct{ records []trace.Record }

func (t *tape) Observe(r *trace.Record) { t.records = append(t.records, *r) }

// validate plays records to the check.
func validate(records []trace.Record, length event.Duration) checker.Outcome {
	c := checker.NewDelivery(&checker.Setup{Length: length})
	for i := range records {
		c.Observe(&records[i])
	}
	return c.Finish()
}

// TestLiveTracesAreWhatTheModelAllows runs a whole scenario on real brokers and real sockets, while
// sessions break, and holds the trace against the modelled broker; then it spoils the trace in each way
// that the model would not do, and the check sees it. (What runs whole, the drivers' comparison has.)
func TestLiveTracesAreWhatTheModelAllows(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("equal.yaml", []byte(equal+breaking))
	if err != nil {
		t.Fatal(err)
	}
	said := &tape{}
	e, err := s.Prepare(scenarios.Options{Seed: 1, Watch: said, Delivery: true})
	if err != nil {
		t.Fatal(err)
	}
	b := natsbroker.New(natsbroker.Defaults())
	defer b.Close()
	ran, err := live.Run(context.Background(), e.World, b, live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	delivery(t, e.Conclude(ran))
	for what, spoil := range spoilers {
		worse := validate(spoil(t, slices.Clone(said.records)), e.World.Length)
		if worse.Verdict != checker.Violated || !strings.Contains(worse.Worst, what) {
			t.Errorf("%s: %v: %s %v", what, worse.Verdict, worse.Worst, worse.Details)
		}
	}
}

// delivery fails the test unless the check of that name held, and had something to hold.
func delivery(t *testing.T, r checker.Result) {
	t.Helper()
	i := slices.IndexFunc(r.Outcomes, func(o checker.Outcome) bool { return o.Check == checker.DeliveryCheck })
	if i < 0 || r.Outcomes[i].Verdict != checker.Holds || r.Outcomes[i].Exercised < 100 {
		t.Errorf("%s: %+v", r.Driver, r.Outcomes)
		return
	}
	t.Logf("%s: %s", r.Driver, r.Outcomes[i].Worst)
}

// spoilers change a trace so that a check must say the name.
var spoilers = map[string]func(*testing.T, []trace.Record) []trace.Record{
	"lost without a reason": func(t *testing.T, all []trace.Record) []trace.Record {
		_, second := neighbours(t, all)
		return slices.Delete(all, second, second+1)
	},
	"out of order": func(t *testing.T, all []trace.Record) []trace.Record {
		first, second := neighbours(t, all)
		all[first].ID, all[second].ID = all[second].ID, all[first].ID
		return all
	},
	"twice": func(t *testing.T, all []trace.Record) []trace.Record {
		first, _ := neighbours(t, all)
		return slices.Insert(all, first, all[first])
	},
	"never sent": func(t *testing.T, all []trace.Record) []trace.Record {
		first, _ := neighbours(t, all)
		all[first].ID += 1 << 40
		return all
	},
	"without a subscription": func(t *testing.T, all []trace.Record) []trace.Record {
		first, _ := neighbours(t, all)
		all[first].Session += 1000
		return all
	},
	"answered wrongly": func(t *testing.T, all []trace.Record) []trace.Record {
		i := slices.IndexFunc(all, func(r trace.Record) bool {
			_, ack := r.Msg.(*event.BatchAck)
			return ack && r.Kind == trace.Received
		})
		all[i].Msg = &event.BatchAck{Seq: 1 << 40}
		return all
	},
}

// neighbours finds two publishes of one session that one subscriber received, not its first one and not
// its last one.
func neighbours(t *testing.T, all []trace.Record) (first, second int) {
	t.Helper()
	type way struct {
		from event.NodeID
		by   int32
		to   event.NodeID
		on   int32
		t    event.Topic
	}
	sender := map[uint64]trace.Record{}
	came := map[way][]int{}
	for i, r := range all {
		p, ok := r.Msg.(*event.Publish)
		switch {
		case !ok || r.Service != event.Topics:
		case r.Kind == trace.Sent:
			sender[r.ID] = r
		case r.Kind == trace.Received:
			from := sender[r.ID]
			w := way{from.Node, int32(from.Session), r.Node, int32(r.Session), p.Topic}
			if came[w] = append(came[w], i); len(came[w]) == 4 {
				return came[w][1], came[w][2]
			}
		}
	}
	t.Fatal("nobody received four messages of one session on one topic")
	return 0, 0
}
