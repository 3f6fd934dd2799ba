package gateway

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"hubsim/event"
	"hubsim/node"
)

// api is an API as the gateway knows it. It may be known (the subscription store lists it) without
// being deployed (no artifact here).
type api struct {
	event.API
	deployed bool
	revision int  // the one that serves
	open     bool // an operation needs no token
}

// catalog is the product's subscription store with the deployed artifacts: what a call is resolved
// against. Lists that are pulled replace nothing but what they name, unless prune is asked for.
type catalog struct {
	apis     map[string]*api // by uuid
	contexts map[string]*api // the deployed ones
	apps     map[int]*event.Application
	keys     map[string]int // consumer key → application
	subs     map[pair]*event.Subscription
	policies map[policyKey]*policy
}

type pair struct{ api, app int }

// String names the subscription as notes do.
func (p pair) String() string {
	return "subscription:" + strconv.Itoa(p.api) + ":" + strconv.Itoa(p.app)
}

type policyKey struct {
	level  event.Level
	name   string
	tenant event.Tenant
}

func newCatalog() catalog {
	return catalog{
		apis: map[string]*api{}, contexts: map[string]*api{}, apps: map[int]*event.Application{},
		keys: map[string]int{}, subs: map[pair]*event.Subscription{}, policies: map[policyKey]*policy{},
	}
}

// describe stores what is known of an API without deploying it.
func (c *catalog) describe(a event.API) *api {
	known := c.apis[a.UUID]
	if known == nil {
		known = &api{}
		c.apis[a.UUID] = known
	}
	if known.deployed && known.Context != a.Context {
		delete(c.contexts, known.Context)
		c.contexts[a.Context] = known
	}
	known.API = a
	known.open = slices.ContainsFunc(a.Resources, func(r event.Resource) bool { return r.NoAuth })
	return known
}

// update merges the members that an API_UPDATE event carries into a known API: it has neither
// resources nor labels.
func (c *catalog) update(a event.API) {
	known := c.apis[a.UUID]
	if known == nil {
		c.describe(a)
		return
	}
	if a.Status != "" {
		known.Status = a.Status
	}
	if a.Tier != "" {
		known.Tier = a.Tier
	}
	if a.Type != "" {
		known.Type = a.Type
	}
	if a.Provider != "" {
		known.Provider = a.Provider
	}
}

// deploy makes a pulled artifact serve and tells whether that is another revision than before.
func (c *catalog) deploy(a event.API) bool {
	known := c.describe(a)
	fresh := !known.deployed || known.revision != a.Revision
	known.deployed, known.revision = true, a.Revision
	c.contexts[a.Context] = known
	return fresh
}

// undeploy removes an API altogether and tells whether it served.
func (c *catalog) undeploy(uuid string) bool {
	known := c.apis[uuid]
	if known == nil {
		return false
	}
	delete(c.apis, uuid)
	if !known.deployed {
		return false
	}
	delete(c.contexts, known.Context)
	return true
}

// serves returns the deployed API with that uuid, or nil.
func (c *catalog) serves(uuid string) *api {
	if a := c.apis[uuid]; a != nil && a.deployed {
		return a
	}
	return nil
}

// deployed lists the uuids of what serves, sorted.
func (c *catalog) deployed() []string {
	var list []string
	for _, uuid := range slices.Sorted(maps.Keys(c.apis)) {
		if c.apis[uuid].deployed {
			list = append(list, uuid)
		}
	}
	return list
}

// applications replaces all applications but those that keep says to leave as they are. Consumer keys
// of those that are listed without any stay: they have a list of their own.
func (c *catalog) applications(list []event.Application, keep func(id int) bool) {
	named := map[int]bool{}
	for _, a := range list {
		named[a.ID] = true
		if !keep(a.ID) {
			c.application(a)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.apps)) {
		if !named[id] && !keep(id) {
			c.removeApplication(id)
		}
	}
}

// subscriptions replaces all subscriptions but those that keep says to leave as they are.
func (c *catalog) subscriptions(list []event.Subscription, keep func(pair) bool) {
	fresh := map[pair]*event.Subscription{}
	for i := range list {
		if p := (pair{list[i].APIID, list[i].AppID}); !keep(p) {
			fresh[p] = &list[i]
		}
	}
	for _, p := range c.pairs() {
		if keep(p) {
			fresh[p] = c.subs[p]
		}
	}
	c.subs = fresh
}

// changedSince notes what a list that was read again has changed.
func (c *catalog) changedSince(was map[pair]*event.Subscription, out *node.Output) {
	for _, p := range c.pairs() {
		if old := was[p]; old == nil || *old != *c.subs[p] {
			out.Note(node.Note{Fact: node.CatalogKnown, On: true, Detail: p.String()})
		}
	}
	for _, p := range sortedPairs(was) {
		if c.subs[p] == nil {
			out.Note(node.Note{Fact: node.CatalogKnown, Detail: p.String()})
		}
	}
}

// applicationsSince notes what a list that was read again has changed of applications and consumer keys.
func (c *catalog) applicationsSince(was map[int]*event.Application, had map[string]int, out *node.Output) {
	note := func(on bool, name string) {
		out.Note(node.Note{Fact: node.CatalogKnown, On: on, Detail: name})
	}
	for _, id := range slices.Sorted(maps.Keys(c.apps)) {
		if old, is := was[id], c.apps[id]; old == nil || old.Tier != is.Tier || old.Name != is.Name || old.Subscriber != is.Subscriber {
			note(true, applicationName(id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(was)) {
		if c.apps[id] == nil {
			note(false, applicationName(id))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.keys)) {
		if id, known := had[key]; !known || id != c.keys[key] {
			note(true, keyName(key))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(had)) {
		if _, known := c.keys[key]; !known {
			note(false, keyName(key))
		}
	}
}

// pairs lists what is subscribed, sorted.
func (c *catalog) pairs() []pair { return sortedPairs(c.subs) }

func sortedPairs(subs map[pair]*event.Subscription) []pair {
	list := make([]pair, 0, len(subs))
	for p := range subs {
		list = append(list, p)
	}
	slices.SortFunc(list, func(x, y pair) int { return cmp.Or(cmp.Compare(x.api, y.api), cmp.Compare(x.app, y.app)) })
	return list
}

// application inserts or replaces an application. An event of an application carries no consumer
// keys, so an empty list keeps those that are known.
func (c *catalog) application(a event.Application) {
	if old := c.apps[a.ID]; old != nil && len(a.ConsumerKeys) == 0 {
		a.ConsumerKeys = old.ConsumerKeys
	}
	c.forgetKeys(a.ID)
	c.apps[a.ID] = &a
	for _, k := range a.ConsumerKeys {
		c.keys[k] = a.ID
	}
}

// mapKeys adds consumer keys to an application, which need not be known yet.
func (c *catalog) mapKeys(a event.Application) {
	for _, k := range a.ConsumerKeys {
		c.keys[k] = a.ID
		if app := c.apps[a.ID]; app != nil && !slices.Contains(app.ConsumerKeys, k) {
			more := *app
			more.ConsumerKeys = append(slices.Clone(app.ConsumerKeys), k)
			c.apps[a.ID] = &more
		}
	}
}

// removeKey takes a consumer key from an application; from another one that has it now it does not.
func (c *catalog) removeKey(id int, key string) {
	if c.keys[key] == id {
		delete(c.keys, key)
	}
	if app := c.apps[id]; app != nil && slices.Contains(app.ConsumerKeys, key) {
		less := *app
		less.ConsumerKeys = slices.DeleteFunc(slices.Clone(app.ConsumerKeys), func(k string) bool { return k == key })
		c.apps[id] = &less
	}
}

func (c *catalog) forgetKeys(id int) {
	if old := c.apps[id]; old != nil {
		for _, k := range old.ConsumerKeys {
			delete(c.keys, k)
		}
	}
}

func (c *catalog) removeApplication(id int) {
	c.forgetKeys(id)
	delete(c.apps, id)
}

func (c *catalog) subscription(s event.Subscription) { c.subs[pair{s.APIID, s.AppID}] = &s }

func (c *catalog) removeSubscription(s *event.Subscription) { delete(c.subs, pair{s.APIID, s.AppID}) }

// tenantOr is the super tenant where none is named.
func tenantOr(t event.Tenant) event.Tenant {
	if t == "" {
		return event.Super
	}
	return t
}
