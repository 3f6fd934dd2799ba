package trafficmgr

import (
	"hubsim/event"
	"hubsim/node"
)

// reset makes of POLICY_RESET the throttle event that a traffic manager sends to itself: under the key of the
// application's user, with nothing in it but the property that its application plan asks for.
func (d *deployer) reset(now node.Clock, n *event.Notification, out *node.Output) {
	q := n.Reset
	if q == nil || q.AppID == "" || q.User == "" {
		out.Note(node.Note{Fact: node.EventIgnored, ID: n.EventID, Reason: event.Malformed})
		return
	}
	tenant := n.Tenant
	if tenant == "" {
		tenant = event.Super
	}
	d.resets = append(d.resets, &event.Throttle{At: now.Wall, Properties: `{"reset":true}`, Attributes: &event.Attributes{
		AppKey:  event.ThrottleKey(q.AppID + ":" + q.User + "@" + string(tenant)),
		AppTier: q.Tier, UserID: q.User, AppTenant: tenant, AppID: q.AppID,
	}})
}

// resets puts the deployer's resets behind what waits to be counted.
func (m *Manager) resets(now node.Clock, out *node.Output) {
	for _, t := range m.deployer.resets {
		b := &event.Batch{Events: []event.Message{t}}
		if !m.receiver.take(now.Mono, bundle{batch: b}, out) {
			m.refuse(b, out)
		}
	}
	if len(m.deployer.resets) > 0 {
		m.deployer.resets = m.deployer.resets[:0]
		m.work(now, out)
	}
}
