package controlplane

import (
	"strconv"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// ControlPlane is one control-plane node. Besides a cache it keeps nothing that its database does not.
type ControlPlane struct {
	cfg         Config
	numbers     session.Numbers
	accepted    map[node.SessionID]client
	db          database
	feed        session.Feed
	publishers  []session.Publisher
	remotes     int            // the first of the publishers to other regions
	subscribers [streams][]int // indexes of publishers, by stream
	pulls       int            // requests that wait for the database
	deployed    deployed
	forwarder   forwarder
	cache       cache
	written     []written  // revocations that the database has confirmed, of the last Config.Rewrite
	broken      bool       // a connection to the database was lost
	pusher      pusher     // of the 2.x layout
	born        event.Wall // at boot; with made, what makes event ids unique
	made        uint64
	outboxDone  bool
}

// client is who is at the other end of an accepted session, and what for.
type client struct {
	peer    event.NodeID
	service event.Service
}

// New builds a control plane that has not booted.
func New(cfg Config) *ControlPlane {
	c := &ControlPlane{cfg: cfg, accepted: make(map[node.SessionID]client)}
	feed := cfg.Feed
	feed.Groups, feed.Self = cfg.PublishGroups, cfg.ID
	if len(feed.Groups) == 0 {
		own := event.Endpoint{Node: cfg.ID, Service: event.Feed}
		feed.Groups = []session.Group{{Endpoints: []event.Endpoint{own}}}
	}
	c.feed = session.NewFeed(feed, &c.numbers)
	c.db.alarm = event.Never
	c.pusher = newPusher(&cfg.Push, cfg.ID, &c.numbers)
	c.wire()
	c.receivers()
	c.makeCache()
	for i := range c.publishers {
		c.publishers[i].Share(&c.publishers[0])
	}
	return c
}

// Deadline implements node.Node.
func (c *ControlPlane) Deadline() event.Mono {
	next := min(c.db.deadline(), c.feed.Deadline(), c.deployed.deadline(), c.forwarder.deadline(), c.cache.deadline(), c.pusher.deadline())
	for i := range c.publishers {
		next = min(next, c.publishers[i].Deadline())
	}
	return next
}

// Step implements node.Node.
func (c *ControlPlane) Step(now node.Clock, in node.Input, out *node.Output) {
	switch {
	case in.Kind == node.Boot:
		c.boot(now, out)
	case in.Kind == node.Called:
		c.take(now, &in, out)
	case in.Kind != node.Tick && in.Session < 0:
		c.serve(now, &in, out)
	default:
		c.stepDatabase(now, &in, out)
		c.feed.Step(now, &in, out)
		for i := range c.publishers {
			c.publishers[i].Step(now, &in, out)
		}
		c.stepForwards(now, &in, out)
		c.stepCache(now, &in, out)
		c.checkAcks(now, out)
		c.stepPushes(now, &in, out)
	}
}

func (c *ControlPlane) boot(now node.Clock, out *node.Output) {
	c.born = now.Wall
	c.connect(now, out)
	for i := range c.publishers {
		c.publishers[i].Start(now, out)
	}
	if c.cfg.Duty == Whole {
		c.feed.Start(now, out)
	}
	for i := range c.forwarder.topics {
		c.forwarder.topics[i].Start(now, out)
	}
	c.cache.start(now, out)
}

// serve is what happens on the sessions that others opened.
func (c *ControlPlane) serve(now node.Clock, in *node.Input, out *node.Output) {
	who, known := c.accepted[in.Session]
	switch {
	case in.Kind == node.Up && (in.Service == event.Feed || in.Service == event.Pull):
		c.accepted[in.Session] = client{peer: in.Peer, service: in.Service}
	case in.Kind == node.Up:
		out.Close(in.Session)
	case in.Kind == node.Down:
		delete(c.accepted, in.Session)
	case known:
		c.hear(now, who, in, out)
	}
}

func (c *ControlPlane) hear(now node.Clock, who client, in *node.Input, out *node.Output) {
	switch m := in.Msg.(type) {
	case *event.Heartbeat:
		out.Send(in.Session, &event.Heartbeat{})
		return
	case *event.Batch:
		if who.service == event.Feed {
			c.receiveBatch(now, in.Session, m, out)
			return
		}
	case *event.PullRequest:
		if who.service == event.Pull && m != nil {
			c.pull(now, &pull{session: in.Session, request: m}, out)
			return
		}
	}
	ignored(out, "", event.Malformed)
}

// eventID returns the id of a step's event: what the step says, or a new one of the form
// "cp-1@1750000000000.7" that no other node and no other incarnation makes.
func (c *ControlPlane) eventID(s *event.Step) string {
	if s.ID != "" {
		return s.ID
	}
	c.made++
	return string(c.cfg.ID) + "@" + c.born.String() + "." + strconv.FormatUint(c.made, 10)
}

// ignored states that something came and had no effect, and why.
func ignored(out *node.Output, id string, why event.Reason) {
	out.Note(node.Note{Fact: node.EventIgnored, ID: id, Reason: why})
}
