package event

// CacheInvalidated is the message on topic cacheInvalidation (stream
// org.wso2.apimgt.cache.invalidation.stream; APIMgtGatewayCacheMessageListener.java): a gateway drops
// what it names from one of its caches. The names of the types are not verified.
type CacheInvalidated struct {
	Type  string // ResourceCache, GatewayKeyCache, GatewayUsernameCache
	Value string // of a resource cache an object, of the others an array of tokens or users; JSON as text
}

// The types of cache invalidation.
const (
	ResourceCache        = "RESOURCE_CACHE"
	GatewayKeyCache      = "GATEWAY_KEY_CACHE"
	GatewayUsernameCache = "GATEWAY_USERNAME_CACHE"
)

// Class implements Message.
func (*CacheInvalidated) Class() Class { return ClassCache }

// GlobalCacheInvalidated is the message on topic globalCacheInvalidation (stream
// cache.invalidation.stream; APIMgtCacheInvalidationRequestSender.java). Who is Node itself, or of another
// Domain, does nothing.
type GlobalCacheInvalidated struct {
	Manager  string
	Cache    string
	Key      string // JSON as text: {"type":"java.lang.String","value":"pizza:read"}
	Tenant   Tenant
	TenantID int
	Domain   string
	Node     string
}

// Class implements Message.
func (*GlobalCacheInvalidated) Class() Class { return ClassCache }

// CacheClearAll is the key that means every entry of a cache (carbon-kernel, CachingConstants.java).
const CacheClearAll = "$__clear__all__$."

// CacheKey is a text as the key of an entry.
func CacheKey(text string) string {
	return string(append(appendText([]byte(`{"type":"java.lang.String"`), `,"value":`, text), '}'))
}

// KeyValue reads the key of the entry that is meant. Keys of other Java classes than String are malformed
// here.
func (c *GlobalCacheInvalidated) KeyValue() (string, error) {
	r := jsonReader{b: []byte(c.Key)}
	key := ""
	for name := range r.members {
		if string(name) == "value" {
			key = r.text()
		} else {
			r.skip()
		}
	}
	r.end()
	if key == "" {
		r.missing("value")
	}
	return key, r.err("read the key of a cache invalidation")
}

func appendCache(b []byte, c *CacheInvalidated) []byte {
	b = append(b, payloadHead...)
	b = appendText(b, `"type":`, c.Type)
	b = appendText(b, `,"value":`, c.Value)
	return append(b, payloadTail...)
}

func parseCache(b []byte) (Message, error) {
	r := jsonReader{b: b}
	var c CacheInvalidated
	for name := range r.payload {
		switch string(name) {
		case "type":
			c.Type = r.text()
		case "value":
			c.Value = r.text()
		default:
			r.skip()
		}
	}
	if c.Type == "" {
		r.missing("type")
	}
	if err := r.err("read a cache invalidation"); err != nil {
		return nil, err
	}
	return &c, nil
}

// CacheNames reads the value of a key or username cache: an array of texts.
func (c *CacheInvalidated) CacheNames() ([]string, error) {
	r := jsonReader{b: []byte(c.Value)}
	names := r.texts()
	r.end()
	return names, r.err("read the value of a cache invalidation")
}

// CacheContext reads the value of a resource cache: the API whose resources are meant.
func (c *CacheInvalidated) CacheContext() (string, error) {
	r := jsonReader{b: []byte(c.Value)}
	context := ""
	for name := range r.members {
		if string(name) == "apiContext" {
			context = r.text()
		} else {
			r.skip()
		}
	}
	r.end()
	if context == "" {
		r.missing("apiContext")
	}
	return context, r.err("read the value of a cache invalidation")
}

func appendGlobalCache(b []byte, c *GlobalCacheInvalidated) []byte {
	b = append(b, payloadHead...)
	b = appendText(b, `"cacheManagerName":`, c.Manager)
	b = appendText(b, `,"cacheName":`, c.Cache)
	b = appendText(b, `,"cacheKey":`, c.Key)
	b = appendText(b, `,"tenantDomain":`, string(c.Tenant))
	b = appendLong(b, `,"tenantId":`, int64(c.TenantID))
	b = appendText(b, `,"clusterDomain":`, c.Domain)
	b = appendText(b, `,"nodeId":`, c.Node)
	return append(b, payloadTail...)
}

func parseGlobalCache(b []byte) (Message, error) {
	r := jsonReader{b: b}
	var c GlobalCacheInvalidated
	for name := range r.payload {
		switch string(name) {
		case "cacheManagerName":
			c.Manager = r.text()
		case "cacheName":
			c.Cache = r.text()
		case "cacheKey":
			c.Key = r.text()
		case "tenantDomain":
			c.Tenant = Tenant(r.text())
		case "tenantId":
			c.TenantID = int(r.long())
		case "clusterDomain":
			c.Domain = r.text()
		case "nodeId":
			c.Node = r.text()
		default:
			r.skip()
		}
	}
	switch {
	case c.Cache == "":
		r.missing("cacheName")
	case c.Key == "":
		r.missing("cacheKey")
	}
	if err := r.err("read a global cache invalidation"); err != nil {
		return nil, err
	}
	return &c, nil
}
