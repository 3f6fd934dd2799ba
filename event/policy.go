package event

// Policy is a throttling policy (GET /{subscription,application,api,global}-policies).
type Policy struct {
	ID                int
	Name              string
	Level             Level // SubscriptionLevel, ApplicationLevel, APILevel, CustomLevel
	Tenant            Tenant
	Quota             int64    // requests a window, or what Counts and DataUnit say
	Window            Duration // the window's length
	Counts            QuotaType
	DataUnit          string
	Tokens            Tokens
	ContinueOverQuota bool             // stopOnQuotaReach=false
	Burst             Burst            // of subscription and application policies
	Subscribers       int              // of subscription policies: callbacks that a WebSub API's subscriber may have (subscriberCount); 0 is no limit
	GraphQL           GraphQLLimits    // of subscription policies
	PerUser           bool             // of API policies: applicableLevel is userLevel
	Groups            []ConditionGroup // of API policies
	KeyTemplate       string           // of custom policies: "$userId:$apiContext"
	Query             string           // of custom policies: the Siddhi text, which says quota, window and key
}

// GraphQLLimits are how deep and how complex a GraphQL query may be; 0 is no limit. No gateway here looks into queries.
type GraphQLLimits struct{ Depth, Complexity int }

// Limit is how much a window allows.
type Limit struct {
	Quota    int64
	Window   Duration  // its length
	Counts   QuotaType // what Quota counts
	DataUnit string    // of Bandwidth: KB, MB or GB; anything else is bytes (PD/dto/BandwidthLimit.java)
	Tokens   Tokens    // of AIQuota
}

// Tokens are the limits of an AI quota besides that of requests, which is Quota. 0 is no such limit.
type Tokens struct{ Prompt, Completion, Total int64 }

// Limit is the policy's own, that of calls which meet no condition group.
func (p *Policy) Limit() Limit { return Limit{p.Quota, p.Window, p.Counts, p.DataUnit, p.Tokens} }

// QuotaType is what a policy's quota counts.
type QuotaType uint8

// The types of quotas (PolicyConstants.java).
const (
	RequestCount QuotaType = iota
	Bandwidth
	EventCount // events of an async API; subscription policies only
	AIQuota    // requests and tokens; subscription policies only
)

var quotaTypes = [...]string{"requestCount", "bandwidthVolume", "eventCount", "aiApiQuota"}

// String is the type's name on the wire.
func (q QuotaType) String() string {
	if int(q) < len(quotaTypes) {
		return quotaTypes[q]
	}
	return "?"
}

// Burst is how many calls a gateway lets through in a short unit of time, each gateway for itself
// (rateLimitCount, rateLimitTimeUnit). A Count of 0 is no limit.
type Burst struct {
	Count int
	Unit  string // "min" is a minute, anything else a second (ThrottleHandler.java)
}

// ConditionGroup is a part of an API policy with a quota of its own, for calls that meet all of its
// conditions (conditionGroups of GET /api-policies).
type ConditionGroup struct {
	ID int
	Limit
	Conditions []Condition
}

// ConditionType is what a condition looks at.
type ConditionType uint8

// The types of conditions (PolicyConstants.java). The values are addresses for the first two,
// regular expressions that are searched for in the others.
const (
	IPIs      ConditionType = iota + 1 // Value
	IPBetween                          // Value to End, both of them meant too
	HeaderHas                          // Name, Value
	QueryHas                           // Name, Value
	ClaimHas                           // Name, Value
)

var conditionTypes = [...]string{"?", "IPSpecific", "IPRange", "Header", "QueryParameterType", "JWTClaims"}

// String is the type's name on the wire.
func (c ConditionType) String() string {
	if int(c) < len(conditionTypes) {
		return conditionTypes[c]
	}
	return "?"
}

// Condition is one condition of a group.
type Condition struct {
	Type   ConditionType
	Name   string
	Value  string
	End    string
	Invert bool
}
