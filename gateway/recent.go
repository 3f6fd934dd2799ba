package gateway

import (
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// recent remembers what events changed a moment ago, so that a list which is read from a replica that
// lags does not undo it. With Config.Grace 0 it remembers nothing.
type recent struct {
	grace event.Duration
	at    map[string]event.Mono // what (keyOf…) → when an event last changed it
}

func newRecent(grace event.Duration) recent { return recent{grace, map[string]event.Mono{}} }

// mark says that an event changes a thing.
func (r *recent) mark(now node.Clock, what string) {
	if r.grace > 0 {
		r.at[what] = now.Mono
	}
}

// holds tells whether a thing changed so shortly before a list was asked for, or since, that the list
// may not know.
func (r *recent) holds(what string, asked event.Mono) bool {
	at, known := r.at[what]
	return known && asked < at.Add(r.grace)
}

// forget removes what happened too long ago to matter to any list still to come.
func (r *recent) forget(now node.Clock) {
	for _, what := range slices.Sorted(maps.Keys(r.at)) {
		if now.Mono >= r.at[what].Add(2*r.grace) {
			delete(r.at, what)
		}
	}
}
