package live

import (
	"context"
	"net"
	"sync"
	"sync/atomic"

	"hubsim/event"
)

// pipeLimit is how many messages wait in one direction of an in-process session.
const pipeLimit = 1 << 14

// How many bytes a pipe stands for, under a bandwidth fault: it carries no bytes.
const (
	signalBytes = 66  // what makes or ends a session: a TCP segment without data
	pipeBytes   = 512 // a message, about
)

// pipe is a session within the process: the database's, the counters'.
type pipe struct {
	link     *link
	ends     [2]side // by the way that begins at it
	lines    [2]*line
	broken   chan struct{}
	once     sync.Once
	swallows atomic.Int32 // 1 + the half-open fault; 0: none
}

// side is one side of a session within the process: that of a node, which may be in a process of its own.
type side interface {
	Inbox
	up(link Session) bool
	lost(id uint64, m event.Message, why event.Reason)
}

// dialPipe implements shared.
func (r *run) dialPipe(ctx context.Context, l *link, near side) error {
	if l.nameless() {
		return errUnresolved
	}
	if err := r.wait(ctx, l.delay(there, signalBytes)+l.acceptance()); err != nil {
		return err
	}
	h := l.to.current()
	if h == nil || l.refused() {
		return errRefused
	}
	p := &pipe{link: l, broken: make(chan struct{})}
	p.ends = [2]side{near, &end{host: h, service: l.service, peer: l.from, name: l.from.ID}}
	for way := range p.lines {
		p.lines[way] = newLine(l, pipeLimit, p.broken)
	}
	if !l.enter(p) {
		return errRefused
	}
	p.lines[back].begin(welcome{p}, l.delay(back, signalBytes))
	if !p.ends[back].up(mouth{p, back}) {
		p.sever(event.Refused)
		return errRefused
	}
	r.spawn(p.lines[back].work)
	return nil
}

// begin puts the first parcel on a line whose work the caller starts later.
func (l *line) begin(p parcel, d event.Duration) {
	l.queue = []timed{{p, l.link.run.clock.now().Add(max(0, d)), 1}}
	l.size, l.works = 1, true
}

// mouth is one side of a pipe: a Session that sends in its way.
type mouth struct {
	pipe *pipe
	way  int
}

// Send implements Session.
func (m mouth) Send(id uint64, msg event.Message) error {
	p, far := m.pipe, m.pipe.ends[1-m.way]
	select {
	case <-p.broken:
		return net.ErrClosed
	default:
	}
	if p.swallowed() {
		far.lost(id, msg, event.Swallowed)
		return nil
	}
	d := p.link.delay(m.way, pipeBytes)
	if p.lines[m.way].through(d) {
		far.Received(id, msg)
		return nil
	}
	if !p.lines[m.way].offer(letter{p, m.way, id, msg}, 1, d) {
		return errFull
	}
	return nil
}

// Close implements Session: the other side hears of it behind what was sent.
func (m mouth) Close() { m.end(event.Closed) }

// abort implements aborter.
func (m mouth) abort() { m.end(event.Reset) }

func (m mouth) end(why event.Reason) {
	if m.pipe.swallowed() {
		return
	}
	d := m.pipe.link.delay(m.way, signalBytes)
	bye := adieu{m.pipe, m.way, why}
	if m.pipe.lines[m.way].through(d) {
		bye.deliver()
		return
	}
	m.pipe.lines[m.way].offer(bye, 0, d)
}

// sever breaks the pipe; whoever is named hears of it.
func (p *pipe) sever(why event.Reason, told ...side) {
	p.once.Do(func() {
		close(p.broken)
		p.link.leave(p)
		for _, e := range told {
			e.Down(why)
		}
	})
}

func (p *pipe) swallowed() bool {
	k := p.swallows.Load()
	if k > 0 {
		p.link.run.faults.hit(int(k)-1, p.link.from)
	}
	return k > 0
}

// reset implements crossing.
func (p *pipe) reset() { p.sever(event.Reset, p.ends[:]...) }

// abandon implements crossing.
func (p *pipe) abandon() { p.sever(event.RunEnded) }

// swallow implements crossing.
func (p *pipe) swallow(k int) { p.swallows.CompareAndSwap(0, int32(k)+1) }

// release implements crossing.
func (p *pipe) release(k int) {
	if p.swallows.Load() == int32(k)+1 {
		p.reset()
	}
}

// letter is a message on a way.
type letter struct {
	pipe *pipe
	way  int
	id   uint64
	msg  event.Message
}

func (l letter) deliver() {
	if l.pipe.swallowed() {
		l.lost(event.Swallowed)
		return
	}
	l.pipe.ends[1-l.way].Received(l.id, l.msg)
}

func (l letter) lost(why event.Reason) { l.pipe.ends[1-l.way].lost(l.id, l.msg, why) }

// welcome is the Up of the opener on its way back.
type welcome struct{ pipe *pipe }

func (w welcome) deliver() { w.pipe.ends[there].up(mouth{w.pipe, there}) }

func (w welcome) lost(event.Reason) { w.pipe.ends[there].Down(event.Refused) }

// adieu is the end of a pipe, told by the side that the way begins at.
type adieu struct {
	pipe *pipe
	way  int
	why  event.Reason
}

func (a adieu) deliver() { a.pipe.sever(a.why, a.pipe.ends[1-a.way]) }

func (adieu) lost(event.Reason) {}
