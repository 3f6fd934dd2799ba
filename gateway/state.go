package gateway

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"hubsim/node"
)

// State is what a gateway holds of what others told it, in a form that two gateways can be compared
// by: every list is sorted, and nothing in it depends on when or how it was learned.
type State struct {
	Deployed  []string // "uuid revision"
	Revoked   []string // tokens; of subjects "user:alice before 1700000100000"
	Throttled []string // keys that are live, with their expiry: "key until 1700000100000"
	Blocked   []string // "kind:value", of addresses "kind:value tenant id"
	Templates []string // key templates of custom rules
	Managers  []string // "name enabled" or "name disabled"
	Webhooks  []string // "api topic callback app N"; "full api app N" of a plan that is full
	Things    []string // "kind:name" and what else is known: scopes, certificates, API keys and more
}

// State returns what the gateway holds, as its clock shows now.
func (g *Gateway) State(now node.Clock) State {
	var s State
	for _, uuid := range g.catalog.deployed() {
		s.Deployed = append(s.Deployed, fmt.Sprintf("%s %d", uuid, g.catalog.apis[uuid].revision))
	}
	for _, id := range slices.Sorted(maps.Keys(g.revoked.tokens)) {
		s.Revoked = append(s.Revoked, string(id))
	}
	s.Revoked = append(s.Revoked, g.subjects.sorted()...)
	s.Throttled = g.throttled.list(now)
	for _, b := range g.blocking.sorted() {
		s.Blocked = append(s.Blocked, b.String())
	}
	for _, b := range g.addresses.sorted() {
		s.Blocked = append(s.Blocked, fmt.Sprintf("%s %s %d", b.String(), b.tenant, b.id))
	}
	s.Templates = g.templates.sorted()
	for _, name := range slices.Sorted(maps.Keys(g.managers)) {
		s.Managers = append(s.Managers, name+map[bool]string{true: " enabled", false: " disabled"}[g.managers[name].Enabled])
	}
	for _, h := range g.webhooks.sorted() {
		s.Webhooks = append(s.Webhooks, h.String())
	}
	for _, p := range g.webhooks.full() {
		s.Webhooks = append(s.Webhooks, "full "+p)
	}
	s.Things = g.things.sorted()
	return s
}

// list returns the live keys with their expiry, sorted.
func (t *throttleData) list(now node.Clock) []string {
	var live []string
	for _, key := range slices.Sorted(maps.Keys(t.keys)) {
		if t.throttles(now, key) {
			live = append(live, string(key)+" until "+t.keys[key].expiry.String())
		}
	}
	return live
}

// String prints the state, a line for each thing.
func (s State) String() string {
	var b strings.Builder
	for _, part := range []struct {
		name  string
		lines []string
	}{
		{"deployed", s.Deployed}, {"revoked", s.Revoked}, {"throttled", s.Throttled},
		{"blocked", s.Blocked}, {"template", s.Templates}, {"key-manager", s.Managers},
		{"webhook", s.Webhooks}, {"known", s.Things},
	} {
		for _, l := range part.lines {
			fmt.Fprintf(&b, "%s %s\n", part.name, l)
		}
	}
	return b.String()
}

// Digest is a hash of the state, equal for gateways that agree (FNV-1a, 64 bits).
func (s State) Digest() uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, s.String())
	return h.Sum64()
}

var _ node.Node = (*Gateway)(nil)
