package event

// The condition groups of API policies.

type groupJSON struct {
	Policy     int             `json:"policyId"`
	Quota      string          `json:"quotaType"`
	ID         int             `json:"conditionGroupId"`
	Conditions []conditionJSON `json:"condition"`
	Limit      *limitJSON      `json:"defaultLimit"`
}

// conditionJSON has no members for a range: its addresses stand in name and value (PolicyMappingUtil.java).
type conditionJSON struct {
	Type   string `json:"conditionType"`
	Name   string `json:"name"`
	Value  string `json:"value"`
	Invert bool   `json:"isInverted"`
}

func groupsJSON(p Policy) (*[]groupJSON, error) {
	rows := make([]groupJSON, len(p.Groups))
	for i, g := range p.Groups {
		limit, err := limitOf(p.Name, g.Limit)
		if err != nil {
			return nil, err
		}
		row := groupJSON{Policy: p.ID, Quota: limit.Quota, ID: g.ID, Limit: &limit, Conditions: make([]conditionJSON, len(g.Conditions))}
		for j, c := range g.Conditions {
			row.Conditions[j] = conditionJSON{c.Type.String(), c.Name, c.Value, c.Invert}
			if c.Type == IPBetween {
				row.Conditions[j].Name, row.Conditions[j].Value = c.Value, c.End
			}
		}
		rows[i] = row
	}
	return &rows, nil
}

// groups reads the groups whose quotas are of a type in use here. A condition of a type that is not
// known keeps no type, for those who use the policy to refuse.
func (row *policyJSON) groups() ([]ConditionGroup, error) {
	if row.Groups == nil {
		return nil, nil
	}
	var all []ConditionGroup
	for _, g := range *row.Groups {
		limit, ok, err := g.Limit.limit(row.Name)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, ConditionGroup{ID: g.ID, Limit: limit, Conditions: each(g.Conditions, conditionJSON.condition)})
		}
	}
	return all, nil
}

func (c conditionJSON) condition() Condition {
	made := Condition{Name: c.Name, Value: c.Value, Invert: c.Invert}
	for i, name := range conditionTypes[1:] {
		if c.Type == name {
			made.Type = ConditionType(i + 1)
		}
	}
	if made.Type == IPBetween {
		made.Name, made.Value, made.End = "", c.Name, c.Value
	}
	return made
}
