package session

import (
	"hubsim/event"
	"hubsim/node"
)

// probeFirst opens a probe to the first hub, or gives up one that had no answer.
func (t *Topic) probeFirst(now node.Clock, out *node.Output) {
	if t.probe != 0 {
		t.unprobe(out)
		t.probeAt = t.nextProbe(now)
		return
	}
	t.probe, t.probeAt = t.client.numbers.Next(), event.Never
	if t.cfg.Dial.ConnectTimeout > 0 {
		t.probeAt = now.Mono.Add(t.cfg.Dial.ConnectTimeout)
	}
	out.Open(t.probe, event.Endpoint{Node: t.cfg.Hubs[0], Service: event.Topics})
}

// probed acts on what becomes of the probe. A probe that is up becomes the connection: subscribed
// before the old one closes, so that the gap is a link's latency and no more.
func (t *Topic) probed(now node.Clock, in *node.Input, out *node.Output) TopicEvent {
	switch in.Kind {
	case node.Down:
		t.probe, t.probeAt = 0, t.nextProbe(now)
	case node.Up:
		old, from := t.client.session, t.Hub()
		t.client.session, t.client.hub, t.probe = t.probe, 0, 0
		t.subscribe(now, out)
		out.Close(old)
		out.Note(node.Note{Fact: node.SessionLost, Peer: from, Detail: string(t.cfg.Topic), Reason: event.Closed})
		return TopicBack
	}
	return TopicNothing
}

func (t *Topic) unprobe(out *node.Output) {
	if t.probe != 0 {
		out.Close(t.probe)
		t.probe = 0
	}
}

// nextProbe is when to probe next; the jitter is that of layer 2.
func (t *Topic) nextProbe(now node.Clock) event.Mono {
	key := keyOf(t.cfg.Self, string(t.cfg.Topic)) + uint64(now.Mono)
	return now.Mono.Add(spread(t.cfg.FailBack, t.cfg.Again.Jitter, key))
}
