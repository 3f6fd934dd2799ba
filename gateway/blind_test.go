package gateway

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
)

func TestAGatewayClosesWhenItIsBlind(t *testing.T) {
	limited := &route{attrs: &event.Attributes{SubscriptionTier: "Gold", AppTier: "Unlimited"}}
	free := &route{attrs: &event.Attributes{SubscriptionTier: "Unlimited", AppTier: "Unlimited"}}
	lax := &route{attrs: &event.Attributes{SubscriptionTier: "Gold", AppTier: "Unlimited"}, goOn: true}
	at := func(s int) node.Clock { return node.Clock{Mono: event.Mono(event.Duration(s) * event.Second)} }
	for _, row := range []struct {
		why   string
		after event.Duration
		blind event.Mono
		now   int
		route *route
		want  bool
	}{
		{"the product never closes", 0, event.Never, 100, limited, false},
		{"one that sees does not", 3 * event.Second, event.Never, 100, limited, false},
		{"one that went blind a moment ago does not", 3 * event.Second, at(98).Mono, 100, limited, false},
		{"one that is blind for as long does", 3 * event.Second, at(97).Mono, 100, limited, true},
		{"but not for calls that nobody counts", 3 * event.Second, at(50).Mono, 100, free, false},
		{"nor for those that a quota does not stop", 3 * event.Second, at(50).Mono, 100, lax, false},
	} {
		g := New(Config{ClosedAfter: row.after})
		g.blind = row.blind
		if got := g.closed(at(row.now), row.route); got != row.want {
			t.Errorf("%s: closed %t", row.why, got)
		}
	}
}
