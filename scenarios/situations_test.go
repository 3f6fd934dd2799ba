package scenarios

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// situations are what must come about at least once while the catalogue runs: rules that nothing exercises are
// held true by nobody.
type situations struct {
	mu   sync.Mutex
	seen map[string]string // situation → the run in which it came about first
	runs int
}

// noted are the situations that one note of a node tells of.
var noted = map[string]func(r *trace.Record, n *node.Note) bool{
	"a decision arrives when its window is over": func(_ *trace.Record, n *node.Note) bool { return n.Fact == node.DecisionApplied && n.On && n.N == 1 },
	"an event is published to a hub that nobody is attached to again": func(r *trace.Record, n *node.Note) bool {
		return n.Fact == node.Taken && n.N == 0 && r.Incarnation > 1
	},
	"an event comes too late to be counted": func(_ *trace.Record, n *node.Note) bool {
		return n.Fact == node.CountDropped && n.Reason == event.LateDropped
	},
	"a ring is full": func(_ *trace.Record, n *node.Note) bool {
		return n.Fact == node.EventDropped && n.Reason == event.BufferFull
	},
	"a subscriber that is too slow is cut off":    func(_ *trace.Record, n *node.Note) bool { return n.Fact == node.Lost && n.Reason == event.SlowConsumer },
	"a copy waits in a broker":                    func(_ *trace.Record, n *node.Note) bool { return n.Fact == node.CopyWaits },
	"a revocation is learned by a pull":           func(_ *trace.Record, n *node.Note) bool { return n.Fact == node.RevocationKnown && n.Detail == "pull" },
	"a traffic manager waits for shared counters": func(_ *trace.Record, n *node.Note) bool { return n.Fact == node.CounterWaited && n.On },
	"a publisher finds no broker":                 func(_ *trace.Record, n *node.Note) bool { return n.Fact == node.PublishDropped },
	"a silent connection is given up by its heartbeat": func(_ *trace.Record, n *node.Note) bool {
		return n.Fact == node.SessionLost && n.Reason == event.HeartbeatMissed
	},
	"a consumer waits longer than twenty seconds": func(_ *trace.Record, n *node.Note) bool {
		return n.Fact == node.SessionRetry && n.N > int64(20*event.Second)
	},
}

// crossed are the situations that one record of what crosses a border, or of a fault, tells of.
var crossed = map[string]func(r *trace.Record) bool{
	"a half-open connection swallows an event": func(r *trace.Record) bool {
		return r.Kind == trace.Dropped && r.Reason == event.Swallowed && r.Service == event.Topics
	},
	"a batch is on its way when its traffic manager dies": func(r *trace.Record) bool {
		_, batch := r.Msg.(*event.Batch)
		return r.Kind == trace.Dropped && batch && (r.Reason == event.NodeDown || r.Reason == event.BrokenInFlight)
	},
	"a node dies at a mark":  func(r *trace.Record) bool { return r.Kind == trace.FaultHit && strings.HasPrefix(r.Mark, "on mark") },
	"a consumer is a zombie": func(r *trace.Record) bool { return r.Kind == trace.FaultHit && strings.Contains(r.Mark, " zombie ") },
	"inputs wait in a pause": func(r *trace.Record) bool { return r.Kind == trace.FaultHit && strings.Contains(r.Mark, " pause ") },
	"a call finds its gateway down": func(r *trace.Record) bool {
		reply, ok := r.Msg.(*event.Reply)
		return r.Kind == trace.Answered && ok && reply.Code == event.Unavailable
	},
}

// downWhileRevoked is the situation that takes more than one record.
const downWhileRevoked = "the brokers of all control planes, two or more, are down while a token is revoked"

// onlooker watches one run for situations.
type onlooker struct {
	all     *situations
	run     string
	found   map[string]bool
	brokers map[event.NodeID]bool // of control planes: running
}

func (s *situations) look(run string) *onlooker {
	return &onlooker{all: s, run: run, found: map[string]bool{}, brokers: map[event.NodeID]bool{}}
}

// Observe implements trace.Observer.
func (o *onlooker) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Noted:
		for what, is := range noted {
			if !o.found[what] && is(r, &r.Note) {
				o.found[what] = true
			}
		}
		return
	case trace.Booted, trace.Stopped:
		if strings.HasSuffix(string(r.Node), ".broker") && strings.Contains(string(r.Node), "cp-") {
			o.brokers[r.Node] = r.Kind == trace.Booted
		}
	case trace.Called:
		if s, ok := r.Msg.(*event.Step); ok && s.Revoke != nil && o.dark() {
			o.found[downWhileRevoked] = true
		}
	}
	for what, is := range crossed {
		if !o.found[what] && is(r) {
			o.found[what] = true
		}
	}
}

// dark tells whether two brokers or more are known and none runs.
func (o *onlooker) dark() bool {
	for _, up := range o.brokers {
		if up {
			return false
		}
	}
	return len(o.brokers) > 1
}

// done adds what the run has shown.
func (o *onlooker) done() {
	o.all.mu.Lock()
	defer o.all.mu.Unlock()
	o.all.runs++
	for what := range o.found {
		if o.all.seen[what] == "" {
			o.all.seen[what] = o.run
		}
	}
}

// missing reports what no run of the whole catalogue has shown.
func (s *situations) missing(t *testing.T) {
	if s.runs < len(Names())*len(Profiles) {
		return // some were left out
	}
	all := []string{downWhileRevoked}
	for what := range noted {
		all = append(all, what)
	}
	for what := range crossed {
		all = append(all, what)
	}
	slices.Sort(all)
	for _, what := range all {
		if s.seen[what] == "" {
			t.Errorf("no scenario has shown it: %s", what)
		} else {
			t.Logf("%s: %s", what, s.seen[what])
		}
	}
}
