package scenarios

import (
	"slices"
	"testing"

	"hubsim/event"
)

func TestEachPolicy(t *testing.T) {
	s := load(t, "policy-admission")
	for _, c := range []struct {
		why      string
		policies []event.Policy
		own      []Policy
		apps     []string
		apis     []string
	}{
		{"one of each of the scenario's", nil, s.Catalog.Policies,
			[]string{"subscribed-Gold", "subscribed-Silver", "subscribed-Bronze", "applied-20Per10Sec", "eater"}, []string{"pizza", "pasta-100Per10Sec", "chat"}},
		{"imported ones are there as well, of the same tenant",
			[]event.Policy{{Name: "Mine", Level: event.SubscriptionLevel, Tenant: event.Super, Quota: 5, Window: event.Minute},
				{Name: "Theirs", Level: event.SubscriptionLevel, Tenant: "a.com", Quota: 5, Window: event.Minute}},
			nil, []string{"subscribed-Mine", "eater"}, []string{"pizza", "chat"}},
	} {
		one := *s
		one.Catalog.Policies = c.own
		var complaints critic
		got := one.Catalog.expand(c.policies, &complaints)
		if len(complaints.all) > 0 {
			t.Errorf("%s: %v", c.why, complaints.all)
		}
		var apps, apis []string
		for _, a := range got.apps {
			apps = append(apps, a.Name)
		}
		for _, a := range got.apis {
			apis = append(apis, a.Name)
		}
		if !slices.Equal(apps, c.apps) || !slices.Equal(apis, c.apis) || !got.each {
			t.Errorf("%s: apps %v, apis %v; want %v, %v", c.why, apps, apis, c.apps, c.apis)
		}
	}
}

// A level without policies has no callers, and its phase is left out; the rate is of each caller.
func TestEachCaller(t *testing.T) {
	s := load(t, "policy-admission")
	s.Catalog.Policies = nil
	mine := []event.Policy{
		{Name: "One", Level: event.SubscriptionLevel, Tenant: event.Super, Quota: 60, Window: 10 * event.Second},
		{Name: "Two", Level: event.SubscriptionLevel, Tenant: event.Super, Quota: 1 << 40, Window: 10 * event.Second},
		{Name: "Bytes", Level: event.ApplicationLevel, Tenant: event.Super, Counts: event.Bandwidth, Quota: 1, DataUnit: "MB", Window: 10 * event.Second},
	}
	r := simulate(t, s, Options{Profile: "wso2", Seed: 1, Policies: mine})
	if len(r.Policies) != 3 {
		t.Fatalf("%+v", r.Policies)
	}
	one, two, bytes := r.Policies[0], r.Policies[1], r.Policies[2]
	switch calls := one.Served + one.Refused; {
	case calls < 2500 || calls > 3100 || two.Served < 2500 || two.Refused != 0:
		t.Errorf("40 calls a second of each for 70 s: %+v, %+v", one, two)
	case one.Windows != 7 || one.Most < 60 || one.Most > 75 || one.Served != 7*60+int64(r.Quota.Over.Total()):
		t.Errorf("a quota of 60 in 7 windows, with %d leaks: %+v", r.Quota.Over.Total(), one)
	case bytes.Served == 0 || bytes.Limit != "1 MB in 10s":
		t.Errorf("bytes: %+v", bytes)
	}
}

func TestLimitText(t *testing.T) {
	query := "FROM RequestStream SELECT true AS isEligible, userId AS throttleKey INSERT INTO EligibilityStream; FROM EligibilityStream[isEligible]" +
		"#throttler:timeBatch(1 min) SELECT throttleKey, count() >= 9 AS isThrottled, expiryTimeStamp GROUP BY throttleKey INSERT ALL EVENTS INTO ResultStream"
	for _, c := range []struct {
		p    event.Policy
		want string
	}{
		{event.Policy{Quota: 5, Window: event.Minute}, "5 calls in 1m0s"},
		{event.Policy{Quota: 5, Window: event.Minute, Counts: event.Bandwidth}, "5 bytes in 1m0s"},
		{event.Policy{Quota: 5, Window: event.Hour, Counts: event.EventCount}, "5 events in 1h0m0s"},
		{event.Policy{Window: event.Minute, Counts: event.AIQuota, Tokens: event.Tokens{Total: 9}}, "9 total tokens in 1m0s"},
		{event.Policy{Quota: 5, Window: event.Minute, Groups: make([]event.ConditionGroup, 2)}, "5 calls in 1m0s"},
		{event.Policy{Level: event.CustomLevel, Query: query}, "9 calls in 1m0s"},
		{event.Policy{Level: event.CustomLevel, Query: "FROM"}, "not deployed"},
	} {
		if got := limitText(&c.p); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
