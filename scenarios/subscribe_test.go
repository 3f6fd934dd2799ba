package scenarios

import (
	"strings"
	"testing"
)

const subscribed = `
name: subscribed
question: An app's subscription ends while a gateway hears nothing - who lets its calls through?
deployment: {pattern: gw-cp-tm-ha}
catalog:
  apis: [{name: pizza}, {name: pasta}]
  apps: [{name: mobile, subscribe: {pizza: Unlimited, pasta: Unlimited}}]
length: 2m
workload: [{from: 8s, rate: 5}]
steps:
  - {at: 20s, id: hold, subscribe: {app: mobile, api: pizza, state: ON_HOLD}}
  - {at: 30s, id: end, unsubscribe: {app: mobile, api: pasta}}
  - {at: 80s, id: again, subscribe: {app: mobile, api: pizza}}
checks: [{check: convergence, within: 30s}, {check: accounting}]
faults: |
  at 25s for 10s refuse gw-2>cp-*
expect: {}
`

// A subscription that ends while a gateway is deaf is learned of where the list is read again behind it, and
// nowhere else; what it hears of it knows.
func TestSubscriptionsConverge(t *testing.T) {
	for _, row := range []struct{ about, profile, knobs, says string }{
		{"the product reads the list again behind layer 2", "wso2", "", ""},
		{"builds before 4.3 do not", "wso2", "knobs: {gateway.refresh_on_restored: false}\n", "gw-2 never learned of subscription:2:1"},
		{"hardened does", "hardened", "", ""},
	} {
		s, err := Parse("x.yaml", []byte(subscribed+row.knobs))
		if err != nil {
			t.Fatal(err)
		}
		r := simulate(t, s, Options{Profile: row.profile, Seed: 1})
		var told []string
		for _, o := range r.Outcomes {
			if o.Check == "convergence" {
				told = o.Details
			}
		}
		if text := strings.Join(told, "\n"); (row.says == "") != (text == "") || !strings.Contains(text, row.says) {
			t.Errorf("%s: convergence says %q, want %q", row.about, text, row.says)
		}
	}
}

func TestSubscriptionsThatAreNotThere(t *testing.T) {
	for step, want := range map[string]string{
		"subscribe: {app: mobil, api: pizza}":                                 `there is no app "mobil"`,
		"unsubscribe: {app: mobile, api: pizzza}":                             `there is no api "pizzza"`,
		"subscribe: {app: mobile, api: soup}":                                 `app "mobile" has no subscription to "soup"`,
		"subscribe: {app: mobile, api: pizza, state: AWAY}":                   `the state "AWAY" is none`,
		"unsubscribe: {app: mobile, api: pizza, state: BLOCKED}":              `the state "BLOCKED" is none`,
		"subscribe: {app: mobile, api: pizza}, unsubscribe: {app: x, api: y}": "",
	} {
		text := strings.Replace(subscribed, "[{name: pizza}, ", "[{name: pizza}, {name: soup}, ", 1)
		refuse(t, strings.Replace(text, "subscribe: {app: mobile, api: pizza, state: ON_HOLD}", step, 1), want)
	}
}
