package deployment

import (
	"slices"

	"hubsim/event"
)

// duplicates looks at whether revocations reach the other control plane's broker.
func (c *checked) duplicates() {
	s := &c.h.Settings.EventHub
	targets := c.h.Wiring.Duplicate
	if slices.Contains(targets, Broker(c.h.ID)) {
		c.found.add("duplicate-to-itself", c.duplicateAt(), "event_duplicate_url leads to the node's own broker")
		return
	}
	others := slices.DeleteFunc(c.peers(isHub), func(id event.NodeID) bool { return id == c.h.ID })
	missed := slices.DeleteFunc(slices.Clone(others), c.copied)
	switch {
	case len(others) == 0 || !s.Enabled:
	case len(targets) > 1:
		c.found.add("duplicate-list", c.duplicateAt(), sprint("there are %d URLs; only the first that answers gets the copy", len(targets)))
	case len(missed) > 0 && len(missed) < len(others):
		c.found.add("duplicate-leaves-out", c.duplicateAt(), sprint("revocations are not passed to %s", idList(missed)))
	case len(missed) > 0:
		c.unduplicated(others)
	case len(targets) == 1 && len(c.h.Settings.Throttling.Duplicate) == 0:
		c.found.add("duplicate-only-for-hub", c.duplicateAt(), "apim.throttling.event_duplicate_url is not set")
	}
}

// copied tells whether a revocation goes to another control plane of the region: as the duplicate, or
// by an event publisher.
func (c *checked) copied(id event.NodeID) bool {
	return slices.Contains(c.h.Wiring.Duplicate, Broker(id)) || slices.ContainsFunc(c.h.Wiring.Remote, func(r Remote) bool {
		return slices.Contains(r.To, Broker(id)) && slices.Contains(r.Topics, event.TokenRevocation)
	})
}

// unduplicated complains of a control plane that passes revocations to no other.
func (c *checked) unduplicated(others []event.NodeID) {
	at := c.h.Settings.EventHub.place("event_duplicate_url")
	for _, id := range others {
		if slices.Contains(c.d.Host(id).Wiring.Duplicate, Broker(c.h.ID)) {
			c.found.add("duplicate-one-sided", at, sprint("%s sends copies here, and nothing goes back", id))
			return
		}
	}
	c.found.add("duplicate-missing", at, sprint("there is %s too, and event_duplicate_url is not set", idList(others)))
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
	const advised = event.Minute
	at := c.h.Settings.Heartbeat.At
	at.Key = "qpid.heartbeat.delay"
	switch hb := c.h.Settings.Heartbeat; {
	case hb.Delay == 0:
		c.found.add("heartbeat-off", at, "the broker's connections have no heartbeat")
	case hb.Delay > advised:
		c.found.add("heartbeat-slow", at, sprint("a heartbeat comes after %v of silence", hb.Delay))
	}
	if hb := c.h.Settings.Heartbeat; hb.Delay > 0 && hb.Factor <= 1 {
		c.found.add("heartbeat-factor", c.h.Settings.place("qpid.heartbeat.timeout_factor"), sprint("the broker waits %v times the delay", hb.Factor))
	}
}

// revocations looks at what a control plane does when a token is revoked.
func (c *checked) revocations() {
	s := &c.h.Settings
	const realtime = "apim.token.revocation.enable_realtime_notifier"
	if !s.Revocation.Realtime {
		c.found.add("revocation-not-notified", s.place(realtime), "revoked tokens are not told to the gateways")
	}
	switch rule := c.d.untold(c.h); rule {
	case "no-revocation-listener":
		c.found.add(rule, s.place("event_listener"), "there is no event listener token_revocation with a notification_endpoint")
	case "key-manager-header":
		c.found.add(rule, s.place(s.Revocation.header()), strangeHandler(s.Revocation.strange(s.from)))
	}
}

// untold is the rule by which a control plane never hears of the tokens that are revoked at the key manager
// beside it; "" where it does, or where tokens are another key manager's.
func (d *Deployment) untold(h *Host) string {
	s := &h.Settings
	switch own := s.from.text("apim.key_manager.type"); {
	case own != "" && own != "default":
	case s.Revocation.Listener == "" && d.keyManagers > 0: // it tells of them
	case s.Revocation.Listener == "":
		return "no-revocation-listener"
	case s.Revocation.strange(s.from) != "":
		return "key-manager-header"
	}
	return ""
}

func strangeHandler(name string) string {
	return sprint("no handler of the control plane is called %q", name)
}

// told tells whether a control plane hears of the tokens that are revoked at the key manager beside it, or at one
// of its own installation where there is one. Of the 2.x layout this is a call of its own.
func (d *Deployment) told(h *Host) bool {
	lost := slices.ContainsFunc(h.DeadEnds, func(end DeadEnd) bool { return end.For == useNames[useNotify] })
	silent := d.silent > 0 && d.keyManagers == 0
	return h.Settings.Older != nil || d.untold(h) == "" && !lost && !silent
}
