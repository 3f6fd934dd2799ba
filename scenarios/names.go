package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hubsim/event"
	"hubsim/node"
	"hubsim/world"
)

// ordinal is how a scenario names hosts without knowing the deployment: the N-th gateway, traffic
// manager or control plane, the last one, or all; of the N-th region, before a slash, where those with a
// control plane come first; and a machine of theirs behind a dot. region-2 alone is all of that region,
// region-2/store its database.
var (
	ordinal       = regexp.MustCompile(`^(?:region-([0-9]+)/)?(gw|tm|cp)-([0-9]+|last|\*)(?:\.([a-z]+))?$`)
	ordinalRegion = regexp.MustCompile(`^region-([0-9]+)(/store)?$`)
)

var ordinalRoles = map[string]node.Role{"gw": node.Gateway, "tm": node.TrafficManager, "cp": node.ControlPlane}

// A nameError is a name that nobody of the deployment has.
type nameError struct{ text, hint string }

// Error implements error.
func (e *nameError) Error() string { return e.text + "\nhint: " + e.hint }

const namesHint = "; gw-2 is the second gateway, gw-last the last, cp-* all control planes, cp-*.broker their brokers, region-2/cp-1 the second region's first control plane, region-2/store its database"

// unknown is that nobody has a name.
func (e *Experiment) unknown(format string, args ...any) error {
	return &nameError{fmt.Sprintf(format, args...), "there are: " + e.hosts() + namesHint}
}

// resolve makes a scenario's name known to the world. A name that means somebody there stands for
// itself; gw-2 is the second gateway's host, tm-1 the first host that runs a traffic manager.
func (e *Experiment) resolve(name string) error {
	if len(e.World.Find(name)) > 0 {
		return nil
	}
	if parts := ordinalRegion.FindStringSubmatch(name); parts != nil {
		return e.resolveRegion(name, parts[1], parts[2] != "")
	}
	if name == "kv" {
		return e.resolveStores(name)
	}
	parts := ordinal.FindStringSubmatch(name)
	if parts == nil {
		return e.unknown("%q is nobody's name here", name)
	}
	role, of, there := ordinalRoles[parts[2]], []*world.Member(nil), "the deployment"
	if of = e.byRole(role); parts[1] != "" {
		region, err := e.region(name, parts[1])
		if err != nil {
			return err
		}
		there = "region " + region
		of = slices.DeleteFunc(of, func(m *world.Member) bool { return m.Region != region })
	}
	switch n, err := strconv.Atoi(parts[3]); {
	case parts[3] == "last" && len(of) > 0:
		of = of[len(of)-1:]
	case err == nil && n >= 1 && n <= len(of):
		of = of[n-1 : n]
	case len(of) == 0:
		return e.unknown("%q needs a %s, and %s has none", name, spoken(role), there)
	case parts[3] != "*" && parts[3] != "last":
		return e.unknown("%q needs a %s %s, and %s has %d", name, nth(n), spoken(role), there, len(of))
	}
	ids := e.machines(of, parts[4])
	if len(ids) == 0 && role == node.ControlPlane && e.Deployment.Older() {
		return e.unknown("%q is part of an event hub, and the 2.x layout has none", name)
	}
	return e.named(name, ids)
}

// region is the N-th of the regions, those with a control plane before those without.
func (e *Experiment) region(name, number string) (string, error) {
	all := e.hubRegions()
	for _, r := range e.Deployment.Regions() {
		if !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(all) {
		return "", e.unknown("%q needs a %s region, and the deployment has %d", name, nth(n), len(all))
	}
	return all[n-1], nil
}

// resolveRegion makes all of a region known under its number, or its database.
func (e *Experiment) resolveRegion(name, number string, database bool) error {
	region, err := e.region(name, number)
	if err != nil {
		return err
	}
	var ids []event.NodeID
	for i := range e.World.Members {
		if m := &e.World.Members[i]; m.Region == region && (!database || m.Role == node.Store && m.ID.Host() == "store") {
			ids = append(ids, m.ID)
		}
	}
	return e.named(name, ids)
}

// resolveStores makes the stores of shared counters known under one name.
func (e *Experiment) resolveStores(name string) error {
	var ids []event.NodeID
	for _, m := range e.byRole(node.KeyValue) {
		ids = append(ids, m.ID)
	}
	if len(ids) == 0 {
		return e.unknown("%q needs a store of shared counters, and the deployment has none", name)
	}
	return e.named(name, ids)
}

// named gives machines a name.
func (e *Experiment) named(name string, ids []event.NodeID) error {
	if len(ids) == 0 {
		return e.unknown("%q is a machine that no such host has", name)
	}
	if e.World.Names == nil {
		e.World.Names = map[string][]event.NodeID{}
	}
	e.World.Names[name] = ids
	return nil
}

// spoken is a role as a person says it.
func spoken(r node.Role) string { return strings.ReplaceAll(r.String(), "-", " ") }

// nth is an ordinal as a person says it.
func nth(n int) string {
	if words := []string{"zeroth", "first", "second", "third", "fourth", "fifth"}; n >= 0 && n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n) + "th"
}

// machines are those of the hosts of some members: all, or the one behind the dot.
func (e *Experiment) machines(of []*world.Member, machine string) (ids []event.NodeID) {
	for _, m := range of {
		host := m.ID.Host()
		for i := range e.World.Members {
			id := e.World.Members[i].ID
			if id.Host() == host && (machine == "" || id == host+event.NodeID("."+machine)) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// byRole returns the members of a role, in their order.
func (e *Experiment) byRole(role node.Role) (found []*world.Member) {
	for i := range e.World.Members {
		if e.World.Members[i].Role == role {
			found = append(found, &e.World.Members[i])
		}
	}
	return found
}

func (e *Experiment) hosts() string {
	var names []string
	for i := range e.World.Members {
		if h := string(e.World.Members[i].ID.Host()); !slices.Contains(names, h) {
			names = append(names, h)
		}
	}
	const most = 12
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}

// gateways makes out names of gateways; none are all.
func (e *Experiment) gateways(names []string) (ids []event.NodeID, err error) {
	if len(names) == 0 {
		names = []string{node.Gateway.String() + "s"}
	}
	for _, name := range names {
		if err := e.resolve(name); err != nil {
			return nil, err
		}
		before := len(ids)
		for _, i := range e.World.Find(name) {
			if m := &e.World.Members[i]; m.Role == node.Gateway {
				ids = append(ids, m.ID)
			}
		}
		if len(ids) == before {
			return nil, e.unknown("%q is no gateway", name)
		}
	}
	return ids, nil
}

// controlPlanes are all, or the one that is named.
func (e *Experiment) controlPlanes(name string) (ids []event.NodeID, err error) {
	if name == "" {
		name = node.ControlPlane.String() + "s"
	}
	if err := e.resolve(name); err != nil {
		return nil, err
	}
	for _, i := range e.World.Find(name) {
		if m := &e.World.Members[i]; m.Role == node.ControlPlane {
			ids = append(ids, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil, e.unknown("%q is no control plane", name)
	}
	return ids, nil
}

// longer is what to do about something that comes when the run is over.
func (e *Experiment) longer(at event.Duration) string {
	if e.Options.Length > 0 {
		return fmt.Sprintf("give a --duration of more than %v", at)
	}
	return "make the run longer, or let it come earlier"
}

func sortSteps(steps []world.Step) {
	slices.SortStableFunc(steps, func(a, b world.Step) int { return int(a.At - b.At) })
}
