package scenarios

import (
	"errors"
	"fmt"
	"strings"

	"hubsim/event"
	"hubsim/internal/spelling"
	"hubsim/siddhi"
)

// Policy is a throttling policy: of calls or bytes, with condition groups at level api, or one's own query
// at level custom.
type Policy struct {
	Name   string   `yaml:"name"`
	Level  string   `yaml:"level" jsonschema:"enum=subscription,enum=application,enum=api,enum=custom"`
	Quota  int64    `yaml:"quota,omitempty" jsonschema:"minimum=1,description=requests a window; a custom policy's is in its query"`
	Window Duration `yaml:"window,omitempty" jsonschema:"description=the window's length: 10s\\, 1m\\, 1h; a custom policy's is in its query"`
	Unit   string   `yaml:"unit,omitempty" jsonschema:"enum=B,enum=KB,enum=MB,enum=GB,description=the quota is one of bytes"`
	Tenant string   `yaml:"tenant,omitempty" jsonschema:"description=whose it is: carbon.super unless said; a custom policy is everybody's"`
	Tokens *Tokens  `yaml:"tokens,omitempty" jsonschema:"description=level subscription: an AI quota\\, of tokens and\\, where quota is said\\, of requests"`
	Groups []Group  `yaml:"groups,omitempty" jsonschema:"description=level api: quotas of their own for calls that meet conditions"`
	// KeyTemplate is what gateways look up, Query what traffic managers count by.
	KeyTemplate string `yaml:"key_template,omitempty" jsonschema:"description=level custom: $userId\\, $apiContext:$apiVersion …"`
	Query       string `yaml:"query,omitempty" jsonschema:"description=level custom: the Siddhi text"`
	// ContinueOverQuota is stopOnQuotaReach=false.
	ContinueOverQuota bool `yaml:"continue_over_quota,omitempty" jsonschema:"description=let calls past the quota through (stopOnQuotaReach=false)"`
	Subscribers       int  `yaml:"subscribers,omitempty" jsonschema:"minimum=0,description=level subscription: callbacks that a subscriber of a WebSub API may have; no limit unless said"`
	// GraphQL is told to gateways, which do not look into queries here.
	GraphQL *GraphQLLimits `yaml:"graphql,omitempty" jsonschema:"description=level subscription: how deep and complex a query may be"`
	Burst   *Burst         `yaml:"burst,omitempty" jsonschema:"description=level subscription or application: how many calls each gateway lets through in a short time"`
}

// Tokens are the limits of an AI quota in tokens a window.
type Tokens struct {
	Prompt     int64 `yaml:"prompt,omitempty" jsonschema:"minimum=0"`
	Completion int64 `yaml:"completion,omitempty" jsonschema:"minimum=0"`
	Total      int64 `yaml:"total,omitempty" jsonschema:"minimum=0"`
}

// limits are the tokens as a policy or a hard limit holds them; nil is none.
func (t *Tokens) limits() event.Tokens {
	if t == nil {
		return event.Tokens{}
	}
	return event.Tokens{Prompt: t.Prompt, Completion: t.Completion, Total: t.Total}
}

// GraphQLLimits bound a GraphQL query.
type GraphQLLimits struct {
	Depth      int `yaml:"depth,omitempty" jsonschema:"minimum=0"`
	Complexity int `yaml:"complexity,omitempty" jsonschema:"minimum=0"`
}

// Burst is a burst limit, counted by each gateway for itself.
type Burst struct {
	Calls int    `yaml:"calls" jsonschema:"minimum=1"`
	Per   string `yaml:"per,omitempty" jsonschema:"enum=sec,enum=min,description=sec unless said"`
}

// Group is a condition group: a quota of its own for calls that meet all conditions.
type Group struct {
	Quota  int64       `yaml:"quota" jsonschema:"minimum=1"`
	Window Duration    `yaml:"window"`
	Unit   string      `yaml:"unit,omitempty" jsonschema:"enum=B,enum=KB,enum=MB,enum=GB,description=the quota is one of bytes"`
	When   []Condition `yaml:"when" jsonschema:"description=all of these"`
}

// Condition is one condition: an address, a range of them, or a header, query parameter or claim and the
// regular expression that is searched for in it.
type Condition struct {
	IP      string `yaml:"ip,omitempty" jsonschema:"description=the caller's address\\, or the first of a range"`
	To      string `yaml:"to,omitempty" jsonschema:"description=the last address of the range"`
	Header  string `yaml:"header,omitempty" jsonschema:"description=the name of a header"`
	Query   string `yaml:"query,omitempty" jsonschema:"description=the name of a query parameter"`
	Claim   string `yaml:"claim,omitempty" jsonschema:"description=the name of a claim"`
	Matches string `yaml:"matches,omitempty" jsonschema:"description=a regular expression"`
	Not     bool   `yaml:"not,omitempty" jsonschema:"description=calls that do not meet it"`
}

// PolicyName names a policy.
type PolicyName struct {
	Name   string `yaml:"name"`
	Level  string `yaml:"level" jsonschema:"enum=subscription,enum=application,enum=api,enum=custom"`
	Tenant string `yaml:"tenant,omitempty" jsonschema:"description=whose it is: carbon.super unless said"`
}

// of is the tenant whose it is.
func (p *PolicyName) of() event.Tenant { return or(event.Tenant(p.Tenant), event.Super) }

// review looks at the name, if there is one.
func (p *PolicyName) review(c *critic, at way) {
	if p == nil {
		return
	}
	if _, known := levels[p.Level]; !known {
		c.none(at.then("level"), "level", p.Level, sortedKeys(levels))
	}
}

// save makes a step save a policy as it is.
func (out *catalog) save(do *event.Step, p *PolicyName) error {
	found := out.policy(levels[p.Level], p.Name, p.of())
	if found == nil {
		return out.noPolicy(p)
	}
	same := *found
	do.Policy = &same
	return nil
}

// noPolicy is that the catalog has no policy of a name.
func (out *catalog) noPolicy(p *PolicyName) error {
	var names []string
	for i := range out.policies {
		if q := &out.policies[i]; q.Level == levels[p.Level] && q.Tenant == p.of() {
			names = append(names, q.Name)
		}
	}
	return fmt.Errorf("there is no %s policy %q\nhint: %s", p.Level, p.Name, spelling.Hint(p.Name, names))
}

var levels = map[string]event.Level{
	"subscription": event.SubscriptionLevel, "application": event.ApplicationLevel, "api": event.APILevel, "custom": event.CustomLevel,
}

// policy is a reviewed policy as the database holds it.
func (p *Policy) policy(id int) event.Policy {
	limit := limitOf(p.Quota, p.Window, p.Unit)
	made := event.Policy{
		ID: id, Name: p.Name, Level: levels[p.Level], Tenant: or(event.Tenant(p.Tenant), event.Super), Quota: limit.Quota, Window: limit.Window, Counts: limit.Counts, DataUnit: limit.DataUnit,
		ContinueOverQuota: p.ContinueOverQuota, KeyTemplate: p.KeyTemplate, Query: p.Query, Subscribers: p.Subscribers,
	}
	if p.GraphQL != nil {
		made.GraphQL = event.GraphQLLimits{Depth: p.GraphQL.Depth, Complexity: p.GraphQL.Complexity}
	}
	if p.Tokens != nil {
		made.Counts, made.Tokens = event.AIQuota, p.Tokens.limits()
	}
	if p.Burst != nil {
		made.Burst = event.Burst{Count: p.Burst.Calls, Unit: or(p.Burst.Per, "sec")}
	}
	for i, g := range p.Groups {
		one := event.ConditionGroup{ID: i + 1, Limit: limitOf(g.Quota, g.Window, g.Unit)}
		for j := range g.When {
			one.Conditions = append(one.Conditions, g.When[j].condition())
		}
		made.Groups = append(made.Groups, one)
	}
	return made
}

func limitOf(quota int64, window Duration, unit string) event.Limit {
	l := event.Limit{Quota: quota, Window: event.Duration(window)}
	if unit != "" {
		l.Counts, l.DataUnit = event.Bandwidth, strings.TrimPrefix(unit, "B")
	}
	return l
}

func (c *Condition) condition() event.Condition {
	e := event.Condition{Value: c.Matches, Invert: c.Not}
	switch {
	case c.To != "":
		e.Type, e.Value, e.End = event.IPBetween, c.IP, c.To
	case c.IP != "":
		e.Type, e.Value = event.IPIs, c.IP
	case c.Header != "":
		e.Type, e.Name = event.HeaderHas, c.Header
	case c.Query != "":
		e.Type, e.Name = event.QueryHas, c.Query
	case c.Claim != "":
		e.Type, e.Name = event.ClaimHas, c.Claim
	}
	return e
}

// review looks at one policy.
func (p *Policy) review(c *critic, at way) {
	level, known := levels[p.Level]
	if !known {
		c.none(at.then("level"), "level", p.Level, sortedKeys(levels))
	}
	if level == event.CustomLevel {
		p.reviewCustom(c, at)
		return
	}
	if p.KeyTemplate != "" || p.Query != "" {
		c.say(at, "say level: custom, or leave them out", "key_template and query are of custom policies")
	}
	p.reviewLimits(c, at)
	p.reviewBurst(c, at.then("burst"), level)
	before := len(c.all)
	if p.Level == "custom" && p.Tenant != "" {
		c.say(at.then("tenant"), "leave it out", "a custom policy is everybody's")
	}
	c.domain(at, p.Tenant)
	for i := range p.Groups {
		g := &p.Groups[i]
		reviewLimit(c, at.then("groups", i), g.Quota, g.Window)
		for j := range g.When {
			if g.When[j].condition().Type == 0 {
				c.say(at.then("groups", i, "when", j), "say ip, header, query or claim", "this asks for nothing")
			}
		}
	}
	if !known || len(c.all) > before || p.Quota < 1 && p.Tokens == nil || p.Window < Duration(event.Millisecond) || p.Name == "" {
		return
	}
	made := p.policy(1)
	wrong := (*event.FormError)(nil)
	if errors.As(made.Check(), &wrong) {
		c.say(at, "sim docs schema says what may stand in a policy", "%s: %s", wrong.Member, wrong.Detail)
	}
}

// reviewLimits looks at the policy's own limits. An AI quota need not have one of requests.
func (p *Policy) reviewLimits(c *critic, at way) {
	switch {
	case p.Tokens == nil || p.Quota != 0:
		reviewLimit(c, at, p.Quota, p.Window)
	default:
		reviewLimit(c, at, 1, p.Window)
	}
	if p.Tokens != nil && p.Unit != "" {
		c.say(at.then("unit"), "leave one of them out", "a quota is one of bytes or one of tokens")
	}
}

// reviewBurst looks at a burst limit.
func (p *Policy) reviewBurst(c *critic, at way, level event.Level) {
	switch b := p.Burst; {
	case b == nil:
	case level == event.APILevel:
		c.say(at, "say it of a subscription or application policy", "an api policy has no burst limit")
	case b.Calls < 1:
		c.say(at.then("calls"), "it starts from 1", "%d calls let nobody through", b.Calls)
	case b.Per != "" && b.Per != "sec" && b.Per != "min":
		c.none(at.then("per"), "unit", b.Per, []string{"sec", "min"})
	}
}

// reviewCustom looks at what a custom policy has and has not.
func (p *Policy) reviewCustom(c *critic, at way) {
	if p.Quota != 0 || p.Window != 0 || p.Unit != "" || p.Tokens != nil || p.Burst != nil || len(p.Groups) > 0 {
		c.say(at, "leave quota, window, unit, tokens, burst and groups out", "what a custom policy allows is in its query")
	}
	if p.KeyTemplate == "" {
		c.say(at, "for instance key_template: $userId", "gateways look up nothing without a key_template")
	}
	if _, err := siddhi.Parse(p.Query); err != nil {
		c.say(at.then("query"), "docs/guide/6-your-own-policies.md says which queries are understood", "%v", err)
	}
}

func reviewLimit(c *critic, at way, quota int64, window Duration) {
	if quota < 1 {
		c.say(at.then("quota"), "a quota is requests a window, from 1", "a quota of %d admits nothing", quota)
	}
	if window < Duration(event.Millisecond) {
		c.say(at.then("window"), "the product's windows are minutes, hours, days …; here from 1ms, as 10s or 1m", "a window of %v is no length of time", event.Duration(window))
	}
	c.span(at.then("window"), window, "a window")
}
