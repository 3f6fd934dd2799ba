package databridge

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubsim/event"
)

func caller(app int) *event.Attributes {
	id := strconv.Itoa(app)
	return &event.Attributes{AppKey: event.ThrottleKey(id + ":alice@carbon.super"), AppTier: "10PerMin", APIKey: "/pizza/1.0.0:1.0.0",
		SubscriptionKey: event.ThrottleKey(id + ":/pizza/1.0.0:1.0.0:Gold"), SubscriptionTier: "Gold",
		ResourceKey: "/pizza/1.0.0/1.0.0/menu:GET", ResourceTier: "Unlimited", UserID: "alice@carbon.super", APIContext: "/pizza/1.0.0",
		APIVersion: "1.0.0", AppTenant: event.Super, APITenant: event.Super, AppID: id, APIName: "Pizza"}
}

// bundleOf makes a publish of calls by a number of callers in turn.
func bundleOf(calls, callers int) []event.Message {
	var all []event.Message
	for i := range calls {
		all = append(all, &event.Throttle{ID: event.RequestID(i + 1), At: 1700000050000, Attributes: caller(i % callers), Properties: `{"ip":1234}`})
	}
	return all
}

func frameBody(t testing.TB, messages []event.Message) []byte {
	t.Helper()
	frame, err := AppendMessages(nil, "s", messages, 5)
	if err != nil {
		t.Fatal(err)
	}
	return frame[headerSize:]
}

// The short way and the long way write the same bytes.
func TestAppendMessagesIsAppendPublish(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Publish{Session: "s"}
		var messages []event.Message
		for range rapid.IntRange(0, 4).Draw(t, "messages") {
			var m event.Message = &event.TokenRevoked{Token: event.TokenID(rapid.String().Draw(t, "token"))}
			if rapid.Bool().Draw(t, "throttle") {
				m = &event.Throttle{ID: event.RequestID(rapid.Uint64().Draw(t, "id")), At: event.Wall(rapid.Int64().Draw(t, "at")),
					Properties: rapid.String().Draw(t, "properties"), Attributes: caller(rapid.Int().Draw(t, "app"))}
			}
			e, err := FromMessage(m, 5)
			if err != nil {
				t.Fatal(err)
			}
			messages, p.Events = append(messages, m), append(p.Events, e)
		}
		got, err := AppendMessages([]byte("x"), "s", messages, 5)
		if want := AppendPublish([]byte("x"), p); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%v\n% x\nwant\n% x", err, got, want)
		}
	})
}

func TestAppendMessagesRefuses(t *testing.T) {
	for _, m := range []event.Message{nil, &event.Throttle{}, &event.Decision{}} {
		b, err := AppendMessages([]byte("x"), "s", []event.Message{&event.TokenRevoked{}, m}, 0)
		if !errors.Is(err, ErrNoForm) || string(b) != "x" {
			t.Errorf("%T: %q, %v", m, b, err)
		}
	}
}

func TestDecoderSharesCallers(t *testing.T) {
	d := NewDecoder()
	want := bundleOf(6, 3)
	for range 2 {
		got, err := d.Messages(frameBody(t, want))
		if diff := cmp.Diff(want, got.Messages); err != nil || diff != "" || got.Session != "s" {
			t.Fatalf("%v, session %q (-want +got):\n%s", err, got.Session, diff)
		}
		first, fourth := got.Messages[0].(*event.Throttle), got.Messages[3].(*event.Throttle)
		if first.Attributes != fourth.Attributes {
			t.Error("two events of one caller have attributes of their own")
		}
	}
	if len(d.callers) != 3 {
		t.Errorf("%d callers are remembered, want 3", len(d.callers))
	}
}

// A sender cannot make a Decoder remember without end, by many callers or by large ones.
func TestDecoderForgets(t *testing.T) {
	d := NewDecoder()
	for app := range 40 {
		a := caller(app)
		a.APIName = strings.Repeat("x", 1<<20)
		if _, err := d.Messages(frameBody(t, []event.Message{&event.Throttle{Attributes: a}})); err != nil {
			t.Fatal(err)
		}
		if d.held > callerLimit || len(d.callers) > 8 {
			t.Fatalf("%d callers of 1 MB are remembered", len(d.callers))
		}
	}
	huge := caller(1)
	huge.APIName = strings.Repeat("x", callerLimit)
	got, err := d.Messages(frameBody(t, []event.Message{&event.Throttle{Attributes: huge}}))
	if err != nil || got.Messages[0].(*event.Throttle).APIName != huge.APIName || len(d.callers) != 0 {
		t.Errorf("a caller beyond the limit: %v, %d remembered", err, len(d.callers))
	}
}

func TestDecoderReadsTheOthers(t *testing.T) {
	p := Publish{Session: "s", Events: []Event{{Stream: "x:1.0.0"}, {Stream: event.RequestStream, Payload: []Value{String("short")}}}}
	for _, m := range []event.Message{bundleOf(1, 1)[0], &event.TokenRevoked{Token: "4f1c"}} {
		e, err := FromMessage(m, 5)
		if err != nil {
			t.Fatal(err)
		}
		p.Events = append(p.Events, e)
	}
	cutMap := p.Events[2]
	cutMap.Extra = []Pair{{Name: "k", Value: "v"}}
	frame := AppendEvent(nil, &cutMap)
	frame[len(frame)-2]++ // the value is longer than the event
	if m, n, err := NewDecoder().message(frame); m != nil || n != len(frame) || !errors.Is(err, ErrMalformed) {
		t.Errorf("half a map entry: %v, %v, %d of %d bytes", m, err, n, len(frame))
	}
	notModelled := Event{Stream: event.NotificationStream, Payload: []Value{String("MOON_FULL"), Long(1), String("e30=")}}
	p.Events = append(p.Events, notModelled)
	got, err := NewDecoder().Messages(AppendPublish(nil, p)[headerSize:])
	var bundle *BundleError
	if !errors.As(err, &bundle) || bundle.Bad != 3 || !errors.Is(err, ErrUnknownStream) || len(got.Messages) != 2 {
		t.Fatalf("%v, %d messages", err, len(got.Messages))
	}
}

func TestDecoderRefuses(t *testing.T) {
	whole := frameBody(t, bundleOf(3, 1))
	for n := range whole {
		got, err := NewDecoder().Messages(whole[:n])
		if !errors.Is(err, ErrMalformed) || got.Messages != nil {
			t.Fatalf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}

// A batch of the product's agent: 200 events, here of 20 callers.
func BenchmarkAppendBatch(b *testing.B) {
	messages := bundleOf(200, 20)
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		var err error
		if buf, err = AppendMessages(buf[:0], "s", messages, 0); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(buf)))
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/200, "ns/event")
}

func BenchmarkParseBatch(b *testing.B) {
	body := frameBody(b, bundleOf(200, 20))
	d := NewDecoder()
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := d.Messages(body); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/200, "ns/event")
}

// The same without a memory of callers, as for a stream that a Decoder does not know.
func BenchmarkParseBatchEvents(b *testing.B) {
	body, streams := frameBody(b, bundleOf(200, 20)), Product()
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		p, _, err := ParsePublish(body, streams)
		if err != nil {
			b.Fatal(err)
		}
		for i := range p.Events {
			if _, err := ToMessage(p.Events[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/200, "ns/event")
}
