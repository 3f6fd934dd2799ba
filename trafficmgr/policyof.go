package trafficmgr

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"hubsim/event"
)

// PolicyOf is a policy as the internal API lists it.
func PolicyOf(p *event.Policy) Policy {
	limit := p.Limit()
	made := Policy{Level: levelOf(p.Level), Name: p.Name, Tenant: p.Tenant, Quota: quotaOf(limit), Unit: limit.Window}
	if made.Level != event.APILevel {
		return made
	}
	all := make([]map[string]any, len(p.Groups))
	for i, g := range p.Groups {
		all[i] = evaluated(g.Conditions)
		made.Groups = append(made.Groups, Group{ID: g.ID, Quota: quotaOf(g.Limit), Unit: g.Window,
			Conditions: conditionsOf(g.Conditions), Evaluated: encoded(all[i : i+1])})
	}
	made.Evaluated = encoded(all)
	return made
}

// quotaOf is a limit in what it is counted in. GB is not converted (PD/dto/BandwidthLimit.java).
func quotaOf(l event.Limit) Quota {
	if l.Counts != event.Bandwidth {
		return Quota{Kind: RequestCount, Limit: l.Quota}
	}
	units := map[string]int64{"KB": 1 << 10, "MB": 1 << 20}
	n := max(units[l.DataUnit], 1)
	if l.Quota > maxBytes/n {
		return Quota{Kind: Bandwidth, Limit: maxBytes}
	}
	return Quota{Kind: Bandwidth, Limit: l.Quota * n}
}

const maxBytes = 1<<63 - 1

func conditionsOf(all []event.Condition) []Condition {
	kinds := map[event.ConditionType]ConditionKind{event.IPIs: IPCondition, event.IPBetween: IPRangeCondition,
		event.HeaderHas: HeaderCondition, event.QueryHas: QueryCondition, event.ClaimHas: ClaimCondition}
	made := make([]Condition, len(all))
	for i, c := range all {
		made[i] = Condition{Kind: kinds[c.Type], Name: c.Name, Value: c.Value, End: c.End, Invert: c.Invert}
	}
	return made
}

// evaluated is what a group's plan tells gateways about its conditions (ThrottlePolicyTemplateBuilder.java).
// Conditions of one type on several names share an object, and the last one's inversion.
func evaluated(all []event.Condition) map[string]any {
	group := map[string]any{}
	for _, c := range all {
		name := strings.ToLower(c.Type.String())
		switch c.Type {
		case event.IPIs:
			group[name] = map[string]any{"specificIp": address(c.Value), "invert": c.Invert}
		case event.IPBetween:
			group[name] = map[string]any{"startingIp": address(c.Value), "endingIp": address(c.End), "invert": c.Invert}
		default:
			values := map[string]string{}
			if old, ok := group[name].(map[string]any); ok {
				values = old["values"].(map[string]string)
			}
			values[c.Name] = c.Value
			group[name] = map[string]any{"values": values, "invert": c.Invert}
		}
	}
	return group
}

// address is the number that stands for an address. One that is none never gets so far: its policy is refused.
func address(text string) int64 {
	n, _ := parseIPv4(text)
	return n
}

// encoded is base64 of JSON. Nothing in it can fail to be written.
func encoded(all []map[string]any) string {
	text, _ := json.Marshal(all)
	return base64.StdEncoding.EncodeToString(text)
}
