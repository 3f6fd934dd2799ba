package gateway

import (
	"testing"

	"hubsim/event"
)

// Of two policies of one name in two tenants, an event about one is not late for what was heard of the other.
func TestLateIsOfATenant(t *testing.T) {
	about := func(of event.Tenant, name string) string {
		return aboutOf(&event.Notification{Type: event.PolicyUpdate, Tenant: of, Policy: &event.Policy{Level: event.SubscriptionLevel, Name: name, Tenant: of}})
	}
	o := newOrder(&Config{OrderedEvents: true})
	for _, row := range []struct {
		what string
		at   event.Wall
		late bool
	}{
		{about("a.com", "Gold"), 20, false}, {about("", "Gold"), 10, false}, {about(event.Super, "Gold"), 9, true},
		{about("a.com", "Gold"), 19, true}, {about("b.com", "Gold"), 1, false},
	} {
		if got := o.late(row.what, row.at); got != row.late {
			t.Errorf("%s at %d is late: %v", row.what, row.at, got)
		}
	}
}
