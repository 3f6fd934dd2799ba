package event_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/event"
)

// orders are one of each kind.
func orders() []*event.Order {
	policy := &event.Policy{
		Name: "Gold", Level: event.APILevel, Tenant: event.Super, Quota: 5, Window: event.Minute,
		Groups: []event.ConditionGroup{{ID: 1, Limit: event.Limit{Quota: 2, Window: event.Minute}, Conditions: []event.Condition{{Type: event.HeaderHas, Name: "x", Value: "<&>"}}}},
	}
	return []*event.Order{
		{ID: "e1", Deploy: &event.API{UUID: "pizza", ID: 1, Context: "/pizza/1.0.0", Labels: []string{"Default"}, Resources: []event.Resource{{Template: "/order", Verb: "POST"}}, Revision: 3}},
		{ID: "e2", Undeploy: "pizza"},
		{Forget: &event.RevokedSubject{Entity: "alice", Kind: event.SubjectUser, At: 7}},
		{ForgetToken: &event.RevokedToken{Token: "4f1c", Expiry: 9}},
		{Policy: policy},
		{Drop: &event.Policy{Name: "Gold", Level: event.SubscriptionLevel}},
		{ID: "r1", Revoke: &event.RevokedToken{Token: "4f1c", Expiry: 9}},
		{Validate: &event.Validation{API: "pizza", Token: event.Token{ID: "4f1c", ConsumerKey: "ck", User: "alice", Issued: 1, Expires: 2}}},
	}
}

func TestOrderRoundTrip(t *testing.T) {
	for _, o := range orders() {
		body, err := event.AppendOrder(nil, o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := event.ParseOrder(event.PathGatewayAdmin, body)
		if err != nil || !got.Path.Orders() || cmp.Diff(o, got.Order) != "" {
			t.Errorf("%s: %v\n%s", body, err, cmp.Diff(o, got.Order))
		}
	}
	if _, err := event.ParseOrder(event.PathGatewayAdmin, []byte(`{"Deploy":7}`)); err == nil {
		t.Error("an API that is a number was read")
	}
}

func TestOrderedRoundTrip(t *testing.T) {
	p := &event.PullResponse{
		Path: event.PathKeyValidation, Code: event.NoSubscription,
		Applications:  []event.Application{{UUID: "app-1", ID: 1, Name: "Mobile", Tier: "Gold", ConsumerKeys: []string{"ck"}}},
		Subscriptions: []event.Subscription{{UUID: "sub-1", ID: 1, APIID: 2, AppID: 1, Tier: "Gold", State: "UNBLOCKED"}},
		Policies:      []event.Policy{*orders()[4].Policy},
		Revoked:       []event.RevokedToken{{Token: "4f1c", Expiry: 9}},
		Subjects:      []event.RevokedSubject{{ConsumerKey: "ck", At: 3}},
	}
	body, err := event.AppendPull(nil, p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := event.ParsePull(p.Path, body)
	if err != nil || cmp.Diff(p, got) != "" {
		t.Errorf("%v\n%s", err, cmp.Diff(p, got))
	}
}

// Of two orders about one thing the newer counts, and only of those.
func TestOrdersAbout(t *testing.T) {
	deploy, undeploy := orders()[0].About(), orders()[1].About()
	if deploy != undeploy {
		t.Errorf("a deployment is about %s, its end about %s", deploy, undeploy)
	}
	seen := map[string]int{}
	for _, o := range orders()[1:7] {
		seen[o.About()]++
	}
	if len(seen) != 6 {
		t.Errorf("different orders are about one thing: %v", seen)
	}
}

func FuzzParseOrder(f *testing.F) {
	for _, o := range orders() {
		body, err := event.AppendOrder(nil, o)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := event.ParseOrder(event.PathKeyValidation, body)
		if err != nil {
			return
		}
		if _, err := event.AppendOrder(nil, r.Order); err != nil {
			t.Fatalf("it was read and cannot be written: %v", err)
		}
	})
}
