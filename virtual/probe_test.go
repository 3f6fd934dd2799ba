package virtual

import (
	"slices"
	"testing"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/node"
	"hubsim/world"
)

// prober opens a session to b-1 and probes it every second, with a patience of 3 s. It goes on whatever it hears.
type prober struct {
	next  event.Mono
	heard []event.Mono
	why   []event.Reason
}

func (p *prober) Deadline() event.Mono { return p.next }

func (p *prober) Step(now node.Clock, in node.Input, out *node.Output) {
	switch in.Kind {
	case node.Boot:
		p.next = event.Never
		out.Open(1, event.Endpoint{Node: "b-1", Service: event.Feed})
	case node.Up:
		p.next = event.Mono(event.Second)
		out.Send(1, &event.Batch{Seq: 1})
	case node.Tick:
		out.Probe(1, 3*event.Second)
		p.next = now.Mono.Add(event.Second)
	case node.Unreachable:
		p.heard, p.why = append(p.heard, now.Mono), append(p.why, in.Reason)
	case node.Down:
		p.next = event.Never
	}
}

func TestWhatAProbeFinds(t *testing.T) {
	ms := func(d ...int) (at []event.Mono) {
		for _, x := range d {
			at = append(at, event.Mono(x)*event.Mono(event.Millisecond))
		}
		return at
	}
	for _, row := range []struct {
		why, schedule string
		heard         []event.Mono
		reason        event.Reason
	}{
		{"undisturbed, nothing is heard", "", nil, 0},
		{"a member that crashes resets its sessions, and there is nothing left to probe", "at 1500ms crash b-1", nil, 0},
		{"a crash that comes while the probe is on its way is a reset first, and the refusal is not heard", "at 2005ms crash b-1", nil, 0},
		{"a paused member's port takes connections", "at 1500ms for 4s pause b-1", nil, 0},
		{"a session that was cut in the middle looks well, since a new connection is taken", "at 1500ms for 4s half-open a-1>b-1", nil, 0},
		{"a link that is refused resets what crosses it", "at 1500ms for 4s refuse a-1>b-1", nil, 0},
		{"a name that has no address any more is not reached, though the session is there", "at 1500ms for 2s no-name a-1>b-1", ms(2000, 3000), event.Unresolved},
		{"a machine that is slow to accept has a kernel that takes connections", "at 1500ms for 4s slow-accept a-1>b-1 5s", nil, 0},
		{"a frozen link lets a probe hang for as long as the patience", "at 1500ms for 4s freeze a-1>b-1", ms(5000), event.TimedOut},
		{"so does a link that holds back what goes there", "at 1500ms for 4s stall a-1>b-1", ms(5000), event.TimedOut},
		{"and one that holds back the answer", "at 1500ms for 4s stall b-1>a-1", ms(5000), event.TimedOut},
		{"a freeze that is over before is not noticed", "at 1500ms for 3s freeze a-1>b-1", nil, 0},
		{"of a crash behind a stalled line neither the reset nor the refusal comes", "at 1s for 8s stall b-1>a-1\nat 1500ms crash b-1", ms(4000, 5000, 6000, 7000, 8000, 9000), event.TimedOut},
		{"a dead member's port refuses, while the reset waits behind an answer that is late", "at 25ms for 10ms delay b-1>a-1 6s\nat 1500ms crash b-1",
			ms(2020, 3020, 4020, 5020, 6020), event.Refused},
	} {
		faults, err := fault.Parse(row.schedule)
		if err != nil {
			t.Fatal(err)
		}
		p := &prober{}
		w := &world.World{
			Seed: 1, Length: 10 * event.Second, Faults: faults, Links: world.Links{Near: world.Latency{Base: 10 * event.Millisecond}},
			Members: []world.Member{
				{ID: "b-1", Role: node.TrafficManager, New: func() node.Node { return &echo{} }},
				{ID: "a-1", Role: node.Gateway, New: func() node.Node { return p }},
			},
		}
		if _, err := Run(w); err != nil {
			t.Fatalf("%s: %v", row.why, err)
		}
		if !slices.Equal(p.heard, row.heard) || slices.ContainsFunc(p.why, func(r event.Reason) bool { return r != row.reason }) {
			t.Errorf("%s: heard %v %v, want %v %v", row.why, p.heard, p.why, row.heard, row.reason)
		}
	}
}
