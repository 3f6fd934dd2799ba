package live

import "hubsim/event"

// attach enters a node's session with a hub among the link's consumers.
func (h *host) attach(e *end) {
	if e.service != event.Topics || e.peer == nil || e.id < 0 {
		return
	}
	l := h.run.link(h.site, e.peer, e.service)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.consumers[e] = struct{}{}
}

func (h *host) detach(e *end) {
	if e.service != event.Topics || e.peer == nil || e.id < 0 {
		return
	}
	l := h.run.link(h.site, e.peer, e.service)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.consumers, e)
}

// bury takes the consumers from the sessions that are there.
func (f *faults) bury(k int) {
	f.consumers(k, func(e *end) { e.zombie.CompareAndSwap(0, int32(k)+1) })
}

// raise gives them back.
func (f *faults) raise(k int) {
	f.consumers(k, func(e *end) { e.zombie.CompareAndSwap(int32(k)+1, 0) })
}

func (f *faults) consumers(k int, visit func(*end)) {
	for _, l := range f.run.between(k) {
		l.mu.Lock()
		for e := range l.consumers {
			visit(e)
		}
		l.mu.Unlock()
	}
}

// dead tells whether a message is a copy for a consumer that is not there any more.
func (e *end) dead(m event.Message) bool {
	k := e.zombie.Load()
	if _, copied := m.(*event.Publish); k == 0 || !copied {
		return false
	}
	e.host.run.faults.hit(int(k)-1, e.host.site)
	return true
}
