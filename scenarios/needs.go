package scenarios

import (
	"slices"
	"strconv"

	"hubsim/deployment"
	"hubsim/event"
	"hubsim/node"
	"hubsim/world"
)

// Needs is who must be there for a scenario to show what it is about. Its own pattern has them; a
// user's own deployment is held against them before anything runs.
type Needs struct {
	Gateways        int  `yaml:"gateways,omitempty" jsonschema:"minimum=0,description=so many gateways"`
	TrafficManagers int  `yaml:"traffic_managers,omitempty" jsonschema:"minimum=0,description=so many traffic managers in one region"`
	ControlPlanes   int  `yaml:"control_planes,omitempty" jsonschema:"minimum=0,description=so many control planes in one region"`
	Regions         int  `yaml:"regions,omitempty" jsonschema:"minimum=0,description=so many regions with a control plane"`
	DataCentres     int  `yaml:"data_centres,omitempty" jsonschema:"minimum=0,description=so many regions\\, with a control plane or without"`
	CounterStores   int  `yaml:"counter_stores,omitempty" jsonschema:"minimum=0,description=so many key-value stores that traffic managers share their counters in"`
	OneRegion       bool `yaml:"one_region,omitempty" jsonschema:"description=one region\\, as each counts for itself: of several the one with the most traffic managers is run"`
	Duplicates      bool `yaml:"duplicates,omitempty" jsonschema:"description=a traffic manager that copies its decisions to the broker of another: apim.throttling.event_duplicate_url"`
	EventHub        bool `yaml:"event_hub,omitempty" jsonschema:"description=an event hub: not the 2.x layout"`
	Pushed          bool `yaml:"pushed,omitempty" jsonschema:"description=the 2.x layout: APIs are deployed by calls\\, and a key manager validates tokens"`
	GatewaysApart   bool `yaml:"gateways_apart,omitempty" jsonschema:"description=gateways on hosts of their own\\, which go on when a control plane or a traffic manager dies or stands still"`
	FarManager      bool `yaml:"far_manager,omitempty" jsonschema:"description=a gateway that lists a traffic manager of another region"`
	FarHub          bool `yaml:"far_hub,omitempty" jsonschema:"description=a gateway that lists the control plane of another region although its own has one"`
}

// Region is the one region of a user's deployment that the scenario is run in, as traffic managers
// count for their own; "" is all of it.
func (s *Scenario) Region(d *deployment.Deployment) string {
	if d == nil || !s.Needs.OneRegion || len(d.Regions()) < 2 {
		return ""
	}
	return d.Busiest()
}

// needs holds the user's own deployment against what the scenario needs.
func (e *Experiment) needs() {
	if e.Options.Deployment == nil {
		return
	}
	n, regions := &e.Scenario.Needs, e.hubRegions()
	for _, row := range []struct {
		key, one, several string
		want, have        int
		in                string
	}{
		{"gateways", "gateway", "gateways", n.Gateways, len(e.byRole(node.Gateway)), ""},
		{"traffic_managers", "traffic manager", "traffic managers", n.TrafficManagers, e.mostOf(node.TrafficManager), " in one region"},
		{"control_planes", "control plane", "control planes", n.ControlPlanes, e.mostOf(node.ControlPlane), " in one region"},
		{"regions", "region with a control plane", "regions with a control plane each", n.Regions, len(regions), ""},
		{"data_centres", "region", "regions", n.DataCentres, len(e.Deployment.Regions()), ""},
		{"counter_stores", "store of shared counters", "stores of shared counters", n.CounterStores, len(e.byRole(node.KeyValue)), ""},
	} {
		if row.have >= row.want {
			continue
		}
		where := ""
		if len(e.Options.Deployment.Regions()) > 1 {
			where = row.in
		}
		e.unmet(row.key, "this scenario wants %s%s; your files have %s", counted(row.want, row.one, row.several), where, cardinal(row.have))
	}
	if n.Duplicates && !e.copiesDecisions() {
		e.unmet("duplicates", "this scenario wants traffic managers that copy their decisions to each other, by apim.throttling.event_duplicate_url; your files have none")
	}
	if n.EventHub && e.Deployment.Older() {
		e.unmet("event_hub", "this scenario wants an event hub, and the 2.x layout has none")
	}
	if n.Pushed && !e.Deployment.Older() {
		e.unmet("pushed", "this scenario wants the 2.x layout, of api-manager.xml files; your files are of a later one")
	}
	if at := e.sharedHost(); n.GatewaysApart && at != "" {
		e.unmet("gateways_apart", "this scenario stops a control plane or a traffic manager and wants gateways that go on, on hosts of their own; in your files the gateway of %s stops with it", at)
	}
	if n.FarManager && !e.listsFarManager() {
		e.unmet("far_manager", "this scenario wants a gateway that lists a traffic manager of another region; your files have none")
	}
	if n.FarHub && !e.listsFarHub() {
		e.unmet("far_hub", "this scenario wants a gateway that lists the control plane of another region although its own has one; your files have none")
	}
}

func (e *Experiment) unmet(key, format string, args ...any) {
	e.critic.say(way{"needs", key}, "sim list --deployment DIR shows which scenarios fit; sim init "+e.Scenario.Deployment.Pattern+" DIR writes files that this one fits", format, args...)
	e.critic.all[len(e.critic.all)-1].unfit = true
}

// counted is a number of things as a person says it: two traffic managers.
func counted(n int, one, several string) string {
	if n == 1 {
		return cardinal(n) + " " + one
	}
	return cardinal(n) + " " + several
}

func cardinal(n int) string {
	if words := []string{"none", "one", "two", "three", "four", "five"}; n >= 0 && n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// mostOf is how many members of a role the region has that has most of them.
func (e *Experiment) mostOf(role node.Role) int {
	in, most := map[string]int{}, 0
	for _, m := range e.byRole(role) {
		in[m.Region]++
		most = max(most, in[m.Region])
	}
	return most
}

// hubRegions are the regions that have a control plane, in the order of their names: region-1, region-2.
func (e *Experiment) hubRegions() (names []string) {
	for _, m := range e.byRole(node.ControlPlane) {
		if !slices.Contains(names, m.Region) {
			names = append(names, m.Region)
		}
	}
	slices.Sort(names)
	return names
}

// sharedHost is a host whose gateway stops together with the control plane or traffic manager there.
func (e *Experiment) sharedHost() event.NodeID {
	for _, m := range e.byRole(node.Gateway) {
		if h := e.Deployment.Host(m.ID.Host()); h.Machine(node.ControlPlane) != "" || h.Machine(node.TrafficManager) != "" {
			return h.ID
		}
	}
	return ""
}

// listsFarManager tells whether a gateway may fail over to a traffic manager of another region.
func (e *Experiment) listsFarManager() bool {
	region := func(broker event.NodeID) string { return e.Deployment.Host(broker.Host()).Region }
	return slices.ContainsFunc(e.byRole(node.Gateway), func(m *world.Member) bool {
		own := e.Deployment.Host(m.ID.Host()).Wiring.Decisions
		return slices.ContainsFunc(own, func(b event.NodeID) bool { return region(b) != m.Region })
	})
}

// listsFarHub tells whether a gateway may listen to another region's event hub although its own has one.
func (e *Experiment) listsFarHub() bool {
	regions := e.hubRegions()
	return slices.ContainsFunc(e.byRole(node.Gateway), func(m *world.Member) bool {
		return slices.Contains(regions, m.Region) && slices.ContainsFunc(e.Deployment.Host(m.ID.Host()).Wiring.Hubs, func(b event.NodeID) bool {
			return e.Deployment.Host(b.Host()).Region != m.Region
		})
	})
}

// copiesDecisions tells whether a traffic manager tells its decisions to the broker of another as well.
func (e *Experiment) copiesDecisions() bool {
	return slices.ContainsFunc(e.byRole(node.TrafficManager), func(m *world.Member) bool {
		return len(e.Deployment.Host(m.ID.Host()).Wiring.Twin) > 0
	})
}
