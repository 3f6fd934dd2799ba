package gateway

import (
	"fmt"
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// TestVisitsAreTheirOwn calls more operations than visits are remembered, with two tokens of which one
// is a copy of the other: each call finds the route of its own operation, every time.
func TestVisitsAreTheirOwn(t *testing.T) {
	g, calls := loaded(t)
	a := g.catalog.contexts[calls[0].Context].API
	for i := range 2 * lastRoutes {
		a.Resources = append(a.Resources, event.Resource{Template: fmt.Sprintf("/order/%d", i), Verb: "GET"})
	}
	g.catalog.deploy(a)
	r := calls[len(calls)-1]
	other := *r.Token
	for _, token := range []*event.Token{r.Token, &other, r.Token} {
		for _, res := range a.Resources {
			r.Token, r.Resource, r.Verb = token, res.Template, res.Verb
			v := g.check(noon, &r)
			if v.route == nil || v.route.attrs.ResourceKey != resourceKey(&a, &res) {
				t.Fatalf("%s %s: %+v", res.Verb, res.Template, v)
			}
		}
	}
	if n := len(g.routes.known); n != len(a.Resources) {
		t.Errorf("%d routes for %d operations of one caller", n, len(a.Resources))
	}
}

// TestVisitsAreForgotten changes what a remembered visit was resolved against.
func TestVisitsAreForgotten(t *testing.T) {
	for _, row := range []struct {
		why    string
		change func(g *Gateway, r *event.Request, out *node.Output)
		want   event.Code
	}{
		{"the API is undeployed", func(g *Gateway, _ *event.Request, out *node.Output) { g.undeploy(noon, "pizza", out) }, event.NotDeployed},
		{"the subscription is deleted", func(g *Gateway, _ *event.Request, out *node.Output) {
			sub := &event.Subscription{APIID: 1, AppID: 9_999}
			g.read(noon, &event.Notification{Type: event.SubscriptionDelete, Subscription: sub}, out)
		}, event.NoSubscription},
		{"the token is revoked", func(g *Gateway, r *event.Request, out *node.Output) {
			g.read(noon, &event.TokenRevoked{Token: r.Token.ID, Type: event.JWT, Expiry: 2 * minute}, out)
		}, event.InvalidCredentials},
		{"the user is blocked", func(g *Gateway, _ *event.Request, out *node.Output) {
			g.read(noon, &event.BlockingCondition{Kind: blockUser, Value: "alice@carbon.super", On: true}, out)
		}, event.RequestBlocked},
		{"the address is blocked", func(g *Gateway, _ *event.Request, out *node.Output) {
			g.read(noon, &event.BlockingCondition{Kind: blockIP, ID: 1, Value: `{"fixedIp":"10.0.0.2"}`, On: true}, out)
		}, event.RequestBlocked},
		{"a decision comes", func(g *Gateway, _ *event.Request, out *node.Output) {
			g.read(noon, &event.Decision{Key: "9999:/pizza/1.0.0:1.0.0:Gold", IsThrottled: true, Expiry: minute}, out)
		}, event.SubscriptionExceeded},
	} {
		t.Run(row.why, func(t *testing.T) {
			g, calls := loaded(t)
			r, out := calls[len(calls)-1], node.Output{}
			r.ClientIP = "10.0.0.2"
			for range 2 {
				if v := g.check(noon, &r); v.code != event.Served {
					t.Fatalf("before: %d", v.code)
				}
			}
			row.change(g, &r, &out)
			if v := g.check(noon, &r); v.code != row.want {
				t.Errorf("%d, want %d", v.code, row.want)
			}
		})
	}
}
