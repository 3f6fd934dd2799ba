package bench

import (
	"fmt"
	"strings"

	"hubsim/event"
	"hubsim/scenarios"
)

// fleetKeys is how many applications call in each region of a fleet.
const fleetKeys = 20

// Fleet is a scenario of many gateways: regions with one control plane and one traffic manager each,
// the gateways shared out evenly, each called once a second in the mean by one of its region's twenty
// applications. A quota holds for five sixths of a minute, so that each key is throttled in each window.
func Fleet(regions, gateways int, length event.Duration) *scenarios.Scenario {
	files := map[string]string{}
	for _, name := range []string{"cp-1.toml", "tm-1.toml", "gw-1.toml"} {
		files[name] = "" // of the pattern: each region has its own
	}
	var topology strings.Builder
	var apps []scenarios.App
	var phases []scenarios.Phase
	topology.WriteString("nodes:\n")
	for r := 1; r <= regions; r++ {
		region := fmt.Sprintf("r%d", r)
		files[region+"-cp-1.toml"] = fmt.Sprintf(fleetControlPlane, region)
		files[region+"-tm-1.toml"] = fmt.Sprintf(fleetManager, region)
		files[region+"-gw-1.toml"] = fmt.Sprintf(fleetGateway, region)
		fmt.Fprintf(&topology, "  %s-gw-1: {region: %s, copies: %d}\n", region, region, gateways/regions)
		fmt.Fprintf(&topology, "  %s-cp-1: {region: %s}\n  %s-tm-1: {region: %s}\n", region, region, region, region)
		apps = append(apps, scenarios.App{Name: "mobile-" + region, Count: fleetKeys, Subscribe: map[string]string{"pizza": "Fleet"}})
		phases = append(phases, scenarios.Phase{
			From: scenarios.Duration(10 * event.Second), Arrivals: "poisson", Rate: float64(gateways / regions), Random: true,
			Apps: []string{"mobile-" + region}, Gateways: []string{"region:" + region},
		})
	}
	topology.WriteString("links:\n  same_region: {latency: 1ms, jitter: 200us}\n  between_regions: {latency: 40ms}\n")
	quota := max(int64(gateways/regions*60/fleetKeys*5/6), 1)
	return &scenarios.Scenario{
		Name: "fleet", Question: "How fast is virtual time with a thousand gateways?",
		Deployment: scenarios.Deployment{Pattern: "gw-cp-tm", Files: files, Topology: topology.String()},
		Catalog: scenarios.Catalog{
			Policies: []scenarios.Policy{{Name: "Fleet", Level: "subscription", Quota: quota, Window: scenarios.Duration(event.Minute)}},
			APIs:     []scenarios.API{{Name: "pizza"}},
			Apps:     apps,
		},
		Length:   scenarios.Duration(length),
		Workload: phases,
		Checks: []scenarios.Check{
			{Check: "over-admission", Allow: []string{"event-in-flight", "decision-in-flight", "boundary-carry"}},
			{Check: "under-admission"}, {Check: "decision-latency"}, {Check: "accounting"},
		},
	}
}

const fleetControlPlane = `[server]
hostname = "%[1]s-cp.example.com"
server_role = "control-plane"
[super_admin]
username = "admin"
password = "admin"
[[apim.gateway.environment]]
name = "Default"
type = "hybrid"
[apim.event_hub]
service_url = "https://%[1]s-cp-1:9443/services/"
username = "$ref{super_admin.username}"
password = "$ref{super_admin.password}"
event_listening_endpoints = ["tcp://localhost:5672"]
[[apim.event_hub.publish.url_group]]
urls = ["tcp://%[1]s-cp-1:9611"]
auth_urls = ["ssl://%[1]s-cp-1:9711"]
`

const fleetManager = `[server]
hostname = "%[1]s-tm-1"
server_role = "traffic-manager"
[super_admin]
username = "admin"
password = "admin"
[apim.event_hub]
service_url = "https://%[1]s-cp-1:9443/services/"
username = "$ref{super_admin.username}"
password = "$ref{super_admin.password}"
event_listening_endpoints = ["tcp://%[1]s-cp-1:5672"]
[apim.throttling]
throttle_decision_endpoints = ["tcp://localhost:5672"]
`

const fleetGateway = `[server]
hostname = "%[1]s-gw.example.com"
server_role = "gateway-worker"
[super_admin]
username = "admin"
password = "admin"
[apim.event_hub]
service_url = "https://%[1]s-cp-1:9443/services/"
username = "$ref{super_admin.username}"
password = "$ref{super_admin.password}"
event_listening_endpoints = ["tcp://%[1]s-cp-1:5672"]
[apim.throttling]
throttle_decision_endpoints = ["tcp://%[1]s-tm-1:5672"]
[[apim.throttling.url_group]]
traffic_manager_urls = ["tcp://%[1]s-tm-1:9611"]
traffic_manager_auth_urls = ["ssl://%[1]s-tm-1:9711"]
`
