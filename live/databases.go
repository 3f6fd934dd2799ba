package live

import (
	"context"
	"fmt"

	"hubsim/event"
	"hubsim/node"
)

// Databases is what the stores of a live run keep their rows in: a database for each of them, real.
type Databases interface {
	// Open makes the tables of a store ready: empty at the first time in a run, with what they held when
	// the store is there again after a crash. Tables opened before are not used any more.
	Open(ctx context.Context, store event.NodeID) (node.Tables, error)
	// Close ends all connections and returns when nothing of them is left.
	Close() error
}

// keep gives the node the tables to keep its rows in, if it keeps any.
func (h *host) keep() error {
	keeper, keeps := h.node.(node.Keeper)
	if !keeps || h.run.o.Databases == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(h.ctx, hubStartLimit)
	defer cancel()
	t, err := h.run.o.Databases.Open(ctx, h.site.ID)
	if err != nil {
		return fmt.Errorf("start %s %s: %w", h.site.Role, h.site.ID, err)
	}
	keeper.Keep(t)
	return nil
}
