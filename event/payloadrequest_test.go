package event_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/event"
)

// whole is an event with all 17 attributes, as a sender of the product writes it (apiTier is null there).
const whole = `{"event":{"metaData":{},"correlationData":{},"payloadData":{"messageID":"urn:uuid:1","appKey":"7:alice@carbon.super","appTier":"Gold",
"apiKey":"/pizza/1.0.0:1.0.0","apiTier":null,"subscriptionKey":"7:/pizza/1.0.0:1.0.0:Five","subscriptionTier":"Five","resourceKey":"/pizza/1.0.0/1.0.0/menu:GET",
"resourceTier":"Unlimited","userId":"alice@carbon.super","apiContext":"/pizza/1.0.0","apiVersion":"1.0.0","appTenant":"carbon.super","apiTenant":"carbon.super",
"appId":"7","apiName":"pizza","properties":"{\"ip\":1}"}}}`

func TestParseRequests(t *testing.T) {
	want := &event.Throttle{At: 5, Properties: `{"ip":1}`, Attributes: &event.Attributes{
		AppKey: "7:alice@carbon.super", AppTier: "Gold", APIKey: "/pizza/1.0.0:1.0.0", SubscriptionKey: "7:/pizza/1.0.0:1.0.0:Five", SubscriptionTier: "Five",
		ResourceKey: "/pizza/1.0.0/1.0.0/menu:GET", ResourceTier: "Unlimited", UserID: "alice@carbon.super", APIContext: "/pizza/1.0.0", APIVersion: "1.0.0",
		AppTenant: "carbon.super", APITenant: "carbon.super", AppID: "7", APIName: "pizza",
	}}
	few := func(a event.Attributes, properties string) *event.Throttle {
		return &event.Throttle{At: 5, Attributes: &a, Properties: properties}
	}
	for _, row := range []struct {
		why, body string
		want      []event.Message
	}{
		{"all 17 attributes", whole, []event.Message{want}},
		{"two in an array, which begins behind a line's end", "\n[" + whole + "," + whole + "]\n", []event.Message{want, want}},
		{"no attribute has a value", wrapped(``), []event.Message{few(event.Attributes{}, "")}},
		{"a number and a truth value are their texts", wrapped(`"appId":7,"apiName":true`), []event.Message{few(event.Attributes{AppID: "7", APIName: "true"}, "")}},
		{"properties are an object", wrapped(`"properties":{"ip": [1]}`), []event.Message{few(event.Attributes{}, `{"ip": [1]}`)}},
		{"other data are not looked at", `{"event":{"metaData":[1],"payloadData":{"appId":"7"}},"more":{}}`, []event.Message{few(event.Attributes{AppID: "7"}, "")}},
	} {
		got, err := event.ParseRequests([]byte(row.body), 5)
		if err != nil || !cmp.Equal(got, row.want) {
			t.Errorf("%s: %v %s", row.why, err, cmp.Diff(row.want, got))
		}
	}
}

func TestParseRequestsRefuses(t *testing.T) {
	wrong := make([]string, 17)
	for i := range wrong {
		wrong[i] = fmt.Sprintf(`"wrong%d":"x"`, i)
	}
	for _, row := range []struct{ why, body, says string }{
		{"nothing", "", "an object was expected at byte 0, found the end"},
		{"no JSON", "appKey=7", "an object was expected"},
		{"half an event", whole[:200], "closing quote"},
		{"an event without its end", whole[:len(whole)-1], "found the end"},
		{"another behind it", whole + whole, "the end was expected"},
		{"no payload", `{"event":{"metaData":{}}}`, "event.payloadData was expected"},
		{"a payload that is a text", `{"event":{"payloadData":"{}"}}`, "an object was expected"},
		{"an attribute of another name", wrapped(`"appkey":"7"`), `at "appkey": no attribute of the stream org.wso2.throttle.request.stream:1.0.0`},
		{"17 wrong attributes", wrapped(strings.Join(wrong, ",")), `at "wrong0"`},
		{"an object for a text", wrapped(`"appId":{"id":7}`), `at "appId": a text was expected`},
		{"an array for properties", wrapped(`"properties":[]`), `at "properties": a text was expected`},
		{"an empty array", "[]", "found an empty array"},
		{"an array without its end", "[" + whole, "a comma or the end"},
		{"the second of an array is wrong", "[" + whole + "," + wrapped(`"x":1`) + "]", "event 2 of the array"},
		{"an array of texts", `["x"]`, "event 1 of the array"},
		{"too many", "[" + strings.Repeat(wrapped(``)+",", 10_000) + wrapped(``) + "]", "10000 events are all"},
		{"too deep", wrapped(`"properties":` + strings.Repeat(`{"x":`, 1000)), "64 levels"},
	} {
		got, err := event.ParseRequests([]byte(row.body), 5)
		if got != nil || !errors.Is(err, event.ErrMalformed) || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %d events, %v; want %q in it", row.why, len(got), err, row.says)
		}
	}
}

func FuzzParseRequests(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("[" + whole + "]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := event.ParseRequests(b, 5)
		if (err == nil) == (len(all) == 0) {
			t.Errorf("%d events and %v", len(all), err)
		}
	})
}

// TestANullInAMapIsNothing: additionalProperties of a key manager may hold a null, which is an empty text.
func TestANullInAMapIsNothing(t *testing.T) {
	var e event.KeyManagerEvent
	value := base64.StdEncoding.EncodeToString([]byte(`{"additionalProperties":{"a":null,"b":"x","c":1}}`))
	want := []event.Pair{{Name: "a"}, {Name: "b", Value: "x"}, {Name: "c", Value: "1"}}
	if err := e.ReadValue(value); err != nil || !cmp.Equal(e.Manager.Properties, want) {
		t.Errorf("%+v, %v; want %+v", e.Manager.Properties, err, want)
	}
}
