package virtual

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/workload"
	"hubsim/world"
)

// ledger keeps what became of each sending.
type ledger struct {
	records []trace.Record
	open    map[uint64]bool
	reasons map[event.Reason]int
	bad     []string
}

func (l *ledger) Observe(r *trace.Record) {
	l.records = append(l.records, *r)
	switch r.Kind {
	case trace.Sent:
		l.open[r.ID] = true
	case trace.Received, trace.Dropped:
		if !l.open[r.ID] {
			l.bad = append(l.bad, "a second fate")
		}
		delete(l.open, r.ID)
		l.reasons[r.Reason]++
	}
}

type toy struct {
	*ledger
	chat  *chatter // of the last incarnation
	echo  *echo
	chats []*chatter
}

// play runs a-1 chatting with b-1 each 100 ms for 10 s over a link of 10 ms.
func play(t interface {
	Helper()
	Fatalf(string, ...any)
}, seed uint64, schedule string) (toy, world.Result) {
	t.Helper()
	faults, err := fault.Parse(schedule)
	if err != nil {
		t.Fatalf("%v", err)
	}
	p := toy{ledger: &ledger{open: map[uint64]bool{}, reasons: map[event.Reason]int{}}}
	w := &world.World{
		Seed: seed, Start: 1_700_000_000_000, Length: 10 * event.Second, Faults: faults, Watch: p.ledger,
		Links: world.Links{Near: world.Latency{Base: 10 * event.Millisecond, Mean: event.Millisecond}},
		Members: []world.Member{
			{ID: "b-1", Role: node.Broker, New: func() node.Node { p.echo = &echo{}; return p.echo }},
			{ID: "a-1", Role: node.Gateway, New: func() node.Node {
				p.chat = &chatter{friend: "b-1", period: 100 * event.Millisecond}
				p.chats = append(p.chats, p.chat)
				return p.chat
			}},
		},
		Load: workload.New(1, []workload.Phase{{For: 10 * event.Second, Pacer: workload.Constant{Rate: 1}, Calls: make([]event.Request, 1), Gateways: []event.NodeID{"a-1"}}}),
	}
	res, err := Run(w)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if len(p.bad) > 0 || len(p.open) > 0 {
		t.Fatalf("%d sendings have two fates, %d have none", len(p.bad), len(p.open))
	}
	for _, c := range p.chats {
		if len(c.broken) > 0 {
			t.Fatalf("session contract: %v", c.broken)
		}
	}
	return p, res
}

// upset is a schedule of faults and what it should do to the toy.
type upset struct {
	why, schedule string
	hits          int // effects of the first fault; -1 any number above 0
	check         func(t *testing.T, p toy)
}

func suffer(t *testing.T, upsets []upset) {
	for _, row := range upsets {
		t.Run(row.why, func(t *testing.T) {
			p, res := play(t, 1, row.schedule)
			row.check(t, p)
			if len(res.Hits) > 0 && (row.hits < 0 && res.Hits[0] == 0 || row.hits >= 0 && res.Hits[0] != row.hits) {
				t.Errorf("the fault had %d effects, want %d", res.Hits[0], row.hits)
			}
		})
	}
}

func TestFaultsOfLinks(t *testing.T) {
	suffer(t, []upset{
		{"undisturbed, all messages arrive in order", "", 0, func(t *testing.T, p toy) {
			if len(p.echo.got) < 98 || !slices.IsSorted(p.echo.got) {
				t.Errorf("%d arrived: %v", len(p.echo.got), p.echo.got)
			}
		}},
		{"refused sessions end with Down and heal by themselves", "at 3s for 2s refuse a-1>b-1", -1, func(t *testing.T, p toy) {
			if p.reasons[event.BrokenInFlight] == 0 && len(p.echo.got) > 82 {
				t.Errorf("nothing was lost: %d", len(p.echo.got))
			}
		}},
		{"a half-open session swallows and tells nobody", "at 3s half-open a-1>b-1", -1, func(t *testing.T, p toy) {
			if p.reasons[event.Swallowed] < 68 || p.chat.broken != nil {
				t.Errorf("swallowed %d", p.reasons[event.Swallowed])
			}
		}},
		{"a half-open session that heals is reset and redialled", "at 3s for 1s half-open a-1>b-1", -1, func(t *testing.T, p toy) {
			if len(p.echo.got) < 85 {
				t.Errorf("only %d arrived", len(p.echo.got))
			}
		}},
		{"a frozen link holds everything back, new sessions too, and then lets it through in order", "at 3s for 2s freeze a-1>b-1", -1, func(t *testing.T, p toy) {
			if len(p.echo.got) < 98 || p.echo.walls[48]-p.echo.walls[29] > 20 || p.chat.broken != nil || !slices.IsSorted(p.echo.got) {
				t.Errorf("%d arrived; those of 2 s within %d ms", len(p.echo.got), p.echo.walls[48]-p.echo.walls[29])
			}
		}},
		{"a stalled direction holds everything back, and the other does not", "at 3s for 2s stall b-1>a-1", -1, func(t *testing.T, p toy) {
			if len(p.echo.got) < 98 || p.echo.walls[48]-p.echo.walls[29] < 1000 || p.chat.broken != nil {
				t.Errorf("%d arrived, the 20 of 2 s within %d ms", len(p.echo.got), p.echo.walls[48]-p.echo.walls[29])
			}
		}},
		{"a lost packet comes later, in order, and so does what is behind it", "at 0s for 10s loss a-1>b-1 10%", -1, func(t *testing.T, p toy) {
			if late := p.echo.longest(); len(p.echo.got) < 90 || late < 200 || late > 7000 || !slices.IsSorted(p.echo.got) {
				t.Errorf("%d arrived, at most %d ms apart", len(p.echo.got), late)
			}
		}},
		{"a narrow line carries so many bytes a second", "at 0s for 10s bandwidth a-1>b-1 16kbit", -1, func(t *testing.T, p toy) {
			if n := len(p.echo.got); n < 37 || n > 40 { // a message of 512 bytes takes 256 ms
				t.Errorf("%d arrived", n)
			}
		}},
		{"a delay with a long tail holds most up a little, and a few long", "at 0s for 10s delay a-1>b-1 pareto min 20ms shape 0.7", -1, func(t *testing.T, p toy) {
			if late := p.echo.longest(); len(p.echo.got) < 50 || late < 500 || !slices.IsSorted(p.echo.got) {
				t.Errorf("%d arrived, at most %d ms apart", len(p.echo.got), late)
			}
		}},
		{"a session comes up late, and those that are there go on", "at 0s for 5s slow-accept a-1>b-1 3s\nat 4s for 1s slow-accept a-1>b-1 3s", -1, func(t *testing.T, p toy) {
			if n := len(p.echo.got); n < 66 || n > 70 || p.chat.broken != nil {
				t.Errorf("%d arrived, want those of the last 7 s", n)
			}
		}},
		{"a name without an address: new sessions fail, and those that are there go on", "at 2s for 5s no-name a-1>b-1\nat 4s reset a-1>b-1", -1, func(t *testing.T, p toy) {
			if n := len(p.echo.got); n < 66 || n > 70 || p.downs(event.Unresolved) < 25 {
				t.Errorf("%d arrived, %d attempts found no address", n, p.downs(event.Unresolved))
			}
		}},
		{"what is published twice arrives twice", "at 0s for 10s repeat a-1>b-1 50%", -1, func(t *testing.T, p toy) {
			if n := len(p.echo.got); n < 130 || n > 165 || !slices.IsSorted(p.echo.got) {
				t.Errorf("%d arrived", n)
			}
		}},
		{"a delay in one direction", "at 0s delay a-1>b-1 500ms", -1, func(t *testing.T, p toy) {
			if n := len(p.echo.got); n < 88 || n > 94 {
				t.Errorf("%d arrived", n)
			}
		}},
	})
}

func TestFaultsOfNodes(t *testing.T) {
	suffer(t, []upset{
		{"a crash loses the memory, and the friend comes back after the restart", "at 3s for 2s crash b-1", 1, func(t *testing.T, p toy) {
			if got := p.echo.got; len(got) == 0 || got[0] < 25 {
				t.Errorf("the new incarnation got %v", got)
			}
		}},
		{"a crash for good leaves the rest of the calls unavailable", "at 3050ms crash a-1", 1, func(t *testing.T, p toy) {
			if n := p.answers(503); n != 6 {
				t.Errorf("%d calls of the last 7 s were unavailable, want 6", n)
			}
		}},
		{"a pause holds inputs back and lets them come in a burst", "at 3s for 2s pause b-1", -1, func(t *testing.T, p toy) {
			if len(p.echo.got) < 98 || p.echo.walls[48]-p.echo.walls[29] > 1 {
				t.Errorf("%d arrived; 20 of them within %d ms", len(p.echo.got), p.echo.walls[48]-p.echo.walls[29])
			}
		}},
		{"a slow node takes its time for each message, and the rest at once when it is over", "at 0s for 5s slow b-1 500ms", -1, func(t *testing.T, p toy) {
			if len(p.echo.got) < 98 || p.echo.walls[8]-p.echo.walls[0] != 4000 || p.echo.walls[40] != p.echo.walls[12] || !slices.IsSorted(p.echo.got) {
				t.Errorf("%d arrived, the first 8 within %d ms", len(p.echo.got), p.echo.walls[8]-p.echo.walls[0])
			}
		}},
		{"a slow node that dies loses what waited", "at 0s for 9s slow b-1 500ms\nat 5s crash b-1", -1, func(t *testing.T, p toy) {
			if p.reasons[event.Crashed] < 30 {
				t.Errorf("%d were lost with it", p.reasons[event.Crashed])
			}
		}},
		{"a clock that runs fast, and keeps what it gained", "at 2s for 4s drift b-1 +100000ppm", 2, func(t *testing.T, p toy) {
			if gained := p.echo.walls[90] - p.echo.walls[10] - 8000; gained < 380 || gained > 420 {
				t.Errorf("it gained %d ms in 4 s", gained)
			}
		}},
		{"a clock that is ahead for a while", "at 3s for 1s clock b-1 +1h", 2, func(t *testing.T, p toy) {
			ahead := 0
			for _, w := range p.echo.walls {
				if w > 1_700_000_000_000+3_600_000 {
					ahead++
				}
			}
			if ahead < 9 || ahead > 11 {
				t.Errorf("%d messages were read by the wrong clock, want about 10", ahead)
			}
		}},
		{"a starved node runs a tenth of the time", "at 3s for 2s starve b-1 10x", -1, func(t *testing.T, p toy) {
			if len(p.echo.got) < 98 || p.echo.walls[35]%100 < 80 || !slices.IsSorted(p.echo.got) {
				t.Errorf("%d arrived, one of them at %d ms of its tenth of a second", len(p.echo.got), p.echo.walls[35]%100)
			}
		}},
		{"a full disk is felt, and that it is full no longer", "at 3s for 2s disk-full b-1", 3, func(t *testing.T, p toy) {
			if got := p.echo.felt; !slices.Equal(got, []node.Sense{node.DiskFull, node.DiskFree}) {
				t.Errorf("felt: %v", got)
			}
		}},
		{"a node that boots while its disk is full feels it at once", "at 3s for 5s disk-full b-1\nat 4s for 1s crash b-1", -1, func(t *testing.T, p toy) {
			if got := p.echo.felt; !slices.Equal(got, []node.Sense{node.DiskFull, node.DiskFree}) {
				t.Errorf("felt: %v", got)
			}
		}},
		{"a crash at a mark leaves the rest of that step undone", `on mark "toy: about to send" #5 crash a-1`, 1, func(t *testing.T, p toy) {
			if !slices.Equal(p.echo.got, []uint64{1, 2, 3, 4}) {
				t.Errorf("arrived: %v", p.echo.got)
			}
		}},
		{"a fault on somebody who does nothing has no effect", "at 20s crash b-1", 0, func(*testing.T, toy) {}},
	})
}

func (p toy) downs(why event.Reason) (n int) {
	for _, r := range p.records {
		if r.Kind == trace.Down && r.Reason == why {
			n++
		}
	}
	return n
}

func (p toy) answers(status int) (n int) {
	for _, r := range p.records {
		if a, ok := r.Msg.(*event.Reply); ok && r.Kind == trace.Answered && a.Status == status {
			n++
		}
	}
	return n
}

func TestSameSeedSameDigest(t *testing.T) {
	const schedule = "at 2s for 1s refuse a-1>b-1\nat 5s for 1s delay b-1>a-1 exp mean 30ms\nat 6s for 500ms crash b-1"
	_, a := play(t, 1, schedule)
	_, b := play(t, 1, schedule)
	_, c := play(t, 2, schedule)
	if a.Digest != b.Digest {
		t.Errorf("two runs of one seed differ: %x and %x", a.Digest, b.Digest)
	}
	if a.Digest == c.Digest {
		t.Error("another seed gives the same run")
	}
}

// TestEveryScheduleClosesItsAccounts runs random schedules: play itself checks that each sending has
// one fate and that no session breaks its contract.
func TestEveryScheduleClosesItsAccounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []string
		for range rapid.IntRange(1, 6).Draw(t, "faults") {
			verb := rapid.SampledFrom([]string{
				"for 700ms crash b-1", "for 700ms crash a-1", "for 300ms pause a-1", "for 900ms pause b-1", "reset a-1>b-1",
				"for 1s refuse a-1>b-1", "for 1s half-open a-1>b-1", "half-open a-1>b-1", "for 1s freeze a-1>b-1", "for 2s delay b-1>a-1 exp mean 200ms",
				"for 1s stall a-1>b-1", "for 2s loss a-1>b-1 40%", "for 2s bandwidth b-1>a-1 8kbit", "for 2s slow a-1 300ms", "for 2s slow b-1 300ms", "zombie a-1>b-1",
				"for 2s delay a-1>b-1 pareto min 10ms shape 0.8", "for 2s slow-accept a-1>b-1 300ms", "for 2s no-name a-1>b-1", "for 2s repeat a-1>b-1 40%", "for 2s starve b-1 20x", "for 2s disk-full b-1",
			}).Draw(t, "what")
			at := rapid.IntRange(0, 99).Draw(t, "at")
			lines = append(lines, "at "+(event.Duration(at)*100*event.Millisecond).String()+" "+verb)
		}
		schedule := strings.Join(lines, "\n")
		_, a := play(t, 3, schedule)
		_, b := play(t, 3, schedule)
		if a.Digest != b.Digest {
			t.Fatalf("two runs differ under\n%s", schedule)
		}
	})
}

func TestWiringMistakesAreErrors(t *testing.T) {
	lost := &world.World{Length: event.Second, Members: []world.Member{{ID: "a-1", New: func() node.Node { return &chatter{friend: "nobody", period: event.Second} }}}}
	if _, err := Run(lost); err == nil || !strings.Contains(err.Error(), "nobody/feed, which is not deployed") {
		t.Errorf("got %v", err)
	}
	faults, _ := fault.Parse("at 0s crash tm-9")
	if _, err := Run(&world.World{Length: event.Second, Faults: faults}); err == nil || !strings.Contains(err.Error(), `"tm-9", which is nobody's name`) {
		t.Errorf("got %v", err)
	}
}
