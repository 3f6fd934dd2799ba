package gateway

import (
	"slices"

	"hubsim/event"
)

// KeyCacheConfig is how long a gateway of the 2.x layout believes what a key manager said of a token.
type KeyCacheConfig struct {
	// TTL is how long an answer is kept. WSO2: 900 s (api-manager.xml,
	// CacheConfigurations.TokenCacheExpiry; wso2/product-apim#3360). 0: every call asks
	// (EnableGatewayTokenCache false).
	TTL event.Duration
	// Max is how many tokens are kept. WSO2: 10,000, the size of every cache; which of them goes first was not
	// read, here it is the one that came first.
	Max int
}

// keyCache is what key managers said of tokens: the first level knows the token, the second what may be
// called with it (APIKeyValidator.java: token cache and key cache).
type keyCache struct {
	cfg    KeyCacheConfig
	tokens map[event.TokenID]*knownKey
	order  []event.TokenID // as they came; a token that is gone may still stand here
}

// knownKey is a token with the answers about it.
type knownKey struct {
	consumer, user string
	answers        []keyAnswer
}

// keyAnswer is what was said of a token and an API.
type keyAnswer struct {
	context string
	until   event.Mono
	code    event.Code // why it may not call; Served if it may
}

func newKeyCache(c KeyCacheConfig) keyCache {
	return keyCache{cfg: c, tokens: map[event.TokenID]*knownKey{}}
}

// find returns what is known of a token at an API.
func (k *keyCache) find(now event.Mono, r *event.Request) (event.Code, bool) {
	known := k.tokens[r.Token.ID]
	if known == nil {
		return 0, false
	}
	for i := range known.answers {
		if a := &known.answers[i]; a.context == r.Context {
			return a.code, now < a.until
		}
	}
	return 0, false
}

// keep remembers an answer. What says that the credentials are not good is not kept
// (APIKeyValidator.java of 2.1; later versions keep it in a cache of its own).
func (k *keyCache) keep(now event.Mono, r *event.Request, code event.Code) {
	if k.cfg.TTL <= 0 || k.cfg.Max <= 0 || code == event.InvalidCredentials {
		return
	}
	known := k.tokens[r.Token.ID]
	if known == nil {
		k.makeRoom()
		known = &knownKey{consumer: r.Token.ConsumerKey, user: r.Token.User}
		k.tokens[r.Token.ID] = known
		k.order = append(k.order, r.Token.ID)
	}
	known.answers = slices.DeleteFunc(known.answers, func(a keyAnswer) bool { return a.context == r.Context })
	known.answers = append(known.answers, keyAnswer{r.Context, now.Add(k.cfg.TTL), code})
}

// makeRoom lets the oldest go. The order is cleaned of what is gone when that is most of it.
func (k *keyCache) makeRoom() {
	for len(k.tokens) >= k.cfg.Max && len(k.order) > 0 {
		delete(k.tokens, k.order[0])
		k.order = k.order[1:]
	}
	if len(k.order) > 2*len(k.tokens)+16 {
		k.order = slices.DeleteFunc(k.order, func(t event.TokenID) bool { return k.tokens[t] == nil })
	}
}

// drop forgets a token.
func (k *keyCache) drop(t event.TokenID) { delete(k.tokens, t) }

// dropOf forgets the tokens of a user or a consumer key.
func (k *keyCache) dropOf(x *event.RevokedSubject) {
	for _, t := range k.order {
		known := k.tokens[t]
		if known != nil && (x.ConsumerKey != "" && known.consumer == x.ConsumerKey || x.Entity != "" && known.user == x.Entity) {
			delete(k.tokens, t)
		}
	}
}
