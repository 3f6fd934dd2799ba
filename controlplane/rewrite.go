package controlplane

import (
	"hubsim/event"
	"hubsim/node"
)

// written is a row that the database has confirmed.
type written struct {
	at  event.Mono
	row event.Row
}

// mostWritten is how many rows a node keeps to write again; the oldest make room.
const mostWritten = 10_000

// remember keeps a revocation that was written. Its row never changes, so that writing it again does no
// harm to what came since.
func (c *ControlPlane) remember(now node.Clock, r *event.Row) {
	if c.cfg.Rewrite == 0 || r.Table != event.TableRevoked && r.Table != event.TableSubject {
		return
	}
	for len(c.written) > 0 && (c.written[0].at < now.Mono.Add(-c.cfg.Rewrite) || len(c.written) >= mostWritten) {
		c.written = c.written[1:]
	}
	c.written = append(c.written, written{now.Mono, *r})
}

// rewrite writes them again once the database is there after its connection broke.
func (c *ControlPlane) rewrite(now node.Clock, out *node.Output) {
	if !c.broken {
		return
	}
	c.broken = false
	for _, w := range c.written {
		if w.at >= now.Mono.Add(-c.cfg.Rewrite) {
			row := w.row
			c.ask(now, &event.StoreOp{Write: &row}, rewritten{}, out)
		}
	}
}

// rewritten is who asked for it: nobody waits, and with the next loss it is written again.
type rewritten struct{}

// answered implements asker.
func (rewritten) answered(*ControlPlane, node.Clock, answer, *node.Output) {}
