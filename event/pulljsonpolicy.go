package event

import (
	"fmt"
	"slices"
)

// policyJSON is a row of the policy lists; each list has members that the others lack.
type policyJSON struct {
	ID       int    `json:"id"`
	TenantID int    `json:"tenantId"`
	Tenant   Tenant `json:"tenantDomain"`
	Name     string `json:"name"`
	Quota    string `json:"quotaType,omitempty"` // not of custom policies

	// Subscription policies.
	Complexity *int    `json:"graphQLMaxComplexity,omitempty"`
	Depth      *int    `json:"graphQLMaxDepth,omitempty"`
	BurstCount *int    `json:"rateLimitCount,omitempty"`
	BurstUnit  *string `json:"rateLimitTimeUnit,omitempty"`
	Stop       *bool   `json:"stopOnQuotaReach,omitempty"`

	// Application policies: some versions put the burst into an object of its own.
	Burst *burstJSON `json:"burstLimit,omitempty"`

	// API policies.
	Groups *[]groupJSON `json:"conditionGroups,omitempty"`
	Level  string       `json:"applicableLevel,omitempty"`

	// Custom policies, which have no limit: their query says it.
	Query    *string `json:"siddhiQuery,omitempty"`
	Template *string `json:"keyTemplate,omitempty"`

	Limit *limitJSON `json:"defaultLimit,omitempty"`
}

type burstJSON struct {
	Count int    `json:"rateLimitCount"`
	Unit  string `json:"rateLimitTimeUnit"`
}

// The values of applicableLevel.
const perAPI, perUser = "apiLevel", "userLevel"

func policiesJSON(path Path, all []Policy) ([]policyJSON, error) {
	rows := make([]policyJSON, len(all))
	for i, p := range all {
		row := policyJSON{ID: p.ID, TenantID: p.Tenant.ID(), Tenant: p.Tenant, Name: p.Name}
		if path == PathGlobalPolicies {
			row.Query, row.Template = &p.Query, &p.KeyTemplate
			rows[i] = row
			continue
		}
		limit, err := limitOf(p.Name, p.Limit())
		if err != nil {
			return nil, err
		}
		row.Quota, row.Limit = limit.Quota, &limit
		switch path {
		case PathSubscriptionPolicies:
			query, stop := p.GraphQL, !p.ContinueOverQuota
			row.Complexity, row.Depth, row.Stop = &query.Complexity, &query.Depth, &stop
			row.setBurst(p.Burst)
		case PathApplicationPolicies:
			if p.Burst != (Burst{}) {
				row.setBurst(p.Burst)
			}
		case PathAPIPolicies:
			row.Level = perAPI
			if p.PerUser {
				row.Level = perUser
			}
			if row.Groups, err = groupsJSON(p); err != nil {
				return nil, err
			}
		}
		rows[i] = row
	}
	return rows, nil
}

func (row *policyJSON) setBurst(b Burst) {
	if b.Unit == "" {
		b.Unit = "sec"
	}
	row.BurstCount, row.BurstUnit = &b.Count, &b.Unit
}

func (row *policyJSON) burst() Burst {
	var b Burst
	if row.Burst != nil && row.Burst.Count != 0 {
		b = Burst{Count: row.Burst.Count, Unit: row.Burst.Unit}
	}
	if row.BurstCount != nil && *row.BurstCount != 0 {
		b.Count = *row.BurstCount
		if row.BurstUnit != nil {
			b.Unit = *row.BurstUnit
		}
	}
	return b
}

// levelOfPath is the level of the policies that a path lists, or 0.
func levelOfPath(path Path) Level {
	switch path {
	case PathSubscriptionPolicies:
		return SubscriptionLevel
	case PathApplicationPolicies:
		return ApplicationLevel
	case PathAPIPolicies:
		return APILevel
	case PathGlobalPolicies:
		return CustomLevel
	}
	return 0
}

// parsePolicies makes policies of the rows, whose level is the path's. What cannot be said in a Policy
// is an error; what can, and is wrong all the same, is left to Policy.Check, so that one bad policy does
// not take the others of a list with it. A row without any limit that is known is left out.
func parsePolicies(path Path, b []byte) ([]Policy, error) {
	rows, err := parseList(path, b, func(row policyJSON) policyJSON { return row })
	if err != nil {
		return nil, err
	}
	var all []Policy
	for i := range rows {
		p, ok, err := rows[i].policy(levelOfPath(path))
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, p)
		}
	}
	return all, nil
}

// policy is what a row stands for; ok is false when it has no limit that is known.
func (row *policyJSON) policy(level Level) (p Policy, ok bool, err error) {
	p = Policy{ID: row.ID, Name: row.Name, Level: level, Tenant: row.Tenant, Burst: row.burst(), PerUser: row.Level == perUser}
	if level == CustomLevel {
		p.Query, p.KeyTemplate = textOf(row.Query), textOf(row.Template)
		return p, true, nil
	}
	limit, ok, err := row.Limit.limit(row.Name)
	if err != nil || !ok {
		return p, ok, err
	}
	p.Quota, p.Window, p.Counts, p.DataUnit, p.Tokens = limit.Quota, limit.Window, limit.Counts, limit.DataUnit, limit.Tokens
	p.ContinueOverQuota = row.Stop != nil && !*row.Stop
	if row.Depth != nil && row.Complexity != nil {
		p.GraphQL = GraphQLLimits{*row.Depth, *row.Complexity}
	}
	p.Groups, err = row.groups()
	return p, err == nil, err
}

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// ParsePolicies reads a list of policies as somebody wrote it down: the body of one of the four paths of
// policies, every row of which must be one that can be deployed (Policy.Check). The Member of an error is
// the way to the wrong member, "list[2].defaultLimit.requestCount.timeUnit".
func ParsePolicies(path Path, b []byte) ([]Policy, error) {
	if levelOfPath(path) == 0 {
		return nil, &FormError{Doing: "read policies", Kind: ErrUnknownType, Detail: "path " + string(path) + " lists none"}
	}
	rows, err := parseList(path, b, func(row policyJSON) policyJSON { return row })
	if err != nil {
		return nil, err
	}
	all := make([]Policy, len(rows))
	for i := range rows {
		ok, row := false, &rows[i]
		all[i], ok, err = row.policy(levelOfPath(path))
		switch {
		case err != nil:
		case !ok:
			err = row.Limit.refused()
		default:
			if err = row.strange(); err == nil {
				err = all[i].Check()
			}
		}
		if err != nil {
			return nil, within(err, "read policy "+row.Name, fmt.Sprintf("list[%d].", i))
		}
	}
	return all, nil
}

// refused says why a limit is none.
func (l *limitJSON) refused() error {
	if l != nil && l.Quota != "" && !slices.Contains(quotaTypes[:], l.Quota) {
		return refuse("defaultLimit.quotaType", "want requestCount, bandwidthVolume, eventCount or aiApiQuota, found "+l.Quota)
	}
	limit, _ := l.amount()
	if l == nil || limit == (Limit{}) && l.Requests == nil {
		return refuse("defaultLimit", "want a limit of requestCount, bandwidth, eventCount or aiApiQuota")
	}
	return refuse("defaultLimit.quotaType", "want "+limit.Counts.String()+", which the limit is one of, found "+l.Quota)
}

// strange finds words of a row that a Policy has no room for.
func (row *policyJSON) strange() error {
	if row.Level != "" && row.Level != perAPI && row.Level != perUser {
		return refuse("applicableLevel", "want "+perAPI+" or "+perUser+", found "+row.Level)
	}
	if row.Groups == nil {
		return nil
	}
	for i, g := range *row.Groups {
		at := fmt.Sprintf("conditionGroups[%d].", i)
		if _, known := g.Limit.amount(); !known {
			return within(g.Limit.refused(), "", at)
		}
		for j, c := range g.Conditions {
			if c.condition().Type == 0 {
				return refuse(fmt.Sprintf("%scondition[%d].conditionType", at, j), "want IPSpecific, IPRange, Header, QueryParameterType or JWTClaims, found "+c.Type)
			}
		}
	}
	return nil
}
