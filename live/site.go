package live

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/world"
)

// site is a member's place in the run. It outlives the member's incarnations.
type site struct {
	*world.Member
	index       int
	backend     Broker               // of a hub: what runs it; nil: a node
	apart       bool                 // it runs in a process of its own
	gate        atomic.Pointer[gate] // of this incarnation; shut while it is paused
	shift       atomic.Int64         // what clock faults add to its wall clock, in ns
	drift       atomic.Int64         // what drift faults add to its gain, in parts per million
	slow        atomic.Int64         // how long a message takes it because of faults, in ns
	full        atomic.Int64         // how many faults fill its disk
	incarnation atomic.Uint32
	wrote       node.Notebook // of a node in a process of its own: its journal, touched by who hears the process

	mu        sync.Mutex
	host      *host  // nil: not running, or not a node of this process
	child     *child // the node in its own process, running
	spare     *child // a process that waits for the node's next boot
	hub       bool   // a hub, and running
	addresses map[event.Service]string
}

// outside tells whether the member is a hub, which runs outside this process's nodes.
func (s *site) outside() bool { return s.Role == node.Broker || s.backend != nil }

// running tells whether the member is there.
func (s *site) running() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.host != nil || s.child != nil || s.hub
}

// current is the host that runs the member now, or nil.
func (s *site) current() *host {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.host
}

// address is where a service of the member listens, or false when it does not.
func (s *site) address(service event.Service) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.addresses[service]
	return at, ok
}

// boot starts the member unless it runs. Only the controller's goroutine boots.
func (r *run) boot(s *site) error {
	if s.running() {
		return nil
	}
	s.gate.Store(&gate{})
	if s.outside() {
		if err := r.startHub(s); err != nil {
			return err
		}
		r.booted(s)
		r.listening(s)
		return nil
	}
	if s.apart {
		return r.bootProcess(s)
	}
	h := newHost(r, s)
	if err := h.keep(); err != nil {
		return err
	}
	addresses, err := h.listen()
	if err != nil {
		h.closeServices()
		return fmt.Errorf("start %s %s: %w", s.Role, s.ID, err)
	}
	r.booted(s) // before anybody can reach it
	s.mu.Lock()
	s.host, s.addresses = h, addresses
	s.mu.Unlock()
	r.listening(s)
	r.spawn(h.loop)
	return nil
}

func (r *run) booted(s *site) {
	s.incarnation.Add(1)
	r.shared.add(s, trace.Record{Kind: trace.Booted})
}

// listening tells whoever wants to know where a member listens.
func (r *run) listening(s *site) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for service, at := range s.addresses {
		if r.o.Listening != nil {
			r.o.Listening(event.Endpoint{Node: s.ID, Service: service}, at)
		}
	}
}

// hubServices are what hubs serve.
var hubServices = map[node.Role]event.Service{node.Broker: event.Topics, node.KeyValue: event.Counters}

// startHub makes a hub ready.
func (r *run) startHub(s *site) error {
	ctx, cancel := context.WithTimeout(r.ctx, hubStartLimit)
	defer cancel()
	at, err := s.backend.Start(ctx, s.ID)
	if err != nil {
		return fmt.Errorf("start the %s %s: %w", s.Role, s.ID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hub, s.addresses = true, map[event.Service]string{hubServices[s.Role]: at}
	return nil
}

// stop ends the member, if it runs, and returns when it has ended. A host may have been killed before.
func (r *run) stop(s *site, why event.Reason) {
	s.mu.Lock()
	h, hub, c := s.host, s.hub, s.child
	s.hub = false
	if hub {
		s.addresses = nil
	}
	s.mu.Unlock()
	switch {
	case hub:
		s.backend.Stop(s.ID)
		if why != event.RunEnded {
			r.shared.add(s, trace.Record{Kind: trace.Stopped})
		}
	case h != nil:
		h.kill(why)
		<-h.done
	}
	c.end(why)
	s.waiting().end(why) // which one that was ending may just have left
}
