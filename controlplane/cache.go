package controlplane

import (
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// The names of the one cache that is kept here: of the manager and of the cache, as the product's messages
// give them.
const (
	cacheManager = "API_MANAGER_CACHE"
	scopesCache  = "scopesCache"
)

// CacheConfig is a control plane's own memory of scopes that it has read. Two control planes that share a
// database have one each.
type CacheConfig struct {
	// Expiry is how long an entry is answered from, counted from its making. WSO2: 15 min
	// (server.default_cache_timeout, CachingConstants.java); 0 keeps nothing, and every answer is the database's.
	Expiry event.Duration
	// Most is how many entries there may be; the oldest makes room. WSO2: 10,000 (docs-apim, configuring-caching.md).
	Most int
	// Invalidation tells other nodes of each entry that is made, changed or removed, and hears of theirs on topic
	// globalCacheInvalidation. WSO2: false (apim.cache_invalidation.enabled).
	Invalidation bool
	// Domain is whose messages count: those of the same name. WSO2: "default" (apim.cache_invalidation.domain).
	Domain string
	// Excluded are parts of the names of caches that others are told nothing of. WSO2: none
	// (apim.cache_invalidation.excluded_caches).
	Excluded []string
}

// cache is what the node remembers of scopes, and the consumer that tells it what to forget.
type cache struct {
	entries map[string]cachedRow // by the row's key
	order   []string             // of entries, the oldest first
	topic   session.Topic
	hears   bool // topic is there
}

// cachedRow is a row as it was read.
type cachedRow struct {
	row   event.Row
	until event.Mono
}

// makeCache begins with nothing, as every start does.
func (c *ControlPlane) makeCache() {
	c.cache.entries = map[string]cachedRow{}
	hubs := c.cfg.Hubs
	if len(hubs) == 0 && c.cfg.Broker != "" {
		hubs = []event.NodeID{c.cfg.Broker}
	}
	if c.cache.hears = c.cfg.Cache.Invalidation && c.cfg.Cache.Expiry > 0 && len(hubs) > 0; !c.cache.hears {
		return
	}
	knobs := c.cfg.Receiver
	knobs.Topic, knobs.Hubs, knobs.Self = event.GlobalCacheInvalidation, hubs, c.cfg.ID
	c.cache.topic = session.NewTopic(knobs, &c.numbers)
}

func (c *cache) start(now node.Clock, out *node.Output) {
	if c.hears {
		c.topic.Start(now, out)
	}
}

func (c *cache) deadline() event.Mono {
	if c.hears {
		return c.topic.Deadline()
	}
	return event.Never
}

// get returns the entry of a key that has not come to its end.
func (c *cache) get(now node.Clock, key string) (event.Row, bool) {
	e, there := c.entries[key]
	if there && now.Mono >= e.until {
		c.remove(key)
		return event.Row{}, false
	}
	return e.row, there
}

func (c *cache) remove(key string) {
	if _, there := c.entries[key]; there {
		delete(c.entries, key)
		c.order = slices.DeleteFunc(c.order, func(k string) bool { return k == key })
	}
}

// put makes an entry.
func (c *cache) put(now node.Clock, r *event.Row, cfg *CacheConfig) {
	for len(c.order) > 0 && len(c.order) >= cfg.Most {
		c.remove(c.order[0])
	}
	c.entries[r.Key] = cachedRow{*r, now.Mono.Add(cfg.Expiry)}
	c.order = append(c.order, r.Key)
}

// recall answers a request for one scope without the database, if it is remembered.
func (c *ControlPlane) recall(now node.Clock, p *pull, out *node.Output) bool {
	q := p.request
	if q.Path != event.PathScopes || q.Name == "" || c.cfg.Cache.Expiry == 0 {
		return false
	}
	asked := event.Row{Table: event.TableScope, Scope: &event.Scope{Name: q.Name, Tenant: q.Tenant}}
	row, there := c.cache.get(now, event.KeyOf(&asked))
	if there {
		p.answer(c, now, []event.Row{row}, out)
	}
	return there
}

// remembered are the rows of scopes as the node knows them: which there are is the database's, what each
// says is the entry's, if there is one. (That the product's list is put together so is deduced.)
func (c *ControlPlane) remembered(now node.Clock, rows []event.Row, out *node.Output) []event.Row {
	if c.cfg.Cache.Expiry == 0 {
		return rows
	}
	known := make([]event.Row, len(rows))
	for i := range rows {
		row, there := c.cache.get(now, rows[i].Key)
		if !there {
			row = rows[i]
			c.cache.put(now, &row, &c.cfg.Cache)
			c.tell(now, &row, out)
		}
		known[i] = row
	}
	return known
}

// answeredScopes states what the node says of each scope.
func answeredScopes(scopes []event.Scope, out *node.Output) {
	for i := range scopes {
		s := &scopes[i]
		key := event.KeyOf(&event.Row{Table: event.TableScope, Scope: s})
		out.Note(node.Note{Fact: node.ScopeAnswered, ID: key, Detail: s.Text()})
	}
}

// changed forgets what was written here, and tells the others to. (That they are told too when nothing was
// remembered here is deduced.)
func (c *ControlPlane) changed(now node.Clock, r *event.Row, out *node.Output) {
	if r.Table == event.TableScope && c.cfg.Cache.Expiry > 0 {
		c.cache.remove(r.Key)
		c.tell(now, r, out)
	}
}

// tell publishes that an entry was made, changed or removed (APIMgtCacheInvalidationRequestSender.java):
// by route A, so that it comes to every control plane's broker, this one's too.
func (c *ControlPlane) tell(now node.Clock, r *event.Row, out *node.Output) {
	cfg := &c.cfg.Cache
	excluded := slices.ContainsFunc(cfg.Excluded, func(part string) bool { return strings.Contains(scopesCache, part) })
	if !cfg.Invalidation || excluded || r.Scope == nil {
		return
	}
	tenant := tenantOf(r.Scope.Tenant)
	c.feed.Offer(now, &event.GlobalCacheInvalidated{
		Manager: cacheManager, Cache: scopesCache, Key: event.CacheKey(r.Scope.Name), Tenant: tenant, TenantID: tenant.ID(),
		Domain: cfg.Domain, Node: string(c.cfg.ID),
	}, out)
}

// stepCache hears what other nodes tell.
func (c *ControlPlane) stepCache(now node.Clock, in *node.Input, out *node.Output) {
	if !c.cache.hears {
		return
	}
	if m, what := c.cache.topic.Step(now, in, out); what == session.TopicMessage {
		c.heed(m, out)
	}
}

// heed acts on a message of another node of the own domain (APIMgtCacheInvalidationListener.java): here
// only, and nobody is told of it.
func (c *ControlPlane) heed(m event.Message, out *node.Output) {
	g, ok := m.(*event.GlobalCacheInvalidated)
	if !ok || g == nil {
		ignored(out, "", event.Malformed)
		return
	}
	name := "cache:" + g.Cache
	key, err := g.KeyValue()
	switch {
	case g.Node == string(c.cfg.ID) || g.Domain != c.cfg.Cache.Domain:
		ignored(out, name, event.Filtered)
		return
	case g.Manager != cacheManager || g.Cache != scopesCache:
		ignored(out, name, event.Ineligible)
		return
	case err != nil:
		ignored(out, name, event.Malformed)
		return
	case key == event.CacheClearAll:
		c.cache.entries, c.cache.order, key = map[string]cachedRow{}, nil, ""
	default:
		key = event.KeyOf(&event.Row{Table: event.TableScope, Scope: &event.Scope{Name: key, Tenant: g.Tenant}})
		c.cache.remove(key)
	}
	out.Note(node.Note{Fact: node.CacheForgot, ID: key, Detail: g.Cache, Peer: event.NodeID(g.Node)})
}
