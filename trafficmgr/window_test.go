package trafficmgr

import (
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

const (
	t0     event.Wall = 1_700_000_040_000 // 2023-11-14 22:14:00.000Z, on a minute
	minute event.Wall = 60_000
	second event.Wall = 1_000
)

// call is something that happens to a window.
type call struct {
	now, at event.Wall // at -1: the timer
	want    Admission
	moved   int64
	end     event.Wall
}

func TestWindow(t *testing.T) {
	const timer = -1
	day := 24 * 60 * minute
	for _, c := range []struct {
		name      string
		unit      event.Wall
		unaligned bool
		lax       bool
		calls     []call
	}{
		{"before the first event the timer does nothing", minute, false, false,
			[]call{{t0, timer, 0, 0, 0}}},
		{"the first event opens the window up to the next boundary", minute, false, false,
			[]call{{t0 + 10*second, t0 + 10*second, Admitted, 0, t0 + minute}}},
		{"an event on the boundary opens a whole window", minute, false, false,
			[]call{{t0, t0, Admitted, 0, t0 + minute}}},
		{"a millisecond before the boundary opens a window of one", minute, false, false,
			[]call{{t0 - 1, t0 - 1, Admitted, 0, t0}}},
		{"without a start argument the first event is the anchor", minute, true, false,
			[]call{{t0 + 377, t0, Admitted, 0, t0 + minute + 377}, {t0 + minute + 377, timer, 0, 1, t0 + 2*minute + 377}}},
		{"five minutes end on multiples of five", 5 * minute, false, false,
			[]call{{t0, t0, Admitted, 0, t0 + minute}}},
		{"days end at midnight, UTC", day, false, false,
			[]call{{t0, t0, Admitted, 0, 1_700_006_400_000}}},
		{"weeks end on Thursdays", 7 * day, false, false,
			[]call{{t0, t0, Admitted, 0, 1_700_092_800_000}}},
		{"months are blocks of 30 days from the epoch", 30 * day, false, false,
			[]call{{t0, t0, Admitted, 0, 1_700_352_000_000}}},
		{"an event of any age opens the window", minute, false, false,
			[]call{{t0, t0 - 10*minute, Admitted, 0, t0 + minute}}},
		{"later, what was stamped before the window's start is late", minute, false, false,
			[]call{{t0, t0, Admitted, 0, t0 + minute}, {t0 + 1, t0 - 1, Late, 0, t0 + minute}, {t0 + 1, t0, Admitted, 0, t0 + minute}}},
		{"an event from the future is like any other", minute, false, false,
			[]call{{t0, t0, Admitted, 0, t0 + minute}, {t0 + 1, t0 + 100*minute, Admitted, 0, t0 + minute}}},
		{"an event-count window knows no late events", minute, false, true,
			[]call{{t0, t0, Admitted, 0, t0 + minute}, {t0 + 1, t0 - 1, Admitted, 0, t0 + minute}}},
		{"the timer moves the window, once", minute, false, false,
			[]call{{t0, t0, Admitted, 0, t0 + minute}, {t0 + minute - 1, timer, 0, 0, t0 + minute}, {t0 + minute, timer, 0, 1, t0 + 2*minute}, {t0 + minute, timer, 0, 0, t0 + 2*minute}}},
		{"an event ahead of the timer moves the window; the timer then finds nothing", minute, false, false,
			[]call{{t0, t0, Admitted, 0, t0 + minute}, {t0 + minute, t0 + minute, Rolling, 0, t0 + 2*minute}, {t0 + minute, timer, 0, 0, t0 + 2*minute}}},
		{"an event of the old window that moves it is not late", minute, false, false,
			[]call{{t0, t0, Admitted, 0, t0 + minute}, {t0 + minute + 5, t0 + 1, Rolling, 0, t0 + 2*minute}, {t0 + minute + 6, t0 + 1, Late, 0, t0 + 2*minute}}},
		{"after a stall an event moves it by one unit, the timer by all that passed", minute, false, false,
			[]call{{t0, t0, Admitted, 0, t0 + minute}, {t0 + 5*minute, t0 + 5*minute, Rolling, 0, t0 + 2*minute}, {t0 + 5*minute, timer, 0, 4, t0 + 6*minute}}},
		{"idle windows roll for ever", minute, false, false,
			[]call{{t0, t0, Admitted, 0, t0 + minute}, {t0 + minute, timer, 0, 1, t0 + 2*minute}, {t0 + 2*minute, timer, 0, 1, t0 + 3*minute}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := Window{unit: c.unit, unaligned: c.unaligned, lax: c.lax}
			for i, call := range c.calls {
				var admission Admission
				var moved int64
				if call.at == timer {
					moved = w.Fire(call.now)
				} else {
					admission = w.Admit(call.now, call.at)
				}
				if admission != call.want || moved != call.moved || w.End() != call.end {
					t.Fatalf("call %d: admission %d, moved %d, end %+d; want %d, %d, %+d",
						i, admission, moved, w.End()-t0, call.want, call.moved, call.end-t0)
				}
			}
		})
	}
}

// TestWindowHolds checks on random walks what must hold at any time: the end is a multiple of the
// unit, in the future after the timer, and never moves back.
func TestWindowHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := event.Wall(rapid.Int64Range(1, 100_000).Draw(t, "unit"))
		w := Window{unit: unit}
		now := event.Wall(rapid.Int64Range(0, 1<<40).Draw(t, "now"))
		for range rapid.IntRange(1, 50).Draw(t, "calls") {
			before := w.End()
			now += event.Wall(rapid.Int64Range(0, 3*int64(unit)).Draw(t, "wait"))
			if rapid.Bool().Draw(t, "timer") {
				moved := w.Fire(now)
				if w.open && (w.End() <= now || w.End()-before != unit*event.Wall(moved)) {
					t.Fatalf("the timer at %d moved %d units from %d to %d", now, moved, before, w.End())
				}
			} else {
				w.Admit(now, now-event.Wall(rapid.Int64Range(-10, 2*int64(unit)).Draw(t, "age")))
			}
			if w.End()%unit != 0 || w.End() < before {
				t.Fatalf("end %d after %d, unit %d", w.End(), before, unit)
			}
		}
	})
}
