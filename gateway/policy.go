package gateway

import (
	"maps"
	"slices"

	"hubsim/event"
)

// policy is a throttling policy with what the gateway makes of it once.
type policy struct {
	event.Policy
	groups []group
}

// policyPaths are where policies of a level are listed.
var policyPaths = [...]event.Path{event.SubscriptionLevel: event.PathSubscriptionPolicies,
	event.ApplicationLevel: event.PathApplicationPolicies, event.APILevel: event.PathAPIPolicies}

// policyPath is the path of a level, "" for one without policies that a gateway reads.
func policyPath(l event.Level) event.Path {
	if int(l) < len(policyPaths) {
		return policyPaths[l]
	}
	return ""
}

// policy stores a policy, and says of its conditions which cannot be used.
func (c *catalog) policy(p event.Policy) []error {
	if policyPath(p.Level) == "" {
		return nil
	}
	groups, faults := groupsOf(&p)
	c.policies[policyKey{p.Level, p.Name, tenantOr(p.Tenant)}] = &policy{p, groups}
	return faults
}

func (c *catalog) removePolicy(p *event.Policy) {
	delete(c.policies, policyKey{p.Level, p.Name, tenantOr(p.Tenant)})
}

// forgetPolicies removes all policies that a path lists.
func (c *catalog) forgetPolicies(path event.Path) {
	maps.DeleteFunc(c.policies, func(k policyKey, _ *policy) bool { return policyPath(k.level) == path })
}

// bytes tells whether the policy, or a group of it, counts bytes; nil is none.
func (p *policy) bytes() bool {
	return p != nil && (p.Counts == event.Bandwidth ||
		slices.ContainsFunc(p.Groups, func(g event.ConditionGroup) bool { return g.Counts == event.Bandwidth }))
}

// addresses tells whether a condition asks for the caller's address.
func (p *policy) addresses() bool {
	return slices.ContainsFunc(p.Groups, func(g event.ConditionGroup) bool {
		return slices.ContainsFunc(g.Conditions, func(c event.Condition) bool {
			return c.Type == event.IPIs || c.Type == event.IPBetween
		})
	})
}
