package gateway

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// waiting holds the messages of one topic whose consumer sleeps until the first of them is old
// enough (Config.EventWaiting): the product sleeps on the topic's only consumer thread.
type waiting struct{ messages []held }

type held struct {
	at event.Mono
	m  event.Message
}

func (w *waiting) due() event.Mono {
	if len(w.messages) == 0 {
		return event.Never
	}
	return w.messages[0].at
}

// received takes a message of a topic: at once, or behind the waiting time of notification and
// webhook events.
func (g *Gateway) received(now node.Clock, topic int, m event.Message, out *node.Output) {
	name := g.topics[topic].Name()
	if g.cfg.EventWaiting <= 0 || name != event.NotificationTopic && name != event.AsyncWebhooksData {
		g.read(now, m, out)
		return
	}
	w := &g.waits[topic]
	if g.cfg.Queue > 0 && len(w.messages) >= g.cfg.Queue {
		ignored(event.IDOf(m), event.BufferFull, out)
		return
	}
	w.messages = append(w.messages, held{now.Mono.Add(g.left(now, m)), m})
	g.release(now, out)
}

// left is how long a message still has to wait. One without a time of its own counts from now.
func (g *Gateway) left(now node.Clock, m event.Message) event.Duration {
	at := sentAt(m)
	if at == 0 {
		return g.cfg.EventWaiting
	}
	return max(0, at.Add(g.cfg.EventWaiting).Sub(now.Wall))
}

// sentAt is when a notification or a webhook event was sent, 0 where it does not say.
func sentAt(m event.Message) event.Wall {
	switch m := m.(type) {
	case *event.Notification:
		if m != nil {
			return m.At
		}
	case *event.WebhookEvent:
		if m != nil {
			return m.At
		}
	}
	return 0
}

// release reads what has waited long enough, topic by topic and in order.
func (g *Gateway) release(now node.Clock, out *node.Output) {
	for i := range g.waits {
		w := &g.waits[i]
		for now.Mono >= w.due() {
			m := w.messages[0].m
			w.messages = slices.Delete(w.messages, 0, 1)
			g.read(now, m, out)
		}
	}
}
