package deployment

import (
	"slices"

	"hubsim/event"
)

// duplicates looks at whether revocations reach the other control plane's broker.
func (c *checked) duplicates() {
	s := &c.h.Settings.EventHub
	others := slices.DeleteFunc(c.peers(isHub), func(id event.NodeID) bool { return id == c.h.ID })
	targets := c.h.Wiring.Duplicate
	switch {
	case slices.Contains(targets, Broker(c.h.ID)):
		c.found.add("duplicate-to-itself", c.duplicateAt(), "event_duplicate_url leads to the node's own broker")
		return
	case len(others) == 0 || !s.Enabled:
		return
	case len(targets) > 1:
		c.found.add("duplicate-list", c.duplicateAt(), sprint("there are %d URLs; only the first that answers gets the copy", len(targets)),
			"list one; with three control planes no setting reaches all of them")
		return
	case len(targets) == 1:
		return
	}
	for _, id := range others {
		if slices.Contains(c.d.Host(id).Wiring.Duplicate, Broker(c.h.ID)) {
			c.found.add("duplicate-one-sided", s.place("event_duplicate_url"), sprint("%s sends copies here, and nothing goes back", id))
			return
		}
	}
	c.found.add("duplicate-missing", s.place("event_duplicate_url"), sprint("there is %s too, and event_duplicate_url is not set", idList(others)))
}

// duplicateAt is where the duplicate is written: under the event hub, else under throttling.
func (c *checked) duplicateAt() Place {
	s := &c.h.Settings
	if written := slices.Concat(s.EventHub.Duplicate, s.Throttling.Duplicate); len(written) > 0 {
		return written[0].At
	}
	return s.EventHub.place("event_duplicate_url")
}

// place is where the section is written, under the name of one of its keys.
func (s *EventHub) place(key string) Place {
	p := s.At
	p.Key = "apim.event_hub." + key
	return p
}

// publishing looks at whether a control plane's events reach every control plane of its region.
func (c *checked) publishing() {
	s := &c.h.Settings.EventHub
	if !s.Enabled {
		c.found.add("hub-disabled", s.At, "the event hub is switched off on a control plane")
		return
	}
	var missing []event.NodeID
	for _, id := range c.peers(isHub) {
		if !slices.ContainsFunc(c.h.Wiring.Publish, func(f Feed) bool { return slices.Contains(f.To, id) }) {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		c.found.add("publish-missing", s.place("publish.url_group"), sprint("its events do not go to %s", idList(missing)))
	}
	for _, f := range c.h.Wiring.Publish {
		if len(f.To) > 1 {
			c.found.add("publish-missing", s.place("publish.url_group"), sprint("%s are in one group: each event reaches only one of them", idList(f.To)))
		}
	}
}

// listening looks at where a control plane's own publishers write.
func (c *checked) listening() {
	s := &c.h.Settings.EventHub
	switch hubs := c.h.Wiring.Hubs; {
	case len(s.Listening) == 0 || !s.Enabled:
	case len(hubs) > 1:
		c.found.add("hub-lists-several", s.Listening[0].At, sprint("a control plane lists %d brokers", len(hubs)))
	case len(hubs) == 1 && hubs[0] != Broker(c.h.ID):
		c.found.add("hub-writes-elsewhere", s.Listening[0].At, sprint("a control plane names the broker of %s", hubs[0].Host()))
	}
}

func (c *checked) environments() {
	seen := map[string]bool{}
	for _, e := range c.h.Settings.Environments {
		if seen[e.Name] {
			c.found.add("duplicate-environment", e.At, sprint("there are two environments %s", e.Name))
		}
		seen[e.Name] = true
	}
}

func (c *checked) heartbeat() {
	if hb := c.h.Settings.Heartbeat; hb.Delay == 0 {
		at := hb.At
		at.Key = "qpid.heartbeat.delay"
		c.found.add("heartbeat-off", at, "the broker's connections have no heartbeat")
	}
}

// heartbeats compares the heartbeats of the brokers that a host listens to.
func (c *checked) heartbeats() {
	delays := map[event.Duration]bool{}
	for _, b := range slices.Concat(c.h.Wiring.Hubs, c.h.Wiring.Decisions) {
		delays[c.d.Host(b.Host()).Settings.Heartbeat.Delay] = true
	}
	if len(delays) > 1 {
		c.found.add("heartbeat-differs", Place{File: c.h.File, Key: "qpid.heartbeat.delay"}, "the brokers that it listens to have different heartbeats")
	}
}

// regions looks at whether a control plane tells the other regions' control planes.
func (c *checked) regions() {
	var untold []string
	for _, region := range c.d.Regions() {
		hubs := slices.ContainsFunc(c.d.Hosts, func(h Host) bool { return h.Region == region && h.Role.hub() })
		if region == c.h.Region || !hubs {
			continue
		}
		var topics []event.Topic
		for _, r := range c.h.Wiring.Remote {
			if r.Region == region {
				topics = append(topics, r.Topics...)
			}
		}
		if len(topics) == 0 {
			untold = append(untold, region)
		} else if missing := missingTopics(topics); len(missing) > 0 {
			c.found.add("region-half-told", Place{File: c.h.File}, sprint("region %s is not told of %s", region, orList(missing, "and")))
		}
	}
	if len(untold) > 0 {
		c.found.add("region-not-told", Place{File: c.h.File}, sprint("nothing is published to region %s", orList(untold, "and")))
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
