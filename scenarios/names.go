package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/node"
	"hubsim/world"
)

// ordinal is how a scenario names hosts without knowing the deployment: the N-th gateway, traffic
// manager or control plane, the last one, or all; and a machine of theirs behind a dot.
var ordinal = regexp.MustCompile(`^(gw|tm|cp)-([0-9]+|last|\*)(?:\.([a-z]+))?$`)

var ordinalRoles = map[string]node.Role{"gw": node.Gateway, "tm": node.TrafficManager, "cp": node.ControlPlane}

// resolve makes a scenario's name known to the world. A name that means somebody there stands for
// itself; gw-2 is the second gateway's host, tm-1 the first host that runs a traffic manager.
func (e *Experiment) resolve(name string) error {
	if len(e.World.Find(name)) > 0 {
		return nil
	}
	parts := ordinal.FindStringSubmatch(name)
	if parts == nil {
		return fmt.Errorf("%q is nobody's name here (there are: %s)", name, e.hosts())
	}
	role := ordinalRoles[parts[1]]
	of := e.byRole(role)
	switch n, err := strconv.Atoi(parts[2]); {
	case parts[2] == "last" && len(of) > 0:
		of = of[len(of)-1:]
	case err == nil && n >= 1 && n <= len(of):
		of = of[n-1 : n]
	case parts[2] != "*" || len(of) == 0:
		return fmt.Errorf("%q asks for %s %s, but the deployment has %d (there are: %s)", name, role, parts[2], len(of), e.hosts())
	}
	ids := e.machines(of, parts[3])
	if len(ids) == 0 {
		return fmt.Errorf("%q names a machine that no such host has (there are: %s)", name, e.hosts())
	}
	if e.World.Names == nil {
		e.World.Names = map[string][]event.NodeID{}
	}
	e.World.Names[name] = ids
	return nil
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
			return nil, fmt.Errorf("%q is no gateway", name)
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
		return nil, fmt.Errorf("%q is no control plane", name)
	}
	return ids, nil
}

// faults reads the schedule and makes out its names.
func (e *Experiment) faults() error {
	schedule, err := fault.Parse(e.Scenario.Faults)
	if err != nil {
		return err
	}
	for i := range schedule {
		f := &schedule[i]
		for _, name := range []string{f.Node, f.From, f.To} {
			if name == "" {
				continue
			}
			if err := e.resolve(name); err != nil {
				return &fault.Error{Line: f.Line, Text: err.Error(), Hint: "gw-2 is the second gateway, gw-last the last, cp-* all control planes, cp-*.broker their brokers; sim check prints who is there"}
			}
		}
		if f.Mark == "" && f.At >= event.Duration(e.Scenario.Length) {
			return &fault.Error{Line: f.Line, Text: fmt.Sprintf("it comes at %v, when the run of %v is over", f.At, event.Duration(e.Scenario.Length)), Hint: "make the run longer or the fault earlier"}
		}
	}
	e.World.Faults = schedule
	return nil
}

func sortSteps(steps []world.Step) {
	slices.SortStableFunc(steps, func(a, b world.Step) int { return int(a.At - b.At) })
}
