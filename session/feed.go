package session

import (
	"hubsim/event"
	"hubsim/node"
)

// FeedConfig is how a data-bridge agent sends its events.
type FeedConfig struct {
	Groups []Group
	Self   event.NodeID // keys the jitter

	// Executor is what stands in front of the rings.
	Executor ExecutorConfig
	// Ring is how many events a group holds; the next is dropped. WSO2: 32768
	// (transport.binary.agent.queue_size).
	Ring int
	// Batch is how many events travel together at most. WSO2: 200 (transport.binary.agent.batch_size).
	Batch int
	// Reconnect is the wait after a failed connect. WSO2: 30 s, factor 1, at most 3600 s
	// (transport.binary.agent.reconnection_interval). After a failure of a live endpoint the agent
	// tries at once.
	Reconnect BackoffConfig
	// AckTimeout is how long a batch may stay unanswered before its endpoint counts as down. WSO2:
	// 30 s, the socket timeout of transport.binary.agent.*.
	AckTimeout event.Duration
	// ConnectTimeout is how long a connect may stay without an answer. WSO2: 30 s, the socket timeout.
	ConnectTimeout event.Duration
	// Probe is how endpoints that are up are tried.
	Probe ProbeConfig
}

// Group is an endpoint group: it gets a copy of every event, and one of its endpoints gets it.
type Group struct {
	Endpoints []event.Endpoint
	// LoadBalance deals the events in turn to the endpoints that can take one; else the first
	// endpoint that is up gets them all (url_group type="loadbalance", or anything else).
	LoadBalance bool
}

// Feed is the data-bridge agent: a ring for each group, at most one batch on its way to an endpoint
// (DataEndpointGroup.java, DataEndpoint.java; pool of one thread an endpoint).
type Feed struct {
	groups  []ring
	seq     uint64
	numbers *Numbers
	cfg     FeedConfig

	executor executor
}

// ring is what a group holds for its endpoints.
type ring struct {
	events    fifo[event.Message]
	endpoints []endpoint
	balance   bool
	turn      int        // with balance, who was last
	look      event.Mono // when to probe next, if an endpoint is up
}

// NewFeed returns a feed that has not started.
func NewFeed(c FeedConfig, n *Numbers) Feed {
	f := Feed{cfg: c, numbers: n, groups: make([]ring, len(c.Groups))}
	for i, g := range c.Groups {
		f.groups[i] = ring{endpoints: make([]endpoint, len(g.Endpoints)), balance: g.LoadBalance, turn: -1}
		for j, to := range g.Endpoints {
			f.groups[i].endpoints[j] = endpoint{to: to, group: i, at: event.Never}
		}
	}
	return f
}

// Start connects to every endpoint of every group.
func (f *Feed) Start(now node.Clock, out *node.Output) {
	for i := range f.groups {
		for j := range f.groups[i].endpoints {
			f.dial(now, &f.groups[i].endpoints[j], out)
		}
	}
}

// Offer gives an event to every group, by way of the executor if that takes time. That the event entered
// (EventQueued) is the gateway's to note.
func (f *Feed) Offer(now node.Clock, m event.Message, out *node.Output) {
	if f.cfg.Executor.Work > 0 {
		f.execute(now, m, out)
		return
	}
	f.offer(now, m, out)
}

// offer gives an event to every group. It leaves at once if an endpoint is free, in a batch of one;
// else it waits in the ring, with others, for the ack that frees one. A group whose ring is full
// drops it: the newest is lost.
func (f *Feed) offer(now node.Clock, m event.Message, out *node.Output) {
	for i := range f.groups {
		g := &f.groups[i]
		if g.events.len() >= f.cfg.Ring {
			noteDrop(m, g.name(), event.BufferFull, out)
			continue
		}
		if e := g.idle(); e != nil {
			f.send(now, e, []event.Message{m}, out)
			continue
		}
		g.events.push(m)
		f.pump(now, g, out)
	}
}

// Step acts on Tick and on Up, Down and Received of its own sessions.
func (f *Feed) Step(now node.Clock, in *node.Input, out *node.Output) {
	if in.Kind == node.Tick {
		f.tick(now, out)
		return
	}
	e := f.find(in.Session)
	if e == nil {
		return
	}
	g := &f.groups[e.group]
	switch in.Kind {
	case node.Up:
		f.opened(now, e, out)
		f.pump(now, g, out)
	case node.Down:
		f.down(now, e, in.Reason, out)
	case node.Unreachable:
		if e.state == active {
			out.Close(e.session)
			f.down(now, e, event.Unreachable, out)
		}
	case node.Received:
		if ack, ok := in.Msg.(*event.BatchAck); ok && ack != nil && e.batch != nil && e.batch.Seq == ack.Seq {
			e.batch, e.at = nil, event.Never
			f.pump(now, g, out)
		}
	}
}

// Deadline is when the feed next wants a Tick.
func (f *Feed) Deadline() event.Mono {
	next := event.Never
	if f.executor.busy.len() > 0 {
		next = f.executor.busy.front().done
	}
	for i := range f.groups {
		next = min(next, f.groups[i].due(f.cfg.Probe.Every > 0))
	}
	return next
}

// Depth is how many events a group holds, those on their way not counted.
func (f *Feed) Depth(group int) int { return f.groups[group].events.len() }

// Depths says the depth of each group's ring, under the group's first endpoint, and how many events wait
// for a thread of the executor.
func (f *Feed) Depths(say node.Depth) {
	if f.cfg.Executor.Work > 0 {
		say("executor", "", f.executor.waiting.len())
	}
	for i := range f.groups {
		say("feed", f.groups[i].name(), f.Depth(i))
	}
}

// Connected tells whether every group has an endpoint that is up.
func (f *Feed) Connected() bool {
	for i := range f.groups {
		if !f.groups[i].live() {
			return false
		}
	}
	return true
}

// Reaches tells whether some group has an endpoint that is up, so that somebody hears of an event; a feed without
// groups has nobody to reach.
func (f *Feed) Reaches() bool {
	for i := range f.groups {
		if f.groups[i].live() {
			return true
		}
	}
	return len(f.groups) == 0
}

func (f *Feed) find(s node.SessionID) *endpoint {
	if s <= 0 {
		return nil
	}
	for i := range f.groups {
		for j := range f.groups[i].endpoints {
			if e := &f.groups[i].endpoints[j]; e.session == s {
				return e
			}
		}
	}
	return nil
}

// tick looks after everything whose time has come.
func (f *Feed) tick(now node.Clock, out *node.Output) {
	f.worked(now, out)
	for i := range f.groups {
		for j := range f.groups[i].endpoints {
			e := &f.groups[i].endpoints[j]
			switch {
			case now.Mono < e.at:
			case e.session == 0:
				f.dial(now, e, out)
			default:
				out.Close(e.session)
				f.down(now, e, event.TimedOut, out)
			}
		}
		f.probe(now, &f.groups[i], out)
	}
}

// name is the group's first endpoint, under which its drops are noted.
func (g *ring) name() event.NodeID {
	if len(g.endpoints) == 0 {
		return ""
	}
	return g.endpoints[0].to.Node
}

func (g *ring) live() bool {
	for i := range g.endpoints {
		if g.endpoints[i].state == active {
			return true
		}
	}
	return false
}
