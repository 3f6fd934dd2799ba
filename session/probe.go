package session

import (
	"hubsim/event"
	"hubsim/node"
)

// ProbeConfig is how an agent finds out that an endpoint whose connection looks well would not be reached
// any more: by another connection to its port, that ends at once (DataEndpointGroup.java, ReconnectionTask).
type ProbeConfig struct {
	// Every is the time between two probes of a group; 0 is none. WSO2: 10 s, not configurable.
	Every event.Duration
	// Patience is how long a probe may stay without an answer; 0 is for ever. WSO2: what the operating system allows a
	// connect, since none is set; of a Linux as it comes (tcp_syn_retries 6) 127 s.
	Patience event.Duration
	// All probes every endpoint that is up. WSO2: no: a group has one timer, and the endpoint that is looked
	// at first when it is due resets it, so that the others are not probed.
	All bool
}

// probe probes what is up in a group, if it is time. A timer that was due while nothing was up is due still,
// so that the first endpoint to come up is probed at once.
func (f *Feed) probe(now node.Clock, g *ring, out *node.Output) {
	if f.cfg.Probe.Every <= 0 || now.Mono < g.look {
		return
	}
	for i := range g.endpoints {
		e := &g.endpoints[i]
		if e.state != active {
			continue
		}
		out.Probe(e.session, f.cfg.Probe.Patience)
		g.look = now.Mono.Add(f.cfg.Probe.Every)
		if !f.cfg.Probe.All {
			return
		}
	}
}

// due is when a group next wants a Tick.
func (g *ring) due(probes bool) event.Mono {
	next := event.Never
	for i := range g.endpoints {
		e := &g.endpoints[i]
		next = min(next, e.at)
		if probes && e.state == active {
			next = min(next, g.look)
		}
	}
	return next
}
