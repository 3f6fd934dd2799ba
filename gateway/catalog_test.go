package gateway

import (
	"slices"
	"testing"

	"hubsim/event"
)

// TestConsumerKeys says which application a consumer key leads to after what was told.
func TestConsumerKeys(t *testing.T) {
	app := func(id int, keys ...string) event.Application { return event.Application{ID: id, ConsumerKeys: keys} }
	none := func(int) bool { return false }
	rows := []struct {
		why  string
		tell func(c *catalog)
		want map[string]int // key → application; 0 is none
	}{
		{"a listed application has its keys", func(c *catalog) {
			c.applications([]event.Application{app(7, "a", "b")}, none)
		}, map[string]int{"a": 7, "b": 7}},
		{"keys of a list of their own are added", func(c *catalog) {
			c.applications([]event.Application{app(7)}, none)
			c.mapKeys(app(7, "a"))
		}, map[string]int{"a": 7}},
		{"also before the application is known", func(c *catalog) {
			c.mapKeys(app(7, "a"))
			c.applications([]event.Application{app(7)}, none)
		}, map[string]int{"a": 7}},
		{"an event without keys keeps them", func(c *catalog) {
			c.application(app(7))
			c.mapKeys(app(7, "a"))
			c.application(app(7))
		}, map[string]int{"a": 7}},
		{"an event with keys replaces them", func(c *catalog) {
			c.application(app(7, "a"))
			c.application(app(7, "b"))
		}, map[string]int{"a": 0, "b": 7}},
		{"an application that is not listed goes with its keys", func(c *catalog) {
			c.application(app(7, "a"))
			c.applications([]event.Application{app(8, "b")}, none)
		}, map[string]int{"a": 0, "b": 8}},
		{"unless it is to stay as it is", func(c *catalog) {
			c.application(app(7, "a"))
			c.applications([]event.Application{app(7, "x"), app(8, "b")}, func(id int) bool { return id == 7 })
		}, map[string]int{"a": 7, "x": 0, "b": 8}},
	}
	for _, r := range rows {
		c := newCatalog()
		r.tell(&c)
		for key, want := range r.want {
			if got := c.keys[key]; got != want {
				t.Errorf("%s: key %s leads to application %d, want %d", r.why, key, got, want)
			}
		}
	}
}

// TestToldListsAreNotTouched: what a message holds belongs to whoever sent it.
func TestToldListsAreNotTouched(t *testing.T) {
	c := newCatalog()
	keys := make([]string, 1, 4)
	keys[0] = "a"
	c.application(event.Application{ID: 7, ConsumerKeys: keys})
	c.mapKeys(event.Application{ID: 7, ConsumerKeys: []string{"b"}})
	if full := keys[:4]; full[1] != "" {
		t.Errorf("the message's keys became %v", full)
	}
	if got := c.apps[7].ConsumerKeys; !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("the application has keys %v, want a and b", got)
	}
}
