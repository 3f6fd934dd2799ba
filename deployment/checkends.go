package deployment

import (
	"slices"

	"hubsim/event"
)

// DeadEnd is a node that the files mean and that is not reached: what for, and whom.
type DeadEnd struct {
	For string       `json:"for"`
	To  event.NodeID `json:"to"`
}

// useNames say what for, in the words of the wiring.
var useNames = [...]string{"feed", "decisions", "twin", "hub", "publish", "duplicate", "bridge", "pull", "notify", "key validation", "deployment", "revoke API", "policies"}

// deadEnds finds what each host means and does not reach, so that a run shows it. Copies have those of
// their original.
func (d *Deployment) deadEnds(in *inference) {
	for i := range d.Hosts {
		c := checked{d: d, h: &d.Hosts[i], found: &findings{}}
		for _, r := range c.h.refs() {
			owners := in.to(c.h, r.url)
			if rule, _ := c.unreached(r, owners); rule == "" && !r.url.Unusable {
				continue
			}
			for _, id := range owners {
				if end := (DeadEnd{useNames[r.use], id}); !slices.Contains(c.h.DeadEnds, end) {
					c.h.DeadEnds = append(c.h.DeadEnds, end)
				}
			}
		}
		c.h.cutOff()
	}
}

// cutOff makes dead ends of all that a host would reach by a JMS connection URL which is none, its own
// broker too.
func (h *Host) cutOff() {
	w := &h.Wiring
	for _, row := range []struct {
		use use
		to  []event.NodeID
	}{{useDecisions, w.Decisions}, {useTwin, w.Twin}, {useHub, w.Hubs}, {useDuplicate, w.Duplicate}} {
		for _, id := range row.to {
			if end := (DeadEnd{useNames[row.use], id.Host()}); h.Settings.cutOff(row.use) && !slices.Contains(h.DeadEnds, end) {
				h.DeadEnds = append(h.DeadEnds, end)
			}
		}
	}
}

// unreached is why a URL does not lead to the one node that it means: a rule and what to say of it.
func (c *checked) unreached(r ref, owners []event.NodeID) (rule, text string) {
	if len(owners) != 1 {
		return "", ""
	}
	to := c.d.Host(owners[0])
	if ports := to.listens(r); r.url.Port != 0 && !slices.Contains(ports, r.url.Port) {
		return "wrong-port", sprint("%s: %s listens on %s for that%s", r.url.Text, to.ID, orPorts(ports), offsetNote(to))
	}
	if own := r.login(c.h); r.use != useNotify && own.User == to.Settings.Admin.User && own.known() && to.Settings.Admin.known() && own.Password != to.Settings.Admin.Password {
		return "login-differs", sprint("user %s has another password on %s", own.User, to.ID)
	}
	return "", ""
}

// login is what a host gives to a URL of its own.
func (r *ref) login(h *Host) Login {
	switch {
	case r.use == useBridge:
		return r.with
	case r.use.jms():
		return h.Settings.jms(r.use)
	case r.use.counts():
		return h.Settings.Counting
	}
	return h.Settings.Login
}

// endpoints looks at each URL: whether it leads to one node, and whether that lets it in.
func (c *checked) endpoints(in *inference) {
	for _, r := range c.h.refs() {
		owners := in.to(c.h, r.url)
		if len(owners) > 1 && !r.use.http() {
			c.found.add("through-load-balancer", r.url.At, sprint("%s is a name of %s together", r.url.Host, idList(owners)))
		}
		rule, text := c.unreached(r, owners)
		at := r.url.At
		if rule == "login-differs" {
			at = r.login(c.h).at
		}
		if rule != "" {
			c.found.add(rule, at, text)
			if r.use.counts() {
				c.provenByKill()
			}
		}
	}
}

// listens returns the ports on which a URL of a use and scheme finds the host.
func (h *Host) listens(r ref) []int {
	p := h.Settings.Ports
	tls := r.url.Scheme == "ssl"
	switch {
	case r.use == useRevoke:
		return []int{8243 + h.Settings.Offset, 443}
	case r.url.Scheme == "thrift" && h.Settings.Older != nil:
		return []int{h.Settings.Older.ThriftPort}
	case r.use.http():
		return []int{p.HTTPS, p.Proxy, 443}
	case r.use.feeds() && tls:
		return []int{p.FeedS}
	case r.use.feeds():
		return []int{p.Feed}
	case tls:
		return []int{p.TopicsS}
	}
	return []int{p.Topics, p.TopicsS}
}

func orPorts(ports []int) string {
	var texts []string
	for _, p := range ports {
		if p != 0 {
			texts = append(texts, sprint("%d", p))
		}
	}
	return orList(slices.Compact(texts), "or")
}

func offsetNote(h *Host) string {
	if h.Settings.Offset == 0 {
		return ""
	}
	return sprint(" (its offset is %d)", h.Settings.Offset)
}
