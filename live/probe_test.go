package live

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// probed is a link from a gateway to a receiver that somebody else plays, under faults that began.
func probed(t *testing.T, at, schedule string) *link {
	t.Helper()
	faults, err := fault.Parse(schedule)
	if err != nil {
		t.Fatal(err)
	}
	w := &world.World{Faults: faults, Members: []world.Member{{ID: "gw-1", Role: node.Gateway}, {ID: "tm-1", Role: node.TrafficManager}}}
	r, err := newRun(w, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.recorder.close() })
	r.faults.beginFirst()
	to := r.byID["tm-1"]
	to.addresses = map[event.Service]string{event.Feed: at}
	return r.link(r.byID["gw-1"], to, event.Feed)
}

func TestProbeIsARealConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	at := listener.Addr().String()
	if err := probed(t, at, "").probe(t.Context()); err != nil {
		t.Fatalf("the port listens: %v", err)
	}
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if said, err := io.ReadAll(conn); len(said) > 0 || err != nil {
		t.Errorf("the receiver reads %q and then %v, want nothing and the end", said, err)
	}
	if err := probed(t, at, "at 0s for 1h refuse gw-1>tm-1").probe(t.Context()); !errors.Is(err, errRefused) {
		t.Errorf("a fault refuses: %v", err)
	}
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := probed(t, at, "at 0s for 1h freeze gw-1>tm-1").probe(soon); dialReason(err) != event.TimedOut {
		t.Errorf("a frozen link: %v", err)
	}
	listener.Close()
	if err := probed(t, at, "").probe(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) || dialReason(err) != event.Refused {
		t.Errorf("nobody listens: %v", err)
	}
}

// prober opens one session and probes it every 20 ms, with a patience of 50 ms. It states what it hears.
type prober struct {
	next   event.Mono
	probes int64
}

func (p *prober) Deadline() event.Mono { return p.next }

func (p *prober) Step(now node.Clock, in node.Input, out *node.Output) {
	switch in.Kind {
	case node.Boot:
		p.next = event.Never
		out.Open(1, event.Endpoint{Node: "tm-1", Service: event.Feed})
	case node.Up:
		p.next = now.Mono
	case node.Tick:
		out.Probe(1, 50*event.Millisecond)
		p.probes++
		p.next = now.Mono.Add(20 * event.Millisecond)
		out.Note(node.Note{Fact: node.Counted, N: p.probes})
	case node.Unreachable:
		out.Note(node.Note{Fact: node.SessionLost, Reason: in.Reason})
		out.Close(in.Session)
		p.next = event.Never
	}
}

// deaf is a node that says nothing.
type deaf struct{}

func (deaf) Deadline() event.Mono                      { return event.Never }
func (deaf) Step(node.Clock, node.Input, *node.Output) {}

// ending ends a run at the first record that it is to.
type ending struct {
	is    func(r *trace.Record) bool
	end   context.CancelFunc
	found trace.Record
}

func (e *ending) Observe(r *trace.Record) {
	if e.found.Kind == 0 && e.is(r) {
		e.found = *r
		e.end()
	}
}

func TestOnlyAProbeThatFailsIsHeardOf(t *testing.T) {
	heard := func(r *trace.Record) bool { return r.Kind == trace.Noted && r.Note.Fact == node.SessionLost }
	for _, row := range []struct {
		what, schedule string
		is             func(r *trace.Record) bool
		why            event.Reason
	}{
		{"the port of a machine that is paused takes connections", "at 100ms for 1h pause tm-1", func(r *trace.Record) bool {
			return r.Note.N == 20 || heard(r)
		}, event.NoReason},
		{"a link that holds everything lets a probe have no answer", "at 100ms for 1h freeze gw-1>tm-1", heard, event.TimedOut},
	} {
		t.Run(row.what, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			faults, err := fault.Parse(row.schedule)
			if err != nil {
				t.Fatal(err)
			}
			seen := &ending{is: row.is, end: cancel}
			w := &world.World{Start: 1_700_000_000_000, Faults: faults, Watch: seen, Members: []world.Member{
				{ID: "tm-1", Role: node.TrafficManager, New: func() node.Node { return deaf{} }},
				{ID: "gw-1", Role: node.Gateway, New: func() node.Node { return &prober{} }},
			}}
			if _, err := Run(ctx, w, nil, Options{}); err != nil {
				t.Fatal(err)
			}
			if seen.found.Kind == 0 || seen.found.Note.Reason != row.why {
				t.Errorf("heard %+v, want %v", seen.found, row.why)
			}
		})
	}
}
