package scenarios

import (
	"fmt"
	"slices"
	"strconv"

	"hubsim/event"
)

// Catalog is what the database holds when the run begins.
type Catalog struct {
	Policies    []Policy `yaml:"policies,omitempty"`
	APIs        []API    `yaml:"apis"`
	Apps        []App    `yaml:"apps"`
	KeyManagers []string `yaml:"key_managers,omitempty"`
}

// Policy is a throttling policy with a request-count quota.
type Policy struct {
	Name   string   `yaml:"name"`
	Level  string   `yaml:"level" jsonschema:"enum=subscription,enum=application,enum=api"`
	Quota  int64    `yaml:"quota" jsonschema:"minimum=1,description=requests a window"`
	Window Duration `yaml:"window" jsonschema:"description=the window's length: 10s\\, 1m\\, 1h"`
	// ContinueOverQuota is stopOnQuotaReach=false.
	ContinueOverQuota bool `yaml:"continue_over_quota,omitempty" jsonschema:"description=let calls past the quota through (stopOnQuotaReach=false)"`
}

// API is an API of the catalog.
type API struct {
	Name      string     `yaml:"name"`
	Version   string     `yaml:"version,omitempty" jsonschema:"description=1.0.0 unless said"`
	Tier      string     `yaml:"tier,omitempty" jsonschema:"description=an api policy; Unlimited unless said; * is such an API for each: NAME-POLICY"`
	Labels    []string   `yaml:"labels,omitempty" jsonschema:"description=gateway environments; Default unless said"`
	Resources []Resource `yaml:"resources,omitempty" jsonschema:"description=GET /menu unless said"`
	Later     bool       `yaml:"later,omitempty" jsonschema:"description=not deployed before a step deploys it"`
}

// Resource is one operation.
type Resource struct {
	Path string `yaml:"path"`
	Verb string `yaml:"verb,omitempty"`
	Tier string `yaml:"tier,omitempty"`
}

// App is an application, or several alike.
type App struct {
	Name      string            `yaml:"name"`
	Count     int               `yaml:"count,omitempty" jsonschema:"minimum=1,description=so many of them: NAME-1\\, NAME-2 …"`
	Tier      string            `yaml:"tier,omitempty" jsonschema:"description=an application policy; Unlimited unless said; * is such an app for each: NAME-POLICY"`
	User      string            `yaml:"user,omitempty" jsonschema:"description=who calls; alice unless said"`
	Subscribe map[string]string `yaml:"subscribe" jsonschema:"description=API → subscription policy; * is such an app for each: NAME-POLICY"`
}

// catalog is the catalog, made out.
type catalog struct {
	policies      []event.Policy
	apis          []event.API
	later         []event.API
	apps          []event.Application
	subscriptions []event.Subscription
	keyManagers   []event.KeyManager
	tokens        map[string]*event.Token // by application
	groups        map[string][]string     // an app of the file → its applications
	families      map[string][]string     // an API of the file whose tier is * → its APIs
	each          bool                    // something is there for each policy
}

// forever is when tokens of the catalog expire: a day after any run's end.
const forever = event.Wall(1 << 52)

// expand makes the catalog out, with imported policies in place of its own of the same name and level.
func (c *Catalog) expand(imported []event.Policy) (*catalog, error) {
	out := &catalog{tokens: map[string]*event.Token{}, groups: map[string][]string{}, families: map[string][]string{}}
	if err := out.addPolicies(c.Policies); err != nil {
		return nil, err
	}
	out.importPolicies(imported)
	if err := out.addAPIs(c.APIs); err != nil {
		return nil, err
	}
	for i := range c.Apps {
		if err := out.addApp(&c.Apps[i]); err != nil {
			return nil, err
		}
	}
	for _, name := range c.KeyManagers {
		out.keyManagers = append(out.keyManagers, event.KeyManager{Name: name, Type: name, Enabled: true, Tenant: event.Super})
	}
	return out, nil
}

var levels = map[string]event.Level{
	"subscription": event.SubscriptionLevel, "application": event.ApplicationLevel, "api": event.APILevel,
}

func (out *catalog) addPolicies(list []Policy) error {
	for i, p := range list {
		level, ok := levels[p.Level]
		switch {
		case !ok:
			return fmt.Errorf("catalog: policy %q: level %q is none of subscription, application, api", p.Name, p.Level)
		case p.Quota < 1:
			return fmt.Errorf("catalog: policy %q: a quota of %d admits nothing; it starts from 1", p.Name, p.Quota)
		case p.Window < Duration(event.Millisecond):
			return fmt.Errorf("catalog: policy %q: a window of %v is shorter than a millisecond", p.Name, event.Duration(p.Window))
		}
		out.policies = append(out.policies, event.Policy{
			ID: i + 1, Name: p.Name, Level: level, Tenant: event.Super, Quota: p.Quota, Window: event.Duration(p.Window), ContinueOverQuota: p.ContinueOverQuota,
		})
	}
	return nil
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

// policy finds a policy by level and name; Unlimited has none.
func (out *catalog) policy(level event.Level, name string) (*event.Policy, error) {
	if name == "" || name == event.Unlimited {
		return nil, nil
	}
	for i := range out.policies {
		if p := &out.policies[i]; p.Name == name && p.Level == level && p.Tenant == event.Super {
			return p, nil
		}
	}
	return nil, fmt.Errorf("there is no %s policy %q in the catalog", level, name)
}

func (out *catalog) addAPIs(list []API) error {
	for _, a := range out.eachAPI(list) {
		e, err := out.api(len(out.apis)+len(out.later)+1, a)
		if err != nil {
			return fmt.Errorf("catalog: api %q: %w", a.Name, err)
		}
		if a.Later {
			out.later = append(out.later, e)
		} else {
			out.apis = append(out.apis, e)
		}
	}
	return nil
}

func (out *catalog) api(id int, a API) (event.API, error) {
	version := or(a.Version, "1.0.0")
	e := event.API{
		UUID: "api-" + a.Name, ID: id, Name: a.Name, Version: version, Context: "/" + a.Name + "/" + version, Provider: "admin",
		Tier: or(a.Tier, event.Unlimited), Status: "PUBLISHED", Labels: a.Labels, Revision: 1,
	}
	if len(e.Labels) == 0 {
		e.Labels = []string{"Default"}
	}
	if _, err := out.policy(event.APILevel, e.Tier); err != nil {
		return e, err
	}
	for _, r := range a.Resources {
		if _, err := out.policy(event.APILevel, r.Tier); err != nil {
			return e, fmt.Errorf("resource %s: %w", r.Path, err)
		}
		e.Resources = append(e.Resources, event.Resource{Template: r.Path, Verb: or(r.Verb, "GET"), Tier: or(r.Tier, event.Unlimited)})
	}
	if len(e.Resources) == 0 {
		e.Resources = []event.Resource{{Template: "/menu", Verb: "GET", Tier: event.Unlimited}}
	}
	return e, nil
}

func or(text, otherwise string) string {
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

func (out *catalog) addApp(a *App) error {
	out.groups[a.Name] = []string{} // an app for each of no policies is nobody
	for _, one := range out.eachApp(*a) {
		if _, err := out.policy(event.ApplicationLevel, one.Tier); err != nil {
			return fmt.Errorf("catalog: app %q: %w", a.Name, err)
		}
		for n := 1; n <= max(a.Count, 1); n++ {
			name := one.Name
			if a.Count > 1 {
				name += "-" + strconv.Itoa(n)
			}
			if err := out.addOne(&one, name); err != nil {
				return fmt.Errorf("catalog: app %q: %w", a.Name, err)
			}
			out.groups[a.Name] = append(out.groups[a.Name], name)
		}
	}
	return nil
}

func (out *catalog) addOne(a *App, name string) error {
	if out.tokens[name] != nil {
		return fmt.Errorf("the name %q is given twice", name)
	}
	id, key := len(out.apps)+1, "key-"+name
	out.apps = append(out.apps, event.Application{
		UUID: "app-" + name, ID: id, Name: name, Subscriber: "subscriber", Tier: or(a.Tier, event.Unlimited), ConsumerKeys: []string{key},
	})
	out.tokens[name] = &event.Token{ID: event.TokenID("tok-" + name), ConsumerKey: key, User: or(a.User, "alice"), KeyType: "PRODUCTION", Expires: forever}
	for _, api := range sortedKeys(a.Subscribe) {
		found, ok := out.find(api)
		if !ok {
			return fmt.Errorf("it subscribes to api %q, which is not in the catalog", api)
		}
		if _, err := out.policy(event.SubscriptionLevel, a.Subscribe[api]); err != nil {
			return err
		}
		n := len(out.subscriptions) + 1
		out.subscriptions = append(out.subscriptions, event.Subscription{
			UUID: "sub-" + strconv.Itoa(n), ID: n, APIID: found.ID, AppID: id, Tier: or(a.Subscribe[api], event.Unlimited), State: "UNBLOCKED",
		})
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
