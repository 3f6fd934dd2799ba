package databridge_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hubsim/event"
	"hubsim/wire/databridge"
)

// u32 are numbers as the wire has them.
func u32(all ...uint32) (b []byte) {
	for _, v := range all {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

func join(parts ...any) (b []byte) {
	for _, p := range parts {
		switch p := p.(type) {
		case []byte:
			b = append(b, p...)
		case string:
			b = append(b, p...)
		}
	}
	return b
}

func TestEveryHalfOfAFrameIsShort(t *testing.T) {
	for _, name := range []string{"login", "publish", "logout"} {
		whole := captured(t, name)
		for n := range whole {
			_, taken, err := databridge.ParseFrame(whole[:n], databridge.DefaultLimit)
			if !errors.Is(err, databridge.ErrShort) || taken != 0 {
				t.Fatalf("%s: %d of %d bytes: %v, %d taken", name, n, len(whole), err, taken)
			}
		}
	}
}

// A body that was cut while its frame was made contradicts itself; nothing more is to come.
func TestEveryHalfOfABodyIsMalformed(t *testing.T) {
	parse := map[string]func(b []byte) (int, error){
		"login":   func(b []byte) (int, error) { _, n, err := databridge.ParseLogin(b); return n, err },
		"logout":  func(b []byte) (int, error) { _, n, err := databridge.ParseLogout(b); return n, err },
		"publish": func(b []byte) (int, error) { _, n, err := databridge.ParsePublish(b, streams()); return n, err },
	}
	for name, parse := range parse {
		whole := captured(t, name)[5:]
		for n := range whole {
			if taken, err := parse(whole[:n]); !errors.Is(err, databridge.ErrMalformed) || taken != 0 {
				t.Fatalf("%s: %d of %d bytes: %v, %d taken", name, n, len(whole), err, taken)
			}
		}
	}
}

func TestParseFrameRefuses(t *testing.T) {
	for _, c := range []struct {
		why   string
		frame []byte
		want  error
	}{
		{"one byte more than the limit", join("\x02", u32(101)), databridge.ErrTooLong},
		{"all that 31 bits can say", join("\x02", u32(1<<31-1)), databridge.ErrTooLong},
		{"a negative length", join("\x02", u32(1<<31)), databridge.ErrMalformed},
		{"what the limit allows, not there yet", join("\x02", u32(100)), databridge.ErrShort},
	} {
		if _, n, err := databridge.ParseFrame(c.frame, 100); n != 0 || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %d taken; want %v", c.why, err, n, c.want)
		}
	}
}

func TestParseFrameOfUnknownType(t *testing.T) {
	f, n, err := databridge.ParseFrame(join("\x09", u32(2), "abc"), 100)
	if err != nil || n != 7 || f.Type != 9 || string(f.Body) != "ab" || f.Type.String() != "type 9" {
		t.Errorf("%v: %v, %d taken", err, f, n)
	}
}

func TestParsePublishRefuses(t *testing.T) {
	sid := join(u32(1), "s")
	for _, c := range []struct {
		why  string
		body []byte
	}{
		{"a session longer than the body", join(u32(9), "s")},
		{"a negative session length", u32(1 << 31)},
		{"a negative count", join(sid, u32(1<<31))},
		{"more events than bytes", join(sid, u32(1<<31-1))},
		{"two announced, one there", join(sid, u32(2), u32(12, 0, 0, 0), make([]byte, 8))},
		{"an event longer than the body", join(sid, u32(1), u32(1<<20, 0, 0, 0))},
		{"a negative event length", join(sid, u32(1), u32(1<<31, 0, 0, 0))},
	} {
		p, n, err := databridge.ParsePublish(c.body, streams())
		if n != 0 || p.Events != nil || !errors.Is(err, databridge.ErrMalformed) {
			t.Errorf("%s: %v, %v, %d taken", c.why, p, err, n)
		}
	}
}

// One bad event costs itself only.
func TestParsePublishReadsTheOthers(t *testing.T) {
	p, _, err := databridge.ParsePublish(captured(t, "publish")[5:], streams())
	if err != nil {
		t.Fatal(err)
	}
	good := databridge.AppendEvent(nil, &p.Events[0])
	unknown := databridge.AppendEvent(nil, &databridge.Event{Stream: "x:1.0.0"})
	cut := databridge.AppendEvent(nil, &databridge.Event{Stream: p.Events[0].Stream, Payload: p.Events[0].Payload[:16]})
	body := join(u32(1), "s", u32(4), unknown, good, cut, good)
	got, n, err := databridge.ParsePublish(body, streams())
	var bundle *databridge.BundleError
	if n != len(body) || len(got.Events) != 2 || !errors.As(err, &bundle) || bundle.Bad != 2 || !errors.Is(err, databridge.ErrUnknownStream) {
		t.Fatalf("%v: %d events, %d of %d bytes", err, len(got.Events), n, len(body))
	}
	if diff := cmp.Diff(p.Events[0], got.Events[1], values); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	const says = "2 events of a publish are lost, the first: cannot read an event: unknown stream: x:1.0.0"
	if err.Error() != says {
		t.Errorf("%q, want %q", err, says)
	}
}

func TestParseResponseRefuses(t *testing.T) {
	for _, c := range []struct {
		why   string
		bytes []byte
		want  error
	}{
		{"nothing", nil, databridge.ErrShort},
		{"a code nobody knows", []byte{3}, databridge.ErrUnknownType},
		{"a session without its length", []byte{2, 0}, databridge.ErrShort},
		{"half a session", join("\x02", u32(2), "s"), databridge.ErrShort},
		{"a session beyond the limit", join("\x02", u32(101)), databridge.ErrTooLong},
		{"a class and a message beyond it together", join("\x01", u32(60, 60)), databridge.ErrTooLong},
		{"lengths whose sum overflows 31 bits", join("\x01", u32(1<<31-1, 1<<31-1)), databridge.ErrTooLong},
		{"a negative length", join("\x01", u32(0, 1<<31)), databridge.ErrMalformed},
	} {
		if r, n, err := databridge.ParseResponse(c.bytes, 100); n != 0 || !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v, %d taken; want %v", c.why, r, err, n, c.want)
		}
	}
}

func TestErrorText(t *testing.T) {
	_, _, err := databridge.ParseFrame(join("\x02", u32(1<<30)), 100)
	const want = "cannot read a frame: too long: 1073741824 bytes are announced, the limit is 100"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

// FuzzRequests feeds bytes as frames: nothing panics, and what was read is written and read the same.
func FuzzRequests(f *testing.F) {
	for _, name := range []string{"login", "publish", "logout"} {
		f.Add(captured(f, name))
	}
	f.Add(databridge.AppendPublish(nil, databridge.Publish{Session: "s"}))
	f.Add(databridge.AppendLogin(nil, databridge.Login{}))
	f.Add(databridge.AppendFrame(nil, databridge.Frame{Type: 7, Body: []byte("x")}))
	defined := databridge.Product()
	f.Fuzz(func(t *testing.T, b []byte) {
		frame, n, err := databridge.ParseFrame(b, 1<<16)
		if err != nil {
			return
		}
		if again := databridge.AppendFrame(nil, frame); !bytes.Equal(again, b[:n]) {
			t.Fatalf("frame % x became % x", b[:n], again)
		}
		switch frame.Type {
		case databridge.LoginType:
			if l, n, err := databridge.ParseLogin(frame.Body); err == nil {
				same(t, databridge.AppendLogin(nil, l), frame.Body[:n])
			}
		case databridge.LogoutType:
			if l, n, err := databridge.ParseLogout(frame.Body); err == nil {
				same(t, databridge.AppendLogout(nil, l), frame.Body[:n])
			}
		case databridge.PublishType:
			stablePublish(t, frame.Body, defined)
		}
	})
}

func same(t *testing.T, frame, body []byte) {
	t.Helper()
	if !bytes.Equal(frame[5:], body) {
		t.Fatalf("body % x became % x", body, frame[5:])
	}
}

// stablePublish allows for what a reader does not keep: bad events, and other bytes than 1 for true.
func stablePublish(t *testing.T, body []byte, defined databridge.Streams) {
	p, _, err := databridge.ParsePublish(body, defined)
	if err != nil && !errors.As(err, new(*databridge.BundleError)) {
		return
	}
	for _, e := range p.Events {
		if m, err := databridge.ToMessage(e); err == nil {
			if _, err := databridge.FromMessage(m, e.At); err != nil {
				t.Fatalf("%+v cannot be written: %v", m, err)
			}
		}
	}
	checkDecoder(t, body, p)
	once := databridge.AppendPublish(nil, p)
	again, n, err := databridge.ParsePublish(once[5:], defined)
	if err != nil || n != len(once)-5 {
		t.Fatalf("%v: %d of %d bytes", err, n, len(once)-5)
	}
	if twice := databridge.AppendPublish(nil, again); !bytes.Equal(once, twice) {
		t.Fatalf("not stable:\n% x\n% x", once, twice)
	}
}

// checkDecoder holds a Decoder to ParsePublish and ToMessage.
func checkDecoder(t *testing.T, body []byte, p databridge.Publish) {
	var want []event.Message
	for _, e := range p.Events {
		if m, err := databridge.ToMessage(e); err == nil {
			want = append(want, m)
		}
	}
	got, err := databridge.NewDecoder().Messages(body)
	if err != nil && !errors.As(err, new(*databridge.BundleError)) {
		t.Fatalf("a Decoder says %v where ParsePublish reads %d events", err, len(p.Events))
	}
	if diff := cmp.Diff(want, got.Messages, cmpopts.EquateEmpty()); diff != "" || got.Session != p.Session {
		t.Fatalf("session %q, want %q (-ParsePublish +Decoder):\n%s", got.Session, p.Session, diff)
	}
}

func FuzzResponse(f *testing.F) {
	for _, r := range []databridge.Response{
		{Code: databridge.OK}, {Code: databridge.LoggedIn, Session: session},
		{Code: databridge.Failed, Class: databridge.BadLogin, Message: "admin"}, {Code: databridge.Failed},
	} {
		f.Add(databridge.AppendResponse(nil, r))
	}
	f.Add([]byte(strings.Repeat("\x01", 20)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, n, err := databridge.ParseResponse(b, 1<<16)
		if err != nil {
			return
		}
		if again := databridge.AppendResponse(nil, r); !bytes.Equal(again, b[:n]) {
			t.Fatalf("% x became % x", b[:n], again)
		}
	})
}
