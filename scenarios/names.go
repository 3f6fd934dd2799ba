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

// ordinal is how a scenario names a host without knowing the deployment: the N-th gateway, traffic
// manager or control plane.
var ordinal = regexp.MustCompile(`^(gw|tm|cp)-([0-9]+)((?:\..+)?)$`)

var ordinalRoles = map[string]node.Role{"gw": node.Gateway, "tm": node.TrafficManager, "cp": node.ControlPlane}

// resolve turns a scenario's name into one that the world knows. A name of the world stands for
// itself; gw-2 is the second gateway's host, tm-1 the first host that runs a traffic manager, and a
// machine behind a dot goes with its host.
func (e *Experiment) resolve(name string) (string, error) {
	if len(e.World.Find(name)) > 0 {
		return name, nil
	}
	parts := ordinal.FindStringSubmatch(name)
	if parts == nil {
		return "", fmt.Errorf("%q is nobody's name here (there are: %s)", name, e.hosts())
	}
	n, _ := strconv.Atoi(parts[2]) // digits only; what overflows is out of range below
	role := ordinalRoles[parts[1]]
	of := e.byRole(role)
	if n < 1 || n > len(of) {
		return "", fmt.Errorf("%q asks for %s %s, but the deployment has %d (there are: %s)", name, role, parts[2], len(of), e.hosts())
	}
	host := string(of[n-1].ID.Host()) + parts[3]
	if len(e.World.Find(host)) == 0 {
		return "", fmt.Errorf("%q would be %q, which is not there (there are: %s)", name, host, e.hosts())
	}
	return host, nil
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
		known, err := e.resolve(name)
		if err != nil {
			return nil, err
		}
		before := len(ids)
		for _, i := range e.World.Find(known) {
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
	known, err := e.resolve(name)
	if err != nil {
		return nil, err
	}
	for _, i := range e.World.Find(known) {
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
		for _, name := range []*string{&f.Node, &f.From, &f.To} {
			if *name == "" {
				continue
			}
			if *name, err = e.resolve(*name); err != nil {
				return &fault.Error{Line: f.Line, Text: err.Error(), Hint: "gw-N, tm-N and cp-N are the N-th of each; sim check prints the topology"}
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
