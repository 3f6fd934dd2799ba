package checker

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

func TestBadInputIsCountedWithItsPlace(t *testing.T) {
	note := func(f node.Fact, why event.Reason, id, detail string) trace.Record {
		return trace.Record{Kind: trace.Noted, Node: "gw-1", Note: node.Note{Fact: f, Reason: why, ID: id, Detail: detail}}
	}
	one := func(why, where string) *BadInput {
		return &BadInput{Times: 1, Pieces: []Unusable{{Node: "gw-1", Reason: why, Where: where, Times: 1}}}
	}
	for _, row := range []struct {
		what string
		seen trace.Record
		want *BadInput
	}{
		{"what cannot be read", note(node.EventIgnored, event.Malformed, "", "byte 7"), one("malformed", "byte 7")},
		{"a part of an event that has an id", note(node.EventIgnored, event.Malformed, "e-1", "byte 7"), one("malformed", "byte 7 (e-1)")},
		{"an event that lacks what it needs", note(node.EventIgnored, event.Malformed, "e-1", ""), one("malformed", "event e-1")},
		{"a type that nobody knows", note(node.EventIgnored, event.Ineligible, "", "WEATHER"), one("ineligible", "WEATHER")},
		{"a type that is none of the node's is good input", note(node.EventIgnored, event.Ineligible, "e-1", ""), nil},
		{"wrong credentials", note(node.EventIgnored, event.Refused, "", "the password"), one("refused", "the password")},
		{"another label's event is good input", note(node.EventIgnored, event.Filtered, "e-1", ""), nil},
		{"a tenant that is not there", note(node.PullAnswered, event.Filtered, "no tenant x", "/apis"), one("filtered", "/apis: no tenant x")},
		{"a pull that is answered", note(node.PullAnswered, event.NoReason, "", "/apis"), nil},
		{"a throttle event that cannot be read", note(node.CountDropped, event.Malformed, "", "byte 9"), one("malformed", "byte 9")},
		{"one that no plan selects is good input", note(node.CountDropped, event.Ineligible, "", "x"), nil},
		{"events of a batch", trace.Record{Kind: trace.Dropped, Node: "gw-1", Reason: event.Malformed, N: 1, Mark: "byte 3"}, one("malformed", "byte 3")},
		{"what was lost otherwise was good", trace.Record{Kind: trace.Dropped, Node: "gw-1", Reason: event.Crashed}, nil},
		{"what a terminal would obey is not told", note(node.EventIgnored, event.Malformed, "", "a\x1b[2Jb\xff"), one("malformed", "a\ufffd[2Jb")},
		{"nor more than a report can hold", note(node.EventIgnored, event.Malformed, "", strings.Repeat("x", 1000)), one("malformed", strings.Repeat("x", 300)+"…")},
	} {
		u := newUnusable()
		u.Observe(&row.seen)
		if diff := cmp.Diff(row.want, u.told()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.what, diff)
		}
	}
}

func TestBadInputIsBounded(t *testing.T) {
	u := newUnusable()
	for i := range 2 * mostUnusable {
		for range 3 {
			u.Observe(&trace.Record{Kind: trace.Noted, Node: "gw-1", Note: node.Note{Fact: node.EventIgnored, Reason: event.Malformed, Detail: strings.Repeat("i", i%250) + string(rune('a'+i/250))}})
		}
	}
	got := u.told()
	if got.Times != 6*mostUnusable || len(got.Pieces) != mostUnusable || got.Pieces[0].Times != 3 {
		t.Errorf("%d times, %d pieces, the first %+v; want %d, %d and 3 times", got.Times, len(got.Pieces), got.Pieces[0], 6*mostUnusable, mostUnusable)
	}
}
