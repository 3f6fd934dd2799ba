package scenarios

import (
	"strings"
	"testing"
)

const livedThrough = `
name: lived-through
question: APIs change their status, are retired and deleted while a gateway hears nothing - who serves what?
deployment: {pattern: gw-cp-tm-ha}
catalog:
  apis: [{name: pizza}, {name: pasta}, {name: menu}, {name: soup}, {name: cake, later: true}]
  apps: [{name: mobile, subscribe: {soup: Unlimited}}]
length: 2m
workload: [{from: 8s, rate: 5, apis: [soup]}]
steps:
  - {at: 15s, id: create, create_api: cake}
  - {at: 16s, id: save, save_api: pizza}
  - {at: 18s, id: deploy, deploy: cake}
  - {at: 20s, id: block, api_status: {api: pizza, status: BLOCKED}}
  - {at: 30s, id: deprecate, api_status: {api: pizza, status: DEPRECATED}}
  - {at: 31s, id: retire, api_status: {api: pasta, status: RETIRED}}
  - {at: 32s, id: delete, delete_api: menu}
checks: [{check: convergence, within: 30s}, {check: accounting}]
faults: |
  at 25s for 10s refuse gw-2>cp-*
expect: {}
`

// The product reads the list of APIs again behind layer 2 of a connection, so that a status is learned late; what
// should go it does not take away. Hardened gateways read what is deployed as well.
func TestLivesOfAPIsConverge(t *testing.T) {
	const still = "gw-2 still serves api api-menu, which went at 32.002s\ngw-2 still serves api api-pasta, which went at 31.002s"
	for _, row := range []struct{ about, profile, knobs, says string }{
		{"the product reads the statuses again, and goes on to serve", "wso2", "", still},
		{"builds before 4.3 read nothing", "wso2", "knobs: {gateway.refresh_on_restored: false}\n", still + "\ngw-2 goes by api:api-pizza as it was before it was set at 30.002s"},
		{"hardened ones read what is deployed too", "hardened", "", ""},
	} {
		r := converge(t, livedThrough+row.knobs, row.profile, row.says)
		if r.Conduct.NotSent > 0 {
			t.Errorf("%s: %d calls were not made", row.about, r.Conduct.NotSent)
		}
	}
}

func TestLivesOfAPIsThatAreNotThere(t *testing.T) {
	for step, want := range map[string]string{
		"api_status: {api: pizzza, status: BLOCKED}": `there is no api "pizzza"`,
		"api_status: {api: pizza, status: AWAY}":     `the status "AWAY" is none`,
		"create_api: pizza":                          `api "pizza" is there from the start`,
		"save_api: quiche":                           `there is no api "quiche"`,
		"delete_api: quiche":                         `there is no api "quiche"`,
	} {
		refuse(t, strings.Replace(livedThrough, "api_status: {api: pizza, status: BLOCKED}", step, 1), want)
	}
}
