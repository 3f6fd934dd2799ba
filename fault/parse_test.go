package fault

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubsim/event"
)

func TestParse(t *testing.T) {
	for _, row := range []struct {
		why, line string
		want      Fault
	}{
		{"a link closed for a while", "at 25s for 35s refuse gw-2>cp-1", Fault{Kind: Refuse, From: "gw-2", To: "cp-1", At: 25 * event.Second, For: 35 * event.Second}},
		{"a crash for good", "at 1m crash tm-1", Fault{Kind: Crash, Node: "tm-1", At: event.Minute}},
		{"the length may stand last", "at 60s crash tm-1 for 8s", Fault{Kind: Crash, Node: "tm-1", At: event.Minute, For: 8 * event.Second}},
		{"an exponential delay", "from 0s delay gw-1>tm-1 exp mean 40ms", Fault{Kind: Delay, From: "gw-1", To: "tm-1", By: 40 * event.Millisecond, Exponential: true}},
		{"a clock behind", "at 2s for 1m clock gw-1 -2.5s", Fault{Kind: Clock, Node: "gw-1", At: 2 * event.Second, For: event.Minute, By: -2500 * event.Millisecond}},
		{"a link closed both ways", "at 25s for 35s refuse region:eu<>region:us", Fault{Kind: Refuse, From: "region:eu", To: "region:us", Both: true, At: 25 * event.Second, For: 35 * event.Second}},
		{"a link that holds everything", "at 25s for 35s freeze tm-1>tm-2.broker", Fault{Kind: Freeze, From: "tm-1", To: "tm-2.broker", At: 25 * event.Second, For: 35 * event.Second}},
		{"one direction of a link", "at 1s for 2s stall cp-1.broker>gw-1", Fault{Kind: Stall, From: "cp-1.broker", To: "gw-1", At: event.Second, For: 2 * event.Second}},
		{"packets that are lost", "at 1s for 2s loss gw-1>tm-1 2.5%", Fault{Kind: Loss, From: "gw-1", To: "tm-1", At: event.Second, For: 2 * event.Second, Rate: 2.5}},
		{"a narrow line", "at 1s for 2s bandwidth gw-1>tm-1 64kbit", Fault{Kind: Bandwidth, From: "gw-1", To: "tm-1", At: event.Second, For: 2 * event.Second, Rate: 64}},
		{"connected and nothing comes", "at 1s zombie gw-1>cp-1.broker", Fault{Kind: Zombie, From: "gw-1", To: "cp-1.broker", At: event.Second}},
		{"a slow reader", "at 1s for 2s slow gw-7 1s", Fault{Kind: Slow, Node: "gw-7", At: event.Second, For: 2 * event.Second, By: event.Second}},
		{"a clock that runs fast", "at 1s drift gw-7 +500ppm", Fault{Kind: Drift, Node: "gw-7", At: event.Second, Rate: 500}},
		{"one after the other", "at 1s for 5s rolling cp-* every 30s", Fault{Kind: Rolling, Node: "cp-*", At: event.Second, For: 5 * event.Second, Every: 30 * event.Second}},
		{"a clock that goes to and fro", "at 1s for 5s strobe gw-1 -2s every 1s", Fault{Kind: Strobe, Node: "gw-1", At: event.Second, For: 5 * event.Second, By: -2 * event.Second, Every: event.Second}},
		{"a delay with a long tail", "at 1s for 2s delay a>b pareto min 10ms shape 1.5", Fault{Kind: Delay, From: "a", To: "b", At: event.Second, For: 2 * event.Second, By: 10 * event.Millisecond, Shape: 1.5}},
		{"a listener that takes its time", "at 1s slow-accept gw-1>cp-1 3s", Fault{Kind: SlowAccept, From: "gw-1", To: "cp-1", At: event.Second, By: 3 * event.Second}},
		{"a name that nobody can resolve", "at 1s for 2s no-name gw-1>cp-1", Fault{Kind: NoName, From: "gw-1", To: "cp-1", At: event.Second, For: 2 * event.Second}},
		{"what is published twice", "at 1s for 2s repeat cp-1>cp-1.broker 5%", Fault{Kind: Repeat, From: "cp-1", To: "cp-1.broker", At: event.Second, For: 2 * event.Second, Rate: 5}},
		{"a processor with others on it", "at 1s for 2s starve tm-1 10x", Fault{Kind: Starve, Node: "tm-1", At: event.Second, For: 2 * event.Second, Rate: 10}},
		{"a standby takes over", "at 1s promote store.main", Fault{Kind: Promote, Node: "store.main", At: event.Second}},
		{"a database without room", "at 1s for 2s disk-full store.main", Fault{Kind: DiskFull, Node: "store.main", At: event.Second, For: 2 * event.Second}},
		{"faults that are drawn", "at 30s for 10m chaos 12", Fault{Kind: Chaos, At: 30 * event.Second, For: 10 * event.Minute, Count: 12}},
		{"faults that are drawn again and again", "at 30s for 10m chaos 12 every 20m", Fault{Kind: Chaos, At: 30 * event.Second, For: 10 * event.Minute, Count: 12, Every: 20 * event.Minute}},
		{"when all is mended", "heal 600s", Fault{Kind: Heal, At: 600 * event.Second}},
		{"what is not mended", "leave at 1s half-open a>b", Fault{Kind: HalfOpen, From: "a", To: "b", At: event.Second, Left: true}},
		{"pinned to a mark", `on mark "cp: stored, not published" #3 half-open cp-1>cp-1.broker`, Fault{Kind: HalfOpen, From: "cp-1", To: "cp-1.broker", Mark: "cp: stored, not published", Nth: 3}},
		{"the first passing is meant when none is named", `on mark "m" reset a>b`, Fault{Kind: Reset, From: "a", To: "b", Mark: "m", Nth: 1}},
	} {
		t.Run(row.why, func(t *testing.T) {
			got, err := ParseLine(row.line)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(row.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, row := range []struct{ line, want string }{
		{"crash tm-1", "begins with at, from or on mark"},
		{"at soon crash tm-1", `"soon" is not a duration`},
		{"at 5s explode tm-1", `no fault is called "explode"`},
		{"at 5s refuse tm-1", "needs a link"},
		{"at 5s crash a>b", "needs a node"},
		{"at 5s for 1s promote store.main", "a promotion has no length"},
		{"at 5s crash", "the node or link is missing"},
		{"at 5s pause tm-1", "needs its length"},
		{"at 5s freeze gw-1>tm-1", "needs its length"},
		{"at -5s crash tm-1", "before the run"},
		{"at 5s for -1s crash tm-1", "negative"},
		{"at 5s delay a>b", "the delay is missing"},
		{"at 5s delay a>b exp 4s", "followed by mean"},
		{"at 5s crash tm-1 now", `unexpected "now"`},
		{"at 5s delay a>b pareto 4s", "followed by min"},
		{"at 5s delay a>b pareto min 4s shape 0.1", "not between 0.5 and 100"},
		{"at 5s slow-accept a>b 0s", "are not late"},
		{"at 5s repeat a>b 101%", "not between 0 and 100%"},
		{"at 5s for 1s starve a 1x", "not between 1 and 100"},
		{"at 5s starve a 2x", "needs its length"},
		{"at 5s stall a>b", "needs its length"},
		{"at 5s for 1s loss a>b 5", "is no number with the unit \"%\""},
		{"at 5s for 1s loss a>b 100%", "freeze loses all"},
		{"at 5s for 1s loss a>b NaN%", "is no number"},
		{"at 5s for 1s bandwidth a>b 0kbit", "less than 1kbit"},
		{"at 5s for 1s slow gw-1 0s", "is not slow"},
		{"at 5s drift gw-1 0.5ppm", "not a whole number"},
		{"at 5s for 1s rolling gw-*", "every and a duration is missing"},
		{"at 5s for 1h strobe gw-1 +1s every 1ms", "at least 10ms"},
		{"at 5s for 1m chaos 0", "draws 1 to 1000"},
		{"at 5s for 1m chaos 3 every 30s", "does not end in between"},
		{"at 5s heal", `no fault is called "heal"`},
		{`on mark "m" for 1m chaos 3`, "only one can be pinned to a mark"},
		{`on mark stored reset a>b`, "double quotes"},
		{`on mark "stored reset a>b`, "does not end"},
		{`on mark "m" #0 reset a>b`, "not a count from 1"},
	} {
		t.Run(row.line, func(t *testing.T) {
			_, err := Parse("\n# a comment\n" + row.line)
			if err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), "line 3") {
				t.Errorf("got %v, want line 3 and %q", err, row.want)
			}
		})
	}
}

func TestParseAndPrintAreInverses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Schedule{draw(t), draw(t)}
		got, err := Parse(want.String())
		if err != nil {
			t.Fatalf("%v\n%s", err, want)
		}
		for i := range got {
			got[i].Line = 0
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

func draw(t *rapid.T) Fault {
	name := rapid.SampledFrom([]string{"gw-1", "tm-*", "region:eu", "cp-1.broker"})
	ms := func(label string, low int) event.Duration {
		return event.Duration(rapid.IntRange(low, 90_000).Draw(t, label)) * event.Millisecond
	}
	f := Fault{Kind: Kind(rapid.IntRange(int(Crash), int(Heal)).Draw(t, "kind"))}
	if f.Kind == Heal {
		return Fault{Kind: Heal, At: ms("at", 0)}
	}
	f.Left = rapid.Bool().Draw(t, "left")
	if !f.Kind.Macro() && rapid.Bool().Draw(t, "on mark") {
		f.Mark, f.Nth = rapid.String().Filter(func(s string) bool { return s != "" }).Draw(t, "mark"), rapid.IntRange(1, 9).Draw(t, "nth")
	} else {
		f.At = ms("at", 0)
	}
	if f.Kind != Reset && f.Kind != Promote {
		f.For = ms("for", 1)
	}
	if f.Kind == Chaos {
		f.Count = rapid.IntRange(1, 1000).Draw(t, "count")
		if rapid.Bool().Draw(t, "again") {
			f.Every = f.For + ms("between", 0)
		}
	} else if f.Kind.OnLink() {
		f.From, f.To, f.Both = name.Draw(t, "from"), name.Draw(t, "to"), rapid.Bool().Draw(t, "both")
	} else {
		f.Node = name.Draw(t, "node")
	}
	switch f.Kind {
	case Clock:
		f.By = ms("by", -5000)
	case Delay:
		f.By, f.Exponential = ms("by", 1), rapid.Bool().Draw(t, "exp")
		if !f.Exponential {
			f.Shape = float64(rapid.IntRange(0, 9).Draw(t, "shape"))
		}
	case Slow, SlowAccept:
		f.By = ms("by", 1)
	case Starve:
		f.Rate = float64(rapid.IntRange(11, 1000).Draw(t, "rate")) / 10
	case Loss, Repeat:
		f.Rate = float64(rapid.IntRange(1, 900).Draw(t, "rate")) / 10
	case Bandwidth, Drift:
		f.Rate = float64(rapid.IntRange(1, 90_000).Draw(t, "rate"))
	case Rolling:
		f.Every = ms("every", 0)
	case Strobe:
		f.By, f.Every = ms("by", -5000), ms("every", 100)
	}
	return f
}

func FuzzParse(f *testing.F) {
	f.Add("at 25s for 35s refuse gw-2>cp-1")
	f.Add(`on mark "a\"b" #3 clock x -1s`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(s.String())
		if err != nil || again.String() != s.String() {
			t.Fatalf("%q parses, its print %q does not give it back: %v", text, s, err)
		}
	})
}
