package gateway

import (
	"strconv"
	"strings"

	"hubsim/event"
	"hubsim/node"
)

// maxRoutes bounds the cache of routes: enough for every caller of a large run, small enough for
// memory. When it is full it is emptied; a route costs a microsecond to find again.
const maxRoutes = 1 << 17

// caller is what one route is for. Everything else about a call changes from call to call.
type caller struct {
	operation
	consumer, user, keyType string
}

// operation is what is called.
type operation struct{ context, resource, verb string }

func operationOf(r *event.Request) operation { return operation{r.Context, r.Resource, r.Verb} }

// route is what resolving a caller against catalog and blocking conditions gives. It stays valid
// until one of them changes; then all routes go.
type route struct {
	operation
	api       *event.API
	goOn      bool // the subscription policy does not stop on quota reach
	bytes     bool // a policy counts bytes: events say how large the message is
	addresses bool // a condition group asks for addresses
	tokens    bool // the subscription policy counts tokens
	ai        bool // an AI API: the event is published with the response
	// refuse is why no call of this caller can be served: NoSubscription, APIBlocked,
	// RequestBlocked; 0 if it can.
	refuse event.Code
	// level is what a call is refused with when throttled at API or resource level
	// (APILimitExceeded, ResourceLimitExceeded); 0 when that level does not count.
	level event.Code
	attrs *event.Attributes // shared by every event of this caller
	// app and sub are what is known of the application's and the subscription's key.
	app, sub *slot
	// subBurst, appBurst and hard are the limits that the gateway counts itself; nil is none.
	subBurst, appBurst, hard *limiter
	hardTokens               *tokenLimit
	blocked                  *tenantBlocks // addresses that may not call; nil is none
	rules                    []rule
	base, suffixed           event.ThrottleKey // at that level
	groups                   []group           // condition groups of the policy there
	groupKeys                []event.ThrottleKey
	application              string
	subscriptionType         string // API or APIProduct
}

// routes caches routes by caller.
type routes struct {
	known map[caller]*route
	last  [lastRoutes]visit
	// forbidden is the route of whoever has no subscription. It is not cached by caller: what
	// strangers send has no bound.
	forbidden route
}

// visit is a token's call of an operation and its route. A token stands for its caller by its address:
// messages never change. Look-ups compare one pointer where a caller is five texts.
type visit struct {
	token *event.Token
	route *route
}

// lastRoutes is how many visits are remembered; of two that fall on one place the later stays.
const lastRoutes = 256

// place is where the visits of a token to an operation are remembered.
func place(t *event.Token, r *event.Request) uint8 {
	h := tail(string(t.ID))*31 + tail(r.Resource)*17 + uint64(len(r.Context)+len(r.Verb))
	return uint8(h * 0x9e3779b97f4a7c15 >> 56)
}

// tail is the last eight bytes of a text.
func tail(s string) (h uint64) {
	for i := max(0, len(s)-8); i < len(s); i++ {
		h = h<<8 | uint64(s[i])
	}
	return h
}

// visited returns the route of a token's visit to an operation, or nil if it is not remembered.
func (r *routes) visited(q *event.Request) *route {
	if q.Token == nil {
		return nil
	}
	v := &r.last[place(q.Token, q)]
	if v.token != q.Token || v.route.operation != operationOf(q) {
		return nil
	}
	return v.route
}

// visit remembers a visit; none of a call of several operations, since one that needs no token by itself may have
// needed one beside others.
func (r *routes) visit(q *event.Request, found *route) {
	if len(q.Also) == 0 {
		r.last[place(q.Token, q)] = visit{q.Token, found}
	}
}

func newRoutes() routes {
	return routes{known: map[caller]*route{}, forbidden: route{refuse: event.NoSubscription}}
}

// forget empties the cache. Emptying a map walks all that it ever held, and a list of a thousand
// artifacts changes the catalog a thousand times, so an empty one is left alone.
func (r *routes) forget() {
	if len(r.known) > 0 {
		clear(r.known)
		r.last = [lastRoutes]visit{}
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
func (g *Gateway) find(now node.Clock, r *event.Request, a *api) *route {
	c := caller{operationOf(r), r.Token.ConsumerKey, r.Token.User, r.Token.KeyType}
	if found, ok := g.routes.known[c]; ok {
		g.routes.visit(r, found)
		return found
	}
	res, ok := resourceOf(&a.API, r.Resource, r.Verb)
	if !ok {
		return nil
	}
	id, known := g.catalog.keys[c.consumer]
	p := party{api: a, res: res, app: g.catalog.apps[id], sub: g.catalog.subs[pair{a.ID, id}]}
	if !known || p.app == nil || p.sub == nil {
		if !a.Subscriptionless {
			return &g.routes.forbidden
		}
		p = guestParty(a, res, p.app)
	}
	p.user, p.keyType = qualified(c.user, a.Tenant()), c.keyType
	found := g.routes.keep(c, g.resolve(now, p))
	g.routes.visit(r, found)
	return found
}

// findAlone resolves a caller that has no application. It returns nil if there is no such resource.
func (g *Gateway) findAlone(now node.Clock, r *event.Request, a *api, c caller) *route {
	if found, ok := g.routes.known[c]; ok {
		return found
	}
	res, ok := resourceOf(&a.API, r.Resource, r.Verb)
	if !ok {
		return nil
	}
	user, id := anonymous, c.user
	if c.keyType == basicKeyType {
		user = id
	}
	return g.routes.keep(c, g.resolve(now, party{
		api: a, res: res, user: qualified(user, a.Tenant()), keyType: production, appID: id,
		app: &event.Application{}, sub: &event.Subscription{Tier: unauthenticated},
	}))
}

// party is who takes part in a call.
type party struct {
	api     *api
	app     *event.Application
	sub     *event.Subscription
	res     event.Resource
	user    string // with the API's tenant
	keyType string
	appID   string // instead of the application's, where an address or a user stands for one
}

// alone tells whether the caller has no application. Of the tier Unauthenticated nothing but the name is known
// to the call: it stops on quota reach and has no burst, whatever the policy says (APIAuthenticationHandler.java,
// BasicAuthAuthenticator.java).
func (p *party) alone() bool { return p.appID != "" }

// resolve builds a route.
func (g *Gateway) resolve(now node.Clock, p party) *route {
	found := &route{
		api: &p.api.API, operation: operation{p.api.Context, p.res.Template, p.res.Verb}, attrs: p.attributes(),
		blocked: g.addresses.tenants[p.api.Tenant()], application: p.app.Name, subscriptionType: "API",
	}
	switch {
	case subscriptionBlocked(p.sub.State, p.keyType):
		found.refuse = event.APIBlocked
	case p.sub.State == "ON_HOLD":
		found.refuse = event.SubscriptionInactive
	case g.blocking.hits(p.blocks(p.keyType)):
		found.refuse = event.RequestBlocked
	}
	if p.api.Product {
		found.subscriptionType = "APIProduct"
	}
	resource := resourceKey(&p.api.API, &p.res)
	tier := p.res.Tier
	if counts(p.api.Tier) {
		found.level, found.base, tier = event.APILimitExceeded, found.attrs.APIKey, p.api.Tier
		resource = found.base
	} else if counts(tier) {
		found.level, found.base = event.ResourceLimitExceeded, resource
	}
	policies := g.catalog.policies
	found.tierOf(policies[policyKey{event.APILevel, tier, found.attrs.APITenant}], g.cfg.UserLevelKeys)
	sub := policies[policyKey{event.SubscriptionLevel, p.sub.Tier, found.attrs.APITenant}]
	app := policies[policyKey{event.ApplicationLevel, p.app.Tier, found.attrs.AppTenant}]
	found.goOn = sub != nil && sub.ContinueOverQuota && !p.alone()
	found.bytes = found.bytes || sub.bytes() || app.bytes()
	found.ai = p.api.AI
	found.tokens = sub != nil && sub.Counts == event.AIQuota
	found.rules = g.templates.rulesOf(found.attrs, resource)
	g.limit(now, found, &p)
	return found
}

// tierOf takes over what the policy at API or resource level says; nil says nothing.
func (r *route) tierOf(p *policy, userKeys bool) {
	if p != nil && r.level != 0 {
		if p.PerUser && userKeys {
			r.base += event.ThrottleKey("_" + r.attrs.UserID)
		}
		r.bytes, r.addresses, r.groups = p.bytes(), p.addresses(), p.groups
	}
	r.suffixed = r.base + defaultSuffix
	for _, g := range r.groups {
		r.groupKeys = append(r.groupKeys, groupKey(r.base, g.id))
	}
}

// limit gives a route the limiters that it shares with others.
func (g *Gateway) limit(now node.Clock, r *route, p *party) {
	l, t := &g.limiters, &g.throttled
	if l.full() {
		l.clean(now.Mono)
		g.routes.forget()
	}
	if t.wanted >= maxWanted {
		t.clean()
		g.routes.forget()
	}
	r.app, r.sub = t.want(r.attrs.AppKey), t.want(r.attrs.SubscriptionKey)
	policies, a := g.catalog.policies, r.attrs
	if sub := policies[policyKey{event.SubscriptionLevel, a.SubscriptionTier, a.APITenant}]; sub != nil && !p.alone() {
		r.subBurst = l.of(a.SubscriptionKey, burst(sub.Burst), true)
	}
	if app := policies[policyKey{event.ApplicationLevel, a.AppTier, a.AppTenant}]; app != nil {
		r.appBurst = l.of(a.AppKey, burst(app.Burst), g.cfg.BurstsFollow)
	}
	key, hard, tokens := hardLimit(&p.api.API, p.keyType)
	r.hard = l.of(key, hard, true)
	if p.api.AI {
		r.hardTokens = l.ofTokens(key, tokens)
	}
}

// attributes are those of every event of one caller. Any API tier, Unlimited included, makes the
// resource attributes those of the API; the API tier itself is never sent
// (DataProcessAndPublishingAgent.java).
func (p *party) attributes() *event.Attributes {
	id, tenant, a := p.appID, event.Tenant(""), &p.api.API
	if id == "" {
		id, tenant = strconv.Itoa(p.app.ID), p.app.Tenant()
	}
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
		AppTenant:        tenant,
		APITenant:        a.Tenant(),
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
