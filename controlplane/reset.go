package controlplane

import (
	"strconv"

	"hubsim/event"
	"hubsim/node"
)

// resetting is an application owner's wish that a user's quota begins anew, while the application is looked
// up. No row is written: what a traffic manager does not hear is lost, and nobody is told (docs-apim,
// resetting-application-throttling-policies.md: "does not guarantee").
type resetting struct{ job *job }

// answered implements asker.
func (r *resetting) answered(c *ControlPlane, now node.Clock, a answer, out *node.Output) {
	j := r.job
	switch {
	case a.fail != event.NoReason:
		c.finish(j.call, 500, j.failure(c.cfg.Store, a.fail), out)
		return
	case len(a.rows) == 0 || a.rows[0].Application == nil:
		c.finish(j.call, 404, "reset-quota: there is no application "+j.step.ResetQuota.UUID, out)
		return
	}
	app := a.rows[0].Application
	c.feed.Offer(now, &event.Notification{
		EventID: j.id, Type: event.PolicyReset, At: now.Wall, TenantID: superTenant, Tenant: event.Super,
		Reset: &event.QuotaReset{UUID: app.UUID, AppID: strconv.Itoa(app.ID), User: j.step.ResetQuota.User, Tier: app.Tier},
	}, out)
	c.finish(j.call, 200, "", out)
}
