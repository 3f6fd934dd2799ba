package deployment

import "hubsim/event"

// use is what a URL of a file is for.
type use uint8

const (
	useFeed      use = iota // a gateway's throttle events
	useDecisions            // throttle decisions
	useTwin                 // a copy of decisions
	useHub                  // the hub's topics
	usePublish              // a control plane's events
	useDuplicate            // a copy of revocations
	useBridge               // another region's topics
	usePull                 // the internal API
	useNotify               // where a key manager tells of revoked tokens
	useValidate             // of the 2.x layout: who says whether a token may call
	useDeploy               // a gateway's admin service
	useRevoke               // the revoke API, at a gateway
	usePolicies             // a traffic manager's admin service
)

// counts tells whether the other end counts requests, and so is a traffic manager where there is one.
func (u use) counts() bool { return u <= useTwin }

// http tells whether the URL may lead through a load balancer.
func (u use) http() bool { return u >= usePull }

// jms tells whether the host makes a JMS connection of its own for it.
func (u use) jms() bool {
	return u == useDecisions || u == useTwin || u == useHub || u == useDuplicate
}

// feeds tells whether the URL leads to a data-bridge receiver.
func (u use) feeds() bool { return u == useFeed || u == usePublish }

// ref is a URL of a host.
type ref struct {
	from event.NodeID
	use  use
	url  URL
	with Login // a bridge's own
}

// refs returns every URL by which a host reaches others, in the order of the uses.
func (h *Host) refs() []ref {
	var all []ref
	add := func(u use, urls ...URL) {
		for _, url := range urls {
			if url.Host != "" {
				all = append(all, ref{from: h.ID, use: u, url: url})
			}
		}
	}
	s := &h.Settings
	if s.Older != nil {
		h.olderRefs(add)
		if h.Role != Gateway && h.Role != Publisher {
			return all
		}
	}
	for _, g := range s.Throttling.Groups {
		add(useFeed, g.URLs...)
	}
	if h.Role != Publisher {
		add(useDecisions, s.Throttling.Decisions...)
	}
	add(useTwin, s.Throttling.Duplicate...)
	if s.EventHub.Enabled && s.Older == nil {
		add(useHub, s.EventHub.Listening...)
		for _, g := range s.EventHub.Publish {
			add(usePublish, g.URLs...)
		}
		add(useDuplicate, s.EventHub.Duplicate...)
		add(usePull, s.EventHub.ServiceURL)
	}
	for _, b := range h.Bridges {
		for _, url := range b.To {
			all = append(all, ref{from: h.ID, use: useBridge, url: url, with: Login{User: b.user, Password: b.secret, at: b.list}})
		}
	}
	add(usePull, s.Throttling.ServiceURL)
	add(useNotify, s.Notify...)
	return all
}
