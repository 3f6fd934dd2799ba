package controlplane

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// Stream is one of the event streams that lead to a topic, named for it.
type Stream uint8

// The streams (conf/eventstreams of org.wso2.carbon.apimgt.throttling.siddhi.extension.feature).
const (
	Notifications Stream = iota // org.wso2.apimgt.notification.stream
	Revocations                 // org.wso2.apimgt.token.revocation.stream
	KeyManagers                 // org.wso2.apimgt.keymgt.stream
	Webhooks                    // org.wso2.apimgt.webhooks.request.stream
	Blocking                    // org.wso2.blocking.request.stream
	Caches                      // cache.invalidation.stream
	streams
)

// streamTopics are the topics behind the streams (conf/eventpublishers).
var streamTopics = [streams]event.Topic{
	event.NotificationTopic, event.TokenRevocation, event.KeyManagerTopic, event.AsyncWebhooksData, event.ThrottleData, event.GlobalCacheInvalidation,
}

// Streams returns the streams that may lead to another region, in order: the four publishers that multi-DC pattern 1 has by
// documentation, and the fifth that newer documents add for blocking conditions.
func Streams() []Stream { return []Stream{Notifications, Revocations, KeyManagers, Webhooks, Blocking} }

// Topic is the topic that the stream's publishers write to.
func (s Stream) Topic() event.Topic {
	if s < streams {
		return streamTopics[s]
	}
	return ""
}

// streamOf returns the stream that a message belongs to; false for what belongs to none and for nil.
func streamOf(m event.Message) (Stream, bool) {
	switch m := m.(type) {
	case *event.Notification:
		return Notifications, m != nil
	case *event.TokenRevoked:
		return Revocations, m != nil
	case *event.KeyManagerEvent:
		return KeyManagers, m != nil
	case *event.WebhookEvent:
		return Webhooks, m != nil
	case *event.BlockingCondition:
		return Blocking, m != nil
	case *event.GlobalCacheInvalidated:
		return Caches, m != nil
	}
	return 0, false
}

// wire makes the publishers and says which streams lead to which. A stream's own broker comes first.
func (c *ControlPlane) wire() {
	if c.cfg.Broker != "" {
		c.attach(c.cfg.Publisher, []event.NodeID{c.cfg.Broker}, append(Streams(), Caches))
	}
	if len(c.cfg.Duplicate) > 0 {
		c.attach(c.cfg.Publisher, c.cfg.Duplicate, []Stream{Revocations, Webhooks})
	}
	c.remotes = len(c.publishers)
	for _, r := range c.cfg.Remotes {
		c.attach(c.cfg.Remote, r.Brokers, r.Streams)
	}
}

func (c *ControlPlane) attach(knobs session.PublisherConfig, hubs []event.NodeID, to []Stream) {
	knobs.Hubs, knobs.Self = hubs, c.cfg.ID
	for _, s := range to {
		if s < streams {
			c.subscribers[s] = append(c.subscribers[s], len(c.publishers))
		}
	}
	c.publishers = append(c.publishers, session.NewPublisher(knobs, &c.numbers))
}

// entry is a message for a stream.
type entry struct {
	stream Stream
	msg    event.Message
	own    bool // it is of a step that this node was asked, not another control plane
	again  bool // it may have been published before
}

// enter puts a message into a stream, and so to all its publishers; what another control plane was asked
// need not go to other regions once more.
func (c *ControlPlane) enter(now node.Clock, e entry, out *node.Output) {
	for _, i := range c.subscribers[e.stream] {
		switch p := &c.publishers[i]; {
		case !e.own && i >= c.remotes && c.cfg.RemoteOwn:
		case e.again:
			p.PublishAgain(now, e.stream.Topic(), e.msg, out)
		default:
			p.Publish(now, e.stream.Topic(), e.msg, out)
		}
	}
}

// receiveBatch is the data-bridge receiver: it acknowledges before it looks, and puts each event into
// its stream (notificationsWSO2EventReceiver.xml and its like).
func (c *ControlPlane) receiveBatch(now node.Clock, from node.SessionID, b *event.Batch, out *node.Output) {
	if b == nil {
		ignored(out, "", event.Malformed)
		return
	}
	out.Send(from, &event.BatchAck{Seq: b.Seq})
	own := c.accepted[from].peer == c.cfg.ID
	for _, m := range b.Events {
		s, ok := streamOf(m)
		if !ok {
			ignored(out, "", event.Malformed)
			continue
		}
		if n, isNote := m.(*event.Notification); isNote {
			c.deployed.supersede(n)
		}
		c.enter(now, entry{stream: s, msg: m, own: own}, out)
	}
}
