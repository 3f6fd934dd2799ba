package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/siddhi"
)

// use is a policy that a call is counted by, and under which key.
type use struct {
	policy *event.Policy
	group  int // index of the policy's condition group; ownLimit is the policy itself
	checker.Counted
	more []checker.Counted // further quotas of the same key: an AI policy's
}

// ownLimit stands for the part of a policy that is in no condition group.
const ownLimit = -1

// uses is our own reading of the rules: the policies that a call is counted by (protocol of
// ThrottleHandler.java).
func (out *catalog) uses(r *event.Request) (all []use) {
	app, sub, api := out.caller(r)
	if api == nil || app == nil || api.Unthrottled(r) {
		return nil
	}
	one := *r
	for place := range api.Operations(r) {
		one.Resource = r.Operation(place)
		for _, u := range out.usesOf(&one, app, sub, api) {
			all = append(all, u.at(place))
		}
	}
	return all
}

// at is a use by the operation of a call that has that place.
func (u use) at(place int) use {
	u.Place, u.more = place, slices.Clone(u.more)
	for i := range u.more {
		u.more[i].Place = place
	}
	return u
}

// usesOf are the uses of one operation, by a caller under a subscription tier; each operation of a call has an event.
func (out *catalog) usesOf(r *event.Request, app *caller, sub string, api *event.API) (all []use) {
	user := app.user + "@" + string(api.Tenant())
	a := &event.Attributes{
		UserID: user, APIContext: api.Context, APIVersion: api.Version, APIName: api.Name,
		AppID: app.id, AppTier: app.tier, AppTenant: app.tenant, APITenant: api.Tenant(),
		APIKey: event.ThrottleKey(api.Context + ":" + api.Version),
	}
	a.AppKey = event.ThrottleKey(a.AppID + ":" + a.UserID)
	add := func(level, named event.Level, key event.ThrottleKey, tier string) {
		whose := api.Tenant()
		if level == event.ApplicationLevel {
			whose = app.tenant
		}
		switch p := out.policy(level, tier, whose); {
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
		if n := len(all); app.tier == "" && n > 0 {
			all[n-1].GoesOn = false // nobody's tier stops on quota reach, whatever its policy says
		}
	}
	if api.Tier != event.Unlimited && api.Tier != "" {
		a.ResourceKey, a.ResourceTier = a.APIKey, api.Tier
		add(event.APILevel, event.APILevel, a.ResourceKey, api.Tier)
		return append(all, out.custom(r, &siddhi.Row{Attributes: a, Property: out.sight.properties(r)})...)
	}
	for _, res := range api.Resources {
		if res.Template == r.Resource && res.Verb == r.Verb {
			a.ResourceKey, a.ResourceTier = event.ThrottleKey(api.Context+"/"+api.Version+res.Template+":"+res.Verb), res.Tier
			add(event.APILevel, event.ResourceLevel, a.ResourceKey, res.Tier)
		}
	}
	return append(all, out.custom(r, &siddhi.Row{Attributes: a, Property: out.sight.properties(r)})...)
}

// use is a call's use of a policy's limit, or of one of its groups'.
func (out *catalog) use(p *event.Policy, group int, c checker.Counted) use {
	limit := p.Limit()
	if group != ownLimit {
		limit = p.Groups[group].Limit
	}
	u := use{policy: p, group: group, Counted: c}
	u.Window, u.Quota, u.GoesOn = limit.Window, limit.Quota, p.ContinueOverQuota
	switch limit.Counts {
	case event.Bandwidth:
		unit, _ := event.BytesOf(limit.DataUnit)
		u.Measure, u.Quota = checker.Bytes, limit.Quota*unit
		if limit.DataUnit == "GB" {
			u.Taken = limit.Quota // where the traffic manager does not convert it
		}
	case event.EventCount:
		u.Quota++ // an async API's policy throttles beyond its quota
	case event.AIQuota:
		u.ofTokens(&limit)
	}
	return u
}

// ofTokens gives a use the quotas of an AI limit, of which any one throttles; the traffic manager asks them in
// this order (throttle_policy_template_ai_sub.xml).
func (u *use) ofTokens(l *event.Limit) {
	c, first := u.Counted, true
	for _, q := range []struct {
		of    checker.Measure
		quota int64
	}{{checker.Calls, l.Quota}, {checker.PromptTokens, l.Tokens.Prompt}, {checker.CompletionTokens, l.Tokens.Completion}, {checker.TotalTokens, l.Tokens.Total}} {
		if q.quota == 0 {
			continue // no such limit
		}
		c.Measure, c.Quota = q.of, q.quota
		if first {
			u.Counted, first = c, false
		} else {
			u.more = append(u.more, c)
		}
	}
}

// shown is what the most that a window served is told in: of several quotas the one of most tokens.
func (u *use) shown() checker.Measure {
	if len(u.more) > 0 {
		return u.more[len(u.more)-1].Measure
	}
	return u.Measure
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

// custom are the custom policies that want a call.
func (out *catalog) custom(r *event.Request, a *siddhi.Row) (all []use) {
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
		u := use{policy: p, group: ownLimit, Counted: checker.Counted{Key: key, Level: event.CustomLevel, Window: rule.Unit, Quota: rule.Limit}}
		for _, l := range out.looksUp(a.Attributes, r) {
			if l.key == key {
				u.Templates = append(u.Templates, l.template)
			}
		}
		u.Unasked = len(u.Templates) == 0
		if !rule.Aligned {
			u.Opened = p.Name
		}
		all = append(all, u)
	}
	return all
}

// counted is what the oracle judges: every quota of every key, but of policies that a step brings or changes.
func (out *catalog) counted(r *event.Request) (keys []checker.Counted) {
	for _, u := range out.uses(r) {
		if !out.stepped[samePolicyAs(u.policy)] {
			keys = append(append(keys, u.Counted), u.more...)
		}
	}
	return keys
}

// steppedBy gathers the policies that steps bring, change or remove: what they allow depends on when they arrive
// at the traffic managers, and the oracle knows a policy as it was when the run began.
func (out *catalog) steppedBy(steps []Step) {
	for i := range steps {
		s := &steps[i]
		switch {
		case s.Policy != nil:
			out.stepped[PolicyName{s.Policy.Name, s.Policy.Level, string(or(event.Tenant(s.Policy.Tenant), event.Super))}] = true
		case s.RemovePolicy != nil:
			gone := *s.RemovePolicy
			gone.Tenant = string(gone.of())
			out.stepped[gone] = true
		case s.SetApp != nil && s.SetApp.Tier != "":
			if app := out.app(s.SetApp.App); app != nil {
				out.assigned(event.ApplicationLevel, app.Tenant(), app.Tier, s.SetApp.Tier)
			}
		case s.Subscribe != nil && s.Subscribe.Tier != "":
			one := *s.Subscribe
			if group := out.groups[one.App]; len(group) > 1 {
				one.App = group[0] // all have the catalog's tier
			}
			if is := out.subscriptionOf(&one); is != nil {
				out.assigned(event.SubscriptionLevel, is.Tenant, is.Tier, s.Subscribe.Tier)
			}
		}
	}
}

// assigned gathers the policies between which a step moves an app or a subscription: when gateways learn of it is
// theirs, and the oracle knows who calls under what as it was when the run began.
func (out *catalog) assigned(level event.Level, of event.Tenant, tiers ...string) {
	for _, name := range tiers {
		if out.policy(level, name, of) != nil {
			out.stepped[PolicyName{name, level.String(), string(of)}] = true
		}
	}
}

func samePolicyAs(p *event.Policy) PolicyName {
	return PolicyName{p.Name, p.Level.String(), string(or(p.Tenant, event.Super))}
}

// unjudged tells which policies the oracle has nothing to say of.
func (out *catalog) unjudged() (all []string) {
	for p := range out.stepped {
		all = append(all, fmt.Sprintf("%s policy %s: a step brings, changes, removes or assigns it at run time", p.Level, p.Name))
	}
	slices.Sort(all)
	return all
}

// caller is who a call counts for.
type caller struct {
	id, user, tier string
	tenant         event.Tenant
}

// caller finds who calls what, under which subscription tier; "" is none. Nobody at an open operation is
// known by the address (of a call of several operations none may need a token), who calls by basic authentication by the user's name with its tenant, and an API that
// needs no subscription has a tier of its own for those without (APIAuthenticationHandler.java, AbstractKeyValidationHandler.java).
func (out *catalog) caller(r *event.Request) (who *caller, tier string, api *event.API) {
	if api = out.context(r.Context); api == nil {
		return nil, "", nil
	}
	open := true
	for place := range api.Operations(r) {
		name := r.Operation(place)
		open = open && slices.ContainsFunc(api.Resources, func(o event.Resource) bool { return o.NoAuth && o.Template == name && o.Verb == r.Verb })
	}
	if open {
		return &caller{id: r.ClientIP, user: "anonymous", tenant: event.Super}, "Unauthenticated", api
	}
	if r.Token == nil && r.Basic != "" {
		id := r.Basic
		if !strings.Contains(id, "@") {
			id += "@" + string(event.Super)
		}
		user, _ := strings.CutSuffix(id, "@"+string(api.Tenant()))
		return &caller{id: id, user: user, tenant: event.Super}, "Unauthenticated", api
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
	who = &caller{strconv.Itoa(app.ID), r.Token.User, app.Tier, app.Tenant()}
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
