package gateway

import (
	"strconv"
	"strings"

	"hubsim/event"
)

// maxRoutes bounds the cache of routes: enough for every caller of a large run, small enough for
// memory. When it is full it is emptied; a route costs a microsecond to find again.
const maxRoutes = 1 << 17

// caller is what one route is for. Everything else about a call changes from call to call.
type caller struct{ consumer, context, resource, verb, user, keyType string }

// route is what resolving a caller against catalog and blocking conditions gives. It stays valid
// until one of them changes; then all routes go.
type route struct {
	attrs *event.Attributes // shared by every event of this caller
	// refuse is why no call of this caller can be served: NoSubscription, APIBlocked,
	// RequestBlocked; 0 if it can.
	refuse event.Code
	// level is what a call is refused with when throttled at API or resource level
	// (APILimitExceeded, ResourceLimitExceeded); 0 when that level does not count.
	level          event.Code
	base, suffixed event.ThrottleKey // at that level
	goOn           bool              // the subscription policy does not stop on quota reach
}

// routes caches routes by caller.
type routes struct {
	known map[caller]*route
	// forbidden is the route of whoever has no subscription. It is not cached by caller: what
	// strangers send has no bound.
	forbidden route
}

func newRoutes() routes {
	return routes{known: map[caller]*route{}, forbidden: route{refuse: event.NoSubscription}}
}

// forget empties the cache. Emptying a map walks all that it ever held, and a list of a thousand
// artifacts changes the catalog a thousand times, so an empty one is left alone.
func (r *routes) forget() {
	if len(r.known) > 0 {
		clear(r.known)
	}
}

func (r *routes) keep(c caller, found *route) *route {
	if len(r.known) >= maxRoutes {
		r.forget()
	}
	r.known[c] = found
	return found
}

// find resolves a caller whose API is deployed, once. It returns nil if there is no such resource.
func (g *Gateway) find(r *event.Request, a *api) *route {
	c := caller{r.Token.ConsumerKey, r.Context, r.Resource, r.Verb, r.Token.User, r.Token.KeyType}
	if found, ok := g.routes.known[c]; ok {
		return found
	}
	res, ok := resourceOf(&a.API, r.Resource, r.Verb)
	if !ok {
		return nil
	}
	id, known := g.catalog.keys[c.consumer]
	app, sub := g.catalog.apps[id], g.catalog.subs[pair{a.ID, id}]
	if !known || app == nil || sub == nil {
		return &g.routes.forbidden
	}
	user := qualified(c.user, apiTenant(a.Context))
	return g.routes.keep(c, g.resolve(c.keyType, party{a, app, sub, res, user}))
}

// party is who takes part in a call.
type party struct {
	api  *api
	app  *event.Application
	sub  *event.Subscription
	res  event.Resource
	user string // with the API's tenant
}

// resolve builds a route.
func (g *Gateway) resolve(keyType string, p party) *route {
	found := &route{attrs: p.attributes()}
	switch {
	case subscriptionBlocked(p.sub.State, keyType):
		found.refuse = event.APIBlocked
	case g.blocking.hits(p.blocks(keyType)):
		found.refuse = event.RequestBlocked
	}
	if counts(p.api.Tier) {
		found.level, found.base = event.APILimitExceeded, found.attrs.APIKey
	} else if counts(p.res.Tier) {
		found.level, found.base = event.ResourceLimitExceeded, resourceKey(&p.api.API, &p.res)
	}
	found.suffixed = found.base + defaultSuffix
	found.goOn = g.catalog.policies[policyKey{p.sub.Tier, found.attrs.APITenant}].ContinueOverQuota
	return found
}

// attributes are those of every event of one caller. Any API tier, Unlimited included, makes the
// resource attributes those of the API; the API tier itself is never sent
// (DataProcessAndPublishingAgent.java).
func (p *party) attributes() *event.Attributes {
	id, a := strconv.Itoa(p.app.ID), &p.api.API
	attrs := &event.Attributes{
		AppKey:           applicationKey(id, p.user),
		AppTier:          p.app.Tier,
		APIKey:           apiKey(a),
		SubscriptionKey:  subscriptionKey(id, a, p.sub.Tier),
		SubscriptionTier: p.sub.Tier,
		ResourceKey:      resourceKey(a, &p.res),
		ResourceTier:     p.res.Tier,
		UserID:           p.user,
		APIContext:       a.Context,
		APIVersion:       a.Version,
		AppTenant:        userTenant(p.app.Subscriber),
		APITenant:        apiTenant(a.Context),
		AppID:            id,
		APIName:          a.Name,
	}
	if a.Tier != "" {
		attrs.ResourceKey, attrs.ResourceTier = attrs.APIKey, a.Tier
	} else if p.res.Tier == "" {
		attrs.ResourceTier = event.Unlimited
	}
	return attrs
}

// blocks are the conditions that would block a caller, in the order in which the product looks
// (ThrottleHandler.java).
func (p *party) blocks(keyType string) [4]block {
	a, owner, name := &p.api.API, p.app.Subscriber, p.app.Name
	return [4]block{
		{blockAPI, a.Context},
		{blockApplication, owner + ":" + name},
		{blockUser, p.user},
		{blockSubscription, a.Context + ":" + a.Version + ":" + owner + "-" + name + ":" + keyType},
	}
}

// counts tells whether a tier of API or resource level counts anything.
func counts(tier string) bool { return tier != "" && !strings.EqualFold(tier, event.Unlimited) }

// subscriptionBlocked tells whether a subscription's state refuses calls
// (AbstractKeyValidationHandler.java).
func subscriptionBlocked(state, keyType string) bool {
	return state == "BLOCKED" || state == "PROD_ONLY_BLOCKED" && keyType != "SANDBOX"
}

// resourceOf finds the operation that a call asks for. An API that lists none takes any.
func resourceOf(a *event.API, template, verb string) (event.Resource, bool) {
	if len(a.Resources) == 0 {
		return event.Resource{Template: template, Verb: verb}, true
	}
	for _, r := range a.Resources {
		if r.Template == template && r.Verb == verb {
			return r, true
		}
	}
	return event.Resource{}, false
}
