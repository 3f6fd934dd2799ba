package event

import "testing"

// TestTenants asks whose rows are, and which of them a request in a tenant's name lists.
func TestTenants(t *testing.T) {
	for _, row := range []struct {
		why  string
		path Path
		row  Row
		want Tenant
	}{
		{"an API is the tenant's that its context names", PathAPIs, Row{API: &API{Context: "/t/a.com/pizza/1.0.0"}}, "a.com"},
		{"without one it is carbon.super's", PathAPIs, Row{API: &API{Context: "/pizza/1.0.0"}}, Super},
		{"an application is its subscriber's tenant's", PathApplications, Row{Application: &Application{Subscriber: "bob@a.com"}}, "a.com"},
		{"its keys too", PathKeyMappings, Row{Application: &Application{Subscriber: "bob"}}, Super},
		{"a subscription says whose it is", PathSubscriptions, Row{Subscription: &Subscription{Tenant: "a.com"}}, "a.com"},
		{"one that does not is carbon.super's", PathSubscriptions, Row{Subscription: &Subscription{}}, Super},
	} {
		if got := row.row.Tenant(); got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
		for _, asks := range []Tenant{"a.com", Super, AllTenants} {
			r := PullRequest{Path: row.path, Tenant: asks}
			if got, want := r.Lists(&row.row), asks == row.want || asks == AllTenants; got != want {
				t.Errorf("%s: a request of %s lists it: %v", row.why, asks, got)
			}
		}
	}
	if c, u := Tenant("a.com").Context("/pizza"), Tenant("a.com").User("bob"); c != "/t/a.com/pizza" || u != "bob@a.com" {
		t.Errorf("a tenant's context and user are %s and %s", c, u)
	}
	if c, u := Tenant("").Context("/pizza"), Super.User("bob"); c != "/pizza" || u != "bob" {
		t.Errorf("carbon.super's context and user are %s and %s", c, u)
	}
}
