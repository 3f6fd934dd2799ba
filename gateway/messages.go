package gateway

import (
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// read acts on a message of a topic. What it cannot read it notes and forgets: a gateway is never
// harmed by what others publish.
func (g *Gateway) read(now node.Clock, m event.Message, out *node.Output) {
	switch m := m.(type) {
	case *event.Decision:
		g.decision(now, m, out)
	case *event.TokenRevoked:
		g.revocation(m, out)
	case *event.BlockingCondition:
		g.block(now, m, out)
	case *event.Notification:
		g.notification(now, m, out)
	case *event.KeyManagerEvent:
		g.keyManager(now, m, out)
	case *event.WebhookEvent:
		g.webhook(now, m, out)
	case *event.KeyTemplate:
		g.keyTemplate(now, m, out)
	case *event.CacheInvalidated:
		g.cache(m, out)
	case *event.Unreadable:
		unreadable(m, out)
	default:
		ignored("", event.Malformed, out)
	}
}

// ignored notes that an event had no effect.
func ignored(id string, why event.Reason, out *node.Output) {
	out.Note(node.Note{Fact: node.EventIgnored, ID: id, Reason: why})
}

// lacking notes an event that does not have what it needs: which member, and what was expected.
func lacking(id, what string, out *node.Output) {
	out.Note(node.Note{Fact: node.EventIgnored, ID: id, Reason: event.Malformed, Detail: what})
}

// unusable notes what could not be used of something that took effect otherwise.
func unusable(id string, err error, out *node.Output) {
	out.Note(node.Note{Fact: node.EventIgnored, ID: id, Reason: event.Malformed, Detail: err.Error()})
}

// unreadable notes a text that could not be read, with the place of its fault.
func unreadable(u *event.Unreadable, out *node.Output) {
	if u == nil || u.Fault == nil {
		ignored("", event.Malformed, out)
		return
	}
	out.Note(node.Note{Fact: node.EventIgnored, Reason: u.Reason(), Detail: u.Fault.Error()})
}

func (g *Gateway) decision(now node.Clock, d *event.Decision, out *node.Output) {
	if d == nil || d.Key == "" {
		ignored("", event.Malformed, out)
		return
	}
	if d.Conditions != "" && d.IsThrottled {
		if _, err := g.throttled.library.read(d.Conditions); err != nil {
			unusable(string(d.Key), err, out)
		}
	}
	switch g.throttled.apply(now, d) {
	case changed:
		n := node.Note{Fact: node.DecisionApplied, Key: d.Key, On: d.IsThrottled, Expiry: d.Expiry}
		if d.Expiry < now.Wall {
			n.N = 1
		}
		out.Note(n)
	case outdated:
		out.Note(node.Note{Fact: node.EventIgnored, Key: d.Key, Reason: event.LateDropped})
	}
}

// revocation adds a token, or a subject whose tokens are all revoked.
func (g *Gateway) revocation(t *event.TokenRevoked, out *node.Output) {
	switch {
	case t == nil:
		ignored("", event.Malformed, out)
		return
	case t.Token == "":
		lacking(t.EventID, "a token revocation without a revokedToken", out)
		return
	}
	switch x, err := t.Subject(); {
	case err != nil:
		unusable(t.EventID, err, out)
	case x != nil:
		g.subjectRevoked(t, x, out)
	case !g.cfg.RevokedAnyType && t.Type != event.JWT && t.Type != event.APIKey:
		ignored(t.EventID, event.Ineligible, out) // an opaque token's place is a cache that is not there
	default:
		g.revoked.add(t.Token, t.Expiry, "event", out)
	}
}

func (g *Gateway) block(now node.Clock, b *event.BlockingCondition, out *node.Output) {
	if b == nil {
		ignored("", event.Malformed, out)
		return
	}
	c := block{b.Kind, b.Value}
	switch {
	case b.Kind == blockIP, b.Kind == blockIPRange:
		g.blockAddress(now, b, out)
		return
	case !c.known():
		lacking(c.String(), "a blocking condition of a kind that is none, or without a value", out)
		return
	}
	g.touched(now, event.PathBlock, c.String())
	g.routes.forget()
	g.blocking.set(c, b.On, out)
}

// blockAddress acts on a condition on addresses, which is known by its tenant and id.
func (g *Gateway) blockAddress(now node.Clock, b *event.BlockingCondition, out *node.Output) {
	g.routes.forget()
	if !b.On {
		g.touched(now, event.PathBlock, ipName(b.Tenant, b.ID))
		g.addresses.drop(b.Tenant, b.ID, out)
		return
	}
	c, err := readIPBlock(b)
	if err != nil {
		unusable(c.String(), err, out)
		return
	}
	g.touched(now, event.PathBlock, ipName(b.Tenant, b.ID))
	g.addresses.set(b.Tenant, c, out)
}

// keyManager upserts or removes a key manager of an organization (KeyManagerJMSMessageListener.java).
func (g *Gateway) keyManager(now node.Clock, e *event.KeyManagerEvent, out *node.Output) {
	switch {
	case e == nil:
		ignored("", event.Malformed, out)
		return
	case e.Manager.Name == "":
		lacking(e.EventID, "a key manager event without a name", out)
		return
	}
	g.touched(now, event.PathKeyManagers, managerName(&e.Manager))
	switch e.Action {
	case "add", "update":
		g.setManager(e.Manager, out)
	case "delete":
		g.dropManager(e.Manager.Key(), out)
	default:
		lacking(e.EventID, "a key manager event whose action is none of add, update and delete", out)
	}
}

func (g *Gateway) setManager(m event.KeyManager, out *node.Output) {
	key := m.Key()
	if old, known := g.managers[key]; known && old.Same(&m) {
		return
	}
	g.managers[key] = m
	out.Note(node.Note{Fact: node.KeyManagerKnown, ID: key, On: true})
}

func (g *Gateway) dropManager(key string, out *node.Output) {
	if _, known := g.managers[key]; known {
		delete(g.managers, key)
		out.Note(node.Note{Fact: node.KeyManagerKnown, ID: key})
	}
}

// keyManagers puts the list of key managers into memory.
func (g *Gateway) keyManagers(list []event.KeyManager, asked event.Mono, out *node.Output) {
	named := map[string]bool{}
	for _, m := range list {
		named[m.Key()] = true
		if !g.recent.holds(managerName(&m), asked) {
			g.setManager(m, out)
		}
	}
	if !g.cfg.Prune {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(g.managers)) {
		m := g.managers[key]
		if !named[key] && !g.recent.holds(managerName(&m), asked) {
			g.dropManager(key, out)
		}
	}
}
