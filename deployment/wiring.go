package deployment

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// wire says whom each host's machines talk to, with the product's fallbacks
// (api-manager.xml.j2, jndi*.properties.j2), and which machines it runs.
func (in *inference) wire() {
	for i := range in.hosts {
		h := &in.hosts[i]
		s := &h.Settings
		if s.Older != nil {
			in.wireOlder(h)
			continue
		}
		hubs, decisions := []URL(nil), in.or(h, s.Throttling.Decisions)
		if s.EventHub.Enabled {
			hubs = s.EventHub.Listening
			if len(hubs) == 0 {
				hubs = decisions
			}
		}
		h.Wiring = Wiring{
			Hubs:      in.brokers(h, hubs),
			Decisions: in.brokers(h, decisions),
			Pull:      in.pulled(h),
		}
		switch h.Role {
		case Gateway:
			h.Wiring.Feed = in.groups(h, s.Throttling.Groups)
		case TrafficManager:
			h.Wiring.Twin = in.brokers(h, s.Throttling.Duplicate)
		default:
			in.wireHub(h)
		}
	}
}

// wireHub wires a control plane. Its duplicate falls back to the traffic manager's.
func (in *inference) wireHub(h *Host) {
	s := &h.Settings
	publish, duplicate := s.EventHub.Publish, s.EventHub.Duplicate
	if len(publish) == 0 {
		publish = s.Throttling.Groups
	}
	if len(duplicate) == 0 {
		duplicate = s.Throttling.Duplicate
	}
	if s.EventHub.Enabled {
		h.Wiring.Publish = in.groups(h, publish)
		h.Wiring.Duplicate = in.brokers(h, duplicate)
	}
	h.Wiring.Twin = in.brokers(h, s.Throttling.Duplicate)
	h.Wiring.Remote, h.Wiring.Forward = in.remotes(h), in.forwards(h)
	if h.Role == AllInOne {
		h.Wiring.Feed = in.groups(h, s.Throttling.Groups)
	}
}

// or returns the URLs, or the host itself when there are none.
func (in *inference) or(h *Host, urls []URL) []URL {
	if len(urls) > 0 {
		return urls
	}
	return []URL{{Scheme: "tcp", Host: "localhost", Text: "the node itself"}}
}

// to returns the hosts that a URL leads to, from a host.
func (in *inference) to(h *Host, u URL) []event.NodeID {
	if u.self() {
		return []event.NodeID{h.ID}
	}
	return in.owners(u.Host)
}

// dealt returns the hosts that a URL leads to, one that is not asked by calls: of those behind a load
// balancer each host is dealt another one first, and goes on to the next when that is gone.
func (in *inference) dealt(h *Host, u URL) []event.NodeID {
	ids := in.to(h, u)
	if len(ids) < 2 {
		return ids
	}
	in.index()
	first := in.ids[h.ID] % len(ids)
	return slices.Concat(ids[first:], ids[:first])
}

// brokers returns the brokers of a list of URLs, in order, those left out that run none.
func (in *inference) brokers(h *Host, urls []URL) []event.NodeID {
	var all []event.NodeID
	for _, u := range urls {
		for _, id := range in.dealt(h, u) {
			if to := in.host(id); to != nil && to.brokers() && !slices.Contains(all, Broker(id)) {
				all = append(all, Broker(id))
			}
		}
	}
	return all
}

// brokers tells whether a host runs a broker, and with it a data-bridge receiver.
func (h *Host) brokers() bool { return h.Role != Gateway && !h.Role.olderHub() }

// groups returns the hosts of url_groups; without any the host itself is the only one.
func (in *inference) groups(h *Host, groups []Group) []Feed {
	if len(groups) == 0 {
		groups = []Group{{URLs: in.or(h, nil)}}
	}
	var all []Feed
	for _, g := range groups {
		f := Feed{LoadBalance: g.LoadBalance}
		for _, u := range g.URLs {
			for _, id := range in.dealt(h, u) {
				if to := in.host(id); to != nil && to.brokers() {
					f.To = append(f.To, id)
				}
			}
		}
		if len(f.To) > 0 {
			all = append(all, f)
		}
	}
	return all
}

// pulled returns the control planes behind the service URL.
func (in *inference) pulled(h *Host) []event.NodeID {
	u := h.Settings.EventHub.ServiceURL
	if u.Host == "" || !h.Settings.EventHub.Enabled {
		u = h.Settings.Throttling.ServiceURL
	}
	if u.Host == "" {
		u = URL{Host: "localhost"}
	}
	var all []event.NodeID
	for _, id := range in.to(h, u) {
		if to := in.host(id); to != nil && to.Role.hub() {
			all = append(all, id)
		}
	}
	return all
}

// remotes gathers the event publishers towards one broker list.
func (in *inference) remotes(h *Host) []Remote {
	var all []Remote
	for _, b := range h.Bridges {
		to := in.brokers(h, b.To)
		if b.Disabled || b.Mute || len(to) == 0 {
			continue
		}
		at := slices.IndexFunc(all, func(r Remote) bool { return slices.Equal(r.To, to) })
		if at < 0 {
			all = append(all, Remote{Region: in.host(to[0].Host()).Region, To: to})
			at = len(all) - 1
		}
		if !slices.Contains(all[at].Topics, b.Topic) {
			all[at].Topics = append(all[at].Topics, b.Topic)
		}
	}
	return all
}

// forwards are the topics that event receivers hear, at the node's own broker unless they name another.
func (in *inference) forwards(h *Host) (all []Forwarding) {
	for _, f := range h.Forwards {
		if from := in.brokers(h, in.or(h, f.From)); len(from) > 0 {
			all = append(all, Forwarding{f.Topic, from})
		}
	}
	return all
}

// machines says what runs on each host. A control plane runs a traffic manager too when a gateway
// feeds it or hears decisions from it, or when nobody else counts.
func (in *inference) machines() {
	counting := map[event.NodeID]bool{}
	for i := range in.hosts {
		h := &in.hosts[i]
		if h.Role != Gateway && h.Role != AllInOne {
			continue
		}
		for _, f := range h.Wiring.Feed {
			for _, to := range f.To {
				counting[to] = true
			}
		}
	}
	for i := range in.hosts {
		h := &in.hosts[i]
		id := h.ID
		if h.Settings.Older != nil {
			h.Machines = h.olderMachines()
			continue
		}
		switch h.Role {
		case Gateway:
			h.Machines = []Machine{{id, node.Gateway}}
		case TrafficManager:
			h.Machines = []Machine{{Broker(id), node.Broker}, {id, node.TrafficManager}}
		default:
			h.Machines = []Machine{{Broker(id), node.Broker}, {id, node.ControlPlane}}
			if counting[id] || in.counters(h) {
				h.Machines = append(h.Machines, Machine{id + ".tm", node.TrafficManager})
			}
			if h.Role == AllInOne {
				h.Machines = append(h.Machines, Machine{id + ".gw", node.Gateway})
			}
		}
	}
	in.feedMachines()
}

// feedMachines turns the hosts of throttle feeds into their traffic managers.
func (in *inference) feedMachines() {
	for i := range in.hosts {
		for g := range in.hosts[i].Wiring.Feed {
			to := in.hosts[i].Wiring.Feed[g].To
			for k, id := range to {
				if m := in.host(id).Machine(node.TrafficManager); m != "" {
					to[k] = m
				}
			}
		}
	}
}

// stores gives each region with a control plane its copy of the database.
func (in *inference) stores() []Store {
	var all []Store
	for i := range in.hosts {
		region := in.hosts[i].Region
		if r := in.hosts[i].Role; (r.hub() || r.olderHub()) && !slices.ContainsFunc(all, func(s Store) bool { return s.Region == region }) {
			all = append(all, Store{event.NodeID("store." + region), region})
		}
	}
	slices.SortFunc(all, func(a, b Store) int { return naturally(a.ID, b.ID) })
	return all
}
