package deployment

import (
	"cmp"
	"slices"
	"strings"

	"hubsim/event"
)

// Busiest is the region in which most is there to count requests: the most traffic managers, then the
// most gateways, then the first by name. Regions without a gateway are none.
func (d *Deployment) Busiest() string {
	most := func(region string) (managers, gateways int) {
		for i := range d.Hosts {
			h := &d.Hosts[i]
			switch {
			case h.Region != region:
			case h.Role == Gateway:
				gateways++
			case h.Role == AllInOne:
				gateways, managers = gateways+1, managers+1
			case countsRequests(h):
				managers++
			}
		}
		return managers, gateways
	}
	best := ""
	for _, region := range d.Regions() {
		managers, gateways := most(region)
		bestManagers, bestGateways := most(best)
		if gateways > 0 && (best == "" || cmp.Or(managers-bestManagers, gateways-bestGateways) > 0) {
			best = region
		}
	}
	return best
}

// Part is one region alone, with whom its nodes need elsewhere: the control planes of a sub-region. What
// goes to other regions besides is left out.
func (d *Deployment) Part(region string) *Deployment {
	kept := map[event.NodeID]bool{}
	var keep func(id event.NodeID)
	keep = func(id event.NodeID) {
		h := d.Host(id.Host())
		if h == nil || kept[h.ID] {
			return
		}
		kept[h.ID] = true
		for _, to := range h.Wiring.needed() {
			keep(to)
		}
	}
	for i := range d.Hosts {
		if d.Hosts[i].Region == region {
			keep(d.Hosts[i].ID)
		}
	}
	p := *d
	p.Hosts = slices.DeleteFunc(slices.Clone(d.Hosts), func(h Host) bool { return !kept[h.ID] })
	for i := range p.Hosts {
		w := &p.Hosts[i].Wiring
		w.Remote = slices.DeleteFunc(slices.Clone(w.Remote), func(r Remote) bool { return !kept[r.To[0].Host()] })
	}
	regions := p.Regions()
	p.Stores = slices.DeleteFunc(slices.Clone(d.Stores), func(s Store) bool { return !slices.Contains(regions, s.Region) })
	p.Balancers = slices.Clone(d.Balancers)
	for i := range p.Balancers {
		b := &p.Balancers[i]
		b.Hosts = slices.DeleteFunc(slices.Clone(b.Hosts), func(id event.NodeID) bool { return !kept[id] })
	}
	p.Balancers = slices.DeleteFunc(p.Balancers, func(b Balancer) bool { return len(b.Hosts) == 0 })
	p.Links.Hosts = map[string]Link{}
	for name, link := range d.Links.Hosts {
		from, to, _ := strings.Cut(name, ">")
		if p.reaches(from) && p.reaches(to) {
			p.Links.Hosts[name] = link
		}
	}
	return &p
}

// reaches tells whether an end of a link is there: a host, or a database.
func (d *Deployment) reaches(end string) bool {
	return d.Host(event.NodeID(end)) != nil || slices.ContainsFunc(d.Stores, func(s Store) bool { return string(s.ID) == end })
}

// needed are all whom a host talks to but other regions' brokers.
func (w *Wiring) needed() []event.NodeID {
	all := slices.Concat(w.Hubs, w.Decisions, w.Duplicate, w.Twin, w.Pull)
	for _, f := range slices.Concat(w.Feed, w.Publish) {
		all = append(all, f.To...)
	}
	return all
}
