package scenarios

import (
	"net/netip"
	"regexp"
	"strings"

	"hubsim/deployment"
	"hubsim/event"
	"hubsim/node"
)

// sight is what of a call gateways look at, and tell traffic managers of
// (apim.throttling.enable_header_based_throttling and its like).
type sight struct{ headers, query, claims bool }

// sightOf is what the gateways of an experiment look at: what all of them do.
func (e *Experiment) sightOf() sight {
	of := func(knob string, setting func(*deployment.Throttling) bool) bool {
		if value, said := e.Scenario.Knobs[knob]; said {
			return value == "true"
		}
		for _, m := range e.byRole(node.Gateway) {
			if !setting(&e.Deployment.Host(m.ID.Host()).Settings.Throttling) {
				return false
			}
		}
		return true
	}
	return sight{
		headers: of("gateway.header_conditions", func(t *deployment.Throttling) bool { return t.Headers }),
		query:   of("gateway.query_conditions", func(t *deployment.Throttling) bool { return t.Query }),
		claims:  of("gateway.claim_conditions", func(t *deployment.Throttling) bool { return t.Claims }),
	}
}

// sees tells whether gateways look at what a condition asks for.
func (s sight) sees(kind event.ConditionType) bool {
	switch kind {
	case event.HeaderHas:
		return s.headers
	case event.QueryHas:
		return s.query
	case event.ClaimHas:
		return s.claims
	}
	return true
}

// all tells whether gateways look at what every condition asks for.
func (s sight) all(conditions []event.Condition) bool {
	for i := range conditions {
		if !s.sees(conditions[i].Type) {
			return false
		}
	}
	return true
}

// properties are the texts that an event says of a call: the later of one name counts
// (DataProcessAndPublishingAgent.java).
func (s sight) properties(r *event.Request) func(name string) (string, bool) {
	return func(name string) (value string, there bool) {
		put := func(on bool, pairs []event.Pair, spelt func(string) string) {
			for _, p := range pairs {
				if on && spelt(p.Name) == name {
					value, there = p.Value, true
				}
			}
		}
		as := func(name string) string { return name }
		put(s.headers, r.Headers, strings.ToLower)
		put(true, r.Custom, as)
		put(s.query, r.Query, as)
		put(s.claims, r.Claims, as)
		return value, there
	}
}

// meets tells whether a call counts in a condition group, and whether gateways would ask for the group.
// The traffic manager tests every condition on what the event says; a gateway passes over those that it
// does not look at, and asks for no group of which nothing is left (ThrottleConditionEvaluator.java).
func (s sight) meets(r *event.Request, all []event.Condition) (counts, asked bool) {
	counts, asked = true, true
	looked := false
	for i := range all {
		sees, holds := s.sees(all[i].Type), false
		if sees {
			holds = holdsOf(r, &all[i])
			asked, looked = asked && holds != all[i].Invert, true
		}
		counts = counts && holds != all[i].Invert
	}
	return counts, asked && looked
}

// holdsOf tells whether a call has what a condition asks for, inverted or not. What is missing holds not.
func holdsOf(r *event.Request, c *event.Condition) bool {
	switch c.Type {
	case event.IPIs:
		return inRange(callerOf(r), c.Value, c.Value)
	case event.IPBetween:
		return inRange(callerOf(r), c.Value, c.End)
	case event.HeaderHas:
		return hasValue(r.Headers, c, strings.EqualFold)
	case event.QueryHas:
		return hasValue(r.Query, c, func(a, b string) bool { return a == b })
	}
	return hasValue(r.Claims, c, func(a, b string) bool { return a == b })
}

// callerOf is a caller's address: the first of X-Forwarded-For, else the remote one (GatewayUtils.java).
func callerOf(r *event.Request) string {
	text := r.ClientIP
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, "X-Forwarded-For") {
			text, _, _ = strings.Cut(h.Value, ",")
		}
	}
	return strings.TrimSpace(text)
}

func inRange(ip, from, to string) bool {
	at, err := netip.ParseAddr(ip)
	first, errFirst := netip.ParseAddr(from)
	last, errLast := netip.ParseAddr(to)
	at = at.Unmap()
	return err == nil && errFirst == nil && errLast == nil && at.BitLen() == first.BitLen() && first.Compare(at) <= 0 && at.Compare(last) <= 0
}

// hasValue tells whether the last pair of a name holds what a condition searches for.
func hasValue(pairs []event.Pair, c *event.Condition, same func(a, b string) bool) bool {
	for i := len(pairs) - 1; i >= 0; i-- {
		if same(pairs[i].Name, c.Name) {
			found, err := regexp.MatchString(c.Value, pairs[i].Value)
			return err == nil && found
		}
	}
	return false
}
