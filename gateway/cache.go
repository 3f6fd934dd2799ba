package gateway

import (
	"hubsim/event"
	"hubsim/node"
)

// cache acts on topic cacheInvalidation: the product drops the tokens, users or resources that are
// named from its caches (APIMgtGatewayCacheMessageListener.java). The cache of this gateway is that of
// resolved calls, which is never older than what it was resolved from, so that dropping it changes no
// answer; what was named is noted.
func (g *Gateway) cache(c *event.CacheInvalidated, out *node.Output) {
	if c == nil {
		ignored("", event.Malformed, out)
		return
	}
	var names []string
	var err error
	switch c.Type {
	case event.GatewayKeyCache, event.GatewayUsernameCache:
		names, err = c.CacheNames()
	case event.ResourceCache:
		var context string
		context, err = c.CacheContext()
		names = []string{context}
	default:
		ignored("cache:"+c.Type, event.Ineligible, out)
		return
	}
	if err != nil {
		unusable("cache:"+c.Type, err, out)
		return
	}
	g.routes.forget()
	for _, name := range names {
		out.Note(node.Note{Fact: node.CatalogKnown, Detail: "cache:" + c.Type + ":" + name})
	}
}
