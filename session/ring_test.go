package session

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

// naiveRing is a group of one endpoint as a list of the events that wait, a list of those on their way,
// and a list of those that were dropped.
type naiveRing struct {
	ring, batch             int
	up                      bool
	waiting, under, dropped []int
}

func (n *naiveRing) offer(id int) {
	if len(n.waiting) == n.ring {
		n.dropped = append(n.dropped, id)
		return
	}
	n.waiting = append(n.waiting, id)
	n.send()
}

func (n *naiveRing) acked() {
	n.under = nil
	n.send()
}

// lost puts what was on its way back in front; the youngest of it find no room.
func (n *naiveRing) lost() {
	n.up = false
	back := n.under
	for len(back)+len(n.waiting) > n.ring {
		n.dropped = append(n.dropped, back[len(back)-1])
		back = back[:len(back)-1]
	}
	n.waiting, n.under = append(slices.Clone(back), n.waiting...), nil
}

func (n *naiveRing) opened() {
	n.up = true
	n.send()
}

func (n *naiveRing) send() {
	if n.up && n.under == nil && len(n.waiting) > 0 {
		many := min(n.batch, len(n.waiting))
		n.under, n.waiting = n.waiting[:many:many], n.waiting[many:]
	}
}

// TestRingAgainstModel compares, at every step, which events wait, which are on their way, and which
// were dropped: a full ring loses the newest.
func TestRingAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := wso2Feed(Group{Endpoints: endpoints("tm-1")})
		c.Ring, c.Batch = rapid.IntRange(1, 12).Draw(t, "ring"), rapid.IntRange(1, 5).Draw(t, "batch")
		feed, model := NewFeed(c, new(Numbers)), naiveRing{ring: c.Ring, batch: c.Batch}
		var out node.Output
		var dropped []int
		id, e := 0, &feed.groups[0].endpoints[0]
		feed.Start(node.Clock{}, &out)
		step := func(kind node.Kind, m event.Message) {
			feed.Step(node.Clock{}, &node.Input{Kind: kind, Session: e.session, Msg: m}, &out)
		}
		t.Repeat(map[string]func(*rapid.T){
			"offer": func(*rapid.T) {
				id++
				feed.Offer(node.Clock{}, throttle(id), &out)
				model.offer(id)
			},
			"answer": func(*rapid.T) {
				if e.batch != nil {
					step(node.Received, &event.BatchAck{Seq: e.batch.Seq})
					model.acked()
				}
			},
			"open": func(*rapid.T) {
				if !model.up {
					step(node.Up, nil)
					model.opened()
				}
			},
			"lose": func(*rapid.T) {
				if model.up {
					step(node.Down, nil)
					model.lost()
				}
			},
			"": func(t *rapid.T) {
				for i := range out.Acts {
					if n := &out.Acts[i].Note; n.Fact == node.EventDropped {
						dropped = append(dropped, int(n.Request))
					}
				}
				out.Reset()
				var under []int
				if e.batch != nil {
					under = numbers(e.batch.Events)
				}
				if waiting := queued(&feed.groups[0].events); !slices.Equal(waiting, model.waiting) || !slices.Equal(under, model.under) || !slices.Equal(dropped, model.dropped) {
					t.Fatalf("wait %v, on their way %v, dropped %v; the model says %v, %v, %v", waiting, under, dropped, model.waiting, model.under, model.dropped)
				}
			},
		})
	})
}

func numbers(events []event.Message) []int {
	all := make([]int, len(events))
	for i, m := range events {
		all[i] = int(m.(*event.Throttle).ID)
	}
	return all
}

func queued(q *fifo[event.Message]) []int {
	all := make([]event.Message, q.len())
	for i := range all {
		all[i] = q.slots[q.at(i)]
	}
	return numbers(all)
}
