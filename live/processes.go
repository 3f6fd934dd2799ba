package live

import (
	"fmt"
	"os/exec"

	"hubsim/event"
	"hubsim/internal/process"
	"hubsim/node"
)

// Processes says which nodes of a run get a process of their own, and how one is started.
type Processes struct {
	Nodes []event.NodeID
	// Command makes the command of a process that calls Node with its standard input and output.
	Command func() *exec.Cmd
	// Job is what that process makes the same world of.
	Job []byte
}

// CanBeApart tells whether a node of a role may run in a process of its own. Hubs and the stores of shared counters
// are servers that are started and stopped; databases are within the run's process, where their rows outlive them.
func CanBeApart(role node.Role) bool {
	return role == node.Gateway || role == node.TrafficManager || role == node.ControlPlane
}

// separate finds the sites that get a process of their own.
func (r *run) separate() error {
	if r.o.Processes == nil {
		return nil
	}
	for _, id := range r.o.Processes.Nodes {
		s := r.byID[id]
		switch {
		case !process.Supported:
			return fmt.Errorf("live run: %s in a process of its own: %w", id, process.ErrUnsupported)
		case s == nil:
			return fmt.Errorf("live run: %q should have a process of its own, and is nobody's name", id)
		case !CanBeApart(s.Role):
			return fmt.Errorf("live run: the %s %s cannot have a process of its own", s.Role, id)
		}
		s.apart = true
	}
	return nil
}

// startProcesses starts the processes of those that boot first and returns when they have made their worlds out.
func (r *run) startProcesses() error {
	for _, s := range r.sites {
		if s.apart {
			if err := r.startProcess(s); err != nil {
				return err
			}
		}
	}
	for _, s := range r.sites {
		if s.apart {
			if err := s.waiting().await(s.waiting().prepared, "make its world out"); err != nil {
				return err
			}
		}
	}
	return nil
}
