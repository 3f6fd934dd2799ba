package controlplane

import (
	"fmt"
	"sort"
	"strings"

	"hubsim/event"
	"hubsim/node"
)

// step reads a step:
//
//	revoke TOKEN EXPIRY-MS [TYPE TENANT-ID] · deploy UUID LABEL,… [REVISION] · undeploy UUID
//	create-api UUID TIER (or save it again) · delete-api UUID · status UUID STATUS
//	policy NAME QUOTA [TENANT] · delete-policy NAME · grouped NAME GROUP,… · custom NAME [TEMPLATE] · delete-custom NAME · application UUID TIER · map-key UUID KEY · subscription UUID TIER
//	revoke-key KEY AT-MS · revoke-user USER AT-MS · announce TYPE NAME · delete STEP… · notified STEP… · full-webhook CALLBACK
//	reset-quota UUID USER · look UUID · key-manager NAME · block KIND VALUE on|off · webhook MODE CALLBACK
func (s *scene) step(id string, w []string) *event.Step {
	st := &event.Step{ID: id}
	switch w[0] {
	case "revoke":
		st.Revoke = &event.RevokedToken{Token: event.TokenID(w[1]), Expiry: event.Wall(s.number(w[2]))}
		if len(w) > 3 {
			st.Revoke.Type, st.Revoke.TenantID = w[3], s.number(w[4])
		}
	case "deploy":
		st.Deploy = anAPI(w[1], strings.Split(w[2], ","))
		if len(w) > 3 {
			st.Deploy.Revision = s.number(w[3])
		}
	case "create-api":
		st.API = anAPI(w[1], nil)
		st.API.Tier = w[2]
	case "delete-api":
		st.API, st.Delete = anAPI(w[1], nil), true
	case "status":
		st.Lifecycle = &event.Lifecycle{UUID: w[1], Status: w[2]}
	case "undeploy":
		st.Undeploy = w[1]
	case "policy":
		st.Policy = &event.Policy{Name: w[1], Level: event.SubscriptionLevel, Quota: int64(s.number(w[2])), Window: event.Minute}
		if len(w) > 3 {
			st.Policy.Tenant = event.Tenant(w[3])
		}
	case "grouped":
		st.Policy = &event.Policy{Name: w[1], Level: event.APILevel, Quota: 5, Window: event.Minute, Counts: event.Bandwidth, DataUnit: "KB"}
		for _, id := range strings.Split(w[2], ",") {
			st.Policy.Groups = append(st.Policy.Groups, event.ConditionGroup{ID: s.number(id), Limit: event.Limit{Quota: 5, Window: event.Minute},
				Conditions: []event.Condition{{Type: event.HeaderHas, Name: "x", Value: "y"}}})
		}
	case "custom":
		st.Policy = &event.Policy{Name: w[1], Level: event.CustomLevel, Query: "FROM RequestStream"}
		if len(w) > 2 {
			st.Policy.KeyTemplate = w[2]
		}
	case "delete-custom":
		st.DeletePolicy = &event.Policy{Name: w[1], Level: event.CustomLevel}
	case "delete-policy":
		st.DeletePolicy = &event.Policy{Name: w[1], Level: event.SubscriptionLevel}
	case "application":
		st.Application = &event.Application{UUID: w[1], Tier: w[2], ConsumerKeys: []string{"key-" + w[1]}}
	case "map-key":
		st.KeyMapping = &event.KeyMapping{AppUUID: w[1], ConsumerKey: w[2], KeyType: "PRODUCTION", Manager: "Resident Key Manager"}
	case "subscription":
		st.Subscription = &event.Subscription{UUID: w[1], Tier: w[2], State: "UNBLOCKED"}
	case "key-manager":
		st.KeyManager = &event.KeyManager{Name: w[1], Type: w[1], Enabled: true, Tenant: event.Super}
	case "block":
		st.Block = &event.BlockingCondition{ID: 4, Kind: w[1], Value: w[2], On: w[3] == "on", Tenant: event.Super}
	case "revoke-key":
		st.RevokeSubject = &event.RevokedSubject{ConsumerKey: w[1], At: event.Wall(s.number(w[2]))}
	case "revoke-user":
		st.RevokeSubject = &event.RevokedSubject{Entity: w[1], Kind: event.SubjectUser, At: event.Wall(s.number(w[2]))}
	case "announce":
		st.Announce = about(w[1], w[2])
	case "delete":
		st = s.step(id, w[1:])
		st.Delete = true
	case "notified":
		st = s.step(id, w[1:])
		st.Notified = true
	case "reset-quota":
		st.ResetQuota = &event.QuotaReset{UUID: w[1], User: w[2]}
	case "look":
		st.Look = w[1]
	case "full-webhook":
		st.Webhook = &event.WebhookEvent{API: "hooks", Mode: "subscribe", Callback: w[1], Topic: "issues", Throttled: true}
	case "webhook":
		st.Webhook = &event.WebhookEvent{API: "hooks", Mode: w[1], Callback: w[2], Topic: "issues"}
	default:
		s.t.Fatalf("%q: see TestScripts and step", w)
	}
	return st
}

// about is a notification about what has no row here.
func about(of, name string) *event.Notification {
	n := &event.Notification{Type: event.Type(of)}
	switch n.Type {
	case event.ScopeCreate, event.ScopeUpdate, event.ScopeDelete, event.ScopesUpdate:
		name, says, _ := strings.Cut(name, "=")
		n.Scopes = []event.Scope{{Name: name, Display: says}}
	case event.KeyMappingCreate, event.KeyMappingRemove:
		n.KeyMapping = &event.KeyMapping{AppID: 7, ConsumerKey: name}
	default:
		n.Thing = &event.Thing{Name: name, Detail: "of " + name}
	}
	return n
}

func anAPI(uuid string, labels []string) *event.API {
	return &event.API{
		UUID: uuid, Context: "/" + uuid + "/1.0.0", Version: "1.0.0", Labels: labels,
		Resources: []event.Resource{{Template: "/order", Verb: "POST"}},
	}
}

// request reads what others say on sessions of their own.
func (s *scene) request(w []string) event.Message {
	switch w[0] {
	case "ack":
		ack := &event.DeployAck{Gateway: event.NodeID(w[1]), API: w[2], Revision: s.number(w[3])}
		return &event.PullRequest{ID: 9, Path: event.PathDeployed, Ack: ack}
	case "register", "beat":
		n := &event.GatewayNotice{Gateway: event.NodeID(w[1]), Heartbeat: w[0] == "beat", At: event.Wall(s.number(w[2]))}
		if len(w) > 3 {
			n.Labels = strings.Split(w[3], ",")
		}
		return &event.PullRequest{ID: 11, Path: event.PathGateway, Notice: n}
	case "states":
		return &event.PullRequest{ID: 12, Path: event.PathStatus, States: s.states(w)}
	case "validate":
		v := &event.Validation{API: w[4], Token: event.Token{ID: event.TokenID(w[2]), ConsumerKey: w[3]}}
		return &event.PullRequest{ID: 5, Path: event.PathKeyValidation, Order: &event.Order{Validate: v}}
	case "pass-on":
		return &event.PullRequest{ID: 6, Path: event.PathKeyValidation, Order: &event.Order{ID: "r-1", Revoke: &event.RevokedToken{Token: event.TokenID(w[2])}}}
	case "batch", "heard":
		b := &event.Batch{Seq: 3}
		for _, word := range w[2:] {
			b.Events = append(b.Events, s.fed(word))
		}
		return b
	}
	q := &event.PullRequest{ID: 7, Path: event.Path(w[2])}
	for _, arg := range w[3:] {
		switch k, v, _ := strings.Cut(arg, "="); k {
		case "labels":
			q.Labels = strings.Split(v, ",")
		case "tenant":
			q.Tenant = event.Tenant(v)
		case "uuids":
			q.UUIDs = strings.Split(v, ",")
		default:
			q.Name = arg
		}
	}
	return q
}

// states reads what a gateway says of deployments: API:REVISION@AT, failed:API@AT or gone:API@AT.
func (s *scene) states(w []string) (all []event.DeployAck) {
	for _, word := range w[2:] {
		what, at, _ := strings.Cut(word, "@")
		api, revision, _ := strings.Cut(what, ":")
		k := event.DeployAck{Gateway: event.NodeID(w[1]), API: api, At: event.Wall(s.number(at)), Failed: api == "failed", Gone: api == "gone"}
		if k.Serves() {
			k.Revision = s.number(revision)
		} else {
			k.API = revision
		}
		all = append(all, k)
	}
	return all
}

// fed is an event that another control plane sends over the data bridge.
func (s *scene) fed(word string) event.Message {
	switch word {
	case "notification":
		return &event.Notification{EventID: "cp-2.1", Type: event.DeployAPI, API: &event.API{UUID: "pizza", Revision: 1}}
	case "revocation":
		return &event.TokenRevoked{EventID: "cp-2.2", Token: "4f1c"}
	case "key-manager":
		return &event.KeyManagerEvent{EventID: "cp-2.3", Action: "add", Manager: event.KeyManager{Name: "Okta"}}
	case "block":
		return &event.BlockingCondition{Kind: "API", Value: "/pizza/1.0.0", On: true}
	case "throttle":
		return &event.Throttle{}
	case "cache":
		return told("cp-2", "default", "pizza:read")
	case "cache-own":
		return told("cp-1", "default", "pizza:read")
	case "cache-elsewhere":
		return told("cp-2", "other", "pizza:read")
	case "cache-all":
		return told("cp-2", "default", event.CacheClearAll)
	case "cache-strange":
		g := told("cp-2", "default", "pizza:read")
		g.Cache = "tierCache"
		return g
	case "cache-broken":
		g := told("cp-2", "default", "")
		g.Key = "pizza:read"
		return g
	case "nil":
		return nil
	case "empty":
		return (*event.Notification)(nil)
	}
	s.t.Fatalf("%q is no event of batch", word)
	return nil
}

// told is what a node says of the entry of a scope.
func told(who, domain, key string) *event.GlobalCacheInvalidated {
	return &event.GlobalCacheInvalidated{Manager: cacheManager, Cache: scopesCache, Key: event.CacheKey(key), Tenant: event.Super,
		TenantID: superTenant, Domain: domain, Node: who}
}

// nonsense says or calls what no well-behaved peer does.
func (s *scene) nonsense(what string) {
	switch what {
	case "nil-step":
		s.call((*event.Step)(nil))
	case "no-message":
		s.call(nil)
	case "request":
		s.call(&event.Request{})
	case "empty-step":
		s.call(&event.Step{})
	case "two-things":
		s.call(&event.Step{Undeploy: "pizza", Revoke: &event.RevokedToken{Token: "t"}})
	case "empty-members":
		for _, st := range []*event.Step{
			{Revoke: &event.RevokedToken{}}, {Deploy: &event.API{UUID: "pizza"}}, {Policy: &event.Policy{Name: "Gold"}},
			{DeletePolicy: &event.Policy{}}, {Application: &event.Application{}}, {Subscription: &event.Subscription{}},
			{KeyManager: &event.KeyManager{}}, {Block: &event.BlockingCondition{}}, {Webhook: &event.WebhookEvent{}},
			{API: &event.API{}}, {KeyMapping: &event.KeyMapping{AppUUID: "mobile"}}, {Lifecycle: &event.Lifecycle{UUID: "pizza"}}, {Lifecycle: &event.Lifecycle{Status: event.Retired}},
			{RevokeSubject: &event.RevokedSubject{At: 1}}, {RevokeSubject: &event.RevokedSubject{Entity: "m", Kind: "MOON"}},
			{Announce: &event.Notification{}}, {Announce: &event.Notification{Type: event.ScopeCreate}},
			{Announce: &event.Notification{Type: event.DeployAPI, API: &event.API{UUID: "pizza"}}}, {Undeploy: "pizza", Delete: true},
			{ResetQuota: &event.QuotaReset{User: "alice"}}, {ResetQuota: &event.QuotaReset{UUID: "app-1"}},
		} {
			s.call(st)
		}
	case "nil-pull":
		s.say("gw-1", (*event.PullRequest)(nil))
	case "nil-batch":
		s.say("cp-2", (*event.Batch)(nil))
	case "bare-notice":
		s.say("gw-1", &event.PullRequest{ID: 8, Path: event.PathGateway})
	case "bare-states":
		s.say("gw-1", &event.PullRequest{ID: 8, Path: event.PathStatus})
	case "bare-ack":
		s.say("gw-1", &event.PullRequest{ID: 8, Path: event.PathDeployed})
	case "pull-says-batch":
		s.say("gw-1", &event.PullRequest{ID: 1, Path: event.PathBlock})
		s.queue = append(s.queue, node.Input{Kind: node.Received, Session: s.peers["gw-1"], Msg: &event.Batch{}})
	case "nil-result":
		s.queue = append(s.queue, node.Input{Kind: node.Received, Session: 1, Msg: (*event.StoreResult)(nil)})
	case "stranger":
		s.queue = append(s.queue, node.Input{Kind: node.Received, Session: -99, Msg: &event.Batch{}})
	case "topics":
		s.queue = append(s.queue, node.Input{Kind: node.Up, Session: -98, Peer: "gw-1", Service: event.Topics})
	default:
		s.t.Fatalf("%q is not in nonsense", what)
	}
}

// noted prints the notes of a control plane; those of sessions are session's to test.
func (s *scene) noted(n *node.Note) {
	words := []string{"note", n.Fact.String(), n.ID, n.Detail, string(n.Peer), n.Reason.String()}
	switch n.Fact {
	case node.SessionUp, node.SessionLost, node.SessionRetry:
		return
	case node.DeploymentSeen:
		words = append(words, fmt.Sprintf("n=%d live=%t", n.N, n.On))
	case node.PullAnswered, node.AckKnown:
		words = append(words, fmt.Sprint("n=", n.N))
	}
	s.printf("%s", strings.Join(strings.Fields(strings.Join(words, " ")), " "))
}

// said prints a message.
func said(m event.Message) string {
	switch m := m.(type) {
	case *event.Publish:
		return fmt.Sprintf("publish %s: %s", m.Topic, said(m.Body))
	case *event.Batch:
		var all []string
		for _, e := range m.Events {
			all = append(all, said(e))
		}
		return "batch: " + strings.Join(all, ", ")
	case *event.StoreOp:
		if m.Write != nil {
			return "write " + rowText(m.Write)
		}
		return strings.TrimSuffix("read "+m.Read.String()+"/"+m.Name, "/")
	case *event.Notification:
		return fmt.Sprintf("%s %s at=%s tenant=%s(%d) %s", m.EventID, m.Type, m.At, m.Tenant, m.TenantID, aboutText(m))
	case *event.TokenRevoked:
		if x, err := m.Subject(); x != nil && err == nil {
			return fmt.Sprintf("%s all tokens of %s before %s expiry=%s type=%s", m.EventID, x.Name(), x.At, m.Expiry, m.Type)
		}
		text := fmt.Sprintf("%s token=%s expiry=%s type=%s ttl=%s", m.EventID, m.Token, m.Expiry, m.Type, m.TTL)
		if m.TenantID != superTenant {
			text += fmt.Sprintf(" tenant=%d", m.TenantID)
		}
		return text
	case *event.KeyManagerEvent:
		return fmt.Sprintf("%s %s %s", m.EventID, m.Action, m.Manager.Name)
	case *event.WebhookEvent:
		return fmt.Sprintf("%s %s %s", m.EventID, m.Mode, m.Callback)
	case *event.BlockingCondition:
		return fmt.Sprintf("block %s:%s on=%t", m.Kind, m.Value, m.On)
	case *event.PullRequest:
		return orderText(m)
	case *event.KeyTemplate:
		return fmt.Sprintf("key template %s on=%t", m.Text, m.On)
	case *event.GlobalCacheInvalidated:
		return fmt.Sprintf("%s/%s %s of %s(%d) from %s in %s", m.Manager, m.Cache, m.Key, m.Tenant, m.TenantID, m.Node, m.Domain)
	case *event.PullResponse:
		if m.Code != 0 {
			return fmt.Sprintf("%d %s %d %s", m.Status, m.Path, m.Code, pulledText(m))
		}
		return fmt.Sprintf("%d %s %s", m.Status, m.Path, pulledText(m))
	case *event.Subscribe:
		return fmt.Sprintf("subscribe %s", m.Topic)
	case *event.BatchAck:
		return fmt.Sprintf("ack of batch %d", m.Seq)
	}
	return m.Class().String()
}

func orderText(m *event.PullRequest) string {
	what := "nothing"
	switch o := m.Order; {
	case o == nil:
	case o.Deploy != nil:
		what = "deploy " + apiText(o.Deploy)
	case o.Undeploy != "":
		what = "undeploy " + o.Undeploy
	case o.Policy != nil:
		what = fmt.Sprintf("policy %s:%s quota=%d", o.Policy.Level, o.Policy.Name, o.Policy.Quota)
	case o.Drop != nil:
		what = "drop " + o.Drop.Name
	case o.Forget != nil:
		what = "forget " + o.Forget.Name()
	case o.ForgetToken != nil:
		what = "forget token " + string(o.ForgetToken.Token)
	case o.Revoke != nil:
		what = "revoke " + string(o.Revoke.Token)
	}
	return string(m.Path) + " " + what
}

func aboutText(n *event.Notification) string {
	switch {
	case n.API != nil:
		return apiText(n.API)
	case n.Application != nil:
		return n.Application.UUID + " tier=" + n.Application.Tier
	case n.Subscription != nil:
		return n.Subscription.UUID + " tier=" + n.Subscription.Tier
	case n.Reset != nil:
		return fmt.Sprintf("quota of %s under %s (%s) tier=%s", n.Reset.User, n.Reset.UUID, n.Reset.AppID, n.Reset.Tier)
	case n.Template != nil:
		return "template " + n.Template.Old + " > " + n.Template.New
	case n.KeyMapping != nil:
		return "consumer key " + n.KeyMapping.ConsumerKey
	case len(n.Scopes) > 0:
		return fmt.Sprintf("scope %s of %d", n.Scopes[0].Name, len(n.Scopes))
	case n.Thing != nil:
		return n.Type.Thing().Kind + " " + n.Thing.Name
	case n.Policy != nil:
		text := fmt.Sprintf("%s:%s quota=%d", n.Policy.Level, n.Policy.Name, n.Policy.Quota)
		if p := n.Policy; p.Counts != event.RequestCount || len(p.Groups)+len(n.GroupsGone) > 0 {
			text += fmt.Sprintf(" counts=%s burst=%v goes-on=%t groups=%d gone=%d", p.Counts, p.Burst, p.ContinueOverQuota, len(p.Groups), len(n.GroupsGone))
		}
		return text
	}
	return "about nothing"
}

func apiText(a *event.API) string {
	text := fmt.Sprintf("%s revision=%d labels=%s resources=%d", a.UUID, a.Revision, strings.Join(a.Labels, ","), len(a.Resources))
	if a.Status+a.Tier != "" {
		text += " status=" + a.Status + " tier=" + a.Tier
	}
	return text
}

func rowText(r *event.Row) string {
	text := r.Table.String() + "/" + r.Key
	switch {
	case r.Deleted:
		text += " deleted"
	case r.API != nil:
		text += " " + apiText(r.API)
	case r.Application != nil:
		text += " tier=" + r.Application.Tier + " keys=" + strings.Join(r.Application.ConsumerKeys, ",")
	case r.Block != nil:
		text += fmt.Sprintf(" on=%t", r.Block.On)
	case r.Deployed != nil:
		text += fmt.Sprintf(" revision=%d", r.Deployed.Revision)
	case r.Revoked != nil:
		text += " token=" + string(r.Revoked.Token)
	}
	return text
}

func pulledText(r *event.PullResponse) string {
	var all []string
	for i := range r.APIs {
		all = append(all, apiText(&r.APIs[i]))
	}
	for _, a := range r.Applications {
		all = append(all, a.UUID+" keys="+strings.Join(a.ConsumerKeys, ","))
	}
	for _, s := range r.Subscriptions {
		all = append(all, s.UUID)
	}
	all = append(all, r.Templates...)
	if r.Said != "" {
		all = append(all, r.Said)
	}
	if r.Problem != "" {
		all = append(all, r.Problem)
	}
	for _, p := range r.Policies {
		all = append(all, fmt.Sprintf("%s:%s quota=%d", p.Level, p.Name, p.Quota))
	}
	for _, k := range r.KeyManagers {
		all = append(all, k.Name)
	}
	for _, t := range r.Revoked {
		all = append(all, string(t.Token))
	}
	for _, w := range r.Webhooks {
		all = append(all, w.API+" "+w.Callback)
	}
	for _, s := range r.Subjects {
		all = append(all, s.Name())
	}
	for _, s := range r.Scopes {
		all = append(all, strings.TrimSpace(s.Name+" "+s.Text()))
	}
	for _, c := range r.Certificates {
		all = append(all, c.Alias+" "+c.Endpoint)
	}
	if r.Analytics != "" {
		all = append(all, r.Analytics)
	}
	for _, b := range r.Blocked {
		all = append(all, b.Kind+":"+b.Value)
	}
	return "[" + strings.Join(all, "; ") + "]"
}

// rows is the database as a control plane sees it.
type rows struct {
	mode    string // answers, silent, refuses
	version uint64
	tables  map[event.Table]map[string]event.Row
}

func newRows() *rows {
	return &rows{mode: "answers", tables: make(map[event.Table]map[string]event.Row)}
}

func (d *rows) answer(op *event.StoreOp) *event.StoreResult {
	switch d.mode {
	case "silent":
		return nil
	case "refuses":
		return &event.StoreResult{ID: op.ID}
	}
	if op.Write != nil {
		return &event.StoreResult{ID: op.ID, OK: true, Rows: d.write(*op.Write)}
	}
	r := &event.StoreResult{ID: op.ID, OK: true}
	for _, row := range d.tables[op.Read] {
		if (op.Name == "" || op.Name == row.Key) && !row.Deleted {
			r.Rows = append(r.Rows, row)
		}
	}
	sort.Slice(r.Rows, func(i, j int) bool { return r.Rows[i].Key < r.Rows[j].Key })
	return r
}

func (d *rows) write(row event.Row) []event.Row {
	if d.tables[row.Table] == nil {
		d.tables[row.Table] = make(map[string]event.Row)
	}
	d.version++
	row.Version = d.version
	d.tables[row.Table][row.Key] = row
	return []event.Row{row}
}
