package deployment

import (
	"slices"

	"hubsim/controlplane"
	"hubsim/event"
	"hubsim/node"
	"hubsim/store"
	"hubsim/world"
)

// duties are the control plane's parts that the roles of 2.x play.
var duties = map[Role]controlplane.Duty{KeyManager: controlplane.KeyManager, Publisher: controlplane.Publisher, Storefront: controlplane.Storefront}

// Takes tells whether an administrator asks a host for a step: in the 2.x layout each has duties of its own.
func (h *Host) Takes(s *event.Step) bool {
	if h.Settings.Older == nil {
		return true
	}
	duty, there := duties[h.Role]
	return there && duty.Takes(s)
}

// Older tells whether this is a deployment of the 2.x layout.
func (d *Deployment) Older() bool {
	return slices.ContainsFunc(d.Hosts, func(h Host) bool { return h.Settings.Older != nil })
}

// olderKeys fills what an api-manager.xml says about behaviour into the configurations.
func (c *configs) olderKeys(d *Deployment, h *Host) {
	s, o := &h.Settings, h.Settings.Older
	g, t := &c.Gateway, &c.TrafficManager
	set(s, "older.token_cache_expiry", &g.KeyCache.TTL, o.TokenCache)
	if s.sets("older.token_cache") && !s.from.flag("older.token_cache") {
		g.KeyCache.TTL = 0
	}
	set(s, "older.thrift_timeout", &g.Validation.Timeout, o.Timeout)
	set(s, "older.scan", &g.FileScan.Every, o.Scan)
	set(s, "older.scan", &t.FileScan.Every, o.Scan)
	g.Validation.Sticky = d.Sticky(h.Wiring.Pull)
	c.ControlPlane.Push.Call.Sticky = slices.ContainsFunc(h.Wiring.Environments, func(e Target) bool { return d.Sticky(e.To) }) || d.Sticky(h.Wiring.Revoke)
}

// olderWiring fills in who is there.
func (c *configs) olderWiring(h *Host, w *Wiring) {
	g, t, p := &c.Gateway, &c.TrafficManager, &c.ControlPlane
	g.EventHubs, t.Hubs, t.Duplicate = nil, nil, nil
	g.KeyManagers, g.Files, t.Files = w.Pull, w.Files, w.Files
	if len(w.Pull) == 0 {
		t.DeployPolicies = false
	}
	p.Broker, p.Duty = "", duties[h.Role]
	p.Push.Managers, p.Push.RevokeAt = w.Policies, w.Revoke
	p.Push.Environments = nil
	for _, e := range w.Environments {
		p.Push.Environments = append(p.Push.Environments, controlplane.Environment{Name: e.Name, Gateways: e.To, Copies: e.Copies})
	}
}

// reachedOlder leaves dead ends out of what the 2.x layout wires.
func (h *Host) reachedOlder(w *Wiring, alive func(use, []event.NodeID) []event.NodeID) {
	w.Pull = alive(useValidate, w.Pull)
	w.Policies, w.Revoke = alive(usePolicies, w.Policies), alive(useRevoke, w.Revoke)
	w.Environments = slices.Clone(w.Environments)
	for i := range w.Environments {
		w.Environments[i].To = alive(useDeploy, w.Environments[i].To)
	}
}

// files adds the directories of the 2.x layout. Each has from the beginning what was deployed before the run;
// where publishers call every gateway by themselves, nothing is copied.
func (b *builder) files(catalog *Catalog) {
	c := b.base
	for i := range b.knobs {
		b.knobs[i].apply(&c)
	}
	for i := range b.d.Files {
		s := &b.d.Files[i]
		cfg := c.Store
		cfg.ID, cfg.Initial, cfg.Disk, cfg.Lag, cfg.TwoWay = s.ID, b.d.filed(s, catalog), new(store.Disk), 0, false
		for _, other := range b.d.Files {
			if other.Writer == s.ID && !c.ControlPlane.Push.Each {
				cfg.Replicas, cfg.Every = append(cfg.Replicas, other.ID), other.Every
			}
		}
		if s.Writer != "" && !c.ControlPlane.Push.Each {
			cfg.Writer, cfg.ReadOnly = s.Writer, true
		}
		b.members = append(b.members, world.Member{ID: s.ID, Role: node.Store, Region: s.Region, New: func() node.Node { return store.New(cfg) }})
	}
}

// filed are the files that a directory begins with: plans of all policies, and of APIs those of the
// environments that deploy to it.
func (d *Deployment) filed(s *FileStore, catalog *Catalog) []event.Row {
	var rows []event.Row
	for _, r := range catalog.rows() {
		if r.API != nil && d.deploysTo(s, r.API) || r.Policy != nil {
			rows = append(rows, r)
		}
	}
	return rows
}

func (d *Deployment) deploysTo(s *FileStore, a *event.API) bool {
	return slices.ContainsFunc(d.Hosts, func(h Host) bool {
		return h.Role == Publisher && slices.ContainsFunc(h.Wiring.Environments, func(e Target) bool {
			named := slices.Contains(a.Labels, e.Name) || slices.Contains(a.Labels, "Default")
			return named && slices.ContainsFunc(s.Nodes, func(id event.NodeID) bool { return slices.Contains(e.To, id) || slices.Contains(e.Copies, id) })
		})
	})
}
