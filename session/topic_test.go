package session

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

func hubs(n int) []event.NodeID {
	return []event.NodeID{"cp-1", "cp-2", "cp-3", "cp-4"}[:n]
}

func wso2Topic(n int) TopicConfig {
	c := WSO2().Topic
	c.Topic, c.Hubs, c.Self = event.ThrottleData, hubs(n), "gw-1"
	return c
}

func hardenedTopic(n int) TopicConfig {
	c := Hardened().Topic
	c.Topic, c.Hubs, c.Self = event.ThrottleData, hubs(n), "gw-1"
	return c
}

// Attempts of the task manager fall at about 0, 25, 70, 155, … s after a loss (JMSTaskManager.java):
// each is watched for 5 s, then sleep doubles from 20 s.
func TestAttemptsAfterLoss(t *testing.T) {
	w, topic := topicOn(wso2Topic(1))
	w.start()
	w.now = event.Mono(event.Hour)
	lost := w.now
	w.opened = nil
	w.become("cp-1", "down")
	w.wait(4 * event.Hour)
	want := []int{0, 25, 70, 155, 320, 645, 1290, 2575, 5140, 8745, 12350}
	var got []int
	for _, at := range w.opened {
		got = append(got, int(at.Sub(lost)/event.Second))
	}
	if !slices.Equal(got, want) {
		t.Errorf("attempts at %v s after the loss, want %v", got, want)
	}
	if topic.Connected() {
		t.Error("connected to a hub that is down")
	}
}

// How long a consumer stays deaf after its broker is back.
func TestDeafAfterOutage(t *testing.T) {
	for _, row := range []struct{ outage, next, deaf int }{
		{10, 25, 15}, {60, 70, 10}, {90, 155, 65}, {180, 320, 140}, {300, 320, 20}, {330, 645, 315},
		{700, 1290, 590}, {1800, 2575, 775}, {2600, 5140, 2540},
	} {
		w, topic := topicOn(wso2Topic(1))
		w.start()
		w.become("cp-1", "down")
		w.wait(event.Duration(row.outage) * event.Second)
		w.become("cp-1", "there")
		back := w.now
		for !topic.Connected() {
			w.wait(event.Second)
		}
		if got := int(w.now / event.Mono(event.Second)); got != row.next {
			t.Errorf("an outage of %d s: back at %d s, want %d", row.outage, got, row.next)
		}
		if got := int(w.now.Sub(back) / event.Second); got != row.deaf {
			t.Errorf("an outage of %d s: deaf for another %d s, want %d", row.outage, got, row.deaf)
		}
	}
}

// The attempts of the AMQP client's own failover, before the task manager hears of the loss.
func TestFailoverAttempts(t *testing.T) {
	for _, row := range []struct {
		what          string
		hubs, retries int
		was           event.NodeID
		want          int
	}{
		{"one broker: it is tried retries times", 1, 5, "cp-1", 5},
		{"one broker without retries: none", 1, 0, "cp-1", 0},
		{"of two on the first: 5, then 6 at the second, then 6 at the first again", 2, 5, "cp-1", 17},
		{"of two on the second: 5, then 6 at the first", 2, 5, "cp-2", 11},
		{"a gateway's ?&retries, of two on the first: the other, then back", 2, 0, "cp-1", 2},
		{"a gateway's ?&retries, of two on the second: the first", 2, 0, "cp-2", 1},
		{"of three on the second, without retries: the third, then the first", 3, 0, "cp-2", 2},
	} {
		c := wso2Topic(row.hubs)
		c.Dial.Retries = row.retries
		w, topic := topicOn(c)
		for _, h := range c.Hubs {
			if h != row.was {
				w.become(h, "down")
			}
		}
		w.start()
		w.wait(event.Minute)
		w.opened = nil
		w.become(row.was, "down")
		for topic.layer == silentLayer {
			w.wait(c.Dial.ConnectDelay)
		}
		// The task manager's first attempt follows the last of these at once.
		if n := len(w.opened) - 1; n != row.want {
			t.Errorf("%s: %d attempts, want %d", row.what, n, row.want)
		}
	}
}

// Every loss has the whole failover of the client before it: the counters start anew with each connection.
func TestFailoverStartsAnew(t *testing.T) {
	w, topic := topicOn(wso2Topic(2))
	w.start()
	for range 5 {
		on := topic.Hub()
		w.become(on, "down")
		w.wait(event.Second)
		w.become(on, "there")
		if !topic.Connected() || topic.Hub() == on || topic.layer != silentLayer {
			t.Fatalf("lost %s: on %s, connected %t", on, topic.Hub(), topic.Connected())
		}
	}
	if len(w.opened) != 6 {
		t.Errorf("%d connects for a start and 5 losses: the task manager had to help", len(w.opened))
	}
}

// Every loss begins its own back-off.
func TestBackoffStartsAnew(t *testing.T) {
	w, topic := topicOn(wso2Topic(1))
	w.start()
	for range 3 {
		w.become("cp-1", "down")
		lost := w.now
		w.wait(60 * event.Second)
		w.become("cp-1", "there")
		w.wait(10 * event.Second)
		if !topic.Connected() {
			t.Fatalf("not back %s after a loss of 60 s", w.now.Sub(lost))
		}
	}
}

// A probe that is slow to answer does not outlive the connection it was to replace.
func TestProbeEndsWithConnection(t *testing.T) {
	w, topic := topicOn(hardenedTopic(2))
	w.become("cp-1", "down")
	w.start()
	w.become("cp-1", "slow")
	for topic.probe == 0 {
		w.wait(event.Second)
	}
	w.become("cp-2", "down")
	w.wait(0)
	if topic.probe != 0 || len(w.lines) != 0 {
		t.Errorf("%d sessions are left", len(w.lines))
	}
	w.become("cp-1", "there")
	w.wait(10 * event.Second)
	if topic.Hub() != "cp-1" || !topic.Connected() || len(w.lines) != 1 {
		t.Errorf("on %s, %d sessions", topic.Hub(), len(w.lines))
	}
	fail(t, w)
}

// A consumer stays on the hub that it went to.
func TestNoFailBack(t *testing.T) {
	w, topic := topicOn(wso2Topic(2))
	w.start()
	w.become("cp-1", "down")
	w.wait(event.Second)
	if topic.Hub() != "cp-2" || topic.layer != silentLayer {
		t.Errorf("after the loss of the first hub: on %s", topic.Hub())
	}
	w.become("cp-1", "there")
	w.wait(event.Hour)
	if topic.Hub() != "cp-2" {
		t.Errorf("went back to %s: the product stays where it is", topic.Hub())
	}
}

// FromBeginning makes a failover look at the head of the list first.
func TestFromBeginning(t *testing.T) {
	for _, row := range []struct {
		from bool
		want event.NodeID
	}{{false, "cp-3"}, {true, "cp-1"}} {
		c := wso2Topic(3)
		c.Dial.FromBeginning = row.from
		w, topic := topicOn(c)
		w.become("cp-1", "down")
		w.start()
		w.wait(event.Second)
		w.become("cp-1", "there")
		w.become("cp-2", "down")
		w.wait(event.Second)
		if topic.Hub() != row.want {
			t.Errorf("from the beginning %t: lost cp-2 and went to %s, want %s", row.from, topic.Hub(), row.want)
		}
	}
}

// A hardened consumer hears of a hub that went dark, and is on the other within the heartbeat's limit.
func TestHeartbeatFindsDarkHub(t *testing.T) {
	w, topic := topicOn(hardenedTopic(2))
	w.start()
	w.wait(event.Minute)
	if topic.Hub() != "cp-1" || w.count(node.SessionLost) != 0 {
		t.Fatal("a quiet hub was taken for a lost one")
	}
	w.become("cp-1", "dark")
	w.wait(20 * event.Second)
	if w.count(node.SessionLost) != 1 {
		t.Error("a dark hub was not noticed after twice the heartbeat")
	}
	w.wait(event.Second)
	if topic.Hub() != "cp-2" || !topic.Connected() {
		t.Errorf("on %s", topic.Hub())
	}
	w.become("cp-1", "there")
	w.wait(event.Minute)
	if topic.Hub() != "cp-1" || !topic.Connected() {
		t.Errorf("did not return to the first hub: on %s", topic.Hub())
	}
	fail(t, w)
}

// The product's consumer does not.
func TestNoHeartbeatDeafForEver(t *testing.T) {
	w, topic := topicOn(wso2Topic(2))
	w.start()
	w.become("cp-1", "dark")
	w.wait(24 * event.Hour)
	if topic.Hub() != "cp-1" || !topic.Connected() {
		t.Error("noticed a half-open connection without a heartbeat")
	}
}

// Hardened: however long the outage, a consumer is back soon after it, and a fleet is not back at once.
func TestHardenedIsBackSoon(t *testing.T) {
	instants := map[event.Mono]int{}
	for i := range 200 {
		c := hardenedTopic(2)
		c.Self = event.NodeID("gw-" + string(rune('a'+i%26)) + string(rune('a'+i/26)))
		w, topic := topicOn(c)
		w.quiet = true
		w.start()
		w.become("cp-1", "down")
		w.become("cp-2", "down")
		w.wait(event.Hour)
		w.become("cp-2", "there")
		back := w.now
		for !topic.Connected() {
			w.now = topic.Deadline()
			w.wait(0)
		}
		if deaf := w.now.Sub(back); deaf > 9*event.Second {
			t.Errorf("%s: deaf for %s after the hub was back", c.Self, deaf)
		}
		instants[w.now]++
	}
	if len(instants) < 150 {
		t.Errorf("200 consumers came back in %d instants", len(instants))
	}
}

// Whatever hubs do: one subscription on each connection, never two connections but for a probe, and
// with all hubs there again the consumer is back within what its profile allows.
func TestTopicComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, soon := wso2Topic(rapid.IntRange(1, 3).Draw(t, "hubs")), 3606*event.Second
		hardened := rapid.Bool().Draw(t, "hardened")
		if hardened {
			c, soon = hardenedTopic(len(c.Hubs)), 30*event.Second
		}
		c.Dial.Retries = rapid.IntRange(0, 5).Draw(t, "retries")
		w, topic := topicOn(c)
		w.quiet = true
		subscribed := 0
		w.received = func(_ event.NodeID, m event.Message) {
			if _, ok := m.(*event.Subscribe); ok {
				subscribed++
			}
		}
		w.start()
		states := []string{"there", "down", "slow"}
		if hardened {
			states = append(states, "dark") // without a heartbeat a dark hub is never noticed
		}
		some := rapid.SampledFrom(c.Hubs)
		t.Repeat(map[string]func(*rapid.T){
			"become": func(t *rapid.T) {
				w.become(some.Draw(t, "hub"), rapid.SampledFrom(states).Draw(t, "state"))
			},
			"reset": func(t *rapid.T) { w.reset(some.Draw(t, "hub")) },
			"wait": func(t *rapid.T) {
				w.wait(event.Duration(rapid.IntRange(0, 100_000).Draw(t, "ms")) * event.Millisecond)
			},
			"": func(t *rapid.T) {
				if len(w.breaches) > 0 {
					t.Fatal(w.breaches)
				}
				if n := len(w.lines); n > 2 || n > 1 && !hardened {
					t.Fatalf("%d sessions", n)
				}
			},
		})
		for _, h := range c.Hubs {
			w.become(h, "there")
		}
		w.wait(soon)
		if !topic.Connected() {
			t.Fatalf("not back %s after its hubs", soon)
		}
		if ups := w.count(node.SessionUp); subscribed > ups {
			t.Fatalf("subscribed %d times on %d connections", subscribed, ups)
		}
	})
}

// What is malformed is handed on or ignored, never a panic.
func TestTopicMalformed(t *testing.T) {
	w, topic := topicOn(wso2Topic(1))
	w.start()
	var out node.Output
	for _, m := range []event.Message{&event.Publish{}, (*event.Publish)(nil), nil, &event.BatchAck{}} {
		topic.Step(w.clock(), &node.Input{Kind: node.Received, Session: 1, Msg: m}, &out)
	}
	for _, in := range []node.Input{
		{}, {Kind: node.Up, Session: 1}, {Kind: node.Up, Session: 9}, {Kind: node.Down, Session: -1}, {Kind: node.Boot},
	} {
		topic.Step(w.clock(), &in, &out)
	}
	if len(out.Acts) != 0 || !topic.Connected() {
		t.Errorf("acted on noise: %+v", out.Acts)
	}
	empty, none := topicOn(TopicConfig{})
	empty.start()
	empty.wait(24 * event.Hour)
	if none.Connected() || none.Hub() != "" {
		t.Error("connected to nobody")
	}
}

func fail(t *testing.T, w *wire) {
	t.Helper()
	for _, b := range w.breaches {
		t.Error(b)
	}
}

// A hardened consumer goes back to the first hub, but not from one that it is to stay at.
func TestStays(t *testing.T) {
	for _, row := range []struct {
		stay []event.NodeID
		want event.NodeID
	}{{nil, "cp-1"}, {[]event.NodeID{"cp-1", "cp-2"}, "cp-2"}} {
		c := hardenedTopic(2)
		c.Stay = row.stay
		w, topic := topicOn(c)
		w.start()
		w.become("cp-1", "down")
		w.wait(5 * event.Second)
		w.become("cp-1", "there")
		w.wait(event.Minute)
		if topic.Hub() != row.want || !topic.Connected() {
			t.Errorf("stays at %v: on %s, want %s", row.stay, topic.Hub(), row.want)
		}
	}
}
