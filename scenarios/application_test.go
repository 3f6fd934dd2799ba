package scenarios

import (
	"strings"
	"testing"

	"hubsim/event"
)

const moved = `
name: moved
question: Apps change their tiers and keys while a gateway hears nothing - who goes by what?
deployment: {pattern: gw-cp-tm-ha}
catalog:
  policies:
    - {name: Ten, level: subscription, quota: 10, window: 10s}
    - {name: Five, level: subscription, quota: 5, window: 10s}
    - {name: Forty, level: application, quota: 40, window: 10s}
    - {name: Big, level: subscription, quota: 100000, window: 10s}
  apis: [{name: pizza}, {name: soup}]
  apps:
    - {name: mobile, subscribe: {pizza: Ten}}
    - {name: web, subscribe: {pizza: Unlimited}}
    - {name: old, subscribe: {soup: Unlimited}}
    - {name: still, subscribe: {soup: Big}}
length: 2m
workload: [{from: 8s, rate: 20}]
steps:
  - {at: 15s, id: again, set_app: {app: web}}
  - {at: 28s, id: sub-tier, subscribe: {app: mobile, api: pizza, tier: Five}}
  - {at: 29s, id: app-tier, set_app: {app: web, tier: Forty}}
  - {at: 30s, id: gone, remove_app: old}
  - {at: 31s, id: unmap, unmap_key: still}
  - {at: 85s, id: back, set_app: {app: old}}
  - {at: 86s, id: key, map_key: old}
checks: [{check: convergence, within: 30s}, {check: accounting}]
faults: |
  at 25s for 10s refuse gw-2>cp-*
expect: {}
`

// Behind layer 2 of a connection the product reads subscriptions and applications again and adds consumer keys; one
// that was taken away it keeps, hardened gateways do not. Tiers that are assigned at run time are not judged.
func TestMovedApplicationsConverge(t *testing.T) {
	const deaf = "gw-2 never learned of consumer-key:key-still (told at 31.002s)"
	for _, row := range []struct{ about, profile, knobs, says string }{
		{"the product keeps a consumer key", "wso2", "", deaf},
		{"hardened ones keep what is listed", "hardened", "", ""},
	} {
		r := converge(t, moved+row.knobs, row.profile, row.says)
		if n := len(r.Quota.Unjudged); n != 3 {
			t.Errorf("%s: not judged: %v", row.about, r.Quota.Unjudged)
		}
		if len(r.Quota.Unexplained) > 0 {
			t.Errorf("%s: unexplained: %v", row.about, r.Quota.Unexplained)
		}
	}
}

// A removed app is refused for want of a subscription, as one without its key is; made again, it has to be given its key.
func TestAppsAreMadeAgain(t *testing.T) {
	text, _, _ := strings.Cut(moved, "faults:")
	s, err := Parse("x.yaml", []byte(text+"expect: {}\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := answered{}
	simulate(t, s, Options{Profile: "wso2", Seed: 1, Watch: got})
	gone, unmapped := got["old/soup/1.0.0"], got["still/soup/1.0.0"]
	if gone[event.NoSubscription] != 280 || gone[event.Served] < 250 || unmapped[event.NoSubscription] < 400 || got["web/pizza/1.0.0"][event.ApplicationExceeded] == 0 {
		t.Errorf("answered %v", got)
	}
}

func TestApplicationsThatAreNotThere(t *testing.T) {
	for step, want := range map[string]string{
		"set_app: {app: mobil}":                              `there is no app "mobil"`,
		"set_app: {app: mobile, tier: Gold}":                 `there is no application policy "Gold"`,
		"subscribe: {app: mobile, api: pizza, tier: Forty}":  `there is no subscription policy "Forty"`,
		"unsubscribe: {app: mobile, api: pizza, tier: Five}": `a subscription that ends has no tier`,
		"remove_app: nobody":                                 `there is no app "nobody"`,
		"map_key: nobody":                                    `there is no app "nobody"`,
		"unmap_key: nobody":                                  `there is no app "nobody"`,
	} {
		refuse(t, strings.Replace(moved, "set_app: {app: web}}", step+"}", 1), want)
	}
}
