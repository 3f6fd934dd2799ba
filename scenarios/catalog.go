package scenarios

import (
	"slices"
	"strconv"

	"hubsim/event"
)

// Catalog is what the database holds when the run begins.
type Catalog struct {
	Policies    []Policy `yaml:"policies,omitempty" jsonschema:"maxItems=1000"`
	APIs        []API    `yaml:"apis"`
	Apps        []App    `yaml:"apps"`
	KeyManagers []string `yaml:"key_managers,omitempty"`
	// What gateways hold and no call asks for.
	Scopes       []Scope       `yaml:"scopes,omitempty"`
	Certificates []Certificate `yaml:"certificates,omitempty"`
	Analytics    string        `yaml:"analytics,omitempty" jsonschema:"description=the analytics settings of carbon.super\\, a text that gateways take as it is"`
}

// API is an API of the catalog.
type API struct {
	Name      string     `yaml:"name"`
	Version   string     `yaml:"version,omitempty" jsonschema:"description=1.0.0 unless said"`
	Tier      string     `yaml:"tier,omitempty" jsonschema:"description=an api policy; Unlimited unless said; * is such an API for each: NAME-POLICY"`
	Labels    []string   `yaml:"labels,omitempty" jsonschema:"description=gateway environments; Default unless said"`
	Resources []Resource `yaml:"resources,omitempty" jsonschema:"description=GET /menu unless said"`
	Tenant    string     `yaml:"tenant,omitempty" jsonschema:"description=whose it is: carbon.super unless said; its policies are that tenant's"`
	Later     bool       `yaml:"later,omitempty" jsonschema:"description=not deployed before a step deploys it"`

	Type             string     `yaml:"type,omitempty" jsonschema:"enum=HTTP,enum=GRAPHQL,enum=MCP,description=HTTP unless said"`
	Product          bool       `yaml:"product,omitempty" jsonschema:"description=an API product: subscriptions count under its name and provider"`
	Of               []string   `yaml:"of,omitempty" jsonschema:"description=of an API product: the APIs that it is made of"`
	DefaultVersion   bool       `yaml:"default_version,omitempty" jsonschema:"description=its version is the default one"`
	Subscriptionless bool       `yaml:"subscriptionless,omitempty" jsonschema:"description=apps call it without a subscription\\, under the tier DefaultSubscriptionless"`
	AI               bool       `yaml:"ai,omitempty" jsonschema:"description=an AI API: its calls are counted with the response\\, which says how many tokens were used"`
	HardLimit        *HardLimit `yaml:"hard_limit,omitempty" jsonschema:"description=how many calls each gateway lets through to its backend"`
}

// HardLimit is an API's maximum backend throughput, counted by each gateway for itself.
type HardLimit struct {
	Production int `yaml:"production,omitempty" jsonschema:"minimum=0,description=calls with production keys; no limit unless said"`
	Sandbox    int `yaml:"sandbox,omitempty" jsonschema:"minimum=0,description=calls with sandbox keys; no limit unless said"`
	// Of AI APIs.
	ProductionTokens *Tokens `yaml:"production_tokens,omitempty" jsonschema:"description=of an AI API\\, tokens that calls with production keys use"`
	SandboxTokens    *Tokens `yaml:"sandbox_tokens,omitempty" jsonschema:"description=of an AI API\\, tokens that calls with sandbox keys use"`

	Per Duration `yaml:"per,omitempty" jsonschema:"description=1s unless said"`
}

// Resource is one operation.
type Resource struct {
	Path string `yaml:"path" jsonschema:"description=a path\\, or the name of a GraphQL API's operation"`
	Verb string `yaml:"verb,omitempty" jsonschema:"description=GET unless said\\; of a GraphQL API QUERY\\, or MUTATION\\, SUBSCRIPTION"`
	Tier string `yaml:"tier,omitempty" jsonschema:"description=an api policy; where an operation has one\\, an API that says none has none\\, not even Unlimited"`
	Open bool   `yaml:"open,omitempty" jsonschema:"description=anybody may call it without a token; each address counts for itself\\, under the tier Unauthenticated"`
}

// App is an application, or several alike.
type App struct {
	Name       string            `yaml:"name"`
	Count      int               `yaml:"count,omitempty" jsonschema:"minimum=0,maximum=100000,description=so many of them: NAME-1\\, NAME-2 …"`
	Tier       string            `yaml:"tier,omitempty" jsonschema:"description=an application policy; Unlimited unless said; * is such an app for each: NAME-POLICY"`
	User       string            `yaml:"user,omitempty" jsonschema:"description=who calls; alice unless said"`
	Tenant     string            `yaml:"tenant,omitempty" jsonschema:"description=whose it is: carbon.super unless said; it subscribes to APIs of its tenant"`
	Sandbox    bool              `yaml:"sandbox,omitempty" jsonschema:"description=its keys are sandbox keys; production keys unless said"`
	Attributes map[string]string `yaml:"attributes,omitempty" jsonschema:"description=what its owner wrote of it"`
	Group      string            `yaml:"group,omitempty" jsonschema:"description=the group that shares it"`
	TokenType  string            `yaml:"token_type,omitempty" jsonschema:"description=as the product names it; JWT unless said"`
	Subscribe  map[string]string `yaml:"subscribe" jsonschema:"description=API → subscription policy; * is such an app for each: NAME-POLICY"`
}

// catalog is the catalog, made out.
type catalog struct {
	policies      []event.Policy
	apis          []event.API
	later         []event.API
	apps          []event.Application
	subscriptions []event.Subscription
	keyManagers   []event.KeyManager
	scopes        []event.Scope
	certificates  []event.Certificate
	analytics     []event.Analytics
	tokens        map[string]*event.Token // by application
	groups        map[string][]string     // an app of the file → its applications
	families      map[string][]string     // an API of the file whose tier is * → its APIs
	each          bool                    // something is there for each policy
	sight         sight                   // what of a call gateways look at
	stepped       map[PolicyName]bool     // policies that a step brings, changes, removes or assigns
	made          map[string]bool         // scopes that an earlier step of the file makes
}

// subscriber owns all applications.
const subscriber = "subscriber"

// forever is when tokens of the catalog expire: a day after any run's end.
const forever = event.Wall(1 << 52)

// expand makes a reviewed catalog out, with imported policies in place of its own of the same name and
// level. An app with a count and an API for each policy get names of their own, which may be taken: that
// is what it complains of.
func (c *Catalog) expand(imported []event.Policy, to *critic) *catalog {
	out := &catalog{tokens: map[string]*event.Token{}, groups: map[string][]string{}, families: map[string][]string{}, stepped: map[PolicyName]bool{}, made: map[string]bool{}}
	for i := range c.Policies {
		out.policies = append(out.policies, c.Policies[i].policy(i+1))
	}
	out.importPolicies(imported)
	for i := range c.APIs {
		out.addAPI(&c.APIs[i], to, way{"catalog", "apis", i})
	}
	for i := range c.Apps {
		out.addApp(&c.Apps[i], to, way{"catalog", "apps", i})
	}
	for _, name := range c.KeyManagers {
		out.keyManagers = append(out.keyManagers, *(&KeyManager{Name: name}).keyManager())
	}
	out.addParts(c)
	out.unnumber()
	out.addThings(c)
	return out
}

// unnumber leaves it to the database to give the APIs that are not there yet their integer ids, unless somebody
// subscribes to one: a subscription goes by its API's id.
func (out *catalog) unnumber() {
	for i := range out.subscriptions {
		if slices.ContainsFunc(out.later, func(a event.API) bool { return a.ID == out.subscriptions[i].APIID }) {
			return
		}
	}
	for i := range out.later {
		out.later[i].ID = 0
	}
}

// addParts tells each API product what it is made of.
func (out *catalog) addParts(c *Catalog) {
	for i := range c.APIs {
		product, _ := out.find(c.APIs[i].Name)
		for _, name := range c.APIs[i].Of {
			if part, ok := out.find(name); ok && product != nil {
				product.Of = append(product.Of, event.APIPart{UUID: part.UUID, Name: part.Name, Version: part.Version, Provider: part.Provider, Type: part.Type, Status: part.Status})
			}
		}
	}
}

// importPolicies puts policies in place of those of the same name and level, or behind all.
func (out *catalog) importPolicies(imported []event.Policy) {
	for _, p := range imported {
		at := slices.IndexFunc(out.policies, func(old event.Policy) bool { return samePolicy(&old, &p) })
		if at < 0 {
			out.policies = append(out.policies, p)
			at = len(out.policies) - 1
		}
		p.ID = at + 1
		out.policies[at] = p
	}
}

// policy finds a tenant's policy by level and name; Unlimited has none.
func (out *catalog) policy(level event.Level, name string, of event.Tenant) *event.Policy {
	for i := range out.policies {
		if p := &out.policies[i]; p.Name == name && p.Level == level && p.Tenant == of && name != event.Unlimited {
			return p
		}
	}
	return nil
}

// addAPI adds an API, or one for each API policy.
func (out *catalog) addAPI(a *API, to *critic, at way) {
	for _, one := range out.eachAPI(*a) {
		if _, taken := out.find(one.Name); taken {
			to.say(at.then("name"), "the API is there once for each policy; rename one of the two", "an API of it would be called %s, as another one is", one.Name)
			return
		}
		if made := one.api(len(out.apis) + len(out.later) + 1); one.Later {
			out.later = append(out.later, made)
		} else {
			out.apis = append(out.apis, made)
		}
	}
}

// api is a reviewed API as the database holds it.
func (a *API) api(id int) event.API {
	version, tenant := or(a.Version, "1.0.0"), event.Tenant(a.Tenant)
	e := event.API{
		UUID: "api-" + a.Name, ID: id, Name: a.Name, Version: version, Context: tenant.Context("/" + a.Name + "/" + version), Provider: tenant.User("admin"),
		Tier: or(a.Tier, event.Unlimited), Status: "PUBLISHED", Labels: a.Labels, Revision: 1,
	}
	if len(e.Labels) == 0 {
		e.Labels = []string{"Default"}
	}
	if a.Type != "HTTP" {
		e.Type = a.Type
	}
	e.Product, e.Subscriptionless, e.AI, e.Default = a.Product, a.Subscriptionless, a.AI, a.DefaultVersion
	if h := a.HardLimit; h != nil {
		per := event.Duration(h.Per)
		e.Production, e.Sandbox = event.HardLimit{Max: h.Production, Unit: per, Tokens: h.ProductionTokens.limits()}, event.HardLimit{Max: h.Sandbox, Unit: per, Tokens: h.SandboxTokens.limits()}
	}
	for _, r := range a.Resources {
		e.Resources = append(e.Resources, event.Resource{Template: r.Path, Verb: or(r.Verb, a.verb()), Tier: or(r.Tier, event.Unlimited), NoAuth: r.Open})
		if r.Tier != "" && a.Tier == "" {
			e.Tier = "" // not even Unlimited, which would take the place of the resources' tiers
		}
	}
	if len(e.Resources) == 0 {
		e.Resources = []event.Resource{{Template: "/menu", Verb: "GET", Tier: event.Unlimited}}
	}
	return e
}

// verb is that of an operation which says none.
func (a *API) verb() string {
	if a.Type == event.GraphQL {
		return event.QueryVerb
	}
	return "GET"
}

func or[T ~string](text, otherwise T) T {
	if text == "" {
		return otherwise
	}
	return text
}

// find returns an API of the catalog by its name, deployed or not.
func (out *catalog) find(name string) (*event.API, bool) {
	for _, list := range [][]event.API{out.apis, out.later} {
		for i := range list {
			if list[i].Name == name {
				return &list[i], true
			}
		}
	}
	return nil, false
}

// context returns an API of the catalog by its context, deployed or not; nil is none.
func (out *catalog) context(context string) (api *event.API) {
	for _, list := range [][]event.API{out.apis, out.later} {
		for i := range list {
			if list[i].Context == context {
				api = &list[i]
			}
		}
	}
	return api
}

// addApp adds an app, so many of it as its count says, and those for each policy.
func (out *catalog) addApp(a *App, to *critic, at way) {
	out.groups[a.Name] = []string{} // an app for each of no policies is nobody
	for _, one := range out.eachApp(*a) {
		for n := 1; n <= max(a.Count, 1); n++ {
			name := one.Name
			if a.Count > 1 {
				name += "-" + strconv.Itoa(n)
			}
			if out.tokens[name] != nil {
				to.say(at.then("name"), "several of an app are called NAME-1, NAME-2 …, one for each policy NAME-POLICY; rename one of the two", "an app of it would be called %s, as another one is", name)
				return
			}
			out.addOne(&one, name)
			out.groups[a.Name] = append(out.groups[a.Name], name)
		}
	}
}

// addOne adds a reviewed application with its token and subscriptions.
func (out *catalog) addOne(a *App, name string) {
	id, key, tenant := len(out.apps)+1, "key-"+name, event.Tenant(a.Tenant)
	out.apps = append(out.apps, event.Application{
		UUID: "app-" + name, ID: id, Name: name, Subscriber: tenant.User(subscriber), Tier: or(a.Tier, event.Unlimited), ConsumerKeys: []string{key},
		TokenType: a.TokenType, Group: a.Group, Attributes: entries(a.Attributes),
	})
	keyType := "PRODUCTION"
	if a.Sandbox {
		keyType = "SANDBOX"
	}
	out.tokens[name] = &event.Token{ID: event.TokenID("tok-" + name), ConsumerKey: key, User: or(a.User, "alice"), KeyType: keyType, Expires: forever}
	for _, api := range sortedKeys(a.Subscribe) {
		found, ok := out.find(api)
		if !ok {
			continue // the API could not be made, and that was said
		}
		n := len(out.subscriptions) + 1
		out.subscriptions = append(out.subscriptions, event.Subscription{
			UUID: "sub-" + strconv.Itoa(n), ID: n, APIID: found.ID, AppID: id, Tier: or(a.Subscribe[api], event.Unlimited), State: "UNBLOCKED",
			APIUUID: found.UUID, AppUUID: "app-" + name, Tenant: or(tenant, event.Super),
		})
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
