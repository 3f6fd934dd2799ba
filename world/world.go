// Package world is what a driver runs: who is there, how they are linked, who calls, what an
// administrator does, and what breaks. It is data; virtual and live give it life.
package world

import (
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/fault"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/workload"
)

// World is one run.
type World struct {
	Seed    uint64
	Start   event.Wall     // what a right clock shows when the run begins
	Length  event.Duration // how long it runs
	Members []Member       // in boot order
	Links   Links
	Load    workload.Load // nil: nobody calls
	Steps   []Step        // in order of At
	Faults  fault.Schedule
	Watch   trace.Observer
	// Names are further names for Find, such as a scenario's own for the hosts of somebody's
	// deployment; they go before those that members have.
	Names map[string][]event.NodeID
}

// Member is one machine and how to build it.
type Member struct {
	ID     event.NodeID
	Role   node.Role
	Region string
	// New builds the machine afresh, at boot and at every restart. What a restart must not lose is
	// captured by the function, as a disk would be.
	New func() node.Node
	// Admin tells that other nodes call it, besides what its role serves: gateways and traffic managers of the
	// 2.x layout.
	Admin  bool
	BootAt event.Duration
	Offset event.Duration // its wall clock minus the right one
	Drift  int64          // its wall clock gains so many ns a ms (parts per million)
}

// Step is what an administrator does, at one of several control planes behind a load balancer.
type Step struct {
	At event.Duration
	To []event.NodeID // the first that answers takes it; where the list starts turns with each step
	Do *event.Step
	// Sticky is that the load balancer keeps the administrator at one of them: the list does not turn.
	Sticky bool
}

// First is where the list of the index-th step of a run starts.
func (s *Step) First(index int) int {
	if s.Sticky {
		return 0
	}
	return index
}

// Latency is what a link adds to every message in one direction.
type Latency struct {
	Base event.Duration
	Mean event.Duration // of an exponential part on top; 0 is none
}

// Links are the latencies between hosts. A host to itself takes Local.
type Links struct {
	Local   Latency
	Near    Latency            // between hosts of one region
	Far     Latency            // between regions
	Regions map[string]Latency // "eu>us": overrides Far
	Hosts   map[string]Latency // "gw-1>tm-1": overrides all, by host names
}

// Between returns the latency from one member to another.
func (l *Links) Between(from, to *Member) Latency {
	a, b := from.ID.Host(), to.ID.Host()
	if a == b && from.Region == to.Region { // store.eu and store.us share a host's name only
		return l.Local
	}
	if v, ok := l.Hosts[string(a)+">"+string(b)]; ok {
		return v
	}
	if from.Region == to.Region {
		return l.Near
	}
	if v, ok := l.Regions[from.Region+">"+to.Region]; ok {
		return v
	}
	return l.Far
}

// Matches tells whether a name of a fault schedule means the member: its own name, its host's, its
// region's as "region:NAME", its role's plural ("gateways"), a pattern with one trailing "*", or "*".
func (m *Member) Matches(name string) bool {
	switch {
	case name == "*", name == string(m.ID), name == string(m.ID.Host()), name == m.Role.String()+"s":
		return true
	case strings.HasPrefix(name, "region:"):
		return name[len("region:"):] == m.Region
	case strings.HasSuffix(name, "*"):
		return strings.HasPrefix(string(m.ID), name[:len(name)-1])
	}
	return false
}

// Find returns the indexes of the members that a name means.
func (w *World) Find(name string) []int {
	var found []int
	named := w.Names[name]
	for i := range w.Members {
		if m := &w.Members[i]; slices.Contains(named, m.ID) || named == nil && m.Matches(name) {
			found = append(found, i)
		}
	}
	return found
}
