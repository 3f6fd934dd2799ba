package gateway

import (
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// revoked is the product's RevokedJWTDataHolder: a token in it is refused, whatever its expiry.
// Nothing but the cleaner removes one.
type revoked struct {
	tokens  map[event.TokenID]event.Wall // token → its own expiry, on the control plane's word; nil before the first
	next    event.Mono                   // the cleaner's next run
	every   event.Duration
	awaited bool // nobody is served before they were loaded once: Config.ReadyBeforeServing
	kept    *kept
}

// newRevoked returns an empty map whose cleaner is not running yet; once it is, it runs every so often
// (RevokedJWTMapCleaner.java).
func newRevoked(c *Config, k *kept) revoked {
	return revoked{next: event.Never, every: c.CleanEvery, awaited: c.ReadyBeforeServing && !c.NoLists, kept: k}
}

// has tells whether a token was revoked.
func (r *revoked) has(id event.TokenID) bool {
	_, ok := r.tokens[id]
	return ok
}

// add puts a token into the map; how is "event", "pull" or "disk".
func (r *revoked) add(id event.TokenID, expiry event.Wall, how string, out *node.Output) {
	was, known := r.tokens[id]
	if known && was == expiry {
		return
	}
	if how != "disk" {
		r.kept.write(keptToken, string(id), expiry, out)
	}
	if r.tokens == nil {
		r.tokens = map[event.TokenID]event.Wall{}
	}
	r.tokens[id] = expiry
	if !known {
		out.Note(node.Note{Fact: node.RevocationKnown, ID: string(id), Expiry: expiry, Detail: how})
	}
}

// clean removes the tokens that have run out anyway, when it is time to.
func (r *revoked) clean(now node.Clock, out *node.Output) {
	if now.Mono < r.next {
		return
	}
	r.next = now.Mono.Add(r.every)
	for _, id := range slices.Sorted(maps.Keys(r.tokens)) {
		if r.tokens[id] < now.Wall {
			delete(r.tokens, id)
			r.kept.remove(keptToken, string(id))
			out.Note(node.Note{Fact: node.RevocationPurged, ID: string(id)})
		}
	}
}
