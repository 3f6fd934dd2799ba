package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// late is that a traffic manager drops an event whose window was over.
func (p *tape) late(m event.NodeID, id event.RequestID) *tape {
	return p.note(m, node.Note{Fact: node.CountDropped, Reason: event.LateDropped, Request: id, Key: key})
}

func TestCounters(t *testing.T) {
	for _, row := range []struct {
		why   string
		play  func(p *tape)
		want  Verdict
		worst string
	}{
		{"both count every event in one window", func(p *tape) {
			p.counted("tm-1", 1, 1, 10_000).counted("tm-2", 1, 1, 10_000).counted("tm-2", 2, 2, 10_000).counted("tm-1", 2, 2, 10_000)
		}, Holds, "0 events in one window; 0 in all of 2"},
		{"one was on its way at the window's end", func(p *tape) {
			p.counted("tm-1", 1, 1, 10_000).time(11_000).counted("tm-2", 1, 1, 20_000)
		}, Holds, ""},
		{"it came so late that it counts no more", func(p *tape) {
			p.counted("tm-1", 1, 1, 10_000).time(30_000).late("tm-2", 1)
		}, Holds, ""},
		{"it is late for one alone", func(p *tape) { p.counted("tm-1", 1, 1, 10_000).late("tm-2", 1) }, Violated, "1 event in one window"},
		{"the other one's window ended before", func(p *tape) {
			p.counted("tm-1", 1, 1, 10_000).time(2000).counted("tm-2", 1, 1, 20_000)
		}, Violated, "1 event in one window; 1 in all of 1"},
		{"the later one counts it in the earlier window", func(p *tape) {
			p.time(11_000).counted("tm-1", 1, 1, 20_000).time(11_001).counted("tm-2", 1, 1, 10_000)
		}, Violated, "1 event"},
		{"each counts a half", func(p *tape) {
			p.time(6000).counted("tm-1", 1, 1, 10_000).counted("tm-2", 2, 1, 10_000).counted("tm-1", 3, 2, 10_000)
		}, Violated, "3 events in one window"},
		{"the other one was down", func(p *tape) { p.stop("tm-2").time(20_000).counted("tm-1", 1, 1, 30_000) }, NotExercised, ""},
		{"the other one came back long before", func(p *tape) {
			p.stop("tm-2").time(2000).boot("tm-2").time(20_000).counted("tm-1", 1, 1, 30_000)
		}, Violated, "1 event"},
		{"the run ends meanwhile", func(p *tape) { p.time(59_000).counted("tm-1", 1, 1, 60_000) }, NotExercised, ""},
		{"an event comes twice", func(p *tape) {
			p.counted("tm-1", 1, 1, 10_000).counted("tm-1", 1, 2, 20_000).counted("tm-2", 1, 1, 10_000)
		}, Holds, "0 in all of 1"},
	} {
		t.Run(row.why, func(t *testing.T) {
			c := NewCounters(testSetup(), 0)
			row.play((&tape{to: c}).boot("tm-1", "tm-2").time(1000))
			judge(t, c, row.want, row.worst)
		})
	}
}

// TestCountersOfTheirOwn: a traffic manager of another region is fed by others, and those that share counters
// need not be told of every call, each.
func TestCountersOfTheirOwn(t *testing.T) {
	apart, shared := testSetup(), testSetup()
	apart.Region = func(id event.NodeID) string { return string(id) }
	for i := range shared.Managers {
		shared.Managers[i].Counters = "kv-1"
	}
	for _, s := range []*Setup{apart, shared} {
		c := NewCounters(s, 0)
		(&tape{to: c}).boot("tm-1", "tm-2").time(6000).counted("tm-1", 1, 1, 10_000).counted("tm-2", 2, 2, 10_000)
		if got := c.Finish(); got.Verdict != Holds || got.Exercised != 2 {
			t.Errorf("%v, %d, %v; want it to hold of 2", got.Verdict, got.Exercised, got.Details)
		}
	}
}
