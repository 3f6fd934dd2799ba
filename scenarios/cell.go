package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"hubsim/checker"
	"hubsim/deployment"
	"hubsim/event"
	"hubsim/node"
	"hubsim/virtual"
	"hubsim/world"
)

// How long a cell takes beside its windows.
const (
	cellLead = 10 * event.Second // start-up; calls come with the first window
	cellTail = 5 * event.Second
	slowFrom = 8 * event.Second // when hops become slow: start-up is not measured
)

// A Cell is one setting of a sweep, ready to be run.
type Cell struct {
	Point    checker.Point
	Scenario *Scenario
	Options  Options
	windows  int
}

// Cells makes the settings of the scenario's sweep out. Their options are the run's but for policies and
// length: a cell has one policy of its own and takes as long as its windows.
func (s *Scenario) Cells(o Options) ([]Cell, error) {
	var cells []Cell
	for _, p := range s.Sweep.points() {
		c, err := s.cell(o, p)
		if err != nil {
			return nil, err
		}
		cells = append(cells, c)
	}
	return cells, nil
}

func (s *Scenario) cell(o Options, p checker.Point) (Cell, error) {
	o.Policies, o.Length, o.Twin, o.Watch = nil, 0, false, nil
	w := s.Sweep
	window := event.Duration(w.Window)
	calls := window * event.Duration(max(w.Windows, 1))
	one := &Scenario{
		Name: s.Name, Question: s.Question, Deployment: s.Deployment, Knobs: s.Knobs,
		Length: Duration(cellLead + calls + cellTail + 3*p.Hop),
		Catalog: Catalog{
			Policies: []Policy{{Name: "Swept", Level: "subscription", Quota: p.Quota, Window: w.Window}},
			APIs:     []API{{Name: "pizza"}},
			Apps:     []App{{Name: "caller", Subscribe: map[string]string{"pizza": "Swept"}}},
		},
		Workload: []Phase{{From: Duration(cellLead), For: Duration(calls), Arrivals: "poisson", Rate: p.Rate}},
		Checks:   []Check{{Check: "accounting"}},
		start:    firstWindow(window) - event.Wall(cellLead/event.Millisecond),
	}
	if p.Hop > 0 {
		for _, way := range []string{"gateways>traffic-managers", "traffic-managers>gateways", "brokers>gateways"} {
			one.Faults += fmt.Sprintf("at %v delay %s %v\n", slowFrom, way, p.Hop)
		}
	}
	if o.Deployment != nil {
		return Cell{p, one, o, w.Windows}, nil
	}
	var err error
	one.Deployment.Topology, err = s.Deployment.near(p.Gateways)
	return Cell{p, one, o, w.Windows}, err
}

// firstWindow is when a window begins, soon after the epoch of runs.
func firstWindow(window event.Duration) event.Wall {
	unit := event.Wall(window / event.Millisecond)
	return (Epoch + unit - 1) / unit * unit
}

// near is the deployment's topology with so many gateways (0: its own) and links as near as the
// simulator's own.
func (d *Deployment) near(gateways int) (string, error) {
	all := map[string]any{}
	if err := yaml.Load([]byte(or(d.Topology, "{}")), &all); err != nil {
		return "", err
	}
	if links, is := all["links"].(map[string]any); is {
		delete(links, "same_region")
	}
	if gateways > 0 {
		id, err := d.gateway()
		if err != nil {
			return "", err
		}
		nodes, _ := all["nodes"].(map[string]any)
		if nodes == nil {
			nodes = map[string]any{}
		}
		one, _ := nodes[id].(map[string]any)
		if one == nil {
			one = map[string]any{}
		}
		one["copies"] = gateways
		nodes[id], all["nodes"] = one, nodes
	}
	text, err := yaml.Dump(all)
	return string(text), err
}

// gateway is the id of the one gateway that a deployment has a file of.
func (d *Deployment) gateway() (string, error) {
	files, err := d.files()
	if err != nil {
		return "", err
	}
	made, _, err := deployment.ReadFS(files, "sweep")
	if err != nil {
		return "", err
	}
	var ids []string
	for i := range made.Hosts {
		h := &made.Hosts[i]
		if id := or(string(h.CopyOf), string(h.ID)); h.Role == deployment.Gateway && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) != 1 {
		return "", fmt.Errorf("a sweep over gateways needs a deployment with one file of a gateway, to make copies of; there are %d\nhint: leave sweep.gateways out, and it runs with those", len(ids))
	}
	return ids[0], nil
}

// Run runs a cell in virtual time.
func (c *Cell) Run() (checker.Cell, error) {
	e, err := c.Scenario.Prepare(c.Options)
	if err != nil {
		return checker.Cell{}, err
	}
	ran, err := virtual.Run(e.World)
	if err != nil {
		return checker.Cell{}, err
	}
	return c.Judge(e, ran)
}

// Judge takes from a cell's run what the table needs. An error is that the cell proves nothing.
func (c *Cell) Judge(e *Experiment, ran world.Result) (checker.Cell, error) {
	r := e.Conclude(ran)
	if lost := r.Quota.Over[checker.Unexplained]; lost > 0 || r.Judgement != checker.Pass {
		return checker.Cell{}, fmt.Errorf("the sweep's cell with a quota of %d at %v a second, hops of %v: %s, %d leaks unexplained: %s",
			c.Point.Quota, c.Point.Rate, c.Point.Hop, r.Judgement, lost, strings.Join(r.Reasons, "; "))
	}
	q := &r.Quota
	out := checker.Cell{
		Point: c.Point, Windows: max(c.windows, 1), Called: int64(ran.Load.Intended - ran.Load.NotSent), Admitted: int64(q.Served),
		Over: int64(q.Over.Total()), Worst: q.WorstOver, Causes: q.Over, Hops: r.Hops,
	}
	out.Gateways = len(e.byRole(node.Gateway))
	return out, nil
}
