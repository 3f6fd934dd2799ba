package trafficmgr

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/netip"
	"strings"

	"hubsim/event"
)

// PolicyOf is a policy as the internal API lists it. Its Check must have passed.
func PolicyOf(p *event.Policy, r Rules) Policy {
	made := Policy{Level: levelOf(p.Level), Name: p.Name, Tenant: p.Tenant}
	if p.Level == event.CustomLevel {
		made.Query = p.Query
		return made
	}
	limit := p.Limit()
	made.Quota, made.Unit = r.quotaOf(limit), limit.Window
	if made.Level != event.APILevel {
		return made
	}
	all := make([]map[string]any, len(p.Groups))
	for i, g := range p.Groups {
		all[i] = evaluated(g.Conditions)
		made.Groups = append(made.Groups, Group{ID: g.ID, Quota: r.quotaOf(g.Limit), Unit: g.Window,
			Conditions: conditionsOf(g.Conditions), Evaluated: encoded(all[i : i+1])})
	}
	made.Evaluated = encoded(all)
	return made
}

// quotaOf is a limit in what it is counted in.
func (r Rules) quotaOf(l event.Limit) Quota {
	switch l.Counts {
	case event.Bandwidth:
		unit, _ := event.BytesOf(l.DataUnit)
		if l.DataUnit == "GB" && !r.WholeGigabytes {
			unit = 1
		}
		return Quota{Kind: Bandwidth, Limit: l.Quota * unit}
	case event.EventCount:
		return Quota{Kind: EventCount, Limit: l.Quota}
	case event.AIQuota:
		return Quota{Kind: AIQuota, Limit: l.Quota, Prompt: l.Tokens.Prompt, Completion: l.Tokens.Completion, Total: l.Tokens.Total}
	}
	return Quota{Kind: RequestCount, Limit: l.Quota}
}

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
			values[asked(c)] = c.Value
			group[name] = map[string]any{"values": values, "invert": c.Invert}
		}
	}
	return group
}

// asked is the name that a condition looks for: a header's in lower case.
func asked(c event.Condition) string {
	if c.Type == event.HeaderHas {
		return strings.ToLower(c.Name)
	}
	return c.Name
}

// address is the number that stands for an address, of IPv6 as text. One that is none never gets so
// far: its policy is refused.
func address(text string) any {
	a, err := netip.ParseAddr(text)
	switch {
	case err != nil:
		return 0
	case a.Is4():
		return numberOf(a).Int64()
	}
	return numberOf(a).String()
}

// numberOf is an address as a number.
func numberOf(a netip.Addr) *big.Int { return new(big.Int).SetBytes(a.AsSlice()) }

// encoded is base64 of JSON. Nothing in it can fail to be written.
func encoded(all []map[string]any) string {
	text, _ := json.Marshal(all)
	return base64.StdEncoding.EncodeToString(text)
}
