package session

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

func wso2Pull(n int) PullConfig {
	c := WSO2().Pull
	c.Servers, c.Self = hubs(n), "gw-1"
	return c
}

func hardenedPull(n int) PullConfig {
	c := Hardened().Pull
	c.Servers, c.Self = hubs(n), "gw-1"
	return c
}

func (w *wire) ask(p *Pull, path event.Path, id uint64) {
	w.do(func() { p.Ask(w.clock(), event.PullRequest{ID: id, Path: path}, &w.out) })
}

// asks are the instants, in seconds, at which a request was sent.
func (w *wire) asks() *[]int {
	var at []int
	w.received = func(event.NodeID, event.Message) { at = append(at, int(w.now/event.Mono(event.Second))) }
	return &at
}

func TestPullRetries(t *testing.T) {
	revoked := []int{0, 15, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180, 195, 210}
	for _, row := range []struct {
		what   string
		path   event.Path
		status int
		state  string
		want   []int
	}{
		{"an error status: after 15, 30, 60, 120, 240 s, then given up", event.PathArtifacts, 500, "there", []int{0, 15, 45, 105, 225, 465}},
		{"an answer: once", event.PathArtifacts, 200, "there", []int{0}},
		{"revoked tokens, an error status: final", event.PathRevoked, 500, "there", []int{0}},
		{"revoked tokens, no connection: 15 tries, 15 s apart", event.PathRevoked, 200, "down", revoked},
	} {
		w, p := pullOn(wso2Pull(1))
		w.peer("cp-1").status = row.status
		w.become("cp-1", row.state)
		sent := w.asks()
		var final []int
		w.part = pullPart{p, func(r *event.PullResponse) { final = append(final, r.Status) }}
		w.ask(p, row.path, 1)
		w.wait(event.Hour)
		got := *sent
		if row.state == "down" {
			got = nil
			for _, at := range w.opened {
				got = append(got, int(at/event.Mono(event.Second)))
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: asked at %v, want %v", row.what, got, row.want)
		}
		status := row.status
		if row.state == "down" {
			status = NoAnswer
		}
		if !slices.Equal(final, []int{status}) {
			t.Errorf("%s: final %v, want %d once", row.what, final, status)
		}
		fail(t, w)
	}
}

// Every request has one final answer, and with all servers there it is a good one.
func TestPullFinals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := wso2Pull(rapid.IntRange(1, 3).Draw(t, "servers"))
		if rapid.Bool().Draw(t, "hardened") {
			c = hardenedPull(len(c.Servers))
		}
		c.Outstanding = rapid.IntRange(0, 5).Draw(t, "outstanding")
		w, p := pullOn(c)
		w.quiet = true
		finals := map[uint64]int{}
		w.part = pullPart{p, func(r *event.PullResponse) { finals[r.ID]++ }}
		asked := uint64(0)
		some := rapid.SampledFrom(c.Servers)
		t.Repeat(map[string]func(*rapid.T){
			"ask": func(t *rapid.T) {
				asked++
				w.ask(p, rapid.SampledFrom([]event.Path{event.PathArtifacts, event.PathRevoked}).Draw(t, "path"), asked)
			},
			"become": func(t *rapid.T) {
				w.become(some.Draw(t, "server"), rapid.SampledFrom([]string{"there", "down", "dark", "slow"}).Draw(t, "state"))
			},
			"status": func(t *rapid.T) {
				w.peer(some.Draw(t, "server")).status = rapid.SampledFrom([]int{200, 500}).Draw(t, "status")
			},
			"hold":    func(t *rapid.T) { w.peer(some.Draw(t, "server")).hold = true },
			"release": func(t *rapid.T) { w.release(some.Draw(t, "server")) },
			"reset":   func(t *rapid.T) { w.reset(some.Draw(t, "server")) },
			"wait": func(t *rapid.T) {
				w.wait(event.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * event.Second)
			},
			"": func(t *rapid.T) {
				if len(w.breaches) > 0 {
					t.Fatal(w.breaches)
				}
				if int(asked) != p.Outstanding()+len(finals) {
					t.Fatalf("%d asked, %d outstanding, %d final", asked, p.Outstanding(), len(finals))
				}
			},
		})
		for _, s := range c.Servers {
			w.become(s, "there")
			w.release(s)
			w.peer(s).status = statusOK
		}
		w.wait(24 * event.Hour)
		for id := uint64(1); id <= asked; id++ {
			if finals[id] != 1 {
				t.Fatalf("request %d has %d final answers", id, finals[id])
			}
		}
	})
}

// Requests are dealt to the servers in turn, over one session to each.
func TestPullDealsInTurn(t *testing.T) {
	w, p := pullOn(wso2Pull(2))
	got := map[event.NodeID]int{}
	w.received = func(s event.NodeID, _ event.Message) { got[s]++ }
	for id := range uint64(10) {
		w.ask(p, event.PathAPIs, id+1)
	}
	if got["cp-1"] != 5 || got["cp-2"] != 5 || len(w.opened) != 2 {
		t.Errorf("asked %v over %d sessions", got, len(w.opened))
	}
}

// Hardened: a server that is down costs no time as long as another is there, and one that is dark
// costs one timeout.
func TestPullNextServer(t *testing.T) {
	for state, within := range map[string]event.Duration{"down": 0, "dark": 5 * event.Second} {
		w, p := pullOn(hardenedPull(2))
		w.become("cp-1", state)
		ok := false
		w.part = pullPart{p, func(r *event.PullResponse) { ok = r.Status == statusOK }}
		w.ask(p, event.PathAPIs, 1)
		w.wait(within)
		if !ok {
			t.Errorf("cp-1 %s: no answer within %s", state, within)
		}
		if w.count(node.SessionRetry) != 0 {
			t.Errorf("cp-1 %s: waited", state)
		}
		fail(t, w)
	}
}

// A request that shares a session with one that timed out is asked again on a new one, at once.
func TestPullSharedSession(t *testing.T) {
	w, p := pullOn(wso2Pull(1))
	at := map[uint64]event.Mono{}
	w.part = pullPart{p, func(r *event.PullResponse) { at[r.ID] = w.now }}
	w.ask(p, event.PathAPIs, 1)
	w.become("cp-1", "dark")
	w.ask(p, event.PathAPIs, 2)
	w.wait(20 * event.Second)
	w.ask(p, event.PathAPIs, 3)
	w.become("cp-1", "there")
	w.wait(event.Minute)
	if got := at[3].Sub(0); got != 30*event.Second {
		t.Errorf("answered at %s, the session was closed at 30 s", got)
	}
	if got := at[2].Sub(0); got != 45*event.Second {
		t.Errorf("the one that timed out was answered at %s, want 45 s", got)
	}
	fail(t, w)
}

// An answer that no attempt waits for counts for nothing.
func TestPullStrayAnswer(t *testing.T) {
	w, p := pullOn(wso2Pull(1))
	w.peer("cp-1").status = 500
	sent := w.asks()
	w.ask(p, event.PathAPIs, 1)
	for range 9 {
		w.say("cp-1", &event.PullResponse{ID: 1, Status: 500})
	}
	w.say("cp-1", (*event.PullResponse)(nil))
	w.wait(event.Hour)
	if !slices.Equal(*sent, []int{0, 15, 45, 105, 225, 465}) {
		t.Errorf("asked at %v", *sent)
	}
}

// The final status is what the last attempt got, not an earlier one. With NextServer each round tries
// every server.
func TestPullFinalStatus(t *testing.T) {
	c := hardenedPull(2)
	c.Retry.Times = 2
	w, p := pullOn(c)
	status := -1
	w.part = pullPart{p, func(r *event.PullResponse) { status = r.Status }}
	w.peer("cp-1").status, w.peer("cp-2").status = 500, 503
	w.ask(p, event.PathAPIs, 1)
	w.become("cp-1", "down")
	w.become("cp-2", "down")
	w.opened = nil
	w.wait(event.Minute)
	if len(w.opened) != 4 {
		t.Errorf("%d connects in two more rounds over two servers", len(w.opened))
	}
	if status != NoAnswer {
		t.Errorf("final status %d after two rounds without an answer", status)
	}
	fail(t, w)
}

func TestPullNobodyToAsk(t *testing.T) {
	w, p := pullOn(PullConfig{})
	var final []int
	w.part = pullPart{p, func(r *event.PullResponse) { final = append(final, r.Status) }}
	w.ask(p, event.PathAPIs, 1)
	w.ask(p, event.PathAPIs, 2)
	w.wait(0)
	if !slices.Equal(final, []int{NoAnswer, NoAnswer}) {
		t.Errorf("final %v", final)
	}
}

// Sticky: one server until an attempt there has no answer; an error status is an answer.
func TestPullKeepsToOneServer(t *testing.T) {
	c := wso2Pull(2)
	c.Sticky = true
	w, p := pullOn(c)
	got := map[event.NodeID]int{}
	w.received = func(s event.NodeID, _ event.Message) { got[s]++ }
	w.part = pullPart{p, func(*event.PullResponse) {}}
	for id := range uint64(10) {
		w.ask(p, event.PathAPIs, id+1)
	}
	if got["cp-1"] != 10 || len(w.opened) != 1 {
		t.Errorf("asked %v over %d sessions, want ten times cp-1 over one", got, len(w.opened))
	}
	w.peer("cp-1").status = 500
	w.ask(p, event.PathAPIs, 11)
	w.wait(20 * event.Second) // the retry after 15 s is at cp-1 again
	if got["cp-2"] != 0 {
		t.Errorf("an error status moved the client: asked %v", got)
	}
	w.peer("cp-1").status = 200
	w.become("cp-1", "down")
	w.ask(p, event.PathAPIs, 12)
	w.wait(event.Minute)
	w.become("cp-1", "there")
	before := got["cp-1"]
	w.ask(p, event.PathAPIs, 13)
	if got["cp-2"] == 0 || got["cp-1"] != before {
		t.Errorf("after cp-1 was gone: asked %v, want to have moved to cp-2 and to stay", got)
	}
}

// An answer that could not be read is stated with its place, counts as a failed attempt, and is asked for
// again in time.
func TestPullUnreadableAnswer(t *testing.T) {
	var numbers Numbers
	var out node.Output
	p := NewPull(wso2Pull(1), &numbers)
	p.Ask(node.Clock{}, event.PullRequest{ID: 1, Path: event.PathAPIs}, &out)
	p.Step(node.Clock{}, &node.Input{Kind: node.Up, Session: 1}, &out)
	out.Reset()
	bad := &event.PullResponse{ID: 1, Path: event.PathAPIs, Status: 502, Problem: "read the answer of /apis: list[0].apiId"}
	p.Step(node.Clock{}, &node.Input{Kind: node.Received, Session: 1, Msg: bad}, &out)
	n := out.Acts[0].Note
	if n.Fact != node.EventIgnored || n.Reason != event.Malformed || n.Peer != "cp-1" || n.Detail != bad.Problem {
		t.Errorf("stated: %+v", n)
	}
	if p.Deadline() != event.Mono(15*event.Second) {
		t.Errorf("asked again at %v, want 15s", p.Deadline())
	}
}
