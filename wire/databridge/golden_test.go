package databridge_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/event"
	"hubsim/wire/databridge"
)

// captured reads a frame of the real agent.
func captured(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/java-agent.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(file), "== "+name+"\n")
	if !found {
		t.Fatalf("testdata/java-agent.txt has no %s", name)
	}
	var frame []byte
	for line := range strings.Lines(rest) {
		if !strings.Contains(line, "|") {
			break
		}
		digits, _, _ := strings.Cut(line[8:], "|")
		b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
		if err != nil {
			t.Fatal(err)
		}
		frame = append(frame, b...)
	}
	return frame
}

// streams are the product's and the one of the capture that has an attribute of every type.
func streams() databridge.Streams {
	all := databridge.Product()
	all["types:1.0.0"] = &databridge.Stream{ID: "types:1.0.0",
		Meta:        []databridge.Attribute{{Name: "m", Kind: databridge.KindString}},
		Correlation: []databridge.Attribute{{Name: "c", Kind: databridge.KindString}},
		Payload: []databridge.Attribute{{Name: "i", Kind: databridge.KindInt}, {Name: "l", Kind: databridge.KindLong},
			{Name: "f", Kind: databridge.KindFloat}, {Name: "d", Kind: databridge.KindDouble}, {Name: "b", Kind: databridge.KindBool},
			{Name: "s", Kind: databridge.KindString}, {Name: "null", Kind: databridge.KindString}}}
	return all
}

const session = "12345678-1234-1234-1234-123456789012"

// values compares Values by what they are.
var values = cmp.Comparer(func(a, b databridge.Value) bool { return a == b })

func body(t *testing.T, frame []byte, want databridge.Type) []byte {
	t.Helper()
	f, n, err := databridge.ParseFrame(frame, databridge.DefaultLimit)
	if err != nil || n != len(frame) || f.Type != want {
		t.Fatalf("%v: type %v, %d of %d bytes", err, f.Type, n, len(frame))
	}
	return f.Body
}

func TestGoldenLogin(t *testing.T) {
	frame := captured(t, "login")
	b := body(t, frame, databridge.LoginType)
	got, n, err := databridge.ParseLogin(b)
	if err != nil || n != len(b) || got != (databridge.Login{User: "admin", Password: "admin"}) {
		t.Fatalf("%v: %+v, %d of %d bytes", err, got, n, len(b))
	}
	if again := databridge.AppendLogin(nil, got); !bytes.Equal(again, frame) {
		t.Errorf("written again % x\nwant % x", again, frame)
	}
}

func TestGoldenLogout(t *testing.T) {
	frame := captured(t, "logout")
	b := body(t, frame, databridge.LogoutType)
	got, n, err := databridge.ParseLogout(b)
	if err != nil || n != len(b) || got.Session != session {
		t.Fatalf("%v: %+v, %d of %d bytes", err, got, n, len(b))
	}
	if again := databridge.AppendLogout(nil, got); !bytes.Equal(again, frame) {
		t.Errorf("written again % x\nwant % x", again, frame)
	}
}

func TestGoldenPublish(t *testing.T) {
	frame := captured(t, "publish")
	b := body(t, frame, databridge.PublishType)
	got, n, err := databridge.ParsePublish(b, streams())
	if err != nil || n != len(b) {
		t.Fatalf("%v: %d of %d bytes", err, n, len(b))
	}
	str := func(all ...string) (values []databridge.Value) {
		for _, s := range all {
			values = append(values, databridge.String(s))
		}
		return values
	}
	throttle := str("urn:uuid:1", "app1:alice@carbon.super", "10PerMin", "/pizza/1.0.0:1.0.0", "Unlimited", "app1:/pizza/1.0.0:1.0.0:Gold",
		"Gold", "/pizza/1.0.0/1.0.0/menu:GET", "Unlimited", "alice@carbon.super", "/pizza/1.0.0", "1.0.0", "carbon.super", "carbon.super",
		"1", "Pizza", `{"ip":1234}`)
	want := databridge.Publish{Session: session, Events: []databridge.Event{
		{Stream: event.RequestStream, At: 1700000000000, Payload: throttle},
		{Stream: event.RequestStream, At: 1700000000001, Payload: throttle},
		{Stream: "types:1.0.0", At: 1700000000005, Meta: str("meta"), Correlation: str("corr"),
			Payload: append([]databridge.Value{databridge.Int(7), databridge.Long(8), databridge.Float(1.5), databridge.Double(2.5),
				databridge.Bool(true)}, str("str", "")...),
			Extra: []databridge.Pair{{Name: "k1", Value: "v1"}}},
	}}
	if diff := cmp.Diff(want, got, values); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	if again := databridge.AppendPublish(nil, got); !bytes.Equal(again, frame) {
		t.Errorf("written again % x\nwant % x", again, frame)
	}
}

func TestGoldenThrottle(t *testing.T) {
	p, _, err := databridge.ParsePublish(body(t, captured(t, "publish"), databridge.PublishType), streams())
	if err != nil {
		t.Fatal(err)
	}
	got, err := databridge.ToMessage(p.Events[0])
	want := &event.Throttle{At: 1700000000000, Properties: `{"ip":1234}`, Attributes: &event.Attributes{
		AppKey: "app1:alice@carbon.super", AppTier: "10PerMin", APIKey: "/pizza/1.0.0:1.0.0", APITier: "Unlimited",
		SubscriptionKey: "app1:/pizza/1.0.0:1.0.0:Gold", SubscriptionTier: "Gold", ResourceKey: "/pizza/1.0.0/1.0.0/menu:GET",
		ResourceTier: "Unlimited", UserID: "alice@carbon.super", APIContext: "/pizza/1.0.0", APIVersion: "1.0.0",
		AppTenant: event.Super, APITenant: event.Super, AppID: "1", APIName: "Pizza"}}
	if diff := cmp.Diff(event.Message(want), got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// Answers, byte by byte, as the real agent takes them.
func TestGoldenResponses(t *testing.T) {
	for _, c := range []struct {
		why   string
		bytes string
		want  databridge.Response
	}{
		{"OK to a publish or logout", "\x00", databridge.Response{Code: databridge.OK}},
		{"a session of 36 characters", "\x02\x00\x00\x00\x24" + session, databridge.Response{Code: databridge.LoggedIn, Session: session}},
		{"a session that has expired", "\x01\x00\x00\x00\x44\x00\x00\x00\x2c" + databridge.SessionExpired + session + " expired",
			databridge.Response{Code: databridge.Failed, Class: databridge.SessionExpired, Message: session + " expired"}},
	} {
		got, n, err := databridge.ParseResponse([]byte(c.bytes), databridge.DefaultLimit)
		if err != nil || n != len(c.bytes) || got != c.want {
			t.Errorf("%s: %v: %+v, %d of %d bytes", c.why, err, got, n, len(c.bytes))
		}
		if again := databridge.AppendResponse(nil, got); string(again) != c.bytes {
			t.Errorf("%s: written again %q", c.why, again)
		}
	}
}
