package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// TestForeignEvents: a refusal below the quota is put down to events of no call of the run if they had a part in using
// the quota up in that window, whether or not anybody had called under the key before.
func TestForeignEvents(t *testing.T) {
	const end = start + 10_000
	for _, c := range []struct {
		why           string
		called        bool // before
		request       event.RequestID
		key           event.ThrottleKey
		sum           int64
		detail        string
		end           event.Wall
		want, another int
	}{
		{"they used it up before the first call", false, 0, ofEverybody, 2, "", end, 1, 0},
		{"with one of ours they used it up", true, 0, ofEverybody, 2, "", end, 1, 0},
		{"they did not use it up", false, 0, ofEverybody, 1, "", end, 0, 1},
		{"they were counted in the window before", false, 0, ofEverybody, 2, "", start, 0, 1},
		{"they were counted under another key", false, 0, ofPartner, 2, "", end, 0, 1},
		{"it was a reset", false, 0, ofEverybody, 2, node.QuotaReset, end, 0, 1},
		{"a call of the run that is forgotten stands behind it", false, 77, ofEverybody, 2, "", end, 0, 1},
	} {
		o, p := groups(false)
		if c.called {
			p.pasta(event.Served, nil)
		}
		p.note("tm-1", node.Note{Fact: node.Counted, Request: c.request, Key: c.key, N: c.sum, Expiry: c.end, Detail: c.detail})
		p.decide(ofEverybody, true).pasta(event.APILimitExceeded, nil)
		under := o.Account().Under
		if under[ForeignCounted] != c.want || under.Total() != c.want+c.another {
			t.Errorf("%s: %v", c.why, under)
		}
	}
}
