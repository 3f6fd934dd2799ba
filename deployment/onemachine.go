package deployment

import "slices"

// oneMachine gives the URLs of a set that runs on one machine to the nodes that they mean: there all have
// one name, and the offset of the port says who is meant ([server] offset). Nothing is done where two
// nodes have one offset, or where they have names or addresses of their own.
func (in *inference) oneMachine() {
	if len(in.hosts) < 2 || !in.together() {
		return
	}
	for i := range in.hosts {
		h := &in.hosts[i]
		s := &h.Settings
		for _, list := range [][]URL{s.Throttling.Decisions, s.Throttling.Duplicate, s.EventHub.Listening, s.EventHub.Duplicate} {
			in.settle(h, useHub, list)
		}
		for _, g := range slices.Concat(s.Throttling.Groups, s.EventHub.Publish) {
			in.settle(h, useFeed, g.URLs)
		}
		for _, b := range h.Bridges {
			in.settle(h, useBridge, b.To)
		}
		for _, u := range []*URL{&s.EventHub.ServiceURL, &s.Throttling.ServiceURL} {
			one := []URL{*u}
			in.settle(h, usePull, one)
			*u = one[0]
		}
		in.settle(h, useNotify, s.Notify)
	}
}

// together tells whether all nodes are on one machine: the same name or none, and offsets that differ.
func (in *inference) together() bool {
	offsets := map[int]bool{}
	first := &in.hosts[0].Settings
	for i := range in.hosts {
		s := &in.hosts[i].Settings
		sameName := s.Hostname == first.Hostname || isLoopback(s.Hostname) && isLoopback(first.Hostname)
		sameAddress := s.NodeIP == first.NodeIP || isLoopback(s.NodeIP) && isLoopback(first.NodeIP)
		if !sameName || !sameAddress || offsets[s.Offset] {
			return false
		}
		offsets[s.Offset] = true
	}
	return true
}

// settle turns each URL to the machine's own name into one to the node that listens on its port.
func (in *inference) settle(h *Host, u use, urls []URL) {
	for i := range urls {
		url := &urls[i]
		if url.Port == 0 || !url.self() && url.Host != h.Settings.Hostname && url.Host != h.Settings.NodeIP {
			continue
		}
		for k := range in.hosts {
			to := &in.hosts[k]
			if !in.answers(to, u, *url) {
				continue
			}
			url.Host = "localhost"
			if to.ID != h.ID {
				url.Host = string(to.ID)
			}
			break
		}
	}
}

// answers tells whether a node of the kind that is meant listens on a URL's port.
func (in *inference) answers(to *Host, u use, url URL) bool {
	ports := to.listens(ref{use: u, url: url})
	if u.http() {
		ports = ports[:1] // the balancer's ports are nobody's own
	}
	return slices.Contains(ports, url.Port) && to.Role != Gateway
}
