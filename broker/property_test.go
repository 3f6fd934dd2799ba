package broker

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

// naive is the broker as one would say it: a list of who has subscribed what.
type naive struct {
	fold          bool
	live          []node.SessionID
	subscriptions []subscription // in order
}

type subscription struct {
	session node.SessionID
	topic   string
}

func (n *naive) key(t event.Topic) string {
	if n.fold {
		return strings.ToLower(string(t))
	}
	return string(t)
}

func (n *naive) subscribe(s node.SessionID, t event.Topic) {
	if sub := (subscription{s, n.key(t)}); slices.Contains(n.live, s) && !slices.Contains(n.subscriptions, sub) {
		n.subscriptions = append(n.subscriptions, sub)
	}
}

func (n *naive) copies(from node.SessionID, t event.Topic) []node.SessionID {
	var to []node.SessionID
	for _, sub := range n.subscriptions {
		if slices.Contains(n.live, from) && sub.topic == n.key(t) {
			to = append(to, sub.session)
		}
	}
	return to
}

func (n *naive) down(s node.SessionID) {
	n.live = slices.DeleteFunc(n.live, func(l node.SessionID) bool { return l == s })
	n.subscriptions = slices.DeleteFunc(n.subscriptions, func(sub subscription) bool { return sub.session == s })
}

func TestLikeTheNaiveBroker(t *testing.T) {
	spellings := []event.Topic{"throttleData", "throttledata", "THROTTLEDATA", "keyManager", "keymanager", "notification"}
	rapid.Check(t, func(t *rapid.T) {
		fold := rapid.Bool().Draw(t, "fold")
		b, n := New(Config{FoldCase: fold}), &naive{fold: fold}
		var out node.Output
		do := func(in node.Input) {
			out.Reset()
			b.Step(node.Clock{}, in, &out)
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			s := -node.SessionID(rapid.IntRange(1, 5).Draw(t, "session"))
			topic := rapid.SampledFrom(spellings).Draw(t, "topic")
			switch rapid.SampledFrom([]string{"up", "down", "subscribe", "publish", "publish"}).Draw(t, "what") {
			case "up":
				if !slices.Contains(n.live, s) {
					n.live = append(n.live, s)
					do(node.Input{Kind: node.Up, Session: s, Service: event.Topics})
				}
			case "down":
				n.down(s)
				do(node.Input{Kind: node.Down, Session: s, Reason: event.Reset})
			case "subscribe":
				n.subscribe(s, topic)
				do(node.Input{Kind: node.Received, Session: s, Msg: &event.Subscribe{Topic: topic}})
			case "publish":
				p := &event.Publish{Topic: topic, Body: &event.Decision{}}
				do(node.Input{Kind: node.Received, Session: s, Msg: p})
				if got, want := sentTo(t, &out, p), n.copies(s, topic); !slices.Equal(got, want) {
					t.Fatalf("publish on %s by %d went to %v, want %v", topic, s, got, want)
				}
			}
		}
		if len(n.subscriptions) == 0 && len(b.topics.known) > 0 {
			t.Fatalf("nobody subscribes, yet the broker keeps %v", b.topics.known)
		}
	})
}

// sentTo returns who got a copy, which must be the very value that was published.
func sentTo(t *rapid.T, out *node.Output, p *event.Publish) []node.SessionID {
	var to []node.SessionID
	for _, a := range out.Acts {
		if a.Verb != node.Send {
			continue
		}
		if a.Msg != event.Message(p) {
			t.Fatalf("session %d got another value", a.Session)
		}
		to = append(to, a.Session)
	}
	return to
}

// TestPaceKeepsAccounts holds that under a slow line every copy has one fate and order is kept.
func TestPaceKeepsAccounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := New(Config{Outflow: event.Duration(rapid.IntRange(1, 5).Draw(t, "outflow")), Queue: rapid.IntRange(0, 3).Draw(t, "queue"),
			Overflow: rapid.SampledFrom([]Overflow{Cut, DropNewest, DropOldest}).Draw(t, "overflow")})
		var out node.Output
		var published, sent, lost int
		var last event.RequestID
		step := func(at event.Mono, in node.Input) {
			out.Reset()
			b.Step(node.Clock{Mono: at}, in, &out)
			for _, a := range out.Acts {
				if a.Verb == node.Record && a.Note.Fact == node.CopyLost {
					lost++
				}
				if a.Verb != node.Send {
					continue
				}
				sent++
				id := a.Msg.(*event.Publish).Body.(*event.Throttle).ID
				if id <= last {
					t.Fatalf("copy %d left after %d", id, last)
				}
				last = id
			}
		}
		step(0, node.Input{Kind: node.Up, Session: -1, Service: event.Topics})
		step(0, node.Input{Kind: node.Up, Session: -2, Service: event.Topics})
		step(0, node.Input{Kind: node.Received, Session: -1, Msg: &event.Subscribe{Topic: event.ThrottleData}})
		at := event.Mono(0)
		for range rapid.IntRange(1, 40).Draw(t, "publishes") {
			at += event.Mono(rapid.IntRange(0, 4).Draw(t, "gap"))
			if b.Deadline() <= at && rapid.Bool().Draw(t, "tick") {
				step(at, node.Input{Kind: node.Tick})
			}
			if b.sessions[-1] == nil {
				break
			}
			published++
			step(at, node.Input{Kind: node.Received, Session: -2, Msg: &event.Publish{Topic: event.ThrottleData, Body: &event.Throttle{ID: event.RequestID(published)}}})
		}
		for b.Deadline() != event.Never {
			step(b.Deadline(), node.Input{Kind: node.Tick})
		}
		if sent+lost != published {
			t.Fatalf("%d published, but %d sent and %d lost", published, sent, lost)
		}
	})
}

// fan returns a broker with subscribers of topic throttleData and the input of one publish.
func fan(subscribers int) (*Broker, node.Input) {
	b := New(WSO2())
	var out node.Output
	for s := -1; s >= -subscribers; s-- {
		b.Step(node.Clock{}, node.Input{Kind: node.Up, Session: node.SessionID(s), Service: event.Topics}, &out)
		b.Step(node.Clock{}, node.Input{Kind: node.Received, Session: node.SessionID(s), Msg: &event.Subscribe{Topic: event.ThrottleData}}, &out)
	}
	return b, node.Input{Kind: node.Received, Session: -1, Msg: &event.Publish{Topic: event.ThrottleData, Body: &event.Decision{}}}
}

func TestFanOutAllocatesNothing(t *testing.T) {
	b, publish := fan(100)
	var out node.Output
	b.Step(node.Clock{}, publish, &out)
	if got := testing.AllocsPerRun(100, func() {
		out.Reset()
		b.Step(node.Clock{}, publish, &out)
	}); got != 0 {
		t.Errorf("a publish to 100 subscribers allocates %v times, want 0", got)
	}
}

func BenchmarkFanOut(b *testing.B) {
	for _, n := range []int{1, 10, 1000} {
		b.Run(fmt.Sprintf("subscribers=%d", n), func(b *testing.B) {
			m, publish := fan(n)
			var out node.Output
			b.ReportAllocs()
			for b.Loop() {
				out.Reset()
				m.Step(node.Clock{}, publish, &out)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/copy")
		})
	}
}
