package live_test

import (
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/live"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// broken is the town with a schedule. Its client passes mark "settled" when each of its sessions was up once.
func broken(t testing.TB, schedule string, then func(in node.Input, out *node.Output)) *world.World {
	t.Helper()
	w, err := brokenTown(schedule, then)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func brokenTown(schedule string, then func(in node.Input, out *node.Output)) (*world.World, error) {
	up := map[node.SessionID]bool{}
	w := town(func(in node.Input, out *node.Output) {
		if in.Kind == node.Up && len(up) < 4 {
			if up[in.Session] = true; len(up) == 4 {
				out.Mark("settled")
			}
		}
		if then != nil {
			then(in, out)
		}
	})
	var err error
	w.Faults, err = fault.Parse(schedule)
	return w, err
}

// ping sends a message to the store again and again: each result brings the next.
func ping(in node.Input, out *node.Output) {
	if r, ok := in.Msg.(*event.StoreResult); ok {
		out.Send(in.Session, &event.StoreOp{ID: r.ID + 1, Read: event.TableRevoked})
	}
}

// attached passes a mark when a copy has come, and publishes once more.
func attached(in node.Input, out *node.Output) {
	if p, ok := in.Msg.(*event.Publish); ok {
		out.Mark("attached")
		out.Send(in.Session, p)
	}
}

// back passes a mark when the feed is there again.
func back() func(in node.Input, out *node.Output) {
	ups := 0
	return func(in node.Input, out *node.Output) {
		if in.Kind == node.Up && in.Service == event.Feed {
			if ups++; ups == 2 {
				out.Mark("back")
			}
		}
	}
}

// breakage is a schedule in the town and what it must lead to.
type breakage struct {
	what     string
	schedule string
	then     func(in node.Input, out *node.Output)
	wanted   []want
}

func breakages() []breakage {
	down := func(n event.NodeID, s event.Service, why event.Reason) want {
		return want{string(n) + " down " + s.String() + " " + why.String(), func(r *trace.Record) bool {
			return r.Node == n && r.Kind == trace.Down && r.Service == s && r.Reason == why
		}}
	}
	// gone is by a reset, or by the end of the stream where the dead had read all that was sent to it.
	gone := func(n event.NodeID, s event.Service) want {
		return want{string(n) + " down " + s.String(), func(r *trace.Record) bool {
			return r.Node == n && r.Kind == trace.Down && r.Service == s && (r.Reason == event.Reset || r.Reason == event.Closed)
		}}
	}
	return []breakage{
		{"a host that crashes takes its machines and its hub, its peers hear of it, and it comes back with a new incarnation",
			`on mark "settled" for 100ms crash cp-1`, nil,
			[]want{at("cp-1", trace.Stopped), at("cp-1", trace.FaultHit), at("cp-1", trace.Booted), session("cp-1", trace.Up, event.Feed)}},
		{"sessions to a node that crashed are lost and found", `on mark "settled" for 100ms crash cp-1`, nil,
			[]want{gone("gw-1", event.Feed), session("gw-1", trace.Up, event.Feed), got("gw-1", event.ClassBatchAck)}},
		{"sessions to a hub that crashed are lost and found", `on mark "settled" for 100ms crash cp-1.broker`, nil,
			[]want{at("cp-1.broker", trace.Stopped), session("gw-1", trace.Down, event.Topics), at("cp-1.broker", trace.Booted),
				session("gw-1", trace.Up, event.Topics), got("gw-1", event.ClassDecision)}},
		{"a node that is back at once, and dies once more", "on mark \"settled\" for 1ms crash cp-1\non mark \"back\" for 1ms crash cp-1", back(),
			[]want{at("cp-1", trace.Stopped), at("cp-1", trace.Booted), at("cp-1", trace.Stopped), at("cp-1", trace.FaultHit), at("cp-1", trace.Booted),
				session("gw-1", trace.Up, event.Feed)}},
		{"in-process sessions to a node that crashed are lost and found", `on mark "settled" for 100ms crash store.eu`, nil,
			[]want{down("gw-1", event.Database, event.Reset), down("gw-1", event.Database, event.Refused), session("gw-1", trace.Up, event.Database)}},
		{"inputs of a paused node wait and come in a burst", `on mark "settled" for 100ms pause store.eu`, ping,
			[]want{at("store.eu", trace.FaultHit), {"the pause ends", func(r *trace.Record) bool { return r.Kind == trace.FaultOff }}, got("store.eu", event.ClassStore)}},
		{"a node that crashes in its pause is not paused when it is back", "on mark \"settled\" for 10h pause cp-1\non mark \"settled\" for 50ms crash cp-1", nil,
			[]want{at("cp-1", trace.Stopped), at("cp-1", trace.Booted), got("cp-1", event.ClassBatch)}},
		{"a link that is reset goes down and comes back", `on mark "settled" reset gw-1>cp-1`, nil,
			[]want{down("gw-1", event.Pull, event.Reset), session("gw-1", trace.Up, event.Pull)}},
		{"an in-process link that is reset goes down at both ends and comes back", `on mark "settled" reset gw-1>store.eu`, nil,
			[]want{at("gw-1", trace.FaultHit), session("store.eu", trace.Down, event.Database), session("store.eu", trace.Up, event.Database)}},
		{"a refused link goes down, stays away and comes back", `on mark "settled" for 100ms refuse gw-1>cp-1`, nil,
			[]want{down("gw-1", event.Feed, event.Reset), down("gw-1", event.Feed, event.Refused), session("gw-1", trace.Up, event.Feed)}},
		{"a refused hub is as a closed port", `on mark "settled" for 100ms refuse gw-1>cp-1.broker`, nil,
			[]want{session("gw-1", trace.Down, event.Topics), down("gw-1", event.Topics, event.Refused), session("gw-1", trace.Up, event.Topics)}},
		{"a half-open in-process link swallows and is reset when it ends", `on mark "settled" for 100ms half-open gw-1>store.eu`, ping,
			[]want{{"a message swallowed", func(r *trace.Record) bool { return r.Kind == trace.Dropped && r.Reason == event.Swallowed }},
				down("gw-1", event.Database, event.Reset), session("gw-1", trace.Up, event.Database)}},
		{"a frozen link holds what is sent, and then lets it through", "at 0s for 150ms freeze gw-1>store.eu", ping,
			[]want{at("gw-1", trace.FaultHit), thawed(got("store.eu", event.ClassStore))}},
		{"a frozen hub neither takes a connection nor refuses it", "at 0s for 150ms freeze gw-1>cp-1.broker", nil,
			[]want{at("gw-1", trace.FaultHit), thawed(session("gw-1", trace.Up, event.Topics))}},
		{"a stalled direction holds what is sent", "at 0s for 150ms stall gw-1>store.eu", ping,
			[]want{at("gw-1", trace.FaultHit), thawed(got("store.eu", event.ClassStore))}},
		{"a hub that cannot answer takes no connection", "at 0s for 150ms stall cp-1.broker>gw-1", nil,
			[]want{at("cp-1.broker", trace.FaultHit), thawed(session("gw-1", trace.Up, event.Topics))}},
		{"a lossy link carries all the same", "at 0s for 10s loss gw-1>cp-1 5%", ping, []want{at("gw-1", trace.FaultHit), got("cp-1", event.ClassBatch)}},
		{"a narrow line is slow", "at 0s for 10s bandwidth gw-1>cp-1 64kbit", ping, []want{at("gw-1", trace.FaultHit), got("cp-1", event.ClassBatch)}},
		{"a slow node takes its time, one message after the other, and all that waits at once behind it", `on mark "settled" for 250ms slow store.eu 60ms`, ping,
			[]want{at("store.eu", trace.FaultHit), got("store.eu", event.ClassStore), {"the fault ends", func(r *trace.Record) bool { return r.Kind == trace.FaultOff }}, got("store.eu", event.ClassStore), got("store.eu", event.ClassStore)}},
		{"a zombie is connected, and nothing comes", `on mark "gw-1/attached" zombie gw-1>cp-1.broker`, attached,
			[]want{at("gw-1", trace.FaultHit), {"a copy goes astray", func(r *trace.Record) bool {
				return r.Node == "gw-1" && r.Kind == trace.Dropped && r.Reason == event.NotSubscribed
			}}}},
		{"a session comes up late", "at 0s slow-accept gw-1>cp-1.broker 150ms", nil, []want{at("gw-1", trace.FaultHit), thawed(session("gw-1", trace.Up, event.Topics))}},
		{"a session within the process comes up late", "at 0s slow-accept gw-1>store.eu 150ms", nil, []want{at("gw-1", trace.FaultHit), thawed(session("gw-1", trace.Up, event.Database))}},
		{"a name that has no address, and then has one", "at 0s for 150ms no-name gw-1>cp-1.broker", nil,
			[]want{at("gw-1", trace.FaultHit), down("gw-1", event.Topics, event.Unresolved), thawed(session("gw-1", trace.Up, event.Topics))}},
		{"what is published twice arrives twice", "at 0s repeat gw-1>cp-1 100%", nil, []want{got("cp-1", event.ClassBatch), got("cp-1", event.ClassBatch)}},
		{"a starved node stands and runs", "at 0s for 10s starve store.eu 10x", ping,
			[]want{at("store.eu", trace.FaultHit), got("store.eu", event.ClassStore), at("store.eu", trace.Received), got("store.eu", event.ClassStore)}},
		{"a disk that is full is felt", `on mark "settled" for 100ms disk-full store.eu`, nil, []want{at("store.eu", trace.FaultHit), stated("store.eu", "room again")}},
		{"a delay with a long tail", "at 0s delay gw-1>store.eu pareto min 5ms shape 1.5", ping, []want{at("gw-1", trace.FaultHit), got("store.eu", event.ClassStore)}},
		{"a clock that drifts", `on mark "settled" for 10s drift gw-1 +500ppm`, ping, []want{at("gw-1", trace.FaultHit), got("store.eu", event.ClassStore)}},
		{"a delayed link is slow", "at 0s delay gw-1>store.eu 20ms", ping, []want{at("gw-1", trace.FaultHit), got("store.eu", event.ClassStore)}},
		{"an exponential delay is one, too, and holds for TCP", "from 0s delay cp-1.broker>gw-1 exp mean 1ms", nil, []want{at("cp-1.broker", trace.FaultHit), got("gw-1", event.ClassDecision)}},
	}
}

func TestFaultsTakeEffect(t *testing.T) {
	for _, row := range breakages() {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			_, result := until(t, broken(t, row.schedule, row.then), live.Options{}, row.wanted...)
			if last := len(result.Hits) - 1; last < 0 || result.Hits[last] == 0 {
				t.Errorf("hits: %v", result.Hits)
			}
		})
	}
}

// thawed is what must not come while a freeze of 150 ms from the start holds.
func thawed(w want) want {
	seen := w.is
	w.is = func(r *trace.Record) bool { return seen(r) && r.At >= event.Mono(140*event.Millisecond) }
	return w
}

func TestAHalfOpenConnectionSwallowsAndNobodyIsTold(t *testing.T) {
	// The gateway asks for the revoked tokens once more after the link went half-open, is not answered,
	// asks on a new session, which works, and the old one has still heard nothing.
	var asked, again node.SessionID
	w := broken(t, "on mark \"asks\" #1 half-open gw-1>cp-1", func(in node.Input, out *node.Output) {
		switch m := in.Msg.(type) {
		case *event.PullResponse:
			if asked == 0 {
				asked, again = in.Session, 100
				out.Mark("asks")
				out.Send(asked, &event.PullRequest{ID: 18, Path: event.PathRevoked})
				out.Open(again, event.Endpoint{Node: "cp-1", Service: event.Pull})
				return
			}
			out.Note(node.Note{Fact: node.Ready, ID: "answered", N: int64(m.ID)})
		}
		if in.Kind == node.Up && in.Session == again {
			out.Send(again, &event.PullRequest{ID: 19, Path: event.PathRevoked})
		}
	})
	seen, result := until(t, w, live.Options{}, stated("gw-1", "answered"))
	for _, r := range seen.records(func(r *trace.Record) bool { return r.Node == "gw-1" && r.Kind == trace.Down }) {
		if r.Session == asked {
			t.Errorf("the half-open session went down: %s", r.Reason)
		}
	}
	for _, r := range seen.records(func(r *trace.Record) bool { return r.Kind == trace.Noted }) {
		if r.Note.N != 19 {
			t.Errorf("request %d was answered", r.Note.N)
		}
	}
	if result.Hits[0] == 0 {
		t.Error("nothing was swallowed")
	}
}

func TestACrashAtAMarkLeavesTheRestUndone(t *testing.T) {
	step := func() func(node.Clock, node.Input, *node.Output) {
		return func(_ node.Clock, in node.Input, out *node.Output) {
			if in.Kind == node.Boot {
				out.Note(node.Note{Fact: node.Stored, ID: "before"})
				out.Mark("stored, not published")
				out.Note(node.Note{Fact: node.EventPublished, ID: "behind"})
			}
		}
	}
	w := &world.World{Members: []world.Member{{ID: "cp-1", Role: node.ControlPlane, New: stepper(step)}}}
	var err error
	if w.Faults, err = fault.Parse(`on mark "cp-1/stored, not published" #1 for 10ms crash cp-1`); err != nil {
		t.Fatal(err)
	}
	seen, result := until(t, w, live.Options{}, at("cp-1", trace.Stopped), stated("cp-1", "behind"))
	var story []string
	for _, r := range seen.records(func(r *trace.Record) bool { return r.Node == "cp-1" }) {
		story = append(story, r.Kind.String()+r.Note.ID)
	}
	const want = "booted notedbefore marked stopped fault-hit booted notedbefore marked notedbehind"
	if got := strings.Join(story, " "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if result.Hits[0] != 1 {
		t.Errorf("hits: %v", result.Hits)
	}
}

func TestAClockFaultMovesTheWallClockOnly(t *testing.T) {
	type reading struct{ mono, wall int64 }
	read := make(chan reading, 1)
	step := func() func(node.Clock, node.Input, *node.Output) {
		return func(now node.Clock, in node.Input, out *node.Output) {
			if in.Kind == node.Called {
				read <- reading{int64(now.Mono), int64(now.Wall)}
				out.Answer(in.Call, &event.StepDone{Status: 200})
			}
		}
	}
	w := &world.World{Start: 1_000_000, Members: []world.Member{{ID: "cp-1", Role: node.ControlPlane, Offset: event.Second, New: stepper(step)}}}
	w.Steps = []world.Step{{At: 20 * event.Millisecond, To: []event.NodeID{"cp-1"}, Do: &event.Step{ID: "s"}}}
	w.Faults = fault.Schedule{{Kind: fault.Clock, Node: "cp-1", By: event.Hour}}
	until(t, w, live.Options{}, answers(1))
	got := <-read
	if ahead := got.wall - 1_000_000 - 1000 - 3_600_000; ahead < got.mono/1e6 || ahead > got.mono/1e6+1000 {
		t.Errorf("at %d ns since boot the wall clock shows %d", got.mono, got.wall)
	}
}

func TestWhatIsNotSentToANodeThatIsPausedTooLongIsCounted(t *testing.T) {
	w := broken(t, "at 50ms for 200ms pause store.eu", func(in node.Input, out *node.Output) {
		if _, ok := in.Msg.(*event.StoreResult); !ok {
			return
		}
		for range 3 {
			out.Send(in.Session, &event.StoreOp{Read: event.TableRevoked})
		}
	})
	full := want{"a mailbox overflows", func(r *trace.Record) bool {
		return r.Node == "store.eu" && r.Kind == trace.Dropped && r.Reason == event.MailboxFull
	}}
	until(t, w, live.Options{Mailbox: 8}, full)
}

// TestEveryMessageHasOneFate breaks links of each kind under traffic: what was sent between nodes was
// received or dropped, once, and nothing else was.
func TestEveryMessageHasOneFate(t *testing.T) {
	chat := func(in node.Input, out *node.Output) { // each answer brings the next question
		switch m := in.Msg.(type) {
		case *event.StoreResult:
			out.Send(in.Session, &event.StoreOp{ID: m.ID + 1, Read: event.TableRevoked})
		case *event.PullResponse:
			out.Send(in.Session, &event.PullRequest{ID: m.ID + 1, Path: event.PathRevoked})
		case *event.BatchAck:
			out.Send(in.Session, &event.Batch{Seq: m.Seq + 1, Events: []event.Message{throttle()}})
		}
	}
	for _, schedule := range []string{
		"at 60ms reset gw-1>*", "at 60ms for 50ms refuse gw-1>*", "at 60ms for 50ms half-open gw-1>*", "at 60ms half-open gw-1>*", "at 60ms for 50ms freeze gw-1>*",
		"at 60ms for 50ms stall gw-1>*", "at 60ms for 90ms loss gw-1>* 30%", "at 60ms for 90ms bandwidth gw-1>* 256kbit",
		"at 60ms for 50ms crash cp-1\nat 60ms for 50ms crash store.eu", "at 60ms for 50ms crash gw-1", "at 60ms for 50ms pause *",
		"at 60ms delay gw-1>* exp mean 5ms\nat 90ms reset gw-1>*",
	} {
		t.Run(schedule, func(t *testing.T) {
			t.Parallel()
			w := broken(t, schedule, chat)
			w.Links.Near = world.Latency{Base: event.Millisecond, Mean: event.Millisecond}
			seen := &watch{wanted: []want{{"the end", func(*trace.Record) bool { return false }}}}
			w.Watch, w.Length = seen, 250*event.Millisecond
			if _, err := live.Run(t.Context(), w, hubs(t), live.Options{}); err != nil {
				t.Fatal(err)
			}
			open := map[uint64]string{}
			for i := range seen.all {
				r := &seen.all[i]
				switch {
				case r.Service == event.Topics: // a hub's copies are not numbered
				case r.Kind == trace.Sent && r.ID == 0:
					t.Errorf("without a number: %s", line(r))
				case r.Kind == trace.Sent:
					open[r.ID] = line(r)
				case r.Kind == trace.Received, r.Kind == trace.Dropped:
					if open[r.ID] == "" {
						t.Errorf("never sent, or twice: %s", line(r))
					}
					delete(open, r.ID)
				}
			}
			for _, one := range open {
				t.Errorf("no fate: %s", one)
			}
		})
	}
}
