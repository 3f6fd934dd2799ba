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
	level  event.Level // as the gateway names it: a resource's is not an API's
	key    event.ThrottleKey
	window event.Duration
	quota  int64 // calls a window; 0: what it counts is not calls alone
}

// uses is our own reading of the rules: the policies that a call is counted by (protocol of
// ThrottleHandler.java).
func (out *catalog) uses(r *event.Request) (all []use) {
	app, sub, api := out.caller(r)
	if api == nil || app == nil {
		return nil
	}
	a := &event.Attributes{
		UserID: r.Token.User + "@" + string(event.Super), APIContext: api.Context, APIVersion: api.Version, APIName: api.Name,
		AppID: strconv.Itoa(app.ID), AppTier: app.Tier, AppTenant: event.Super, APITenant: event.Super,
		APIKey: event.ThrottleKey(api.Context + ":" + api.Version),
	}
	a.AppKey = event.ThrottleKey(a.AppID + ":" + a.UserID)
	add := func(level, named event.Level, key event.ThrottleKey, tier string) {
		if p := out.policy(level, tier); p != nil {
			all = append(all, use{p, named, key, p.Window, calls(p)})
		}
	}
	add(event.ApplicationLevel, event.ApplicationLevel, a.AppKey, app.Tier)
	if sub != nil {
		a.SubscriptionTier = sub.Tier
		a.SubscriptionKey = event.ThrottleKey(fmt.Sprintf("%d:%s:%s:%s", app.ID, api.Context, api.Version, sub.Tier))
		add(event.SubscriptionLevel, event.SubscriptionLevel, a.SubscriptionKey, sub.Tier)
	}
	if api.Tier != event.Unlimited {
		a.ResourceKey, a.ResourceTier = a.APIKey, api.Tier
		add(event.APILevel, event.APILevel, a.ResourceKey+"_default", api.Tier)
		return append(all, out.custom(a)...)
	}
	for _, res := range api.Resources {
		if res.Template == r.Resource && res.Verb == r.Verb {
			a.ResourceKey, a.ResourceTier = event.ThrottleKey(api.Context+"/"+api.Version+res.Template+":"+res.Verb), res.Tier
			add(event.APILevel, event.ResourceLevel, a.ResourceKey+"_default", res.Tier)
		}
	}
	return append(all, out.custom(a)...)
}

// calls is how many calls a policy admits in a window, or 0 if that depends on more than their number:
// their size, their tokens, what is in them. An async API's policy throttles beyond its quota.
func calls(p *event.Policy) int64 {
	switch {
	case len(p.Groups) > 0 || p.Counts == event.Bandwidth:
		return 0
	case p.Counts == event.EventCount:
		return p.Quota + 1
	}
	return p.Quota
}

// custom are the custom policies that want a call. Windows that begin with the first call of anybody
// are not foreseen: such a policy has no quota here.
func (out *catalog) custom(a *event.Attributes) (all []use) {
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
		u := use{policy: p, level: event.CustomLevel, key: key, window: rule.Unit}
		if rule.Aligned {
			u.quota = rule.Limit
		}
		all = append(all, u)
	}
	return all
}

// counted is what the oracle judges: the keys whose quota is a number of calls that stops them.
func (out *catalog) counted(r *event.Request) (keys []checker.Counted) {
	for _, u := range out.uses(r) {
		if u.quota > 0 && !u.policy.ContinueOverQuota {
			keys = append(keys, checker.Counted{Key: u.key, Level: u.level, Quota: u.quota, Window: u.window})
		}
	}
	return keys
}

// caller finds who calls what.
func (out *catalog) caller(r *event.Request) (app *event.Application, sub *event.Subscription, api *event.API) {
	for _, list := range [][]event.API{out.apis, out.later} {
		for i := range list {
			if list[i].Context == r.Context {
				api = &list[i]
			}
		}
	}
	for i := range out.apps {
		if r.Token != nil && slices.Contains(out.apps[i].ConsumerKeys, r.Token.ConsumerKey) {
			app = &out.apps[i]
		}
	}
	for i := range out.subscriptions {
		if s := &out.subscriptions[i]; app != nil && api != nil && s.AppID == app.ID && s.APIID == api.ID {
			sub = s
		}
	}
	return app, sub, api
}
