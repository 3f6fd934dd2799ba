package event

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
)

// Check says why a policy cannot be deployed, or nil. The Member of its *FormError is the way to the
// wrong member in the JSON of the internal API.
func (p *Policy) Check() error {
	err := p.check()
	if err != nil {
		return within(err, "use policy "+p.Name, "")
	}
	return nil
}

func (p *Policy) check() error {
	switch {
	case p.Name == "":
		return refuse("name", "want a name")
	case p.Level == CustomLevel && p.Query == "":
		return refuse("siddhiQuery", "want a query")
	case p.Level == CustomLevel:
		return nil
	case p.Level != SubscriptionLevel && p.Level != ApplicationLevel && p.Level != APILevel:
		return refuse("policyType", "want a policy of subscriptions, applications, APIs or a custom one, found level "+p.Level.String())
	case p.Level != SubscriptionLevel && p.Counts >= EventCount:
		return refuse("defaultLimit.quotaType", "only subscription policies count events or tokens")
	case p.Burst.Count < 0:
		return refuse("rateLimitCount", fmt.Sprintf("want a burst from 0, found %d", p.Burst.Count))
	case p.Burst.Count > 0 && !knownUnit(p.Burst.Unit):
		return refuse("rateLimitTimeUnit", "want sec or min, found "+p.Burst.Unit)
	case len(p.Groups) > 0 && p.Level != APILevel:
		return refuse("conditionGroups", "only API policies have them")
	}
	limit := p.Limit()
	if err := limit.check(); err != nil {
		return err
	}
	ids := map[int]bool{}
	for i := range p.Groups {
		g := &p.Groups[i]
		err := g.check()
		if ids[g.ID] {
			err = refuse("conditionGroupId", fmt.Sprintf("two groups have the number %d", g.ID))
		}
		if err != nil {
			return within(err, "", fmt.Sprintf("conditionGroups[%d].", i))
		}
		ids[g.ID] = true
	}
	return nil
}

// knownUnit tells whether a unit of time is known. That of a burst need not be said.
func knownUnit(name string) bool {
	_, wrong := windowJSON{name, 1}.length()
	return name == "" || wrong == ""
}

// BytesOf is how many bytes a unit of Bandwidth means, "" being bytes; false for one that is not known. The product
// does not convert GB and takes the number for bytes (PD/dto/BandwidthLimit.java): who counts as it does
// leaves GB alone.
func BytesOf(unit string) (bytes int64, known bool) {
	switch unit {
	case "":
		return 1, true
	case "KB":
		return 1 << 10, true
	case "MB":
		return 1 << 20, true
	case "GB":
		return 1 << 30, true
	}
	return 1, false
}

func (l *Limit) check() error {
	amounts := []struct {
		member string
		n      int64
	}{{limitAmounts[min(l.Counts, AIQuota)], l.Quota}, {"promptTokenCount", l.Tokens.Prompt}, {"completionTokenCount", l.Tokens.Completion}, {"totalTokenCount", l.Tokens.Total}}
	for _, a := range amounts {
		if a.n < 0 {
			return refuse(l.member(a.member), fmt.Sprintf("want no negative quota, found %d", a.n))
		}
	}
	unit, known := BytesOf(l.DataUnit)
	switch {
	case l.Counts > AIQuota:
		return refuse("defaultLimit.quotaType", "want requestCount, bandwidthVolume, eventCount or aiApiQuota")
	case l.Window < Millisecond:
		return refuse(l.member("unitTime"), "want a window of at least 1ms, found "+l.Window.String())
	case l.Counts == Bandwidth && !known:
		return refuse(l.member("dataUnit"), "want KB, MB or GB, or none for bytes, found "+l.DataUnit)
	case l.Counts == Bandwidth && l.Quota > math.MaxInt64/unit:
		return refuse(l.member("dataAmount"), fmt.Sprintf("%d %s are more bytes than 64 bits can count", l.Quota, l.DataUnit))
	case l.Counts == AIQuota && l.Quota == 0 && l.Tokens == Tokens{}:
		return refuse(l.member("requestCount"), "want a limit of requests or of tokens")
	}
	return nil
}

// limitAmounts are the members of Quota by what it counts.
var limitAmounts = [...]string{"requestCount", "dataAmount", "eventCount", "requestCount"}

func (g *ConditionGroup) check() error {
	switch {
	case g.ID < 0:
		return refuse("conditionGroupId", fmt.Sprintf("want a number from 0, found %d: throttle keys end in it", g.ID))
	case g.Counts >= EventCount:
		return refuse("defaultLimit.quotaType", "want a limit of requests or of bytes")
	case len(g.Conditions) == 0:
		return refuse("condition", "want at least one condition")
	}
	if err := g.Limit.check(); err != nil {
		return err
	}
	for i := range g.Conditions {
		if err := g.Conditions[i].check(); err != nil {
			return within(err, "", fmt.Sprintf("condition[%d].", i))
		}
	}
	return nil
}

func (c *Condition) check() error {
	switch c.Type {
	case IPIs:
		_, err := checkAddress("value", c.Value)
		return err
	case IPBetween:
		from, err := checkAddress("name", c.Value)
		if err != nil {
			return err
		}
		to, err := checkAddress("value", c.End)
		if err == nil && (from.Is4() != to.Is4() || to.Less(from)) {
			err = refuse("value", fmt.Sprintf("want a range whose last address is not before the first and of its kind, found %s to %s", c.Value, c.End))
		}
		return err
	case HeaderHas, QueryHas, ClaimHas:
		if c.Name == "" {
			return refuse("name", "want the name of what is looked at")
		}
		if _, err := Pattern(c.Value); err != nil {
			return refuse("value", "want a regular expression without backreferences and look-around: "+err.Error())
		}
		return nil
	}
	return refuse("conditionType", "want IPSpecific, IPRange, Header, QueryParameterType or JWTClaims")
}

func checkAddress(member, text string) (netip.Addr, error) {
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return a, refuse(member, fmt.Sprintf("want an address as 10.0.0.1 or 2001:db8::1, found %q", text))
	}
	return a, nil
}

// refuse is what is wrong with a member.
func refuse(member, detail string) error {
	return &FormError{Kind: ErrMalformed, Member: member, Detail: detail}
}

// within says what was done when something was wrong, and where the member stands.
func within(err error, doing, where string) error {
	e := (*FormError)(nil)
	if !errors.As(err, &e) {
		return err
	}
	made := *e
	made.Member = where + e.Member
	if doing != "" {
		made.Doing = doing
	}
	return &made
}
