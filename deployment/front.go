package deployment

import (
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/internal/spelling"
)

// sharedNames makes a load balancer of each hostname that several hosts give as their own.
func (in *inference) sharedNames() {
	for i := range in.hosts {
		name := in.hosts[i].Settings.Hostname
		if isLoopback(name) || slices.ContainsFunc(in.balancers, func(b Balancer) bool { return b.Name == name }) {
			continue
		}
		if owners := in.owners(name); len(owners) > 1 {
			in.balancers = append(in.balancers, Balancer{Name: name, Hosts: owners, Inferred: "it is the hostname of each of them"})
		}
	}
}

// frontNames makes a load balancer of each name of an HTTP endpoint that nobody has: it must lead to
// control planes, those of the region that asks if it has any.
func (in *inference) frontNames() {
	for i := range in.hosts {
		h := &in.hosts[i]
		for _, r := range h.refs() {
			if !r.use.http() || r.url.self() || in.owners(r.url.Host) != nil {
				continue
			}
			hubs := in.behind(h.Region, r.use)
			if len(hubs) == 0 {
				continue
			}
			in.balancers = append(in.balancers, Balancer{Name: r.url.Host, Hosts: hubs, Inferred: "nobody has the name, and only " + answering(r.use) + " answer there"})
			if !r.url.blank() && !in.lone(h, r) {
				in.found.add("inferred-balancer", r.url.At, sprint("nobody is called %s; taken for a load balancer in front of %s", r.url.Host, idList(hubs)),
					sprint("if that is right, write it down in topology.yaml: load_balancers: {%s: [%s]}", r.url.Host, strings.Join(idTexts(hubs), ", ")))
			}
		}
	}
}

// lone warns of a name that one node alone asks at, where at least two others of its region ask at
// another, or where it is nearly a control plane's. What is nearly one of these is taken for a slip of
// the finger, and is not reached; balancers of their own for each node or zone are left alone.
func (in *inference) lone(h *Host, r ref) bool {
	var known []string
	asking := map[string]map[event.NodeID]bool{}
	for i := range in.hosts {
		other := &in.hosts[i]
		if other.Region != h.Region {
			continue
		}
		if other.Role.hub() {
			known = append(known, other.allNames()...)
		}
		for _, o := range other.refs() {
			if o.use.http() && !o.url.self() && !o.url.blank() && !other.goesBy(o.url.Host) {
				if asking[o.url.Host] == nil {
					asking[o.url.Host] = map[event.NodeID]bool{}
				}
				asking[o.url.Host][other.ID] = true
			}
		}
	}
	var others []string
	for _, name := range sortedKeys(asking) {
		if name != r.url.Host && len(asking[name]) > 1 {
			others = append(others, name)
		}
	}
	near := ""
	for _, name := range slices.Concat(known, others) {
		if slipped(r.url.Host, name) {
			near = name
		}
	}
	if len(asking[r.url.Host]) > 1 || len(others) == 0 && near == "" {
		return false
	}
	text := sprint("nobody is called %s, and %s alone asks there", r.url.Host, h.ID)
	if len(others) > 0 {
		text += "; the others ask at " + orList(others, "and")
	}
	fix := sprint("load_balancers: {%s: [%s]}", r.url.Host, strings.Join(idTexts(in.behind(h.Region, r.use)), ", "))
	if near != "" {
		fix = sprint("did you mean %s? If not, say in topology.yaml who is behind it: %s", near, fix)
	} else {
		fix = sprint("write the name that the others have, or say in topology.yaml who is behind this one: %s", fix)
	}
	in.found.add("lone-balancer", r.url.At, text, fix)
	for _, u := range []*URL{&h.Settings.EventHub.ServiceURL, &h.Settings.Throttling.ServiceURL} {
		u.Unusable = u.Unusable || near != "" && u.Host == r.url.Host
	}
	return true
}

// slipped tells whether a name is another but for a slip of the finger in one or more of its labels.
// lb-1 and lb-2 are two balancers.
func slipped(given, name string) bool {
	a, b := strings.Split(given, "."), strings.Split(name, ".")
	if len(a) != len(b) || given == name {
		return false
	}
	for i := range a {
		if digits(a[i]) != digits(b[i]) || spelling.Slip(a[i], b[i:i+1]) == "" {
			return false
		}
	}
	return true
}

// digits are those of a name.
func digits(name string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, name)
}

// answering is who takes calls of a use.
func answering(u use) string {
	if role, older := olderUses[u]; older {
		return string(role) + "s"
	}
	return "control planes"
}

// behind returns the hosts of a region that take calls of a use, or all when it has none.
func (in *inference) behind(region string, u use) []event.NodeID {
	var here, all []event.NodeID
	for i := range in.hosts {
		if h := &in.hosts[i]; in.fits(h, u) {
			all = append(all, h.ID)
			if h.Region == region {
				here = append(here, h.ID)
			}
		}
	}
	if here != nil {
		return here
	}
	return all
}

// unknown complains about every endpoint that nobody has.
func (in *inference) unknown() {
	told := map[Place]bool{}
	for i := range in.hosts {
		if in.hosts[i].Inferred != "" {
			continue // its original has the same endpoints, and a place to point at
		}
		for _, r := range in.hosts[i].refs() {
			if r.url.self() || in.owners(r.url.Host) != nil || told[r.url.At] {
				continue
			}
			told[r.url.At] = true
			in.found.add("unknown-endpoint", r.url.At, sprint("no node is called %s (%s)", r.url.Host, r.url.Text), in.unknownFix(r))
		}
	}
}

func (in *inference) unknownFix(r ref) string {
	var names, there []string
	for i := range in.hosts {
		h := &in.hosts[i]
		if !in.fits(h, r.use) {
			continue
		}
		names = append(names, string(h.ID), h.Settings.Hostname)
		for _, n := range h.Names {
			names = append(names, n.Text)
		}
		there = append(there, string(h.ID))
	}
	what := answering(r.use)
	if r.use.counts() {
		what = "hosts that count requests"
	}
	fix := what + " here: " + orList(there, "and")
	switch s := spelling.Slip(r.url.Host, names); {
	case r.url.blank():
		return "replace this placeholder by a name; " + fix
	case s != "":
		return "did you mean " + s + "? " + fix
	case len(there) == 0:
		return fix + "; add its deployment.toml"
	}
	return fix + sprint("; give one of them the name in topology.yaml: nodes: {%s: {aliases: [%s]}}", there[0], r.url.Host)
}

func idTexts(ids []event.NodeID) []string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return texts
}

func idList(ids []event.NodeID) string { return orList(idTexts(ids), "and") }
