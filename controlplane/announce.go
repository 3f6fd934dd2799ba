package controlplane

import (
	"hubsim/event"
	"hubsim/node"
)

// announce writes the next row of an announcement; when there is none left, or none at all, it publishes.
func (c *ControlPlane) announce(now node.Clock, j *job, out *node.Output) {
	if len(j.rows) == 0 {
		c.publish(now, j, out)
		c.finish(j.call, 200, "", out)
		return
	}
	j.row, j.rows = j.rows[0], j.rows[1:]
	c.store(now, j, out)
}

// announcedRows are the rows of what a notification is about: of scopes, certificates and analytics settings.
// Of the other kinds the simulator keeps none.
func announcedRows(n *event.Notification) (rows []event.Row) {
	add := func(r event.Row) {
		r.Key = event.KeyOf(&r)
		rows = append(rows, r)
	}
	for _, s := range n.Scopes {
		s.Tenant = n.Tenant
		add(event.Row{Table: event.TableScope, Scope: &s, Deleted: n.Type == event.ScopeDelete})
	}
	if n.Thing == nil {
		return rows
	}
	switch n.Type {
	case event.CertificateAdd, event.CertificateRemove:
		c := event.Certificate{Alias: n.Thing.Name, Endpoint: n.Thing.Detail, Tenant: n.Tenant}
		add(event.Row{Table: event.TableCertificate, Certificate: &c, Deleted: n.Type == event.CertificateRemove})
	case event.GAConfigUpdate:
		add(event.Row{Table: event.TableAnalytics, Analytics: &event.Analytics{Tenant: tenantOf(n.Tenant), Text: n.Thing.Detail}})
	}
	return rows
}

func tenantOf(t event.Tenant) event.Tenant {
	if t == "" {
		return event.Super
	}
	return t
}
