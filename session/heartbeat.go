package session

import (
	"hubsim/event"
	"hubsim/node"
)

// Proposal is the heartbeat that one broker proposes when a client connects, which the client takes
// (andes, ConnectionTuneMethodHandler.java).
type Proposal struct {
	From  event.NodeID
	Every event.Duration // silence after which either side writes one; 0 is off (qpid.heartbeat.delay)
	// Patience is how long the broker waits for a word of the client before it drops the connection; 0 is
	// for ever (qpid.heartbeat.timeout_factor times the delay). The client plays this part of its broker: it
	// knows when it last wrote, and a client that cannot reach its broker does not hear of it either.
	Patience event.Duration
}

// pulse is the heartbeat of a connection to a broker.
func (c *TopicConfig) pulse(hub event.NodeID) Proposal {
	for _, p := range c.Proposals {
		if p.From == hub {
			return p
		}
	}
	return Proposal{From: hub, Every: c.Heartbeat}
}

// silence is when the broker has been silent for too long.
func (t *Topic) silence() event.Mono {
	return t.heard.Add(t.pulse.Every * event.Duration(max(t.cfg.HeartbeatFactor, 1)))
}

// dropped is when the broker has had enough of the client's silence. A message that is acknowledged is a word.
func (t *Topic) dropped() event.Mono {
	if t.pulse.Patience <= 0 {
		return event.Never
	}
	return max(t.spoke, t.acked).Add(t.pulse.Patience)
}

// beat keeps the heartbeat of a live connection.
func (t *Topic) beat(now node.Clock, out *node.Output) TopicEvent {
	switch {
	case t.client.state != up || t.pulse.Every <= 0:
	case now.Mono >= t.silence():
		return t.cut(now, event.HeartbeatMissed, out)
	case now.Mono >= t.dropped():
		return t.cut(now, event.Closed, out)
	case now.Mono >= t.spoke.Add(t.pulse.Every):
		t.spoke = now.Mono
		out.Send(t.client.session, &event.Heartbeat{})
	}
	return TopicNothing
}

// cut ends the connection.
func (t *Topic) cut(now node.Clock, why event.Reason, out *node.Output) TopicEvent {
	t.client.drop(out)
	t.lost(now, why, out)
	return TopicLost
}
