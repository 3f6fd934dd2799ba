package session

import (
	"hubsim/event"
	"hubsim/node"
)

// A broker confirms no publish. But it takes what comes on a session in order, and it echoes a
// heartbeat: the echo of one that followed n messages says that all n were taken. A publisher with
// Store and Heartbeat keeps what it sent until then, and sends it again on its next connection. A
// receiver may so see a message twice, never late ones before early ones of their kind.

func (p *Publisher) confirms() bool { return p.cfg.Store && p.cfg.Heartbeat > 0 }

// remember keeps a message until it is confirmed. Beyond Queue the oldest is forgotten: it left, and
// will not leave again.
func (p *Publisher) remember(l letter) {
	if !p.confirms() {
		return
	}
	if p.sent.len() >= max(p.cfg.Queue, 1) {
		p.sent.pop()
		p.marked = max(p.marked-1, 0)
	}
	l.again = true
	p.sent.push(l)
}

// echoed confirms what the heartbeat followed.
func (p *Publisher) echoed(in *node.Input) {
	if _, ok := in.Msg.(*event.Heartbeat); !ok || !p.beating {
		return
	}
	p.beating = false
	for ; p.marked > 0; p.marked-- {
		p.sent.pop()
	}
}

// takeBack puts what was not confirmed before what waits.
func (p *Publisher) takeBack(out *node.Output) {
	p.beating = false
	for p.sent.len() > 0 {
		l := p.sent.popBack()
		p.line(l).pushFront(l)
	}
	for p.waiting() > max(p.cfg.Queue, 1) && p.queue.len() > 0 {
		p.dropped(p.queue.pop(), event.BufferFull, out)
	}
}

// nextBeat is when the heartbeat next needs care.
func (p *Publisher) nextBeat() event.Mono {
	switch {
	case !p.confirms():
		return event.Never
	case p.beating:
		return p.beatAt.Add(p.cfg.Heartbeat * event.Duration(max(p.cfg.HeartbeatFactor, 1)))
	}
	return p.beatAt.Add(p.cfg.Heartbeat)
}

func (p *Publisher) beat(now node.Clock, out *node.Output) {
	switch {
	case now.Mono < p.nextBeat():
	case p.beating:
		p.client.drop(out)
		p.lost(now, event.HeartbeatMissed, out)
	default:
		p.heartbeat(now, out)
	}
}

func (p *Publisher) heartbeat(now node.Clock, out *node.Output) {
	p.beating, p.beatAt, p.marked = true, now.Mono, p.sent.len()
	out.Send(p.client.session, &event.Heartbeat{})
}
