package scenarios

import (
	"fmt"
	"slices"
	"strconv"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/siddhi"
)

// use is a policy that a call is counted by, and under which key.
type use struct {
	policy *event.Policy
	group  int // index of the policy's condition group; ownLimit is the policy itself
	checker.Counted
	judged bool
	// why says what of the quota the oracle cannot judge; "" is that it does all of it.
	why string
}

// ownLimit stands for the part of a policy that is in no condition group.
const ownLimit = -1

// uses is our own reading of the rules: the policies that a call is counted by (protocol of
// ThrottleHandler.java).
func (out *catalog) uses(r *event.Request) (all []use) {
	app, sub, api := out.caller(r)
	if api == nil || app == nil {
		return nil
	}
	user := app.user + "@" + string(event.Super)
	a := &event.Attributes{
		UserID: user, APIContext: api.Context, APIVersion: api.Version, APIName: api.Name,
		AppID: app.id, AppTier: app.tier, AppTenant: event.Super, APITenant: event.Super,
		APIKey: event.ThrottleKey(api.Context + ":" + api.Version),
	}
	a.AppKey = event.ThrottleKey(a.AppID + ":" + a.UserID)
	add := func(level, named event.Level, key event.ThrottleKey, tier string) {
		p := out.policy(level, tier)
		switch {
		case p == nil:
		case level == event.APILevel:
			all = append(all, out.grouped(r, p, checker.Counted{Key: key, Level: named})...)
		default:
			all = append(all, out.use(p, ownLimit, checker.Counted{Key: key, Level: named}))
		}
	}
	add(event.ApplicationLevel, event.ApplicationLevel, a.AppKey, app.tier)
	if sub != "" {
		a.SubscriptionTier = sub
		a.SubscriptionKey = event.ThrottleKey(fmt.Sprintf("%s:%s:%s:%s", app.id, api.Context, api.Version, sub))
		if api.Product {
			a.SubscriptionKey = event.ThrottleKey(fmt.Sprintf("%s:%s:%s:%s", app.id, api.Name, api.Provider, sub))
		}
		add(event.SubscriptionLevel, event.SubscriptionLevel, a.SubscriptionKey, sub)
	}
	if api.Tier != event.Unlimited {
		a.ResourceKey, a.ResourceTier = a.APIKey, api.Tier
		add(event.APILevel, event.APILevel, a.ResourceKey, api.Tier)
		return append(all, out.custom(&siddhi.Row{Attributes: a, Property: out.sight.properties(r)})...)
	}
	for _, res := range api.Resources {
		if res.Template == r.Resource && res.Verb == r.Verb {
			a.ResourceKey, a.ResourceTier = event.ThrottleKey(api.Context+"/"+api.Version+res.Template+":"+res.Verb), res.Tier
			add(event.APILevel, event.ResourceLevel, a.ResourceKey, res.Tier)
		}
	}
	return append(all, out.custom(&siddhi.Row{Attributes: a, Property: out.sight.properties(r)})...)
}

// use is a call's use of a policy's limit, or of one of its groups'.
func (out *catalog) use(p *event.Policy, group int, c checker.Counted) use {
	limit := p.Limit()
	if group != ownLimit {
		limit = p.Groups[group].Limit
	}
	u := use{policy: p, group: group, Counted: c, judged: true}
	u.Window, u.Quota = limit.Window, limit.Quota
	switch limit.Counts {
	case event.Bandwidth:
		unit, _ := event.BytesOf(limit.DataUnit)
		u.Bytes, u.Quota = true, limit.Quota*unit
		if limit.DataUnit == "GB" {
			u.Taken = limit.Quota // where the traffic manager does not convert it
		}
	case event.EventCount:
		u.Quota++ // an async API's policy throttles beyond its quota
	case event.AIQuota:
		u.judged, u.why = limit.Quota > 0, "its tokens: they are counted on responses, and no call here has any"
	}
	return u
}

// grouped are the uses of an API policy: of every group that a call meets, else of the policy itself.
// Plans of both kinds add a suffix to the key (throttle_policy_template_resource.xml).
func (out *catalog) grouped(r *event.Request, p *event.Policy, c checker.Counted) (all []use) {
	base, met := c.Key, false
	for i := range p.Groups {
		g := &p.Groups[i]
		counts, asked := out.sight.meets(r, g.Conditions)
		met = met || asked
		if counts {
			one := c
			one.Key, one.Base, one.Unasked = base+event.ThrottleKey("_condition_"+strconv.Itoa(g.ID)), base, !asked
			all = append(all, out.use(p, i, one))
		}
	}
	if len(all) > 0 {
		return all
	}
	c.Key = base + "_default"
	if len(p.Groups) > 0 {
		c.Base, c.Unasked = base, met
	}
	return append(all, out.use(p, ownLimit, c))
}

// custom are the custom policies that want a call. Windows that begin with the first call of anybody
// are not foreseen.
func (out *catalog) custom(a *siddhi.Row) (all []use) {
	for i := range out.policies {
		p := &out.policies[i]
		if p.Level != event.CustomLevel {
			continue
		}
		rule, err := siddhi.Parse(p.Query)
		if err != nil {
			continue // the traffic manager refuses it
		}
		key, wants := rule.Key(a)
		if !wants {
			continue
		}
		u := use{policy: p, group: ownLimit, judged: rule.Aligned, Counted: checker.Counted{Key: key, Level: event.CustomLevel, Window: rule.Unit, Quota: rule.Limit}}
		if !rule.Aligned {
			u.why = "its windows begin with the first call of anybody"
		}
		all = append(all, u)
	}
	return all
}

// counted is what the oracle judges: the keys whose quota stops calls.
func (out *catalog) counted(r *event.Request) (keys []checker.Counted) {
	for _, u := range out.uses(r) {
		if u.judged && !u.policy.ContinueOverQuota {
			keys = append(keys, u.Counted)
		}
	}
	return keys
}

// caller is who a call counts for.
type caller struct{ id, user, tier string }

// caller finds who calls what, under which subscription tier; "" is none. Nobody at an open operation is
// known by the address, and an API that needs no subscription has a tier of its own for those without
// (APIAuthenticationHandler.java, AbstractKeyValidationHandler.java).
func (out *catalog) caller(r *event.Request) (who *caller, tier string, api *event.API) {
	for _, list := range [][]event.API{out.apis, out.later} {
		for i := range list {
			if list[i].Context == r.Context {
				api = &list[i]
			}
		}
	}
	if api == nil {
		return nil, "", nil
	}
	if slices.ContainsFunc(api.Resources, func(o event.Resource) bool { return o.NoAuth && o.Template == r.Resource && o.Verb == r.Verb }) {
		return &caller{id: r.ClientIP, user: "anonymous"}, "Unauthenticated", api
	}
	var app *event.Application
	for i := range out.apps {
		if r.Token != nil && slices.Contains(out.apps[i].ConsumerKeys, r.Token.ConsumerKey) {
			app = &out.apps[i]
		}
	}
	if app == nil {
		return nil, "", api
	}
	who = &caller{strconv.Itoa(app.ID), r.Token.User, app.Tier}
	for i := range out.subscriptions {
		if s := &out.subscriptions[i]; s.AppID == app.ID && s.APIID == api.ID {
			tier = s.Tier
		}
	}
	if tier == "" && api.Subscriptionless {
		who.tier, tier = event.Unlimited, "DefaultSubscriptionless"
	}
	return who, tier, api
}
