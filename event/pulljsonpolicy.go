package event

import "math"

// policyJSON is a row of the policy lists; each list has members that the others lack.
type policyJSON struct {
	ID       int    `json:"id"`
	TenantID int    `json:"tenantId"`
	Tenant   Tenant `json:"tenantDomain"`
	Name     string `json:"name"`
	Quota    string `json:"quotaType"`

	// Subscription policies.
	Complexity *int    `json:"graphQLMaxComplexity,omitempty"`
	Depth      *int    `json:"graphQLMaxDepth,omitempty"`
	BurstCount *int    `json:"rateLimitCount,omitempty"`
	BurstUnit  *string `json:"rateLimitTimeUnit,omitempty"`
	Stop       *bool   `json:"stopOnQuotaReach,omitempty"`

	// API policies.
	Groups *[]groupJSON `json:"conditionGroups,omitempty"`
	Level  string       `json:"applicableLevel,omitempty"`

	Limit limitJSON `json:"defaultLimit"`
}

type limitJSON struct {
	Quota     string          `json:"quotaType"`
	Requests  *requestLimit   `json:"requestCount,omitempty"`
	Bandwidth *bandwidthLimit `json:"bandwidth,omitempty"`
}

type requestLimit struct {
	Unit  string `json:"timeUnit"`
	Units int64  `json:"unitTime"`
	Count int64  `json:"requestCount"`
}

type bandwidthLimit struct {
	Unit     string `json:"timeUnit"`
	Units    int64  `json:"unitTime"`
	Amount   int64  `json:"dataAmount"`
	DataUnit string `json:"dataUnit"`
}

// The values of applicableLevel.
const perAPI, perUser = "apiLevel", "userLevel"

func policiesJSON(path Path, all []Policy) ([]policyJSON, error) {
	rows := make([]policyJSON, len(all))
	for i, p := range all {
		limit, err := limitOf(p.Name, p.Limit())
		if err != nil {
			return nil, err
		}
		row := policyJSON{ID: p.ID, TenantID: p.Tenant.ID(), Tenant: p.Tenant, Name: p.Name, Quota: p.Counts.String(), Limit: limit}
		switch path {
		case PathSubscriptionPolicies:
			zero, stop := 0, !p.ContinueOverQuota
			row.Complexity, row.Depth, row.Stop = &zero, &zero, &stop
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
	if row.BurstCount != nil && *row.BurstCount != 0 {
		b.Count = *row.BurstCount
		if row.BurstUnit != nil {
			b.Unit = *row.BurstUnit
		}
	}
	return b
}

// limitOf writes a limit.
func limitOf(policy string, l Limit) (limitJSON, error) {
	unit, n, err := windowUnit(policy, l.Window)
	made := limitJSON{Quota: l.Counts.String()}
	switch l.Counts {
	case RequestCount:
		made.Requests = &requestLimit{Unit: unit, Units: n, Count: l.Quota}
	case Bandwidth:
		made.Bandwidth = &bandwidthLimit{Unit: unit, Units: n, Amount: l.Quota, DataUnit: l.DataUnit}
	default:
		err = &FormError{Doing: "write policy " + policy, Kind: ErrNoForm, Detail: "a quota of requests or of bytes was expected"}
	}
	return made, err
}

// limit reads a limit; ok is false for a type of quota that is not in use here.
func (l limitJSON) limit(policy string) (limit Limit, ok bool, err error) {
	var unit string
	var units int64
	switch {
	case l.Requests != nil:
		limit.Quota, unit, units = l.Requests.Count, l.Requests.Unit, l.Requests.Units
	case l.Bandwidth != nil:
		limit.Counts, limit.Quota, limit.DataUnit = Bandwidth, l.Bandwidth.Amount, l.Bandwidth.DataUnit
		unit, units = l.Bandwidth.Unit, l.Bandwidth.Units
	default:
		return limit, false, nil
	}
	if limit.Window, ok = windowOf(unit, units); !ok {
		err = &FormError{Doing: "read policy " + policy, Kind: ErrMalformed, Member: "timeUnit",
			Detail: "sec, min, hour, day, week, month or year and a number of them were expected, found " + unit}
	}
	return limit, true, err
}

// parsePolicies makes policies of the rows that count requests or bytes. The level is the path's.
func parsePolicies(path Path, b []byte) ([]Policy, error) {
	rows, err := parseList(path, b, func(row policyJSON) policyJSON { return row })
	if err != nil {
		return nil, err
	}
	level := APILevel
	switch path {
	case PathSubscriptionPolicies:
		level = SubscriptionLevel
	case PathApplicationPolicies:
		level = ApplicationLevel
	}
	var all []Policy
	for _, row := range rows {
		limit, ok, err := row.Limit.limit(row.Name)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		p := Policy{ID: row.ID, Name: row.Name, Level: level, Tenant: row.Tenant, Burst: row.burst(), PerUser: row.Level == perUser}
		p.Quota, p.Window, p.Counts, p.DataUnit = limit.Quota, limit.Window, limit.Counts, limit.DataUnit
		p.ContinueOverQuota = row.Stop != nil && !*row.Stop
		if p.Groups, err = row.groups(); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// timeUnit is a unit of time of a policy: the length that the traffic manager's query compiler gives
// it (siddhi 3.3.0; a month is 30 days, a year 365), and its names. The internal API says hour and
// day, the administrator's form hours and days.
type timeUnit struct {
	length Duration
	names  [2]string
}

var timeUnits = [...]timeUnit{
	{24 * Hour, [2]string{"day", "days"}},
	{Hour, [2]string{"hour", "hours"}},
	{Minute, [2]string{"min", "mins"}},
	{Second, [2]string{"sec", "secs"}},
	{Millisecond, [2]string{"millisec", "milliseconds"}}, // Siddhi knows it, the administrator's form does not offer it
	{7 * 24 * Hour, [2]string{"week", "weeks"}},
	{30 * 24 * Hour, [2]string{"month", "months"}},
	{365 * 24 * Hour, [2]string{"year", "years"}},
}

// windowUnit is a policy's window in the largest unit up to a day that measures it exactly.
func windowUnit(policy string, window Duration) (unit string, n int64, err error) {
	if window == 0 {
		return "min", 0, nil
	}
	for _, u := range timeUnits[:5] {
		if window > 0 && window%u.length == 0 {
			return u.names[0], int64(window / u.length), nil
		}
	}
	return "", 0, &FormError{Doing: "write policy " + policy, Kind: ErrNoForm,
		Detail: "a window of whole milliseconds was expected, not " + window.String()}
}

// windowOf is the length of the time that a limit counts over.
func windowOf(unit string, units int64) (Duration, bool) {
	for _, u := range timeUnits {
		if unit == u.names[0] || unit == u.names[1] {
			return Duration(units) * u.length, units >= 0 && units <= math.MaxInt64/int64(u.length)
		}
	}
	return 0, false
}
