package event_test

import (
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

func TestEventsOfACallAreToldApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		call := event.RequestID(rapid.Uint64Range(1, 1<<48-1).Draw(t, "call"))
		place := rapid.IntRange(0, event.MostOperations-1).Draw(t, "place")
		id := call.Event(place)
		if id.Call() != call || id.Place() != place || (id == call) != (place == 0) {
			t.Errorf("event %d of call %d is %v: of call %d, place %d", place, call, uint64(id), id.Call(), id.Place())
		}
		if other := rapid.IntRange(0, event.MostOperations-1).Draw(t, "other"); (call.Event(other).Slot(1<<16) == id.Slot(1<<16)) != (other == place) {
			t.Errorf("events %d and %d of a call are kept in one place of 65536", place, other)
		}
		if id.Slot(1000) < 0 || id.Slot(1000) >= 1000 || call.Slot(1000) != int(call%1000) {
			t.Errorf("event %v is kept at %d of 1000", id, id.Slot(1000))
		}
	})
	for want, id := range map[string]event.RequestID{"17": 17, "17.2": event.RequestID(17).Event(2), "0": 0} {
		if id.String() != want {
			t.Errorf("%d is written %s, want %s", uint64(id), id, want)
		}
	}
}

func TestOnlyGraphQLCallsAskForSeveral(t *testing.T) {
	r := &event.Request{Resource: "users", Also: []string{"orders"}}
	for _, row := range []struct {
		api  event.API
		want int
	}{{event.API{Type: event.GraphQL}, 2}, {event.API{}, 1}, {event.API{Type: event.MCP}, 1}, {event.API{Type: event.GraphQL, AI: true}, 1}} {
		if got := row.api.Operations(r); got != row.want {
			t.Errorf("%+v: a call asks for %d, want %d", row.api, got, row.want)
		}
	}
	if r.Operation(0) != "users" || r.Operation(1) != "orders" {
		t.Errorf("%s, %s", r.Operation(0), r.Operation(1))
	}
}
