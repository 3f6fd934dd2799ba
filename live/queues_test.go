package live

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// ticket is a parcel that writes down what becomes of it.
type ticket struct {
	name string
	log  chan string
}

func (k ticket) deliver() { k.log <- k.name }

func (k ticket) lost(r event.Reason) { k.log <- k.name + " " + r.String() }

// testLine is a line to a hub whose gate can be shut, with a goroutine group that the test waits for.
func testLine(t *testing.T, limit int) (*line, *site) {
	r := &run{w: &world.World{}, clock: beginClock(1), group: &errgroup.Group{}}
	r.faults = &faults{run: r, pausing: map[int][]holder{}}
	to := &site{Member: &world.Member{ID: "x.broker", Role: node.Broker}}
	to.gate.Store(&gate{})
	t.Cleanup(func() { r.group.Wait() })
	return newLine(&link{run: r, from: to, to: to}, limit, make(chan struct{})), to
}

func TestALineKeepsOrderAndALimit(t *testing.T) {
	l, to := testLine(t, 2)
	log := make(chan string, 10)
	if !l.through(0) || l.through(time.Hour) {
		t.Error("an empty line lets through what is due at once, and nothing else")
	}
	to.gate.Load().close()
	if l.through(0) {
		t.Error("something passed a shut gate")
	}
	if !l.offer(ticket{"slow", log}, 1, time.Microsecond) || !l.offer(ticket{"quick", log}, 1, 0) {
		t.Error("a line with room refused")
	}
	if l.offer(ticket{"too much", log}, 1, 0) {
		t.Error("a full line took more")
	}
	if !l.offer(ticket{"the end", log}, 0, 0) {
		t.Error("what has no size was refused")
	}
	go l.push(ticket{"patient", log}, 1, 0)
	to.gate.Load().lift()
	for _, want := range []string{"slow", "quick", "the end", "patient"} {
		if got := <-log; got != want {
			t.Errorf("%s came, want %s", got, want)
		}
	}
}

func TestABrokenLineLosesWhatWaits(t *testing.T) {
	l, to := testLine(t, 1)
	log := make(chan string, 10)
	to.gate.Load().close()
	l.offer(ticket{"a", log}, 1, 0)
	go l.push(ticket{"b", log}, 1, 0)
	close(l.broken)
	lost := []string{<-log, <-log}
	slices.Sort(lost)
	if !slices.Equal(lost, []string{"a broken-in-flight", "b broken-in-flight"}) {
		t.Errorf("what waited: %s", lost)
	}
}

// blocked is an observer that waits before its first record.
type blocked struct {
	release chan struct{}
	seen    []trace.Record
}

func (b *blocked) Observe(r *trace.Record) {
	<-b.release
	b.seen = append(b.seen, *r)
}

func TestTheRecorderMakesNodesWaitAndLosesNothing(t *testing.T) {
	clock := beginClock(1)
	watch := &blocked{release: make(chan struct{})}
	r := newRecorder(&clock, watch)
	const n = 3*recordLimit + 10
	added := make(chan struct{})
	go func() {
		defer close(added)
		s := &site{Member: &world.Member{ID: "gw-1"}}
		for i := range n {
			r.add(s, trace.Record{Kind: trace.Sent, ID: uint64(i)})
		}
	}()
	for {
		if _, stalls := r.counted(); stalls > 0 {
			break
		}
		runtime.Gosched()
	}
	close(watch.release)
	<-added
	r.close()
	if len(watch.seen) != n {
		t.Fatalf("%d records were seen, want %d", len(watch.seen), n)
	}
	for i := range watch.seen {
		if r := &watch.seen[i]; r.ID != uint64(i) || i > 0 && r.At < watch.seen[i-1].At || r.Node != "gw-1" {
			t.Fatalf("record %d is %+v", i, r)
		}
	}
}

func TestRecentForgetsTheOldest(t *testing.T) {
	m := newRecent[int, string](2)
	m.put(1, "a")
	m.put(2, "b")
	m.put(1, "c")
	m.put(3, "d")
	var kept []string
	for k := 1; k <= 3; k++ {
		v, ok := m.get(k)
		if ok != (k > 1) {
			t.Errorf("%d is kept: %v", k, ok)
		}
		kept = append(kept, v)
	}
	if !slices.Equal(kept, []string{"", "b", "d"}) || len(m.values) != 2 {
		t.Errorf("kept: %q", kept)
	}
}

func TestAGateOpensWhenAllHaveLiftedIt(t *testing.T) {
	var g gate
	g.close()
	g.close()
	opens := g.closed()
	g.lift()
	select {
	case <-opens:
		t.Error("it is open with one still holding it")
	default:
	}
	g.lift()
	<-opens
	if g.closed() != nil {
		t.Error("an open gate is closed")
	}
}

func TestWallClocks(t *testing.T) {
	c := clock{began: time.Now(), start: 1_000_000}
	for _, row := range []struct {
		what          string
		offset, shift event.Duration
		drift         int64
		at            event.Mono
		want          event.Wall
	}{
		{"a right clock shows the start and what has passed", 0, 0, 0, event.Mono(2500 * event.Microsecond), 1_000_002},
		{"one that is late shows less, rounded down", -event.Second, 0, 0, event.Mono(2500 * event.Microsecond), 999_002},
		{"before the start it is rounded down as well", -event.Microsecond, 0, 0, 0, 999_999},
		{"a fault comes on top", event.Second, event.Minute, 0, 0, 1_061_000},
		{"a clock that gains 100 ppm gains 360 ms an hour", 0, 0, 100, event.Mono(event.Hour), 4_600_360},
	} {
		s := &site{Member: &world.Member{Offset: row.offset, Drift: row.drift}}
		s.shift.Store(int64(row.shift))
		if got := s.wall(&c, row.at); got != row.want {
			t.Errorf("%s: %d, want %d", row.what, got, row.want)
		}
	}
}

func TestTransitPairsWhatIsSentWithWhatIsRead(t *testing.T) {
	on := transit{cable: &cable{}}
	for id := uint64(1); id <= 4; id++ {
		if !on.push(id, &event.BatchAck{Seq: id}) {
			t.Fatal("an open transit refused")
		}
	}
	on.undo(4)
	if id := on.pop(); id != 1 {
		t.Errorf("the oldest is %d", id)
	}
	on.remove(3)
	on.remove(99)
	clock := beginClock(1)
	watch := &blocked{release: make(chan struct{})}
	close(watch.release)
	r := &run{recorder: newRecorder(&clock, watch)}
	r.shared = r
	on.cable.link = &link{run: r}
	reader := &end{host: &host{run: r, site: &site{Member: &world.Member{ID: "tm-1"}}}, name: "gw-1", service: event.Feed}
	on.end(reader, false)
	if on.push(5, &event.BatchAck{}) || on.pop() != 0 {
		t.Error("a transit that ended takes or gives messages")
	}
	r.recorder.close()
	if len(watch.seen) != 1 || watch.seen[0].ID != 2 || watch.seen[0].Reason != event.BrokenInFlight || watch.seen[0].Peer != "gw-1" {
		t.Errorf("lost: %+v", watch.seen)
	}
	var nobody *cable
	stranger := nobody.transit(there)
	if stranger.end(reader, true); !stranger.push(1, nil) || stranger.pop() != 0 {
		t.Error("a stranger's transit knows something")
	}
}
