package conform

import (
	"fmt"

	"hubsim/event"
	"hubsim/trafficmgr"
)

// deployed is a plan set under the names that recordings use.
type deployed struct {
	*trafficmgr.PlanSet
	level string // the name of its key in a multi trace
	names map[*trafficmgr.ExecutionPlan]string
}

// deploy makes the plans of a trace, in its order.
func deploy(p *Plan) ([]*deployed, error) {
	if p.Kind == "multi" {
		var all []*deployed
		for i := range p.Plans {
			one, err := deploy(&p.Plans[i])
			if err != nil {
				return nil, err
			}
			all = append(all, one...)
		}
		return all, nil
	}
	policy, err := policyOf(p)
	if err != nil {
		return nil, err
	}
	set, err := trafficmgr.Deploy(policy, trafficmgr.Rules{})
	if err != nil {
		return nil, err
	}
	d := &deployed{PlanSet: set, level: policy.Level.String(), names: map[*trafficmgr.ExecutionPlan]string{}}
	if policy.Level == event.CustomLevel {
		d.level = event.SubscriptionLevel.String() // whose keys its query counts
	}
	for i, g := range p.Groups {
		d.names[set.Plans[i]] = fmt.Sprintf("condition_%d", g.ID)
	}
	last := set.Plans[len(set.Plans)-1]
	switch policy.Level {
	case event.APILevel:
		d.names[last] = "default"
	default:
		d.names[last] = policy.Level.String()
	}
	return []*deployed{d}, nil
}

var levels = map[string]event.Level{
	"application": event.ApplicationLevel, "subscription": event.SubscriptionLevel, "api": event.APILevel,
	"event-count": event.SubscriptionLevel, "ai-quota": event.SubscriptionLevel,
	"api-condition": event.APILevel, "custom-unaligned": event.CustomLevel,
}

var kinds = map[string]trafficmgr.QuotaKind{
	"": trafficmgr.RequestCount, "bandwidth": trafficmgr.Bandwidth, "event-count": trafficmgr.EventCount, "ai-quota": trafficmgr.AIQuota,
}

// unaligned is the custom policy of a trace, whose time batch has no start: unit in milliseconds, limit.
const unaligned = `FROM RequestStream SELECT true AS isEligible, subscriptionKey AS throttleKey INSERT INTO EligibilityStream;
FROM EligibilityStream[isEligible == true]#throttler:timeBatch(%d millisec)
SELECT throttleKey, (count(throttleKey) >= %d) AS isThrottled, expiryTimeStamp GROUP BY throttleKey INSERT ALL EVENTS INTO ResultStream;`

func policyOf(p *Plan) (trafficmgr.Policy, error) {
	made := trafficmgr.Policy{Name: "Tier", Tenant: event.Super, Evaluated: p.Evaluated}
	own := p
	switch p.Kind {
	case "bandwidth":
		made.Level = levels[p.Level]
	case "api-condition":
		if p.Default == nil {
			return made, fmt.Errorf("plan of kind %s: it has no default", p.Kind)
		}
		own = p.Default
		made.Level, made.Evaluated = event.APILevel, own.Evaluated
	default:
		level, ok := levels[p.Kind]
		if !ok {
			return made, fmt.Errorf("plan of kind %q: this kind is not known", p.Kind)
		}
		made.Level = level
	}
	if made.Level == event.CustomLevel {
		made.Query = fmt.Sprintf(unaligned, p.Unit, p.Limit)
	}
	var err error
	if made.Unit, err = unitOf(own.Unit); err != nil {
		return made, err
	}
	made.Quota = trafficmgr.Quota{Kind: trafficmgr.RequestCount, Limit: own.Limit}
	if kind, ok := kinds[p.Kind]; ok {
		made.Quota.Kind = kind
	}
	if made.Quota.Kind == trafficmgr.AIQuota {
		made.Quota = trafficmgr.Quota{Kind: trafficmgr.AIQuota, Limit: p.Requests, Prompt: p.Prompt, Completion: p.Completion, Total: p.Total}
	}
	for _, g := range p.Groups {
		group, err := groupOf(g)
		if err != nil {
			return made, err
		}
		made.Groups = append(made.Groups, group)
	}
	return made, nil
}

// longestUnit is how long a window may be, in milliseconds: what nanoseconds have room for, 278 years.
const longestUnit = 1 << 43

func unitOf(ms int64) (event.Duration, error) {
	if ms < 1 || ms > longestUnit {
		return 0, fmt.Errorf("window of %d ms: want at least 1 and at most %d", ms, int64(longestUnit))
	}
	return event.Duration(ms) * event.Millisecond, nil
}

var conditions = map[string]trafficmgr.ConditionKind{
	"header": trafficmgr.HeaderCondition, "query": trafficmgr.QueryCondition, "claim": trafficmgr.ClaimCondition,
	"ip": trafficmgr.IPCondition, "iprange": trafficmgr.IPRangeCondition,
}

func groupOf(g Group) (trafficmgr.Group, error) {
	kind, ok := kinds[g.Quota]
	if !ok {
		return trafficmgr.Group{}, fmt.Errorf("condition group %d: quota %q is not known", g.ID, g.Quota)
	}
	unit, err := unitOf(g.Unit)
	if err != nil {
		return trafficmgr.Group{}, fmt.Errorf("condition group %d: %w", g.ID, err)
	}
	made := trafficmgr.Group{ID: g.ID, Quota: trafficmgr.Quota{Kind: kind, Limit: g.Limit}, Unit: unit, Evaluated: g.Evaluated}
	for _, c := range g.Conditions {
		if conditions[c.Type] == 0 {
			return made, fmt.Errorf("condition group %d: condition of type %q is not known; want header, query, claim, ip or iprange", g.ID, c.Type)
		}
		condition := trafficmgr.Condition{Kind: conditions[c.Type], Name: c.Name, Value: c.Value, End: c.End, Invert: c.Invert}
		if c.Type == "iprange" {
			condition.Value = c.Start
		}
		made.Conditions = append(made.Conditions, condition)
	}
	return made, nil
}
