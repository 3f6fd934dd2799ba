package session

import (
	"hubsim/event"
	"hubsim/node"
)

// noteSent says that a feed's copy of an event left.
func noteSent(m event.Message, peer event.NodeID, out *node.Output) {
	if t, ok := m.(*event.Throttle); ok {
		out.Note(node.Note{Fact: node.EventSent, Request: t.ID, Peer: peer})
		return
	}
	out.Note(node.Note{Fact: node.EventPublished, ID: event.IDOf(m), Detail: streamOf(m), Peer: peer})
}

// noteDrop says that a feed's copy of an event was lost.
func noteDrop(m event.Message, peer event.NodeID, why event.Reason, out *node.Output) {
	if t, ok := m.(*event.Throttle); ok {
		out.Note(node.Note{Fact: node.EventDropped, Request: t.ID, Peer: peer, Reason: why})
		return
	}
	out.Note(node.Note{Fact: node.PublishDropped, ID: event.IDOf(m), Detail: streamOf(m), Peer: peer, Reason: why})
}

// streamOf names a feed's stream by the topic that it ends in at the event hub.
func streamOf(m event.Message) string {
	switch m.(type) {
	case *event.Notification:
		return string(event.NotificationTopic)
	case *event.KeyManagerEvent:
		return string(event.KeyManagerTopic)
	case *event.TokenRevoked:
		return string(event.TokenRevocation)
	case *event.WebhookEvent:
		return string(event.AsyncWebhooksData)
	case *event.BlockingCondition, *event.Decision:
		return string(event.ThrottleData)
	case *event.GlobalCacheInvalidated:
		return string(event.GlobalCacheInvalidation)
	}
	return ""
}
