package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/trace"
	"hubsim/virtual"
)

// Orders asks for a table besides the scenario's own run: how long until everybody is ready, for each
// order in which hosts may start. Nobody calls meanwhile, and nothing else breaks.
type Orders struct {
	Start []string   `yaml:"start" jsonschema:"minItems=2,maxItems=5,description=who starts\\, in names as faults use them; all their orders are run"`
	Apart []Duration `yaml:"apart" jsonschema:"minItems=1,description=how long each starts behind the one before: a column of the table each"`
	Wait  Duration   `yaml:"wait" jsonschema:"description=how long the last one's start is waited for"`
}

// What a table of orders may ask for at most.
const (
	mostStarts  = 5 // 120 orders
	mostColumns = 20
)

// OrderAxis is what a table of orders can be told to go over.
const OrderAxis = "apart"

// With returns the table with other values of its axis.
func (o *Orders) With(axis, values string) (*Orders, error) {
	if axis != OrderAxis {
		return nil, fmt.Errorf("a table of orders goes over no %q\nhint: its axis is %s, as %s=10s,1m", axis, OrderAxis, OrderAxis)
	}
	apart, err := each(strings.Split(values, ","), span)
	if err != nil {
		return nil, fmt.Errorf("%s: %q cannot be read\nhint: values stand behind commas, as 10s,1m", axis, values)
	}
	out := *o
	out.Apart = apart
	c := critic{source: &source{}}
	if out.review(&c); len(c.all) > 0 {
		return nil, fmt.Errorf("%s\nhint: %s", c.all[0].text, c.all[0].hint)
	}
	return &out, nil
}

// review finds what is wrong with a table of orders.
func (o *Orders) review(c *critic) {
	at := way{"orders"}
	switch n := len(o.Start); {
	case n < 2:
		c.say(at.then("start"), "for instance start: [store.*, cp-*, gw-*]", "an order is one of at least two")
	case n > mostStarts:
		c.say(at.then("start"), "leave some out", "%d have more orders than can be read", n)
	}
	if len(o.Apart) == 0 {
		c.say(at, "for instance apart: [20s]", "how long does each start behind the one before?")
	}
	c.count(at.then("apart"), len(o.Apart), mostColumns, "each is a column of the table")
	for i, d := range o.Apart {
		c.span(at.then("apart", i), d, "a wait")
		if d < Duration(event.Millisecond) {
			c.say(at.then("apart", i), "for instance 20s", "who starts together has no order")
		}
	}
	c.span(at.then("wait"), o.Wait, "a wait")
	if o.Wait <= 0 {
		c.say(at, "for instance wait: 5m", "how long is waited for the last to be ready?")
	}
}

// A Boot is one order of start, ready to be run.
type Boot struct {
	Cell     checker.Boot
	Scenario *Scenario
	Options  Options
}

// Boots makes the orders of the scenario's table out, in the order of its columns and rows.
func (s *Scenario) Boots(o Options) ([]Boot, error) {
	o.Length, o.Twin, o.Watch, o.Faults, o.Delivery = 0, false, nil, nil, false
	var all []Boot
	for _, order := range permutations(s.Orders.Start) {
		for _, apart := range s.Orders.Apart {
			all = append(all, s.boot(order, event.Duration(apart), o))
		}
	}
	_, err := all[0].Scenario.Prepare(o) // a name that nobody has is in all of them
	return all, err
}

// bootFrom is when the first starts: what has no name among the orders is there by then.
const bootFrom = event.Second

func (s *Scenario) boot(order []string, apart event.Duration, o Options) Boot {
	one := *s
	one.Workload, one.Steps, one.Sweep, one.Orders, one.Twin, one.Needs = nil, nil, nil, nil, nil, Needs{}
	one.Checks = []Check{{Check: "ready", Within: s.Orders.Wait}}
	one.Length = Duration(bootFrom+apart*event.Duration(len(order)-1)) + s.Orders.Wait
	one.Faults = ""
	for i, who := range order {
		one.Faults += fmt.Sprintf("at 1ms for %v crash %s\n", bootFrom-event.Millisecond+apart*event.Duration(i), who)
	}
	return Boot{Cell: checker.Boot{Order: order, Apart: apart}, Scenario: &one, Options: o}
}

// Run runs one order of start in virtual time.
func (b *Boot) Run() (checker.Boot, error) {
	e, err := b.Scenario.Prepare(b.Options)
	if err != nil {
		return checker.Boot{}, err
	}
	ready := checker.NewReady(e.setup(), 0)
	e.World.Watch = trace.Observers{ready}
	if _, err := virtual.Run(e.World); err != nil {
		return checker.Boot{}, err
	}
	out := ready.Boot()
	out.Order, out.Apart = b.Cell.Order, b.Cell.Apart
	return out, nil
}

// permutations are all orders of a list, in the order of the list.
func permutations(list []string) (all [][]string) {
	if len(list) < 2 {
		return [][]string{list}
	}
	for i, first := range list {
		rest := slices.Delete(slices.Clone(list), i, i+1)
		for _, tail := range permutations(rest) {
			all = append(all, append([]string{first}, tail...))
		}
	}
	return all
}
