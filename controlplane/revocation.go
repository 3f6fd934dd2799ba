package controlplane

import (
	"sort"

	"hubsim/event"
	"hubsim/node"
)

// superTenant is the id of carbon.super (MultitenantConstants.java); those of other tenants are the
// user store's, and 0 here.
const superTenant = -1234

// untold tells whether a step revokes a token at the key manager beside this node, and that tells nobody: whoever
// asked is answered, as the product's event sender is done once and its answer looked at by nobody.
func (c *ControlPlane) untold(j *job) bool {
	return (j.kind == revoke || j.kind == revokeSubject) && !c.cfg.KeyManagerTells && !j.step.Notified
}

// publishRevocation is route B: into this node's own stream and no other (TokenRevocationNotifierImpl.java).
func (c *ControlPlane) publishRevocation(now node.Clock, id string, t *event.RevokedToken, out *node.Output) {
	if c.cfg.RealtimeRevocation {
		c.enter(now, c.revocation(id, t), out)
	}
}

// revocation is what is told of a revoked token.
func (c *ControlPlane) revocation(id string, t *event.RevokedToken) entry {
	return entry{stream: Revocations, own: true, msg: &event.TokenRevoked{
		EventID: id, Token: t.Token, TTL: c.cfg.RevocationTTL, Expiry: t.Expiry, Type: t.Type, TenantID: t.TenantID,
	}}
}

// publishSubject does the same for a consumer key or a subject, by whose event gateways refuse all
// tokens issued before it. Its expiry is 0.
func (c *ControlPlane) publishSubject(now node.Clock, id string, s *event.RevokedSubject, out *node.Output) {
	if !c.cfg.RealtimeRevocation {
		return
	}
	c.enter(now, entry{stream: Revocations, own: true, msg: &event.TokenRevoked{
		EventID: id, Token: s.Token(), TTL: c.cfg.RevocationTTL, Type: s.Type(), TenantID: s.TenantID,
	}}, out)
}

// publishWebhook is route B too (WebhooksSubscriptionEventHandler.java).
func (c *ControlPlane) publishWebhook(now node.Clock, j *job, out *node.Output) {
	w := *j.step.Webhook
	w.EventID, w.At = j.id, now.Wall
	c.enter(now, entry{stream: Webhooks, msg: &w, own: true}, out)
}

// hook takes a webhook subscription. One that the application's plan refuses is not stored, and published
// all the same.
func (c *ControlPlane) hook(now node.Clock, j *job, out *node.Output) {
	if w := *j.step.Webhook; w.Lease > 0 && w.ExpireAt == 0 {
		w.ExpireAt, w.Lease = now.Wall+event.Wall(w.Lease/event.Millisecond), 0
		step := *j.step
		step.Webhook, j.step = &w, &step
	}
	if w := j.step.Webhook; w.Throttled && w.Mode == "subscribe" {
		c.publishWebhook(now, j, out)
		c.finish(j.call, 500, "webhook: Throttled out", out)
		return
	}
	j.fill(nil)
	c.store(now, j, out)
}

// outbox publishes stored revocations again after a boot.
type outbox struct{}

// flushOutbox asks once, as soon as the database is there.
func (c *ControlPlane) flushOutbox(now node.Clock, out *node.Output) {
	if c.outboxDone || c.cfg.Outbox == 0 {
		return
	}
	c.outboxDone = true
	c.ask(now, &event.StoreOp{Read: event.TableRevoked}, outbox{}, out)
}

// answered implements asker. A row's key is the id of its event, as AM_REVOKED_JWT's is, so that the
// second copy is known for what it is.
func (outbox) answered(c *ControlPlane, now node.Clock, a answer, out *node.Output) {
	switch {
	case a.fail != event.NoReason:
		c.outboxDone = false // with the next connection
		return
	case !c.cfg.RealtimeRevocation:
		return
	}
	var live []event.Row
	for _, r := range a.rows {
		if r.Revoked != nil && r.Revoked.Expiry >= now.Wall {
			live = append(live, r)
		}
	}
	sort.Slice(live, func(i, j int) bool { return live[i].Version < live[j].Version })
	live = live[max(0, len(live)-c.cfg.Outbox):]
	for i := range live {
		e := c.revocation(live[i].Key, live[i].Revoked)
		e.again = true
		c.enter(now, e, out)
	}
}
