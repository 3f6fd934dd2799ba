package trafficmgr

import (
	"fmt"
	"strconv"

	"hubsim/event"
)

// QuotaKind is what a quota counts.
type QuotaKind uint8

// The kinds of quotas.
const (
	RequestCount QuotaKind = iota + 1 // requests; throttled when the count reaches the limit
	Bandwidth                         // bytes of messages; likewise
	EventCount                        // events of an async API; throttled beyond the limit
	AIQuota                           // requests and tokens, whichever reaches its limit first
)

// Quota is how much a window allows a key.
type Quota struct {
	Kind  QuotaKind
	Limit int64 // requests, bytes or events; of an AI quota the requests, 0 for no such limit
	// The token limits of an AI quota; 0 is no such limit.
	Prompt, Completion, Total int64
}

// Policy is a throttling policy as a traffic manager deploys it.
type Policy struct {
	Level     event.Level // ApplicationLevel, SubscriptionLevel, APILevel or CustomLevel
	Name      string      // the tier that events name
	Tenant    event.Tenant
	Quota     Quota
	Unit      event.Duration // length of a window
	Evaluated string         // APILevel: evaluatedConditions of the default plan, an opaque constant
	Groups    []Group        // APILevel: condition groups, in order
	Query     string         // CustomLevel: its Siddhi query, which says quota, unit and key
}

// Group is a condition group of an API policy: a plan of its own for the events that meet all of its
// conditions. Groups do not exclude each other; the default plan takes what meets none of them.
type Group struct {
	ID         int
	Quota      Quota
	Unit       event.Duration
	Conditions []Condition
	Evaluated  string
}

// levelOf is a policy's level: those of APIs and of resources are one and the same kind (PolicyUtil.java).
func levelOf(l event.Level) event.Level {
	if l == event.ResourceLevel {
		return event.APILevel
	}
	return l
}

// unlimited are the tiers that no plan is deployed for (PolicyUtil.java,
// ThrottlePolicyJMSMessageListener.java).
func unlimited(tier string) bool {
	switch tier {
	case event.Unlimited, "AsyncUnlimited", "AsyncWHUnlimited":
		return true
	}
	return false
}

// ID is the name of the policy in notes, "subscription:Gold"; a custom one's is that of its plan in the
// product, "global_Name", and it has no tenant (throttle_policy_template_global.xml).
func (p *Policy) ID() string { return policyID(p.Level, p.Tenant, p.Name) }

func policyID(l event.Level, t event.Tenant, name string) string {
	if l == event.CustomLevel {
		return "global_" + name
	}
	if tenantOr(t) != event.Super {
		name = string(t) + "/" + name
	}
	return l.String() + ":" + name
}

// tenantOr is a policy's tenant; "" stands for the super tenant.
func tenantOr(t event.Tenant) event.Tenant {
	if t == "" {
		return event.Super
	}
	return t
}

// check complains of what cannot be deployed.
func (p *Policy) check() error {
	switch {
	case p.Name == "":
		return fmt.Errorf("deploy a policy of level %s: it has no name", p.Level)
	case suffixed(p.Level) == "?":
		return fmt.Errorf("deploy policy %q: level %s has no plans; want application, subscription, api or custom", p.Name, p.Level)
	case len(p.Groups) > 0 && p.Level != event.APILevel:
		return fmt.Errorf("deploy %s: only API policies have condition groups", p.ID())
	}
	if err := checkQuota(p.Quota, p.Unit); err != nil {
		return fmt.Errorf("deploy %s: %w", p.ID(), err)
	}
	for _, g := range p.Groups {
		if err := checkQuota(g.Quota, g.Unit); err != nil {
			return fmt.Errorf("deploy %s, condition group %d: %w", p.ID(), g.ID, err)
		}
		if len(g.Conditions) == 0 {
			return fmt.Errorf("deploy %s, condition group %d: it has no conditions", p.ID(), g.ID)
		}
	}
	return nil
}

func checkQuota(q Quota, unit event.Duration) error {
	switch {
	case q.Kind < RequestCount || q.Kind > AIQuota:
		return fmt.Errorf("quota kind %d: want request count, bandwidth, event count or AI", q.Kind)
	case q.Limit < 0 || q.Prompt < 0 || q.Completion < 0 || q.Total < 0:
		return fmt.Errorf("quota %+v: want no negative limit", q)
	case unit < event.Millisecond:
		return fmt.Errorf("window of %v: want at least 1ms", unit)
	}
	return nil
}

// suffixed is what a level's default plan appends to the key of an event, or "?" for a level without plans.
func suffixed(l event.Level) string {
	switch l {
	case event.ApplicationLevel, event.SubscriptionLevel, event.CustomLevel:
		return ""
	case event.APILevel:
		return "_default"
	}
	return "?"
}

func groupName(id int) string { return "condition_" + strconv.Itoa(id) }
