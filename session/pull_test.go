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
