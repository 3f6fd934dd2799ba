package session

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// A broker drops a consumer that is silent for timeout_factor times the delay: a quiet one whose factor is 1 or
// less is cut again and again, one that acknowledges messages meanwhile is not.
func TestBrokersPatience(t *testing.T) {
	const every = 20 * event.Second
	for _, row := range []struct {
		about    string
		patience event.Duration
		busy     bool
		lost     int
	}{
		{"the product's factor, 2", 40 * event.Second, false, 0},
		{"a factor of 1 is over when the heartbeat is due", every, false, 3},
		{"half a delay", every / 2, false, 7},
		{"half a delay, and a message a second", every / 2, true, 0},
		{"no patience is said", 0, false, 0},
	} {
		c := wso2Topic(1)
		c.Proposals = []Proposal{{From: "cp-1", Every: every, Patience: row.patience}}
		w, topic := topicOn(c)
		w.quiet = true
		w.start()
		for range 70 {
			w.wait(event.Second)
			if row.busy {
				w.say("cp-1", &event.Publish{Topic: event.ThrottleData, Body: &event.Decision{Key: "k"}})
			}
		}
		if got := w.count(node.SessionLost); got != row.lost || !topic.Connected() {
			t.Errorf("%s: the session was lost %d times, want %d", row.about, got, row.lost)
		}
	}
}

// Each connection has the heartbeat of the broker that it is to.
func TestHeartbeatOfTheBroker(t *testing.T) {
	c := wso2Topic(2)
	c.Proposals = []Proposal{{From: "cp-2", Every: event.Second}}
	w, topic := topicOn(c)
	w.start()
	w.wait(event.Minute)
	w.become("cp-1", "dark")
	w.wait(event.Hour)
	if topic.Hub() != "cp-1" {
		t.Error("a broker that proposes no heartbeat was found out")
	}
	w, topic = topicOn(c)
	w.start()
	w.become("cp-1", "down")
	w.wait(event.Minute)
	w.become("cp-2", "dark")
	before := w.count(node.SessionLost)
	w.wait(2 * event.Second)
	if w.count(node.SessionLost) != before+1 {
		t.Errorf("on %s, and its silence was not noticed after twice its heartbeat", topic.Hub())
	}
}
