package virtual

import (
	"testing"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/node"
	"hubsim/trace"
)

// TestAFreezeThatOutlastsTCP holds that a connection on which something waits for longer than TCP sends again
// ends at both sides, and that one behind a shorter freeze does not.
func TestAFreezeThatOutlastsTCP(t *testing.T) {
	for _, row := range []struct {
		why, schedule string
		timedOut      int
	}{
		{"the link thaws in time", "at 10s for 900s freeze chatter-0>echo-0", 0},
		{"it does not", "at 10s for 1000s freeze chatter-0>echo-0", 2},
	} {
		t.Run(row.why, func(t *testing.T) {
			w := chatty(1, 1100*event.Second)
			for i := range w.Members {
				if c, ok := w.Members[i].New().(*chatter); ok {
					w.Members[i].New = func() node.Node { return &chatter{friend: c.friend, period: event.Second} }
				}
			}
			l := &ledger{open: map[uint64]bool{}, reasons: map[event.Reason]int{}}
			w.Watch = l
			var err error
			if w.Faults, err = fault.Parse(row.schedule); err != nil {
				t.Fatal(err)
			}
			if _, err = Run(w); err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, r := range l.records {
				if r.Kind == trace.Down && r.Reason == event.TimedOut {
					n++
					if at := event.Duration(r.At); at < 10*event.Second+fault.GivesUp || at > 12*event.Second+fault.GivesUp {
						t.Errorf("given up at %v", at)
					}
				}
			}
			if n != row.timedOut || len(l.open)+len(l.bad) > 0 {
				t.Errorf("%d ends timed out, want %d; %d messages have no fate, %d two", n, row.timedOut, len(l.open), len(l.bad))
			}
		})
	}
}
