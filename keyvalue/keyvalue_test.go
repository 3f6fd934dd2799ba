package keyvalue

import (
	"fmt"
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// bench is a store with one client, at an instant.
type bench struct {
	*Store
	at event.Mono
}

func newBench(c Config) *bench {
	b := &bench{Store: New(c)}
	b.step(node.Input{Kind: node.Up, Session: -1, Peer: "tm-1", Service: event.Counters})
	return b
}

func (b *bench) step(in node.Input) []node.Act {
	var out node.Output
	b.Step(node.Clock{Mono: b.at}, in, &out)
	return out.Acts
}

// do carries out a command and says its answer.
func (b *bench) do(op event.CounterOp) string {
	for _, a := range b.step(node.Input{Kind: node.Received, Session: -1, Msg: &op}) {
		if r, ok := a.Msg.(*event.CounterResult); ok {
			switch {
			case !r.OK:
				return "refused"
			case !r.There:
				return "nothing"
			}
			return fmt.Sprint(r.N)
		}
	}
	return "silence"
}

func TestCommands(t *testing.T) {
	const most = 1<<63 - 1
	steps := []struct {
		what string
		wait event.Duration
		op   event.CounterOp
		want string
	}{
		{"a key that was never set is not there", 0, event.CounterOp{Do: event.CounterGet, Key: "a"}, "nothing"},
		{"adding makes a key", 0, event.CounterOp{Do: event.CounterAdd, Key: "a", N: 5}, "5"},
		{"subtracting goes below zero", 0, event.CounterOp{Do: event.CounterAdd, Key: "a", N: -8}, "-3"},
		{"adding nothing reads", 0, event.CounterOp{Do: event.CounterAdd, Key: "a"}, "-3"},
		{"setting forgets what was there", 0, event.CounterOp{Do: event.CounterSet, Key: "a", N: most}, fmt.Sprint(most)},
		{"what would overflow is refused", 0, event.CounterOp{Do: event.CounterAdd, Key: "a", N: 1}, "refused"},
		{"and changes nothing", 0, event.CounterOp{Do: event.CounterGet, Key: "a"}, fmt.Sprint(most)},
		{"a key with an expiry is there", 0, event.CounterOp{Do: event.CounterSet, Key: "b", N: 7, Expire: event.Second}, "7"},
		{"until the last moment", 999 * event.Millisecond, event.CounterOp{Do: event.CounterGet, Key: "b"}, "7"},
		{"adding keeps the expiry", 0, event.CounterOp{Do: event.CounterAdd, Key: "b", N: 1}, "8"},
		{"and then it is gone", event.Millisecond, event.CounterOp{Do: event.CounterGet, Key: "b"}, "nothing"},
		{"adding to it begins anew", 0, event.CounterOp{Do: event.CounterAdd, Key: "b", N: 1}, "1"},
		{"with no expiry", event.Hour, event.CounterOp{Do: event.CounterGet, Key: "b"}, "1"},
		{"setting without an expiry takes it away", 0, event.CounterOp{Do: event.CounterSet, Key: "b", N: 2, Expire: event.Second}, "2"},
		{"for good", 0, event.CounterOp{Do: event.CounterSet, Key: "b", N: 3}, "3"},
		{"as can be seen", event.Hour, event.CounterOp{Do: event.CounterGet, Key: "b"}, "3"},
		{"what is no command is refused", 0, event.CounterOp{Key: "b"}, "refused"},
	}
	b := newBench(Hardened())
	for _, s := range steps {
		b.at = b.at.Add(s.wait)
		if got := b.do(s.op); got != s.want {
			t.Errorf("%s: %s, want %s", s.what, got, s.want)
		}
	}
}

func TestKeysAreBounded(t *testing.T) {
	b := newBench(Config{Keys: 2})
	for i, want := range []string{"1", "1", "refused"} {
		if got := b.do(event.CounterOp{Do: event.CounterAdd, Key: fmt.Sprint(i), N: 1}); got != want {
			t.Errorf("key %d: %s, want %s", i, got, want)
		}
	}
	if got := b.do(event.CounterOp{Do: event.CounterAdd, Key: "0", N: 1}); got != "2" {
		t.Errorf("a key that is there: %s, want 2", got)
	}
}

// TestExpiredKeysGo writes a key a window, as hardened traffic managers do, and expects that what nobody
// asks for any more is not kept.
func TestExpiredKeysGo(t *testing.T) {
	b := newBench(WSO2())
	for window := range 1000 {
		for range 10 {
			b.do(event.CounterOp{Do: event.CounterSet, Key: fmt.Sprint(window), N: 1, Expire: 2 * event.Second})
		}
		b.at = b.at.Add(event.Second)
	}
	if len(b.keys) > 5 || len(b.dying) > 5 {
		t.Errorf("%d keys and %d to watch are kept of 1000, 2 are alive", len(b.keys), len(b.dying))
	}
}

func TestOddInputs(t *testing.T) {
	b := newBench(WSO2())
	closes := func(acts []node.Act) bool { return len(acts) == 1 && acts[0].Verb == node.Close }
	if !closes(b.step(node.Input{Kind: node.Up, Session: -2, Service: event.Topics})) {
		t.Error("a session for topics is not closed")
	}
	for _, m := range []event.Message{nil, (*event.CounterOp)(nil), &event.Heartbeat{}} {
		acts := b.step(node.Input{Kind: node.Received, Session: -1, Msg: m})
		if len(acts) != 1 || acts[0].Note.Reason != event.Malformed {
			t.Errorf("%T: %+v, want it ignored as malformed", m, acts)
		}
	}
	acts := b.step(node.Input{Kind: node.Called, Call: 1, Msg: &event.Step{}})
	if done, ok := acts[0].Msg.(*event.StepDone); !ok || done.Status != 400 {
		t.Errorf("a call: %+v, want status 400", acts)
	}
}
