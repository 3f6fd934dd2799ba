package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hubsim/deployment"
	"hubsim/event"
	"hubsim/internal/spelling"
	"hubsim/node"
	"hubsim/world"
)

// Step is what an administrator does. Exactly one of the deeds is said.
type Step struct {
	At    Duration `yaml:"at"`
	Every Duration `yaml:"every,omitempty" jsonschema:"description=again each time this has passed"`
	Times int      `yaml:"times,omitempty" jsonschema:"minimum=0,maximum=10000,description=how often; once unless said"`
	// BeforeEnd is how long before the run's end the last repetition may come, whatever the run's length.
	BeforeEnd Duration `yaml:"before_end,omitempty" jsonschema:"description=again and again until so long before the run's end\\, instead of times"`
	ID        string   `yaml:"id,omitempty" jsonschema:"description=the event's id\\, to follow it by"`
	To        string   `yaml:"to,omitempty" jsonschema:"description=the control plane that gets it; unless said the load balancer chooses"`

	Revoke     string   `yaml:"revoke,omitempty" jsonschema:"description=the token of this application; repeated\\, of NAME-1\\, NAME-2 …"`
	RevokeKey  string   `yaml:"revoke_key,omitempty" jsonschema:"description=the consumer key of this application\\, with every token issued before"`
	RevokeUser string   `yaml:"revoke_user,omitempty" jsonschema:"description=every token issued to this user before"`
	Deploy     string   `yaml:"deploy,omitempty" jsonschema:"description=this API\\, a further revision each time"`
	Labels     []string `yaml:"labels,omitempty" jsonschema:"description=deploy: to these gateway environments; the API's own unless said"`
	Unnumbered bool     `yaml:"unnumbered,omitempty" jsonschema:"description=deploy: the control plane gives the revision its number\\, by what its database has"`
	Undeploy   string   `yaml:"undeploy,omitempty"`
	CreateAPI  string   `yaml:"create_api,omitempty" jsonschema:"description=create this API of the catalog\\, which is there later\\, without deploying it"`
	SaveAPI    string   `yaml:"save_api,omitempty" jsonschema:"description=save this API again as it is\\, without deploying it"`
	// DefaultVersion changes nothing of a call: here each names its version.
	DefaultVersion string      `yaml:"default_version,omitempty" jsonschema:"description=make this API's version the default one\\, without deploying it"`
	APIStatus      *APIStatus  `yaml:"api_status,omitempty" jsonschema:"description=set an API's status in its life cycle"`
	DeleteAPI      string      `yaml:"delete_api,omitempty" jsonschema:"description=delete this API\\, wherever it is deployed"`
	Policy         *Policy     `yaml:"policy,omitempty" jsonschema:"description=create or change this policy"`
	SavePolicy     *PolicyName `yaml:"save_policy,omitempty" jsonschema:"description=save this policy of the catalog again as it is"`
	RemovePolicy   *PolicyName `yaml:"remove_policy,omitempty" jsonschema:"description=delete this policy"`
	KeyManager     string      `yaml:"key_manager,omitempty" jsonschema:"description=add this key manager"`
	SetKeyManager  *KeyManager `yaml:"set_key_manager,omitempty" jsonschema:"description=add or change this key manager\\, with what gateways keep of it"`
	RemoveKM       string      `yaml:"remove_key_manager,omitempty" jsonschema:"description=delete this key manager"`
	Block          string      `yaml:"block,omitempty" jsonschema:"description=block this user\\, of carbon.super or NAME@TENANT"`
	Unblock        string      `yaml:"unblock,omitempty" jsonschema:"description=block this user no longer\\, of carbon.super or NAME@TENANT"`
	// BlockCondition is a blocking condition of any of the six kinds.
	BlockCondition *BlockCondition `yaml:"block_condition,omitempty" jsonschema:"description=refuse calls of an API\\, app\\, user\\, subscription or address"`
	ResetQuota     *ResetQuota     `yaml:"reset_quota,omitempty" jsonschema:"description=a user's quota under an app's application policy begins anew"`
	Scope          *Scope          `yaml:"scope,omitempty" jsonschema:"description=create or change this scope"`
	RemoveScope    string          `yaml:"remove_scope,omitempty"`
	Certificate    *Certificate    `yaml:"certificate,omitempty" jsonschema:"description=add this certificate of an endpoint"`
	RemoveCert     string          `yaml:"remove_certificate,omitempty" jsonschema:"description=remove the certificate of this alias"`
	Analytics      string          `yaml:"analytics,omitempty" jsonschema:"description=set the analytics settings to this text"`
	LogLevel       *LogLevel       `yaml:"log_level,omitempty" jsonschema:"description=set how much gateways log of an API\\, or of one of its operations"`
	APIKey         *APIKey         `yaml:"api_key,omitempty" jsonschema:"description=issue an API key\\, as builds do whose API keys are opaque"`
	RemoveAPIKey   *APIKey         `yaml:"remove_api_key,omitempty" jsonschema:"description=delete the API key of an app for an API"`
	Announce       *Announce       `yaml:"announce,omitempty" jsonschema:"description=a notification of any type about what has no step of its own"`
	Look           string          `yaml:"look,omitempty" jsonschema:"description=look up which gateways serve this API\\, as the publisher portal shows it since 4.6; it changes nothing"`
	Subscribe      *Subscribe      `yaml:"subscribe,omitempty" jsonschema:"description=set an app's subscription to an API\\, or make it again; repeated\\, of NAME-1\\, NAME-2 … where there are several"`
	Unsubscribe    *Subscribe      `yaml:"unsubscribe,omitempty" jsonschema:"description=end an app's subscription to an API; repeated\\, as subscribe"`
	SetApp         *AppTier        `yaml:"set_app,omitempty" jsonschema:"description=change an app's tier\\, or make it again without consumer keys"`
	RemoveApp      string          `yaml:"remove_app,omitempty" jsonschema:"description=delete this app"`
	MapKey         string          `yaml:"map_key,omitempty" jsonschema:"description=give this app its consumer key"`
	UnmapKey       string          `yaml:"unmap_key,omitempty" jsonschema:"description=take this app's consumer key away"`
	Webhook        *Webhook        `yaml:"webhook,omitempty" jsonschema:"description=an app's callback subscribes to a topic of an API"`
}

// ResetQuota says whose quota begins anew.
type ResetQuota struct {
	App  string `yaml:"app"`
	User string `yaml:"user,omitempty" jsonschema:"description=who calls; alice unless said"`
}

// Webhook is what a subscriber of a WebSub API asks for at its hub.
type Webhook struct {
	API         string   `yaml:"api"`
	App         string   `yaml:"app" jsonschema:"description=who subscribes"`
	Topic       string   `yaml:"topic"`
	Callback    string   `yaml:"callback" jsonschema:"description=where events are to go"`
	Unsubscribe bool     `yaml:"unsubscribe,omitempty" jsonschema:"description=end the subscription instead"`
	Secret      string   `yaml:"secret,omitempty" jsonschema:"description=what deliveries are signed with; the unsubscription names it too"`
	Lease       Duration `yaml:"lease,omitempty" jsonschema:"description=how long the subscription lasts; for ever unless said"`
}

// deeds are the keys of which a step says one.
const deeds = "revoke, revoke_key, revoke_user, deploy, undeploy, policy, save_policy, remove_policy, key_manager, remove_key_manager, block, unblock, webhook, block_condition, look, scope, remove_scope, certificate, remove_certificate, analytics, reset_quota, subscribe, unsubscribe, create_api, save_api, api_status, delete_api, set_app, remove_app, map_key, unmap_key, log_level, api_key, remove_api_key, default_version, set_key_manager, announce"

// said are the deeds that a step says.
func (s *Step) said() (keys []string) {
	for i, there := range []bool{s.Revoke != "", s.RevokeKey != "", s.RevokeUser != "", s.Deploy != "", s.Undeploy != "", s.Policy != nil, s.SavePolicy != nil, s.RemovePolicy != nil,
		s.KeyManager != "", s.RemoveKM != "", s.Block != "", s.Unblock != "", s.Webhook != nil, s.BlockCondition != nil, s.Look != "",
		s.Scope != nil, s.RemoveScope != "", s.Certificate != nil, s.RemoveCert != "", s.Analytics != "", s.ResetQuota != nil,
		s.Subscribe != nil, s.Unsubscribe != nil,
		s.CreateAPI != "", s.SaveAPI != "", s.APIStatus != nil, s.DeleteAPI != "",
		s.SetApp != nil, s.RemoveApp != "", s.MapKey != "", s.UnmapKey != "",
		s.LogLevel != nil, s.APIKey != nil, s.RemoveAPIKey != nil,
		s.DefaultVersion != "", s.SetKeyManager != nil, s.Announce != nil} {
		if there {
			keys = append(keys, strings.Split(deeds, ", ")[i])
		}
	}
	return keys
}

// steps makes out all steps, in order of time.
func (e *Experiment) steps() {
	for i, s := range e.Scenario.Steps {
		to, err := e.controlPlanes(s.To)
		e.critic.nobody(way{"steps", i, "to"}, err)
		for n := range e.repetitions(&s, i) {
			if !e.repetition(&s, i, n, to) {
				break
			}
		}
	}
	sortSteps(e.World.Steps)
}

// repetitions is how often a step comes: one that comes to the end of the run revokes as many tokens as there are.
func (e *Experiment) repetitions(s *Step, i int) int {
	switch {
	case s.BeforeEnd == 0:
		return max(s.Times, 1)
	case s.Every <= 0 || s.Times > 0:
		e.critic.say(way{"steps", i, "before_end"}, "write every: 50s, and leave times out", "before_end wants every, and takes the place of times")
		return 0
	}
	last := event.Duration(e.Scenario.Length) - event.Duration(s.BeforeEnd) - event.Duration(s.At)
	n := int(max(0, last/event.Duration(s.Every))) + 1
	if group := e.catalog.groups[s.Revoke]; len(group) > 0 {
		n = min(n, len(group)) // as many as there are
	}
	return n
}

// repetition makes out the n-th repetition of a step, and tells whether it can be done.
func (e *Experiment) repetition(s *Step, i, n int, to []event.NodeID) bool {
	length, at := event.Duration(e.Scenario.Length), event.Duration(s.At)+event.Duration(n)*event.Duration(s.Every)
	if at >= length {
		key := "at"
		if n > 0 {
			key = "times"
		}
		e.critic.say(way{"steps", i, key}, e.longer(at), "it comes at %v, when the run of %v is over", at, length)
		return false
	}
	do, err := e.deed(s, i, n)
	if err != nil {
		e.critic.blame(way{"steps", i, s.said()[0]}, err)
		return false
	}
	if to = e.takers(to, do); len(to) == 0 && e.Deployment.Older() {
		e.critic.nobody(way{"steps", i, s.said()[0]}, &nameError{"no node of the 2.x layout takes the step " + s.said()[0],
			"a publisher takes APIs, policies and blocks, a store takes apps, their keys and subscriptions and revocations of tokens, a key manager those of users and consumer keys; the rest came with the event hub"})
		return false
	}
	e.World.Steps = append(e.World.Steps, world.Step{At: at, To: to, Do: do, Sticky: e.Deployment.Sticky(to)})
	return true
}

// takers are the control planes that take a step. All do but those of the 2.x layout, which have duties of
// their own: there the step goes to those whose it is, whoever is named, and of two kinds that share a duty
// to the one that starts later.
func (e *Experiment) takers(to []event.NodeID, do *event.Step) (takers []event.NodeID) {
	if !e.Deployment.Older() {
		return to
	}
	var role deployment.Role
	for _, m := range e.byRole(node.ControlPlane) {
		id := m.ID
		h := e.Deployment.Host(id.Host())
		switch {
		case !h.Takes(do):
		case h.Role != role:
			takers, role = []event.NodeID{id}, h.Role
		default:
			takers = append(takers, id)
		}
	}
	return takers
}

// deed makes out the n-th repetition of a step.
func (e *Experiment) deed(s *Step, index, n int) (*event.Step, error) {
	do := &event.Step{ID: s.ID}
	if do.ID == "" {
		do.ID = fmt.Sprintf("step-%d", index+1)
	}
	if s.Times > 1 || s.BeforeEnd > 0 {
		do.ID = fmt.Sprintf("%s.%d", do.ID, n+1)
	}
	if do.Announce = e.catalog.announcement(s); do.Announce != nil {
		return do, nil
	}
	c := e.catalog
	switch {
	case s.Revoke != "":
		return do, c.revoke(do, s, n)
	case s.RevokeKey != "":
		token := c.tokens[s.RevokeKey]
		if token == nil {
			return nil, c.noApp(s.RevokeKey)
		}
		do.RevokeSubject = &event.RevokedSubject{ConsumerKey: token.ConsumerKey}
	case s.RevokeUser != "":
		do.RevokeSubject = &event.RevokedSubject{Entity: s.RevokeUser, Kind: event.SubjectUser}
	case s.Deploy != "":
		return do, e.deploy(do, s)
	case s.Undeploy != "":
		api, ok := c.find(s.Undeploy)
		if !ok {
			return nil, c.noAPI(s.Undeploy)
		}
		do.Undeploy = api.UUID
	case s.CreateAPI != "", s.SaveAPI != "", s.DefaultVersion != "", s.APIStatus != nil, s.DeleteAPI != "":
		return do, c.lifeOfAPI(do, s)
	case s.SetApp != nil, s.RemoveApp != "", s.MapKey != "", s.UnmapKey != "":
		return do, c.lifeOfApp(do, s)
	case s.LogLevel != nil:
		return do, c.logLevel(do, s.LogLevel)
	case s.APIKey != nil:
		return do, c.apiKey(do, event.APIKeyCreate, s.APIKey)
	case s.RemoveAPIKey != nil:
		return do, c.apiKey(do, event.APIKeyDelete, s.RemoveAPIKey)
	case s.Announce != nil:
		return do, s.Announce.make(do)
	case s.Subscribe != nil:
		return do, c.subscribe(do, s.Subscribe, n, false)
	case s.Unsubscribe != nil:
		return do, c.subscribe(do, s.Unsubscribe, n, true)
	}
	return do, e.deedOfAdmin(do, s)
}

// deedOfAdmin makes out what is done to policies, key managers, blocks and callbacks, and looks.
func (e *Experiment) deedOfAdmin(do *event.Step, s *Step) error {
	c := e.catalog
	switch {
	case s.ResetQuota != nil:
		return c.resetQuota(do, s.ResetQuota)
	case s.Look != "":
		api, ok := c.find(s.Look)
		if !ok {
			return c.noAPI(s.Look)
		}
		do.Look = api.UUID
	case s.Policy != nil:
		policy := s.Policy.policy(0) // the database gives its number
		do.Policy = &policy
	case s.SavePolicy != nil:
		return c.save(do, s.SavePolicy)
	case s.RemovePolicy != nil:
		do.DeletePolicy = &event.Policy{Name: s.RemovePolicy.Name, Level: levels[s.RemovePolicy.Level], Tenant: s.RemovePolicy.of()}
	case s.KeyManager != "":
		do.KeyManager = (&KeyManager{Name: s.KeyManager}).keyManager()
	case s.SetKeyManager != nil:
		do.KeyManager = s.SetKeyManager.keyManager()
	case s.RemoveKM != "":
		do.KeyManager, do.Delete = &event.KeyManager{Name: s.RemoveKM}, true
	case s.Block != "":
		do.Block = userBlock(s.Block, true)
	case s.Unblock != "":
		do.Block = userBlock(s.Unblock, false)
	case s.BlockCondition != nil:
		return e.block(do, s.BlockCondition)
	case s.Webhook != nil:
		return c.webhook(do, s.Webhook)
	}
	return nil
}

// revoke makes a step revoke the token of an app, or the n-th of as many as it has.
func (out *catalog) revoke(do *event.Step, s *Step, n int) error {
	name := s.Revoke
	if group := out.groups[name]; s.Times > 1 || len(group) > 1 {
		if n >= len(group) {
			return fmt.Errorf("app %q has %d tokens, the step wants the %d-th\nhint: give the app a count of as many, or the step fewer times", name, len(group), n+1)
		}
		name = group[n]
	}
	token := out.tokens[name]
	if token == nil {
		return out.noApp(name)
	}
	do.Revoke = &event.RevokedToken{Token: token.ID, Expiry: token.Expires}
	return nil
}

// userBlock is the blocking condition of a user, of carbon.super unless it says NAME@TENANT. The database gives it its
// number.
func userBlock(user string, on bool) *event.BlockingCondition {
	return &event.BlockingCondition{Kind: "USER", Value: qualified(user), On: on, Tenant: event.TenantOfUser(user)}
}

// qualified is a user's name with its tenant.
func qualified(user string) string {
	if strings.Contains(user, "@") {
		return user
	}
	return user + "@" + string(event.Super)
}

// webhook makes out what a subscriber asks for.
func (out *catalog) webhook(do *event.Step, w *Webhook) error {
	api, ok := out.find(w.API)
	if !ok {
		return out.noAPI(w.API)
	}
	at := slices.IndexFunc(out.apps, func(a event.Application) bool { return a.Name == w.App })
	if at < 0 {
		return out.noApp(w.App)
	}
	do.Webhook = &event.WebhookEvent{
		API: api.UUID, AppID: strconv.Itoa(out.apps[at].ID), Callback: w.Callback, Topic: w.Topic, Mode: "subscribe", Tenant: api.Tenant(),
		Secret: w.Secret, Lease: event.Duration(w.Lease),
		By: event.Subscriber{APIName: api.Name, Context: api.Context, Version: api.Version, Name: out.apps[at].Subscriber, AppTier: out.apps[at].Tier, APITier: api.Tier},
	}
	if s := out.subscriptionOf(&Subscribe{App: w.App, API: w.API}); s != nil {
		do.Webhook.By.Tier = s.Tier
	}
	do.Webhook.By.Limit()
	if w.Unsubscribe {
		do.Webhook.Mode = "unsubscribe"
	}
	return nil
}

// resetQuota makes out whose quota begins anew.
func (out *catalog) resetQuota(do *event.Step, q *ResetQuota) error {
	at := slices.IndexFunc(out.apps, func(a event.Application) bool { return a.Name == q.App })
	if at < 0 {
		return out.noApp(q.App)
	}
	do.ResetQuota = &event.QuotaReset{UUID: out.apps[at].UUID, User: or(q.User, "alice")}
	return nil
}

// noApp is that the catalog has no app of a name.
func (out *catalog) noApp(name string) error {
	return fmt.Errorf("there is no app %q\nhint: %s", name, spelling.Hint(name, sortedKeys(out.tokens)))
}

// noAPI is that the catalog has no API of a name.
func (out *catalog) noAPI(name string) error {
	var names []string
	for _, a := range slices.Concat(out.apis, out.later) {
		names = append(names, a.Name)
	}
	return fmt.Errorf("there is no api %q\nhint: %s", name, spelling.Hint(name, names))
}

func (e *Experiment) deploy(do *event.Step, s *Step) error {
	api, ok := e.catalog.find(s.Deploy)
	if !ok {
		return e.catalog.noAPI(s.Deploy)
	}
	e.revisions[api.UUID]++
	next := *api
	next.Revision = api.Revision + e.revisions[api.UUID]
	if s.Unnumbered {
		next.Revision = 0
	}
	if len(s.Labels) > 0 {
		next.Labels = s.Labels
	}
	do.Deploy = &next
	return nil
}
