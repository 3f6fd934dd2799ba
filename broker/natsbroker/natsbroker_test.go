package natsbroker

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"

	"hubsim/event"
)

// running returns a broker with one hub over TCP.
func running(t testing.TB) (b *Broker, addr string) {
	t.Helper()
	b = New(Defaults())
	t.Cleanup(b.Close)
	addr, err := b.Start(t.Context(), "hub")
	if err != nil {
		t.Fatal(err)
	}
	return b, addr
}

func dial(t testing.TB, b *Broker, addr string, in *heard) *session {
	t.Helper()
	s, err := b.Dial(t.Context(), addr, "hub", in)
	if err != nil {
		t.Fatal(err)
	}
	return s.(*session)
}

// TestStrangers holds that any NATS client can take part: what it publishes in the product's form is
// heard, without an id; what it publishes else is counted, is heard with its fault, and harms nobody.
func TestStrangers(t *testing.T) {
	b, addr := running(t)
	in := listen()
	s := dial(t, b, addr, in)
	if err := s.Send(0, &event.Subscribe{Topic: event.ThrottleData}); err != nil {
		t.Fatal(err)
	}
	stranger, err := nats.Connect("nats://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	text, err := event.AppendPayload(nil, decision("k").Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "{", `{"event":{}}`, strings.Repeat("x", 100_000), "\xff\x00"} {
		if err := stranger.Publish(string(event.ThrottleData), []byte(bad)); err != nil {
			t.Fatal(err)
		}
	}
	for _, reply := range []string{"", Sent + "12", Sent + "many", "12"} {
		if err := stranger.PublishMsg(&nats.Msg{Subject: string(event.ThrottleData), Reply: reply, Data: text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := stranger.Flush(); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if u, ok := (<-in.published).Body.(*event.Unreadable); !ok || u.Reason() != event.Malformed {
			t.Errorf("heard %v, want what could not be read", u)
		}
	}
	for _, want := range []uint64{0, 12, 0, 0} {
		if got := <-in.published; got.id != want || *got.Body.(*event.Decision) != *decision("k").Body.(*event.Decision) {
			t.Errorf("heard %d %+v, want %d and the decision", got.id, got.Body, want)
		}
	}
	if got := b.Counters(); got != (Counters{Malformed: 5}) {
		t.Errorf("counters %+v, want 5 malformed", got)
	}
	s.Close()
}

// TestRefusedMessages holds that what cannot travel is an error and not half sent.
func TestRefusedMessages(t *testing.T) {
	b, addr := running(t)
	s := dial(t, b, addr, listen())
	defer s.Close()
	for _, m := range []event.Message{
		&event.Subscribe{}, &event.Subscribe{Topic: "*"}, &event.Subscribe{Topic: "a.>"}, &event.Subscribe{Topic: "two words"},
		&event.Publish{Topic: event.ThrottleData, Body: &event.Throttle{}},
		&event.Publish{Topic: "two words", Body: &event.Decision{}}, &event.Publish{Body: &event.Decision{}},
		decision(event.ThrottleKey(strings.Repeat("k", 2<<20))),
		&event.Batch{}, nil,
	} {
		if err := s.Send(1, m); err == nil {
			t.Errorf("sending %+v: no error", m)
		}
	}
}

// TestPlaceIsKept holds that a stopped hub refuses connections and comes back where it was.
func TestPlaceIsKept(t *testing.T) {
	b, addr := running(t)
	b.Stop("hub")
	if _, err := b.Dial(t.Context(), addr, "hub", listen()); err == nil || !strings.Contains(err.Error(), addr) {
		t.Errorf("dial a stopped hub: %v, want an error with its address", err)
	}
	again, err := b.Start(t.Context(), "hub")
	if err != nil || again != addr {
		t.Errorf("start again: %s, %v; want %s", again, err, addr)
	}
	dial(t, b, addr, listen()).Close()
}

// TestAfterClose holds that a closed broker starts and dials nothing, and that closing is for ever.
func TestAfterClose(t *testing.T) {
	b, addr := running(t)
	in := listen()
	s := dial(t, b, addr, in)
	b.Close()
	b.Close()
	s.Close()
	if len(in.down) > 0 {
		t.Errorf("a session that the broker closed heard that it is down: %v", <-in.down)
	}
	if err := s.Send(1, decision("k")); err == nil {
		t.Error("sending on a closed session: no error")
	}
	if _, err := b.Start(t.Context(), "hub"); err == nil {
		t.Error("starting a hub of a closed broker: no error")
	}
	if _, err := b.Dial(t.Context(), addr, "hub", in); err == nil {
		t.Error("dialing a hub of a closed broker: no error")
	}
}

// TestCloseWaitsForNobody closes a session with a write under way that nobody reads. The write timeout
// is longer than any test, so if Close waited for it this would not end.
func TestCloseWaitsForNobody(t *testing.T) {
	c := Defaults()
	c.WriteTimeout = 24 * event.Hour
	r := relayed(t, c)
	defer r.end()
	s := r.dial(listen())
	r.turn(stall)
	for len(r.writes) > 0 {
		<-r.writes
	}
	send(t, s, 1, decision("the relay takes one write before it stalls"))
	<-r.writes
	stuck := make(chan error)
	go func() { stuck <- s.Send(2, decision("k")) }()
	<-r.writes
	s.Close()
	if err := <-stuck; err == nil {
		t.Error("the write that nobody reads: no error")
	}
}

// TestCrowd has publishers and subscribers at once, and the hub dying under them: each subscriber
// hears each publisher's messages in order, none twice, all of them when nothing dies, and nothing
// after it is down.
func TestCrowd(t *testing.T) {
	for _, dies := range []bool{false, true} {
		t.Run("dies="+strconv.FormatBool(dies), func(t *testing.T) { crowd(t, dies) })
	}
}

const crowdSize, crowdMessages = 4, 500

func crowd(t *testing.T, dies bool) {
	b, addr := running(t)
	var ears [crowdSize]*heard
	for i := range ears {
		ears[i] = listen()
		send(t, dial(t, b, addr, ears[i]), 0, &event.Subscribe{Topic: event.ThrottleData})
	}
	var publishers sync.WaitGroup
	for p := range uint64(crowdSize) {
		s := dial(t, b, addr, listen())
		publishers.Go(func() {
			for n := range uint64(crowdMessages) {
				if s.Send(p<<32|n+1, decision("k")) != nil && !dies {
					t.Errorf("publisher %d cannot send its message %d", p, n)
				}
			}
		})
	}
	if dies {
		<-ears[0].published
		b.Stop("hub")
		for _, e := range ears {
			<-e.down
			close(e.published) // a message after Down would panic
		}
	}
	publishers.Wait()
	for i, e := range ears {
		inOrder(t, i, e, dies)
	}
}

func inOrder(t *testing.T, subscriber int, e *heard, dies bool) {
	var last [crowdSize]uint64
	for heard := 0; dies || heard < crowdSize*crowdMessages; heard++ {
		p, more := <-e.published
		if !more {
			return
		}
		from, n := p.id>>32, p.id&(1<<32-1)
		if n <= last[from] || !dies && n != last[from]+1 {
			t.Fatalf("subscriber %d heard message %d of publisher %d after %d", subscriber, n, from, last[from])
		}
		last[from] = n
	}
}
