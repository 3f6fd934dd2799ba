package deployment

import (
	"slices"

	"hubsim/event"
	"hubsim/internal/spelling"
	"hubsim/node"
)

// check looks at how the nodes fit together. An inferred host is not looked at: what is wrong with
// it is wrong with the file that it was copied from.
func (d *Deployment) check(found *findings) {
	if len(d.Stores) == 0 {
		found.add("no-control-plane", Place{File: d.Hosts[0].File}, "there is no control plane")
	}
	in := inference{hosts: d.Hosts, balancers: d.Balancers, topology: &topology{}}
	d.deadEnds(&in)
	d.subRegions(found)
	for i := range d.Hosts {
		h := &d.Hosts[i]
		if h.Inferred != "" {
			continue
		}
		c := checked{d, h, found}
		c.endpoints(&in)
		if h.Settings.Older != nil {
			c.older()
			continue
		}
		c.user()
		c.counter()
		switch h.Role {
		case Gateway:
			c.gateway()
			c.hub()
			c.abroad()
		case TrafficManager:
			c.hub()
			c.heartbeat()
			c.manager()
		default:
			if h.Role == AllInOne {
				c.gateway()
			}
			c.duplicates()
			c.publishing()
			c.listening()
			c.environments()
			c.heartbeat()
			c.revocations()
			c.caches()
			c.regions()
		}
	}
}

// checked is a host that is looked at.
type checked struct {
	d     *Deployment
	h     *Host
	found *findings
}

// ids returns the hosts that a role function picks, in the host's region if any is there.
func (c *checked) peers(pick func(*Host) bool) []event.NodeID {
	var here, all []event.NodeID
	for i := range c.d.Hosts {
		if h := &c.d.Hosts[i]; pick(h) {
			all = append(all, h.ID)
			if h.Region == c.h.Region {
				here = append(here, h.ID)
			}
		}
	}
	if here != nil {
		return here
	}
	return all
}

func isHub(h *Host) bool { return h.Role.hub() }

func countsRequests(h *Host) bool { return h.Machine(node.TrafficManager) != "" }

// gateway looks at what a gateway sends, hears and serves.
func (c *checked) gateway() {
	c.switches()
	c.counting()
	c.decisions()
	c.labels()
}

// user looks at the users in a host's JMS connection URLs.
func (c *checked) user() {
	s := &c.h.Settings
	told := ""
	for _, row := range []struct {
		use   use
		there bool
		what  string
	}{{useHub, s.EventHub.Enabled, "event hub's"}, {useDecisions, true, "throttle decisions'"}} {
		if own := s.jms(row.use); row.there && s.cutOff(row.use) && own.User != told {
			told = own.User
			c.found.add("at-sign-in-user", own.name, sprint("the %s user is %s", row.what, own.User))
		}
	}
}

// counting looks at where a gateway sends its throttle events.
func (c *checked) counting() {
	s := &c.h.Settings.Throttling
	switch shared, alone := c.counters(); {
	case len(alone) > 0 && (len(shared) > 1 || len(shared) > 0 && len(c.h.Wiring.Feed) == 1):
		c.found.add("shared-counter-on-some", s.At, sprint("%s shares its counter and %s counts alone", idList(shared), idList(alone)))
	case len(shared) > 1 && len(c.h.Wiring.Feed) > 1:
		c.found.add("counted-twice", s.At, sprint("there are %d groups, and the traffic managers share their counter", len(c.h.Wiring.Feed)))
	default:
		for i := range c.h.Wiring.Feed {
			c.spread(i)
		}
	}
	c.apart()
	for _, f := range c.h.Wiring.Feed {
		for _, id := range f.To {
			if h := c.d.Host(id.Host()); !countsRequests(h) {
				c.found.add("not-counting", s.At, sprint("%s is a %s and runs no traffic manager", h.ID, h.Role))
			}
		}
	}
	if len(c.h.Wiring.Feed) == 0 {
		c.found.add("not-counting", s.At, "the gateway publishes its throttle events to nobody")
	}
}

// spread looks at whether those that share a group's events count them together.
func (c *checked) spread(i int) {
	f := &c.h.Wiring.Feed[i]
	if len(f.To) < 2 {
		return
	}
	at := c.h.Settings.Throttling.At
	if groups := c.h.Settings.Throttling.Groups; len(groups) == len(c.h.Wiring.Feed) {
		at = groups[i].At
	}
	switch stores := c.stores(f); {
	case !f.LoadBalance && slices.Contains(stores, ""):
		c.found.add("failover-counting", at, sprint("of the %d traffic managers of this group only the first that answers gets the events", len(f.To)))
	case slices.Contains(stores, ""):
		c.found.add("load-balanced-counting", at, sprint("one group spreads the events over %d traffic managers, and they share no counter", len(f.To)))
	case len(stores) > 1:
		c.found.add("counter-not-shared", at, sprint("one group spreads the events over %d traffic managers, and their counters are in %d stores: %s", len(f.To), len(stores), idList(stores)))
	}
}

// apart looks at whether every traffic manager that decides for gateways of the region is told of this
// gateway's requests.
func (c *checked) apart() {
	if len(c.h.Wiring.Feed) == 0 || !c.h.Settings.Throttling.Publishing {
		return
	}
	for i := range c.d.Hosts {
		other := &c.d.Hosts[i]
		if other.ID == c.h.ID || other.Region != c.h.Region || other.Role != c.h.Role {
			continue
		}
		for _, b := range other.Wiring.Decisions {
			if to := b.Host(); other.feeds(c.d, to) && !c.h.feeds(c.d, to) {
				c.found.add("counted-apart", c.h.Settings.Throttling.At, sprint("%s decides for %s and is not told of this gateway's requests", to, other.ID))
				return
			}
		}
	}
}

// feeds tells whether a gateway's requests are counted by a host, or in the store that it shares.
func (h *Host) feeds(d *Deployment, id event.NodeID) bool {
	store := d.Host(id).Wiring.Counters
	return slices.ContainsFunc(h.Wiring.Feed, func(f Feed) bool {
		return slices.ContainsFunc(f.To, func(to event.NodeID) bool {
			host := d.Host(to.Host())
			return host.ID == id || store != "" && host.Wiring.Counters == store
		})
	})
}

// counters returns those that the gateway feeds: which share their counter, and which count alone.
func (c *checked) counters() (shared, alone []event.NodeID) {
	for _, f := range c.h.Wiring.Feed {
		for _, id := range f.To {
			switch h := c.d.Host(id.Host()); {
			case h == nil || !countsRequests(h):
			case h.Wiring.Counters != "":
				shared = append(shared, h.ID)
			default:
				alone = append(alone, h.ID)
			}
		}
	}
	return shared, alone
}

// decisions looks at whose decisions a gateway hears.
func (c *checked) decisions() {
	s := &c.h.Settings.Throttling
	var fed []event.NodeID
	for _, f := range c.h.Wiring.Feed {
		for _, id := range f.To {
			fed = append(fed, id.Host())
		}
	}
	counting, missed := 0, []event.NodeID(nil)
	for _, b := range c.h.Wiring.Decisions {
		switch id := b.Host(); {
		case !countsRequests(c.d.Host(id)):
			c.found.add("no-decisions", s.at("throttle_decision_endpoints", s.Decisions), sprint("%s runs no traffic manager and publishes no decisions", id))
		case !slices.Contains(fed, id) && len(fed) > 0:
			c.found.add("uncounted-manager", s.at("throttle_decision_endpoints", s.Decisions), sprint("the gateway hears %s and sends it no events", id))
		default:
			counting++
		}
	}
	for _, id := range fed {
		if !slices.Contains(c.h.Wiring.Decisions, Broker(id)) {
			missed = append(missed, id)
		}
	}
	switch {
	case len(c.h.Wiring.Decisions) == 0:
		c.found.add("no-decisions", s.At, "the gateway listens for decisions at no node of the deployment")
		if hub := slices.IndexFunc(c.h.Wiring.Hubs, func(b event.NodeID) bool { return slices.Contains(fed, b.Host()) }); hub >= 0 {
			c.found.harmless(sprint("it hears them at its hub, %s, which counts its events and has topic throttleData too", c.h.Wiring.Hubs[hub].Host()))
		}
	case counting > 0 && len(missed) > 0:
		c.found.add("one-manager-heard", s.at("throttle_decision_endpoints", s.Decisions), sprint("%s gets the events too and is not listened to", idList(missed)))
	}
}

// provenByKill says that what is wrong with one traffic manager of several shows when another one dies.
func (c *checked) provenByKill() {
	if len(c.peers(countsRequests)) > 1 {
		c.found.all[len(c.found.all)-1].Scenario = "tm-kill-midwindow"
	}
}

// at is where the first of a list is written, else where its section is.
func (s *Throttling) at(key string, urls []URL) Place {
	if len(urls) > 0 {
		return urls[0].At
	}
	p := s.At
	p.Key = "apim.throttling." + key
	return p
}

// hub looks at whether a gateway or traffic manager hears all control planes.
func (c *checked) hub() {
	s := &c.h.Settings.EventHub
	hubs := c.peers(isHub)
	var heard []event.NodeID
	for _, b := range c.h.Wiring.Hubs {
		if isHub(c.d.Host(b.Host())) {
			heard = append(heard, b.Host())
		}
	}
	switch {
	case !s.Enabled:
		c.found.add("hub-disabled", s.At, sprint("the event hub is switched off on a %s", c.h.Role))
		return
	case len(hubs) == 0:
	case len(heard) == 0 && c.h.Role == TrafficManager:
		c.found.add("manager-without-hub", s.At, "no control plane's broker is listened to")
	case len(heard) == 0:
		c.found.add("no-event-hub", s.At, "no control plane's broker is listened to")
	case len(heard) < len(hubs):
		at := s.At
		if len(s.Listening) > 0 {
			at = s.Listening[0].At
		}
		c.found.add("one-hub-only", at, sprint("of %s only %s is listened to", idList(hubs), idList(heard)))
	}
	switch pull := c.h.Wiring.Pull; {
	case len(hubs) > 0 && len(pull) == 0:
		c.found.add("no-pull", s.At, "service_url leads to no control plane")
	case len(hubs) > 1 && len(pull) == 1:
		c.found.add("pull-from-one", s.ServiceURL.At, sprint("of %s only %s is asked", idList(hubs), idList(pull)))
	}
}

// manager looks at what a traffic manager does with its decisions and counts.
func (c *checked) manager() {
	s := &c.h.Settings.Throttling
	if slices.Contains(c.h.Wiring.Twin, Broker(c.h.ID)) {
		c.found.add("duplicate-to-itself", s.Duplicate[0].At, "event_duplicate_url leads to the node's own broker")
	}
	if d := c.h.Wiring.Decisions; len(s.Decisions) > 0 && len(d) > 0 && d[0] != Broker(c.h.ID) {
		c.found.add("manager-writes-elsewhere", s.Decisions[0].At, sprint("a traffic manager names the broker of %s", d[0].Host()))
	}
	if !s.PolicyDeployment {
		key := "apim.throttling.enable_policy_deployment"
		if !c.h.Settings.sets(key) {
			key = "server.enable_traffic_management"
		}
		c.found.add("policies-not-deployed", c.h.Settings.place(key), "a traffic manager's policies are switched off")
		c.provenByKill()
	}
}

// labels compares a gateway's labels with the control planes' environments.
func (c *checked) labels() {
	known, twice := c.environmentNames()
	for _, label := range c.h.Settings.Artifacts.Labels {
		if len(known) == 0 || slices.Contains(known, label) {
			continue
		}
		fix := "environments are " + orList(known, "and")
		if s := spelling.Slip(label, known); s != "" {
			fix = "did you mean " + s + "?"
		} else if twice != "" {
			fix += "; two are called " + twice + ": was one of them to be " + label + "?"
		}
		c.found.add("label-without-environment", c.h.Settings.Artifacts.LabelsAt, sprint("no control plane has an environment %s", label), fix)
	}
}

// environmentNames are the environments of the control planes, and the name of two at one of them.
func (c *checked) environmentNames() (known []string, twice string) {
	for _, id := range c.peers(isHub) {
		here := map[string]bool{}
		for _, e := range c.d.Host(id).Settings.Environments {
			if e.Name == "" {
				continue
			}
			if here[e.Name] {
				twice = e.Name
			}
			here[e.Name] = true
			if !slices.Contains(known, e.Name) {
				known = append(known, e.Name)
			}
		}
	}
	return known, twice
}
