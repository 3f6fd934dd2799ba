package deployment

import (
	"fmt"
	"slices"

	"hubsim/broker"
	"hubsim/controlplane"
	"hubsim/event"
	"hubsim/gateway"
	"hubsim/keyvalue"
	"hubsim/node"
	"hubsim/session"
	"hubsim/store"
	"hubsim/trafficmgr"
	"hubsim/world"
)

// Options are what a run adds to a deployment.
type Options struct {
	Profile string            // wso2 or hardened; "" is the deployment's own, else wso2
	Catalog Catalog           // what the database holds when the run begins
	Knobs   map[string]string // by the names of Knobs; they override the deployment's files
}

// Catalog is what the database holds when the run begins.
type Catalog struct {
	APIs          []event.API
	Applications  []event.Application
	Subscriptions []event.Subscription
	Policies      []event.Policy
	KeyManagers   []event.KeyManager
	Revoked       []event.RevokedToken
	Blocked       []event.BlockingCondition
	Scopes        []event.Scope
	Certificates  []event.Certificate
	Analytics     []event.Analytics
}

// The latencies of links of which topology.yaml says nothing: ours, not the product's. A message
// crosses a host's loopback, a data centre's network, half an ocean.
const (
	sameHost       = 20 * event.Microsecond
	sameRegion     = 500 * event.Microsecond
	betweenRegions = 40 * event.Millisecond
)

// Build makes the machines of a deployment, in boot order: stores, brokers, control planes, traffic
// managers, gateways. Values come from the profile, then from the deployment's files, then from the
// knobs. The caller adds the run: seed, start, length, load, steps, faults. What the stores keep
// over a restart belongs to the world, so each run is built anew.
func Build(d *Deployment, o Options) (*world.World, error) {
	base, err := profile(d, o.Profile)
	if err != nil {
		return nil, err
	}
	knobs, err := settingsOf(o.Knobs)
	if err != nil {
		return nil, fmt.Errorf("build deployment %s: %w", d.Name, err)
	}
	b := builder{d: d, base: base, given: o.Knobs, knobs: knobs}
	b.tenants = b.tenantsOf(&o.Catalog)
	b.stores(&o.Catalog)
	b.files(&o.Catalog)
	b.keyValues()
	for i := range d.Hosts {
		b.host(&d.Hosts[i])
	}
	b.order()
	if err := b.verify(); err != nil {
		return nil, fmt.Errorf("build deployment %s: %w", d.Name, err)
	}
	return &world.World{Members: b.members, Links: linksOf(&d.Links)}, nil
}

func profile(d *Deployment, name string) (configs, error) {
	if name == "" {
		name = d.Profile
	}
	switch name {
	case "", "wso2":
		return wso2(), nil
	case "hardened":
		return hardened(), nil
	}
	return configs{}, fmt.Errorf("build deployment %s: there is no profile %q\nhint: profiles are wso2 and hardened", d.Name, name)
}

type builder struct {
	d       *Deployment
	base    configs
	given   map[string]string
	knobs   []setting
	members []world.Member
	tenants []event.Tenant
}

// configs are those of a host: profile, files, knobs, wiring.
func (b *builder) configs(h *Host) configs {
	c := b.base
	c.keys(b.d, h)
	for i := range b.knobs {
		b.knobs[i].apply(&c)
	}
	b.ownHeartbeat("gateway", &c.Gateway.Session.Topic)
	b.ownHeartbeat("traffic_manager", &c.TrafficManager.Session.Topic)
	c.wiring(b.d, h)
	return c
}

// ownHeartbeat lets a knob for the heartbeat go before what the brokers' files say.
func (b *builder) ownHeartbeat(machine string, c *session.TopicConfig) {
	const knob = "session.topic.heartbeat"
	for _, name := range []string{knob, machine + "." + knob} {
		if _, said := b.given[name]; said {
			c.Proposals = nil
		}
	}
}

// host adds the machines of a host.
func (b *builder) host(h *Host) {
	c := b.configs(h)
	c.ControlPlane.Tenants = b.tenants
	for _, m := range h.Machines {
		member := world.Member{ID: m.ID, Role: m.Role, Region: h.Region, Offset: h.Clock.Offset, Drift: h.Clock.Drift,
			Admin: h.Settings.Older != nil && m.Role != node.Broker}
		switch m.Role {
		case node.Gateway:
			c.Gateway.Disk = new(node.Notebook)
			member.New = func() node.Node { return gateway.New(c.Gateway) }
		case node.TrafficManager:
			member.New = func() node.Node { return trafficmgr.New(c.TrafficManager) }
		case node.ControlPlane:
			member.New = func() node.Node { return controlplane.New(c.ControlPlane) }
		case node.Broker:
			member.New = func() node.Node { return broker.New(c.Broker) }
		}
		b.members = append(b.members, member)
	}
}

// stores adds the databases: each takes writes, or the first region's does and the others follow it.
func (b *builder) stores(catalog *Catalog) {
	c := b.base
	for i := range b.knobs {
		b.knobs[i].apply(&c)
	}
	initial := catalog.rows()
	for i, s := range b.d.Stores {
		cfg := c.Store
		cfg.ID, cfg.Initial, cfg.Disk = s.ID, initial, new(store.Disk)
		switch {
		case cfg.TwoWay:
			for _, s := range b.d.Stores {
				cfg.Peers = append(cfg.Peers, s.ID)
			}
		case i > 0:
			cfg.Writer = b.d.Stores[0].ID
		default:
			for _, r := range b.d.Stores[1:] {
				cfg.Replicas = append(cfg.Replicas, r.ID)
			}
		}
		b.members = append(b.members, world.Member{
			ID: s.ID, Role: node.Store, Region: s.Region, New: func() node.Node { return store.New(cfg) },
		})
	}
}

// keyValues adds the stores of shared counters.
func (b *builder) keyValues() {
	c := b.base
	for i := range b.knobs {
		b.knobs[i].apply(&c)
	}
	for _, k := range b.d.KeyValues {
		cfg := c.KeyValue
		cfg.ID = k.ID
		b.members = append(b.members, world.Member{
			ID: k.ID, Role: node.KeyValue, Region: k.Region, New: func() node.Node { return keyvalue.New(cfg) },
		})
	}
}

// bootOrder is such that what a machine asks for at its boot is there.
var bootOrder = []node.Role{node.Store, node.KeyValue, node.Broker, node.ControlPlane, node.TrafficManager, node.Gateway}

func (b *builder) order() {
	slices.SortStableFunc(b.members, func(x, y world.Member) int {
		return slices.Index(bootOrder, x.Role) - slices.Index(bootOrder, y.Role)
	})
}

// verify refuses a deployment that no driver can run.
func (b *builder) verify() error {
	seen := map[event.NodeID]bool{}
	for i := range b.members {
		m := &b.members[i]
		if seen[m.ID] {
			return fmt.Errorf("two machines are called %s\nhint: rename one of the nodes", m.ID)
		}
		seen[m.ID] = true
	}
	if len(b.d.Stores) == 0 {
		return fmt.Errorf("there is no control plane, so nobody can tell a gateway of an API\nhint: add a deployment.toml with server_role = \"control-plane\"")
	}
	return nil
}

// rows are the catalog as rows of the database, in a fixed order.
func (c *Catalog) rows() []event.Row {
	return slices.Concat(
		rowsOf(c.APIs, func(a *event.API) event.Row { return event.Row{Table: event.TableAPI, API: a} }),
		rowsOf(c.Applications, func(a *event.Application) event.Row { return event.Row{Table: event.TableApplication, Application: a} }),
		rowsOf(c.Subscriptions, func(s *event.Subscription) event.Row {
			return event.Row{Table: event.TableSubscription, Subscription: s}
		}),
		rowsOf(c.Policies, func(p *event.Policy) event.Row { return event.Row{Table: event.TablePolicy, Policy: p} }),
		rowsOf(c.KeyManagers, func(k *event.KeyManager) event.Row { return event.Row{Table: event.TableKeyManager, KeyManager: k} }),
		rowsOf(c.Revoked, func(r *event.RevokedToken) event.Row { return event.Row{Table: event.TableRevoked, Revoked: r} }),
		rowsOf(c.Blocked, func(b *event.BlockingCondition) event.Row { return event.Row{Table: event.TableBlock, Block: b} }),
		rowsOf(c.Scopes, func(s *event.Scope) event.Row { return event.Row{Table: event.TableScope, Scope: s} }),
		rowsOf(c.Certificates, func(x *event.Certificate) event.Row { return event.Row{Table: event.TableCertificate, Certificate: x} }),
		rowsOf(c.Analytics, func(a *event.Analytics) event.Row { return event.Row{Table: event.TableAnalytics, Analytics: a} }),
	)
}

func rowsOf[T any](all []T, row func(*T) event.Row) []event.Row {
	rows := make([]event.Row, len(all))
	for i := range all {
		rows[i] = row(&all[i])
	}
	return rows
}

// linksOf fills what topology.yaml leaves open.
func linksOf(l *Links) world.Links {
	or := func(link *Link, latency event.Duration) world.Latency {
		if link == nil {
			return world.Latency{Base: latency}
		}
		return world.Latency{Base: link.Latency, Mean: link.Jitter}
	}
	w := world.Links{
		Local: or(l.SameHost, sameHost), Near: or(l.SameRegion, sameRegion), Far: or(l.Between, betweenRegions),
		Regions: map[string]world.Latency{}, Hosts: map[string]world.Latency{},
	}
	for _, name := range sortedKeys(l.Regions) {
		link := l.Regions[name]
		w.Regions[name] = or(&link, 0)
	}
	for _, name := range sortedKeys(l.Hosts) {
		link := l.Hosts[name]
		w.Hosts[name] = or(&link, 0)
	}
	return w
}
