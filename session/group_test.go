package session

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

// naiveGroup is an endpoint group as lists of event numbers.
type naiveGroup struct {
	ring, batch      int
	balance          bool
	ends             []naiveEnd
	last             int // with balance, who was last
	waiting, dropped []int
}

type naiveEnd struct {
	known bool // the first connect has ended
	up    bool
	under []int // on its way
}

func (n *naiveGroup) free(i int) bool { return n.ends[i].up && n.ends[i].under == nil }

func (n *naiveGroup) offer(id int) {
	if len(n.waiting) == n.ring {
		n.dropped = append(n.dropped, id)
		return
	}
	n.waiting = append(n.waiting, id)
	n.send()
}

// lose gives what an endpoint had to the first that is free, or puts it back in front; the youngest of it find
// no room.
func (n *naiveGroup) lose(i int) {
	back := n.ends[i].under
	n.ends[i] = naiveEnd{known: true}
	for j := range n.ends {
		if back != nil && n.free(j) {
			n.ends[j].under, back = back, nil
		}
	}
	for len(back)+len(n.waiting) > n.ring && len(back) > 0 {
		n.dropped = append(n.dropped, back[len(back)-1])
		back = back[:len(back)-1]
	}
	n.waiting = append(slices.Clone(back), n.waiting...)
	n.send()
}

func (n *naiveGroup) send() {
	if n.balance {
		n.deal()
		return
	}
	for len(n.waiting) > 0 {
		to := slices.IndexFunc(n.ends, func(e naiveEnd) bool { return e.up || !e.known })
		if to < 0 || !n.free(to) {
			return
		}
		many := min(n.batch, len(n.waiting))
		n.ends[to].under, n.waiting = n.waiting[:many:many], n.waiting[many:]
	}
}

// deal gives one event after the other to the next endpoint in the circle that was free when it began and has
// room for one more.
func (n *naiveGroup) deal() {
	hands := make([][]int, len(n.ends))
	for len(n.waiting) > 0 {
		to := -1
		for step := 1; step <= len(n.ends) && to < 0; step++ {
			if i := (n.last + step) % len(n.ends); n.free(i) && len(hands[i]) < n.batch {
				to = i
			}
		}
		if to < 0 {
			break
		}
		hands[to], n.waiting, n.last = append(hands[to], n.waiting[0]), n.waiting[1:], to
	}
	for i, hand := range hands {
		if hand != nil {
			n.ends[i].under = hand
		}
	}
}

// TestGroupAgainstModel compares, at every step, who has which events of a group of one to three endpoints.
func TestGroupAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		many := rapid.IntRange(1, 3).Draw(t, "endpoints")
		c := wso2Feed(Group{Endpoints: endpoints("tm-1", "tm-2", "tm-3")[:many], LoadBalance: rapid.Bool().Draw(t, "balance")})
		c.Ring, c.Batch = rapid.IntRange(1, 12).Draw(t, "ring"), rapid.IntRange(1, 5).Draw(t, "batch")
		c.AckTimeout, c.ConnectTimeout = 0, 0
		feed := NewFeed(c, new(Numbers))
		model := naiveGroup{ring: c.Ring, batch: c.Batch, balance: c.Groups[0].LoadBalance, ends: make([]naiveEnd, many), last: -1}
		var out node.Output
		var now node.Clock
		id, g := 0, &feed.groups[0]
		feed.Start(now, &out)
		step := func(e *endpoint, kind node.Kind, m event.Message) {
			feed.Step(now, &node.Input{Kind: kind, Session: e.session, Msg: m}, &out)
		}
		some := rapid.IntRange(0, many-1)
		t.Repeat(map[string]func(*rapid.T){
			"offer": func(*rapid.T) {
				id++
				feed.Offer(now, throttle(id), &out)
				model.offer(id)
			},
			"answer": func(t *rapid.T) {
				i := some.Draw(t, "endpoint")
				if e := &g.endpoints[i]; e.batch != nil {
					step(e, node.Received, &event.BatchAck{Seq: e.batch.Seq})
					model.ends[i].under = nil
					model.send()
				}
			},
			"open": func(t *rapid.T) {
				i := some.Draw(t, "endpoint")
				if e := &g.endpoints[i]; e.session != 0 && e.state != active {
					step(e, node.Up, nil)
					model.ends[i] = naiveEnd{known: true, up: true}
					model.send()
				}
			},
			"lose": func(t *rapid.T) {
				i := some.Draw(t, "endpoint")
				if e := &g.endpoints[i]; e.session != 0 {
					kind := node.Down
					if e.state == active && rapid.Bool().Draw(t, "by a probe") {
						kind = node.Unreachable
					}
					step(e, kind, nil)
					model.lose(i)
				}
			},
			"wait": func(*rapid.T) {
				now.Mono = now.Mono.Add(event.Minute)
				feed.Step(now, &node.Input{Kind: node.Tick}, &out)
			},
			"": func(t *rapid.T) {
				model.compare(t, g, droppedIn(&out))
			},
		})
	})
}

// droppedIn takes the events that were dropped out of an output.
func droppedIn(out *node.Output) []int {
	var all []int
	for i := range out.Acts {
		if n := &out.Acts[i].Note; n.Fact == node.EventDropped {
			all = append(all, int(n.Request))
		}
	}
	out.Reset()
	return all
}

func (n *naiveGroup) compare(t *rapid.T, g *ring, dropped []int) {
	if waiting := queued(&g.events); !slices.Equal(waiting, n.waiting) || !slices.Equal(dropped, n.dropped) {
		t.Fatalf("wait %v, dropped %v; the model says %v, %v", waiting, dropped, n.waiting, n.dropped)
	}
	n.dropped = nil
	for i := range g.endpoints {
		var under []int
		if b := g.endpoints[i].batch; b != nil {
			under = numbers(b.Events)
		}
		if !slices.Equal(under, n.ends[i].under) {
			t.Fatalf("%s has %v, the model says %v", g.endpoints[i].to, under, n.ends[i].under)
		}
	}
}
