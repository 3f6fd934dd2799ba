package live

import (
	"net"
	"sync"
	"sync/atomic"

	"hubsim/event"
)

// posterLimit is how many messages wait in one session to a hub: some seconds of a traffic manager's
// decisions at full load.
const posterLimit = 1 << 13

// poster sends on a hub's session from a goroutine of its own, since a client library may wait for
// the hub's answer, or for a socket that a stalled hub does not read.
type poster struct {
	end   *end
	link  Session
	queue chan posted
	ended chan struct{}
	once  sync.Once
	hard  atomic.Bool // what waits is not sent any more
}

type posted struct {
	id  uint64
	msg event.Message
}

func (r *run) newPoster(e *end, link Session) *poster {
	p := &poster{end: e, link: link, queue: make(chan posted, posterLimit), ended: make(chan struct{})}
	r.spawn(p.work)
	return p
}

// Send implements Session.
func (p *poster) Send(id uint64, m event.Message) error {
	select {
	case <-p.ended:
		return net.ErrClosed
	default:
	}
	select {
	case p.queue <- posted{id, m}:
		return nil
	default:
		return errFull
	}
}

// Close implements Session.
func (p *poster) Close() { p.once.Do(func() { close(p.ended) }) }

// abort implements aborter.
func (p *poster) abort() {
	p.hard.Store(true)
	p.Close()
}

// work sends until the session is closed, and what waits then.
func (p *poster) work() error {
	defer p.link.Close()
	for {
		select {
		case m := <-p.queue:
			p.post(m)
		case <-p.ended:
			for {
				select {
				case m := <-p.queue:
					p.post(m)
				default:
					return nil
				}
			}
		}
	}
}

func (p *poster) post(m posted) {
	if p.hard.Load() {
		p.end.unsent(m.id, m.msg, event.Crashed)
		return
	}
	p.end.host.run.shared.leaves(m.id)
	if err := p.link.Send(m.id, m.msg); err != nil {
		p.end.unsent(m.id, m.msg, sendReason(err))
	}
}
