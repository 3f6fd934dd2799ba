package live

import (
	"sync"
	"sync/atomic"
)

// holder is what a pause shuts: a gate, or a process that is stopped.
type holder interface {
	close()
	lift()
}

// holder is what a pause of the site shuts.
func (s *site) holder() holder {
	if c := s.process(); c != nil {
		return c
	}
	return s.gate.Load()
}

// gate holds back what passes it while it is shut. Several may shut it; it opens when all have
// lifted it.
type gate struct {
	mu   sync.Mutex
	shut int
	open atomic.Pointer[chan struct{}] // closed when the gate opens; nil while it is open
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut++; g.shut == 1 {
		opens := make(chan struct{})
		g.open.Store(&opens)
	}
}

func (g *gate) lift() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut--; g.shut == 0 {
		close(*g.open.Swap(nil))
	}
}

// closed returns a channel that is closed when the gate opens, or nil when it is open.
func (g *gate) closed() <-chan struct{} {
	if opens := g.open.Load(); opens != nil {
		return *opens
	}
	return nil
}
