package workload

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

func collect(l Load) []Arrival {
	var all []Arrival
	for a, ok := l.Next(); ok; a, ok = l.Next() {
		all = append(all, a)
	}
	return all
}

func one(p Pacer, length event.Duration) []Arrival {
	return collect(New(1, []Phase{{For: length, Pacer: p, Calls: make([]event.Request, 1), Gateways: []event.NodeID{"gw-1"}}}))
}

func TestPacers(t *testing.T) {
	const s = event.Second
	for _, row := range []struct {
		why   string
		pacer Pacer
		count int
		at    map[int]event.Duration // n-th call → instant
	}{
		{"two a second: the third call comes after one second", Constant{2}, 20, map[int]event.Duration{0: 0, 2: s, 19: 9500 * event.Millisecond}},
		{"a ramp from 0 to 10 in 10 s has half of its 50 calls after √½ of the time", Ramp{0, 10, 10 * s}, 50, map[int]event.Duration{0: 0, 25: 7071067811}},
		{"a ramp that has ended goes on at its last rate", Ramp{1, 1, 5 * s}, 10, map[int]event.Duration{7: 7 * s}},
		{"bursts of 3 within 30 ms, each 4 s", Burst{3, 4 * s, 30 * event.Millisecond}, 9, map[int]event.Duration{2: 20 * event.Millisecond, 3: 4 * s, 8: 8*s + 20*event.Millisecond}},
		{"recorded instants, what lies behind the end is left out", NewReplay([]event.Duration{3 * s, s, 11 * s}), 2, map[int]event.Duration{0: s, 1: 3 * s}},
	} {
		t.Run(row.why, func(t *testing.T) {
			got := one(row.pacer, 10*s)
			if len(got) != row.count {
				t.Fatalf("%d calls, want %d", len(got), row.count)
			}
			for n, want := range row.at {
				if d := got[n].At - want; d < -1 || d > 1 {
					t.Errorf("call %d at %v, want %v", n, got[n].At, want)
				}
			}
		})
	}
}

func TestPoissonHasItsRateAndItsSpread(t *testing.T) {
	const n = 20_000
	got := one(Poisson{Rate: 1000, Seed: 7}, 20*event.Second)
	if d := math.Abs(float64(len(got)) - n); d > 5*math.Sqrt(n) {
		t.Errorf("%d calls in 20 s at 1000/s", len(got))
	}
	var sum, squares float64
	for i := 1; i < len(got); i++ {
		gap := (got[i].At - got[i-1].At).Seconds()
		sum += gap
		squares += gap * gap
	}
	mean := sum / float64(len(got)-1)
	if cv := math.Sqrt(squares/float64(len(got)-1)-mean*mean) / mean; cv < 0.97 || cv > 1.03 {
		t.Errorf("the gaps' spread is %.3f of their mean, exponential gaps have 1", cv)
	}
}

func TestPhasesMergeInOrderAndTurn(t *testing.T) {
	calls := []event.Request{{Context: "/a"}, {Context: "/b"}}
	gateways := []event.NodeID{"gw-1", "gw-2"}
	got := collect(New(1, []Phase{
		{From: event.Second, For: event.Second, Pacer: Constant{4}, Calls: calls, Gateways: gateways},
		{From: 0, For: 2 * event.Second, Pacer: Constant{1}, Calls: calls[:1], Gateways: gateways[:1]},
		{From: 0, For: event.Second, Pacer: Constant{1}},
	}))
	want := []struct {
		at  event.Duration
		to  event.NodeID
		ctx string
	}{
		{0, "gw-1", "/a"}, {event.Second, "gw-1", "/a"}, {event.Second, "gw-1", "/a"},
		{1250 * event.Millisecond, "gw-2", "/a"}, {1500 * event.Millisecond, "gw-1", "/b"}, {1750 * event.Millisecond, "gw-2", "/b"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d calls, want %d", len(got), len(want))
	}
	for i, w := range want {
		a := got[i]
		if a.At != w.at || a.To != w.to || a.Req.Context != w.ctx || a.Req.ID != event.RequestID(i+1) {
			t.Errorf("call %d is %v to %s of %s with id %d, want %v", i, a.At, a.To, a.Req.Context, a.Req.ID, w)
		}
	}
}

func TestPacersNeverGoBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Float64Range(0.1, 5000)
		pacer := rapid.OneOf(
			rapid.Custom(func(t *rapid.T) Pacer { return Constant{rate.Draw(t, "rate")} }),
			rapid.Custom(func(t *rapid.T) Pacer {
				return Poisson{Rate: rate.Draw(t, "rate"), Seed: rapid.Uint64().Draw(t, "seed")}
			}),
			rapid.Custom(func(t *rapid.T) Pacer {
				return Ramp{rate.Draw(t, "from"), rate.Draw(t, "to"), event.Duration(rapid.IntRange(1, 60).Draw(t, "over")) * event.Second}
			}),
			rapid.Custom(func(t *rapid.T) Pacer {
				return Burst{rapid.Uint64Range(1, 50).Draw(t, "size"), event.Second, rapid.Just(event.Second/2).Draw(t, "spread")}
			}),
		).Draw(t, "pacer")
		var before event.Duration
		for n := range uint64(500) {
			at, ok := pacer.Next(before, n)
			if !ok {
				return
			}
			if at < before {
				t.Fatalf("%#v: call %d at %v after one at %v", pacer, n, at, before)
			}
			before = at
		}
	})
}

// TestPlacesAreGateways: at one place is one gateway, whatever phase calls it, in turn or drawn.
func TestPlacesAreGateways(t *testing.T) {
	const s = event.Second
	calls := []event.Request{{Context: "/a"}}
	w := New(1, []Phase{
		{For: 20 * s, Pacer: Constant{5}, Calls: calls, Gateways: []event.NodeID{"gw-1", "gw-2"}},
		{For: 20 * s, Pacer: Constant{5}, Calls: calls, Gateways: []event.NodeID{"gw-3", "gw-2", "gw-4"}, Random: true},
	})
	at := map[int]event.NodeID{}
	for a, ok := w.Next(); ok; a, ok = w.Next() {
		if known := at[a.Place]; a.Place < 1 || known != "" && known != a.To {
			t.Fatalf("place %d is of %q, then of %q", a.Place, known, a.To)
		}
		at[a.Place] = a.To
	}
	if len(at) != 5 {
		t.Errorf("%d places, want one for each gateway of each phase: %v", len(at), at)
	}
}

// A sticky balancer gives each caller to the next gateway once, and there the caller stays.
func TestStickyCallersStay(t *testing.T) {
	calls := make([]event.Request, 5)
	for i := range calls {
		calls[i].Token = &event.Token{ConsumerKey: string(rune('a' + i)), User: "alice"}
	}
	gateways := []event.NodeID{"gw-1", "gw-2", "gw-3"}
	for _, random := range []bool{false, true} {
		at, called := map[string]map[event.NodeID]bool{}, map[event.NodeID]int{}
		for _, a := range collect(New(1, []Phase{{For: 10 * event.Second, Pacer: Constant{30}, Calls: calls, Gateways: gateways, Random: random, Sticky: true}})) {
			key := a.Req.Token.ConsumerKey
			if at[key] == nil {
				at[key] = map[event.NodeID]bool{}
			}
			at[key][a.To] = true
			called[a.To]++
		}
		for key, where := range at {
			if len(where) != 1 {
				t.Errorf("random %v: caller %s was sent to %v", random, key, where)
			}
		}
		if len(at) != 5 || len(called) != 3 {
			t.Errorf("random %v: %d callers at %v, want 5 at three gateways", random, len(at), called)
		}
	}
}

// Who calls without a token has no cookie: such calls are dealt in turn.
func TestStickyWithoutToken(t *testing.T) {
	called := map[event.NodeID]int{}
	for _, a := range collect(New(1, []Phase{{For: event.Second, Pacer: Constant{10}, Calls: make([]event.Request, 1), Gateways: []event.NodeID{"gw-1", "gw-2"}, Sticky: true}})) {
		called[a.To]++
	}
	if called["gw-1"] != 5 || called["gw-2"] != 5 {
		t.Errorf("calls without a token went to %v", called)
	}
}
