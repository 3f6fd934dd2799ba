package deployment

import (
	"slices"

	"hubsim/event"
)

// switches looks at what a gateway has switched off.
func (c *checked) switches() {
	s := &c.h.Settings
	for _, row := range []struct {
		on        bool
		key, what string
	}{
		{s.Throttling.Publishing, "enable_data_publishing", "sends no throttle events"},
		{s.Throttling.DecisionConnection, "enable_decision_connection", "hears no decisions"},
	} {
		if !row.on {
			c.found.add("throttling-switched-off", s.place("apim.throttling."+row.key), "the gateway "+row.what)
		}
	}
	const lists = "apim.throttling.enable_blacklist_condition"
	if s.sets(lists) && !s.from.flag(lists) {
		c.found.add("lists-not-pulled", s.place(lists), "the lists of revoked tokens, blocking conditions and key templates are not pulled")
	}
	key, waiting := artifacts+"event_waiting_time", s.Artifacts.Waiting
	if s.sets(hubWaiting) {
		key, waiting = hubWaiting, s.EventHub.Waiting
	}
	if s.sets(key) && waiting < event.Second && len(c.d.Stores) > 1 {
		c.found.add("no-waiting-time", s.place(key), sprint("the gateway pulls %v after the event, and there are %d copies of the database", waiting, len(c.d.Stores)))
	}
}

// home tells whether a host is in the region of the one that is looked at.
func (c *checked) home(id event.NodeID) bool { return c.d.Host(id.Host()).Region == c.h.Region }

// abroad looks at what a gateway leaves to another region although its own could do it.
func (c *checked) abroad() {
	s, w := &c.h.Settings, &c.h.Wiring
	in := func(pick func(*Host) bool) bool { // peers are those at home, if there are any
		peers := c.peers(pick)
		return len(peers) > 0 && c.home(peers[0])
	}
	if far := farOf(c, w.Hubs); far != "" && in(isHub) {
		c.found.add("hub-of-other-region", c.h.urlTo(c.d, far, s.EventHub.Listening), sprint("the gateway listens to %s in region %s", far, c.d.Host(far).Region))
	}
	if !in(countsRequests) {
		return
	}
	for _, f := range w.Feed {
		if far := farOf(c, f.To); far != "" {
			c.found.add("counts-in-other-region", s.Throttling.At, sprint("events go to %s in region %s", far, c.d.Host(far).Region))
		}
	}
	if far := farOf(c, w.Decisions); far != "" && c.home(w.Decisions[0]) {
		c.found.add("fails-over-for-good", c.h.urlTo(c.d, far, s.Throttling.Decisions), sprint("when its own traffic managers are gone it goes to %s in region %s, and stays", far, c.d.Host(far).Region))
	}
}

// farOf is the first host of a list that is in another region; "" is none.
func farOf(c *checked, ids []event.NodeID) event.NodeID {
	for _, id := range ids {
		if !c.home(id) {
			return id.Host()
		}
	}
	return ""
}

// urlTo is where the URL is written that names a host.
func (h *Host) urlTo(d *Deployment, id event.NodeID, urls []URL) Place {
	for _, u := range urls {
		if d.Host(id).goesBy(u.Host) {
			return u.At
		}
	}
	return Place{File: h.File}
}

// subRegions looks at regions that have no control plane of their own.
func (d *Deployment) subRegions(found *findings) {
	for _, region := range d.Regions() {
		first := -1
		for i := range d.Hosts {
			switch h := &d.Hosts[i]; {
			case h.Region != region:
			case h.Role.hub(), h.Role.olderHub():
				first = len(d.Hosts)
			case first < 0 && h.Role == Gateway:
				first = i
			}
		}
		if first < 0 || first == len(d.Hosts) || len(d.Stores) == 0 {
			continue
		}
		found.add("region-without-control-plane", Place{File: d.Hosts[first].File}, sprint("region %s has gateways and no control plane", region))
		for i := range d.Hosts {
			h := &d.Hosts[i]
			const tenants = "apim.sync_runtime_artifacts.tenant_loading.enable"
			if h.Region == region && h.Role == Gateway && h.Inferred == "" && h.Settings.from.flag(tenants) {
				found.add("sub-region-tenants", h.Settings.place(tenants), "a gateway of a region without control plane loads tenants")
			}
		}
	}
}

// regions looks at whether a control plane tells the other regions' control planes, and what else its
// event publishers do.
func (c *checked) regions() {
	c.bridges()
	c.loops()
	c.strangersFed()
	var untold []string
	for _, region := range c.d.Regions() {
		hubs := c.hubsOf(region)
		if region == c.h.Region || len(hubs) == 0 {
			continue
		}
		topics, told := c.told(region)
		if len(told) == 0 && c.h.Unread == 0 {
			untold = append(untold, region)
		}
		if len(told) == 0 {
			continue
		}
		c.half(region, topics)
		var missed []event.NodeID
		for _, id := range hubs {
			if !slices.Contains(told, id) {
				missed = append(missed, id)
			}
		}
		if unrevoked := c.unrevoked(told); len(missed) == 0 && len(unrevoked) > 0 {
			c.found.add("region-one-hub-told", c.bridgeTo(unrevoked), sprint("of region %s not all are told of revocations: not %s", region, idList(unrevoked)))
		}
		if len(missed) > 0 {
			c.found.add("region-one-hub-told", c.bridgeTo(told), sprint("of region %s only %s is told, not %s", region, idList(told), idList(missed)))
		}
		if first := c.alsoTold(region, told); first != "" {
			c.found.add("region-told-twice", c.bridgeTo(told), sprint("%s tells %s of deployments, and so does this control plane", first, idList(told)))
		}
	}
	if len(untold) > 0 {
		c.found.add("region-not-told", Place{File: c.h.File}, sprint("nothing is published to region %s", orList(untold, "and")))
	}
}

// strangersFed looks for control planes of other regions that are given this one's events for their own
// streams.
func (c *checked) strangersFed() {
	for _, g := range c.h.Settings.EventHub.Publish {
		for _, u := range g.URLs {
			for i := range c.d.Hosts {
				if o := &c.d.Hosts[i]; o.Role.hub() && o.Region != c.h.Region && o.goesBy(u.Host) {
					c.found.add("region-in-url-group", u.At, sprint("the events of region %s enter the streams of %s in region %s", c.h.Region, o.ID, o.Region))
				}
			}
		}
	}
}

func (c *checked) hubsOf(region string) (ids []event.NodeID) {
	for i := range c.d.Hosts {
		if h := &c.d.Hosts[i]; h.Region == region && h.Role.hub() {
			ids = append(ids, h.ID)
		}
	}
	return ids
}

// told returns what a region is told by this control plane, and which hosts of it.
func (c *checked) told(region string) (topics []event.Topic, ids []event.NodeID) {
	for _, r := range c.h.Wiring.Remote {
		for _, to := range r.To {
			if h := c.d.Host(to.Host()); h.Region == region && !slices.Contains(ids, h.ID) {
				ids = append(ids, h.ID)
			}
		}
		if r.Region == region {
			topics = append(topics, r.Topics...)
		}
	}
	return topics, ids
}

// unrevoked are those of several that are told of something and not of revocations, which enter one control
// plane alone and come from no other (eventhub: the token revocation stream is fed by local code only).
func (c *checked) unrevoked(told []event.NodeID) (ids []event.NodeID) {
	revoked := func(id event.NodeID) bool {
		return slices.ContainsFunc(c.h.Wiring.Remote, func(r Remote) bool {
			return slices.Contains(r.To, Broker(id)) && slices.Contains(r.Topics, event.TokenRevocation)
		})
	}
	if !slices.ContainsFunc(told, revoked) {
		return nil // none is: that is told of the region
	}
	return slices.DeleteFunc(slices.Clone(told), revoked)
}

// half complains of topics that stay in their region.
func (c *checked) half(region string, topics []event.Topic) {
	if c.h.Unread > 0 {
		return // the publisher that is missed may be the one that cannot be read
	}
	at := Place{File: c.h.File}
	for _, b := range c.h.Bridges { // one that leads nowhere has been complained of
		topics = append(topics, b.Topic, streamTopics[b.Stream])
	}
	if missing := missingTopics(topics); len(missing) > 0 {
		c.found.add("region-half-told", at, sprint("region %s is not told of %s", region, orList(missing, "and")))
	}
	if !slices.Contains(topics, event.AsyncWebhooksData) {
		c.found.add("region-without-webhooks", at, sprint("region %s is not told of %s", region, event.AsyncWebhooksData))
	}
}

// missingTopics returns the topics of multi-DC pattern 1 that are not among these; webhooks are
// optional there.
func missingTopics(topics []event.Topic) []string {
	var missing []string
	for _, t := range []event.Topic{event.NotificationTopic, event.TokenRevocation, event.KeyManagerTopic, event.ThrottleData} {
		if !slices.Contains(topics, t) {
			missing = append(missing, string(t))
		}
	}
	return missing
}

// bridgeTo is where the broker list is written that leads to the first of some hosts.
func (c *checked) bridgeTo(ids []event.NodeID) Place {
	for i := range c.h.Bridges {
		for _, u := range c.h.Bridges[i].To {
			if c.d.Host(ids[0]).goesBy(u.Host) {
				return c.h.Bridges[i].list
			}
		}
	}
	return Place{File: c.h.File}
}

// alsoTold is a control plane of the same region, before this one, that tells the same hosts.
func (c *checked) alsoTold(region string, told []event.NodeID) event.NodeID {
	for _, id := range c.hubsOf(c.h.Region) {
		if id == c.h.ID {
			break
		}
		other := checked{c.d, c.d.Host(id), c.found}
		if _, others := other.told(region); slices.ContainsFunc(others, func(id event.NodeID) bool { return slices.Contains(told, id) }) {
			return id
		}
	}
	return ""
}

// bridges looks at where a control plane's event publishers lead.
func (c *checked) bridges() {
	for _, r := range c.h.Wiring.Remote {
		first := r.To[0]
		switch {
		case first == Broker(c.h.ID):
			c.found.add("publisher-to-itself", c.bridgeTo([]event.NodeID{c.h.ID}), "the event publishers lead to the node's own broker")
		case slices.Contains(c.h.Wiring.Duplicate, first) && slices.Contains(r.Topics, event.TokenRevocation):
			c.found.add("revocation-twice", c.bridgeTo([]event.NodeID{first.Host()}), sprint("event_duplicate_url leads to %s, and an event publisher too", first.Host()))
		}
		if len(r.To) > 1 {
			c.found.add("jndi-failover-list", c.bridgeTo([]event.NodeID{first.Host()}), sprint("the list has %d brokers; only the first that answers is told", len(r.To)))
		}
	}
}
