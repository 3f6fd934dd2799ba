package deployment

import (
	"slices"

	"hubsim/controlplane"
	"hubsim/event"
)

// Cache is [apim.cache_invalidation], and how long caches remember.
type Cache struct {
	Enabled  bool           `json:"enabled"`
	Domain   string         `json:"domain"`
	Excluded []string       `json:"excluded_caches,omitempty"`
	Timeout  event.Duration `json:"default_cache_timeout"` // [server]
	At       Place          `json:"at"`
}

const (
	cacheSection = "apim.cache_invalidation"
	cacheTimeout = "server.default_cache_timeout"
)

func readCache(f *file) Cache {
	return Cache{
		Enabled: f.flag(cacheSection + ".enabled"), Domain: f.text(cacheSection + ".domain"),
		Excluded: f.list(cacheSection + ".excluded_caches"), Timeout: f.duration(cacheTimeout, event.Minute), At: f.place(cacheSection),
	}
}

// cacheKeys leaves a control plane that keeps nothing as it is: a timeout says how long, not whether.
func cacheKeys(s *Settings, c *controlplane.CacheConfig) {
	set(s, cacheSection+".enabled", &c.Invalidation, s.Cache.Enabled)
	set(s, cacheSection+".domain", &c.Domain, s.Cache.Domain)
	c.Excluded = s.Cache.Excluded
	if c.Expiry > 0 {
		set(s, cacheTimeout, &c.Expiry, s.Cache.Timeout)
	}
}

// caches looks at whether the control planes that share a database tell each other what to forget.
func (c *checked) caches() {
	own := &c.h.Settings.Cache
	if !own.Enabled {
		return
	}
	peers := c.peers(isHub)
	if !slices.Contains(peers, c.h.ID) {
		return
	}
	for _, id := range peers {
		switch other := &c.d.Host(id).Settings.Cache; {
		case id == c.h.ID:
		case !other.Enabled:
			c.found.add("cache-invalidation-differs", own.At, sprint("%s has it switched off: it neither tells nor hears", id))
			return
		case other.Domain != own.Domain:
			c.found.add("cache-invalidation-differs", c.h.Settings.place(cacheSection+".domain"), sprint("the domain is %q here and %q at %s", own.Domain, other.Domain, id))
			return
		}
	}
}
