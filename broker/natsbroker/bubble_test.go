package natsbroker

import (
	"context"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"hubsim/broker/internal/port"
	"hubsim/event"
)

// bubbleStory names the story that a child process plays under a fake clock.
const bubbleStory = "HUBSIM_BUBBLE_STORY"

// stories are what takes seconds to hours, each with a real nats-server. The clock is fake, so a
// duration is a fact and not a measurement.
var stories = map[string]func(*testing.T){
	"a half-open connection is noticed by pings": noticed,
	"silence alone ends nothing":                 idle,
	"a hub that does not answer":                 dialTimesOut,
	"a dial that is given up":                    dialCancelled,
	"a subscribe that is not answered":           subscribeTimesOut,
	"a write that nobody reads":                  writeTimesOut,
	"a subscriber that does not read":            hubCuts,
	"an inbox that is too slow":                  inboxTooSlow,
}

func TestStories(t *testing.T) {
	if name := os.Getenv(bubbleStory); name != "" {
		synctest.Test(t, stories[name])
		return
	}
	for name := range stories {
		t.Run(name, func(t *testing.T) { alone(t, "TestStories", bubbleStory+"="+name) })
	}
}

// took fails the story when the time since start is not d.
func took(t *testing.T, what string, start time.Time, d time.Duration) {
	t.Helper()
	if got := time.Since(start); got != d {
		t.Errorf("%s took %v, want %v", what, got, d)
	}
}

func noticed(t *testing.T) {
	r, in := relayed(t, Defaults()), listen()
	defer r.end()
	start := time.Now()
	r.dial(in)
	r.turn(swallow)
	if reason := <-in.down; reason != event.HeartbeatMissed {
		t.Errorf("down because of %v, want %v", reason, event.HeartbeatMissed)
	}
	took(t, "to notice", start, 6*time.Minute) // every 2 minutes, the third ping without an answer
}

func idle(t *testing.T) {
	r, a, b := relayed(t, Defaults()), listen(), listen()
	defer r.end()
	subscriber, publisher := r.dial(a), r.dial(b)
	send(t, subscriber, 0, &event.Subscribe{Topic: event.ThrottleData})
	<-time.After(24 * time.Hour)
	send(t, publisher, 7, decision("k"))
	if p := <-a.published; p.id != 7 {
		t.Errorf("after a day message %d came, want 7", p.id)
	}
}

func dialTimesOut(t *testing.T) {
	r := relayed(t, Defaults())
	defer r.end()
	r.turn(swallow)
	start := time.Now()
	_, err := r.Dial(t.Context(), "in-process", "hub", listen())
	if !port.TimedOut(err) {
		t.Errorf("the error is %v, want one that is a timeout", err)
	}
	took(t, "to dial", start, 5*time.Second)
}

func dialCancelled(t *testing.T) {
	r := relayed(t, Defaults())
	defer r.end()
	r.turn(swallow)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	start := time.Now()
	if _, err := r.Dial(ctx, "in-process", "hub", listen()); err == nil {
		t.Error("no error")
	}
	took(t, "to dial", start, time.Second)
}

func subscribeTimesOut(t *testing.T) {
	r := relayed(t, Defaults())
	defer r.end()
	s := r.dial(listen())
	r.turn(swallow)
	start := time.Now()
	if err := s.Send(0, &event.Subscribe{Topic: event.ThrottleData}); err == nil {
		t.Error("no error")
	}
	took(t, "to subscribe", start, 5*time.Second)
}

func writeTimesOut(t *testing.T) {
	r, in := relayed(t, Defaults()), listen()
	defer r.end()
	s := r.dial(in)
	r.turn(stall)
	start := time.Now()
	send(t, s, 1, decision("lost in the relay's hands"))
	synctest.Wait()
	if err := s.Send(2, decision("not taken by it")); !port.TimedOut(err) {
		t.Errorf("the error is %v, want one that is a timeout", err)
	}
	if reason := <-in.down; reason != event.TimedOut {
		t.Errorf("down because of %v, want %v", reason, event.TimedOut)
	}
	took(t, "to give up", start, 10*time.Second)
}

func hubCuts(t *testing.T) {
	r, in := relayed(t, Defaults()), listen()
	defer r.end()
	subscriber := r.dial(in)
	send(t, subscriber, 0, &event.Subscribe{Topic: event.ThrottleData})
	r.turn(past)
	publisher := r.dial(listen())
	send(t, publisher, 1, decision("lost in the relay's hands"))
	synctest.Wait()
	send(t, publisher, 2, decision("not taken by it"))
	<-time.After(11 * time.Second)
	if got := r.Counters().HubCut; got != 1 {
		t.Errorf("the hub has cut %d connections, want 1", got)
	}
}

func inboxTooSlow(t *testing.T) {
	c := Defaults()
	c.Pending = 3
	r, in, out := relayed(t, c), listen(), listen()
	defer r.end()
	in.slow = make(chan struct{})
	subscriber, publisher := r.dial(in), r.dial(out)
	send(t, subscriber, 0, &event.Subscribe{Topic: event.ThrottleData})
	for id := range uint64(10) {
		send(t, publisher, id, decision("k"))
	}
	send(t, publisher, 0, &event.Heartbeat{})
	<-out.beats // the hub has passed all on, and after a round trip the subscriber's end has it or is cut already
	_ = subscriber.Send(0, &event.Subscribe{Topic: event.NotificationTopic})
	close(in.slow)
	if reason := <-in.down; reason != event.SlowConsumer {
		t.Errorf("down because of %v, want %v", reason, event.SlowConsumer)
	}
	if got := r.Counters().Slow; got != 1 {
		t.Errorf("%d sessions were too slow, want 1", got)
	}
}
