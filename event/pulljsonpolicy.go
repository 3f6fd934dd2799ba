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
	Groups *[]struct{} `json:"conditionGroups,omitempty"`
	Level  string      `json:"applicableLevel,omitempty"`

	Limit limitJSON `json:"defaultLimit"`
}

type limitJSON struct {
	Quota    string        `json:"quotaType"`
	Requests *requestLimit `json:"requestCount,omitempty"`
}

type requestLimit struct {
	Unit  string `json:"timeUnit"`
	Units int64  `json:"unitTime"`
	Count int64  `json:"requestCount"`
}

const requestCount = "requestCount"

func policiesJSON(path Path, all []Policy) ([]policyJSON, error) {
	rows := make([]policyJSON, len(all))
	for i, p := range all {
		unit, n, err := windowUnit(p)
		if err != nil {
			return nil, err
		}
		row := policyJSON{ID: p.ID, TenantID: p.Tenant.ID(), Tenant: p.Tenant, Name: p.Name, Quota: requestCount,
			Limit: limitJSON{Quota: requestCount, Requests: &requestLimit{Unit: unit, Units: n, Count: p.Quota}}}
		switch path {
		case PathSubscriptionPolicies:
			zero, sec, stop := 0, "sec", !p.ContinueOverQuota
			row.Complexity, row.Depth, row.BurstCount, row.BurstUnit, row.Stop = &zero, &zero, &zero, &sec, &stop
		case PathAPIPolicies:
			row.Groups, row.Level = &[]struct{}{}, "apiLevel"
		}
		rows[i] = row
	}
	return rows, nil
}

// parsePolicies makes policies of the rows that count requests. The level is the path's.
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
		if row.Limit.Requests == nil {
			continue
		}
		window, ok := row.Limit.Requests.window()
		if !ok {
			return nil, &FormError{Doing: "read policy " + row.Name, Kind: ErrMalformed, Member: "timeUnit",
				Detail: "sec, min, hour, day, week, month or year and a number of them were expected, found " + row.Limit.Requests.Unit}
		}
		p := Policy{ID: row.ID, Name: row.Name, Level: level, Tenant: row.Tenant, Quota: row.Limit.Requests.Count, Window: window}
		p.ContinueOverQuota = row.Stop != nil && !*row.Stop
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
func windowUnit(p Policy) (unit string, n int64, err error) {
	if p.Window == 0 {
		return "min", 0, nil
	}
	for _, u := range timeUnits[:5] {
		if p.Window > 0 && p.Window%u.length == 0 {
			return u.names[0], int64(p.Window / u.length), nil
		}
	}
	return "", 0, &FormError{Doing: "write policy " + p.Name, Kind: ErrNoForm,
		Detail: "a window of whole milliseconds was expected, not " + p.Window.String()}
}

// window is the length of the time that a limit counts over.
func (l requestLimit) window() (Duration, bool) {
	for _, u := range timeUnits {
		if l.Unit == u.names[0] || l.Unit == u.names[1] {
			return Duration(l.Units) * u.length, l.Units >= 0 && l.Units <= math.MaxInt64/int64(u.length)
		}
	}
	return 0, false
}
