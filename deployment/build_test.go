package deployment

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hubsim/broker"
	"hubsim/controlplane"
	"hubsim/event"
	"hubsim/gateway"
	"hubsim/node"
	"hubsim/session"
	"hubsim/trace"
	"hubsim/trafficmgr"
	"hubsim/virtual"
	"hubsim/workload"
	"hubsim/world"
)

// shop is a catalog with one API, whose callers may make five calls a minute.
func shop() Catalog {
	api := event.API{UUID: "api-1", ID: 1, Name: "pizza", Version: "1.0.0", Context: "/pizza/1.0.0", Status: "PUBLISHED",
		Tier: event.Unlimited, Labels: []string{"Default"}, Revision: 1, Resources: []event.Resource{{Template: "/menu", Verb: "GET", Tier: event.Unlimited}}}
	return Catalog{
		APIs:          []event.API{api},
		Applications:  []event.Application{{UUID: "app-1", ID: 1, Name: "mobile", Subscriber: "alice", Tier: event.Unlimited, ConsumerKeys: []string{"key-1"}}},
		Subscriptions: []event.Subscription{{UUID: "sub-1", ID: 1, APIID: 1, AppID: 1, Tier: "Five", State: "UNBLOCKED"}},
		Policies:      []event.Policy{{ID: 1, Name: "Five", Level: event.SubscriptionLevel, Tenant: event.Super, Quota: 5, Window: event.Minute}},
		KeyManagers:   []event.KeyManager{{Name: "Resident", Type: "default", Enabled: true, Tenant: event.Super}},
	}
}

// calls are one call a second, to each gateway in turn.
type calls struct {
	to   []event.NodeID
	next int
	last int
}

func (c *calls) Next() (workload.Arrival, bool) {
	if c.next >= c.last {
		return workload.Arrival{}, false
	}
	n := c.next
	c.next++
	return workload.Arrival{At: event.Duration(20+n) * event.Second, To: c.to[n%len(c.to)], Req: &event.Request{
		ID: event.RequestID(n + 1), Context: "/pizza/1.0.0", Version: "1.0.0", Resource: "/menu", Verb: "GET",
		Token: &event.Token{ID: event.TokenID(fmt.Sprintf("jti-%d", n)), ConsumerKey: "key-1", User: "alice", KeyType: "PRODUCTION", Issued: 1, Expires: 1 << 52},
	}}, true
}

// ledger keeps what the nodes state.
type ledger struct {
	served, refused int
	ready, revoked  map[event.NodeID]bool
	plans           map[event.NodeID]bool
	lost            []string
}

func (l *ledger) Observe(r *trace.Record) {
	switch {
	case r.Kind == trace.Answered && r.Request != nil:
		if r.Msg.(*event.Reply).Status == 200 {
			l.served++
		} else {
			l.refused++
		}
	case r.Kind != trace.Noted:
	case r.Note.Fact == node.Ready:
		l.ready[r.Node] = true
	case r.Note.Fact == node.PlanDeployed && strings.HasSuffix(r.Note.ID, "Five"):
		l.plans[r.Node] = true
	case r.Note.Fact == node.RevocationKnown:
		l.revoked[r.Node] = true
	case r.Note.Fact == node.SessionLost && r.Note.Reason == event.Closed: // a publisher that has nothing to say
	case r.Note.Fact == node.SessionLost || r.Note.Fact == node.PublishDropped:
		l.lost = append(l.lost, fmt.Sprintf("%s %s %s %s %s", r.Node, r.Note.Fact, r.Note.Peer, r.Note.Detail, r.Note.Reason))
	}
}

func idsOf(w *world.World, role node.Role) []event.NodeID {
	var ids []event.NodeID
	for i := range w.Members {
		if w.Members[i].Role == role {
			ids = append(ids, w.Members[i].ID)
		}
	}
	return ids
}

// TestBuiltDeploymentsRun runs every set in virtual time: each gateway becomes ready, each traffic
// manager gets the policy, five of thirty calls are served in a minute, a revocation reaches all, and in the
// 2.x layout one.
func TestBuiltDeploymentsRun(t *testing.T) {
	for _, profile := range []string{"wso2", "hardened"} {
		for _, name := range append(Patterns(), "docs-gw-cp-single", "docs-gw-cp-ha", "docs-gw-cp-tm-single", "docs-gw-cp-tm-ha") {
			t.Run(profile+"/"+name, func(t *testing.T) { runSet(t, profile, name) })
		}
	}
}

func runSet(t *testing.T, profile, name string) {
	d := read(t, name)
	w, err := Build(d, Options{Profile: profile, Catalog: shop()})
	if err != nil {
		t.Fatal(err)
	}
	gateways, hubs := idsOf(w, node.Gateway), idsOf(w, node.ControlPlane)
	l := &ledger{ready: map[event.NodeID]bool{}, revoked: map[event.NodeID]bool{}, plans: map[event.NodeID]bool{}}
	w.Seed, w.Start, w.Length, w.Watch = 1, 1_699_999_200_000, 59*event.Second, l
	w.Load = &calls{to: gateways, last: 30}
	if strings.HasPrefix(name, "multi-dc") {
		w.Load = &calls{to: gateways[:2], last: 30} // quotas are counted in each region
	}
	w.Steps = []world.Step{{At: 15 * event.Second, To: hubs[len(hubs)-1:], Do: &event.Step{ID: "revoke-1", Revoke: &event.RevokedToken{Token: "stolen", Expiry: 1 << 52}}}}
	if _, err := virtual.Run(w); err != nil {
		t.Fatal(err)
	}
	alone := d.Older() && profile == "wso2" // wso2/product-apim#9285: the gateway that passes it on
	if alone && len(l.revoked) != 1 {
		t.Errorf("the revocation is known to %d gateways, want the one that passed it on", len(l.revoked))
	}
	for _, id := range gateways {
		if !l.ready[id] || !l.revoked[id] && !alone {
			t.Errorf("gateway %s: ready %v, knows the revocation %v", id, l.ready[id], l.revoked[id])
		}
	}
	for _, id := range idsOf(w, node.TrafficManager) {
		if !l.plans[id] {
			t.Errorf("traffic manager %s has no plan for the policy", id)
		}
	}
	if l.served < 5 || l.served > 6 || l.served+l.refused != 30 {
		t.Errorf("%d calls were served and %d refused; want 5 or 6 of 30", l.served, l.refused)
	}
	if len(l.lost) > 0 {
		t.Errorf("nothing breaks, and yet:\n%s", strings.Join(l.lost, "\n"))
	}
}

func read(t testing.TB, name string) *Deployment {
	t.Helper()
	var d *Deployment
	var found []Finding
	var err error
	if strings.HasPrefix(name, "docs-") {
		d, found, err = Read("testdata/sets/" + name)
	} else {
		d, found, err = ReadFS(edited(t, name, nil), name)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := Errors(found); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestBootOrder(t *testing.T) {
	w, err := Build(read(t, "gw-cp-tm-ha"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for i := range w.Members {
		order = append(order, string(w.Members[i].ID))
	}
	want := "store.main cp-1.broker cp-2.broker tm-1.broker tm-2.broker cp-1 cp-2 tm-1 tm-2 gw-1 gw-2"
	if got := strings.Join(order, " "); got != want {
		t.Errorf("boot order\n%s, want\n%s", got, want)
	}
}

// everyKey is a deployment whose files set every key of deployment.toml that a machine has a field for.
func everyKey(t *testing.T) *Deployment {
	set := edited(t, "gw-cp-tm-ha", []edit{
		{"gw-1.toml", "gateway_labels = [\"Default\"]", "gateway_labels = [\"Default\", \"EU\"]\nevent_waiting_time = 7000\ndeployment_retry_duration = 1000\nmax_retry_count = 9\nretry_progression_factor = 3\ndata_retrieval_mode = \"sync\"\n\n[apim.sync_runtime_artifacts.tenant_loading]\nenable = true\ntenants = \"a.com, b.com\"\n\n[apim.gateway_notification]\nenabled = true\nheartbeat.notify_interval = 5\n\n[apim.gateway_notification.deployment_ack]\nbatch_size = 7\nbatch_interval = 100\nretry_duration = 200\nmax_retry_count = 3\nretry_progression_factor = 4\nbatch_processor_min_thread = 1\nbatch_processor_max_thread = 5\nbatch_processor_queue_size = 6\n\n[apim.gateway_notification.registration]\nretry_duration = 300\nmax_retry_count = 8\nretry_progression_factor = 1"},
		{"gw-1.toml", "[apim.event_hub]", "[transport.binary.agent]\nqueue_size = 100\nbatch_size = 10\nreconnection_interval = 5\nsocket_timeout = 2000\n\n[apim.event_hub]\ninit_delay = 250\nevent_waiting_time = 300"},
		{"gw-1.toml", "[apim.throttling]", "[apim.throttling]\nsequential_failover_from_beginning = true\nenable_header_based_throttling = true\nenable_query_param_based_throttling = true\nenable_jwt_claim_based_throttling = true"},
		{"gw-2.toml", "gateway_labels = [\"Default\"]", "gateway_labels = [\"Default\"]\nevent_waiting_time = 7000"},
		{"gw-2.toml", "[apim.throttling]", "[apim.throttling]\nenable_blacklist_condition = \"false\"\nenable_data_publishing = false\nenable_decision_connection = \"false\""},
		{"tm-1.toml", "[apim.throttling]", "[transport.receiver]\nworker_threads = \"4\"\n\n[apim.throttling]\nenable_policy_deployment = false\nskip_redeploying_policies = [\"Gold\"]\npolicy_deploy.tenant_loading.tenants = \"b.com\""},
		{"tm-2.toml", "[server]", "[server]\nenable_traffic_management = false"},
		{"cp-1.toml", "[apim.key_manager]", "[qpid.heartbeat]\ndelay = 20\n\n[apim.token.revocation]\nenable_realtime_notifier = false\nrealtime_notifier.ttl = 9\n\n[apim.oauth_config]\nenable_revoke_token_cleanup = false\n\n[database.apim_db.pool_options]\nmaxActive = 7\nmaxWait = 1500\n\n[apim.gateway_notification.cleanup]\nexpiry_time = 60\ndata_retention_period = 3600\n\n[apim.key_manager]"},
		{"topology.yaml", "", "nodes:\n  gw-2: {clock: {offset: 400ms, drift_ppm: -20}, region: eu}\nlinks:\n  gw-1>tm-1: {latency: 3ms, jitter: 1ms}\n  main>eu: {latency: 9ms}\n"},
	})
	d, found, err := ReadFS(set, "set")
	if err != nil || slices.ContainsFunc(found, func(f Finding) bool { return f.Stops() }) {
		t.Fatal(err, found)
	}
	return d
}

// filled is a field and what the files say it should be.
type filled struct {
	about     string
	got, want any
}

func compare(t *testing.T, fields []filled) {
	t.Helper()
	for _, c := range fields {
		if fmt.Sprint(c.got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.about, c.got, c.want)
		}
	}
}

// A knob for the heartbeat goes before what the brokers' files say.
func TestKnobForHeartbeat(t *testing.T) {
	d := everyKey(t)
	for _, knob := range []string{"session.topic.heartbeat", "gateway.session.topic.heartbeat", "traffic_manager.session.topic.heartbeat"} {
		b := builder{d: d, base: wso2(), given: map[string]string{knob: "0s"}}
		g := b.configs(d.Host("gw-1")).Gateway.Session.Topic.Proposals
		if got, want := len(g) == 0, knob != "traffic_manager.session.topic.heartbeat"; got != want {
			t.Errorf("%s leaves the gateway %v", knob, g)
		}
	}
}

func TestFilesFillGateways(t *testing.T) {
	d := everyKey(t)
	for _, profile := range []configs{wso2(), hardened()} {
		b := builder{d: d, base: profile}
		g1, g2 := b.configs(d.Host("gw-1")).Gateway, b.configs(d.Host("gw-2")).Gateway
		compare(t, []filled{
			{"labels", g1.Labels, []string{"Default", "EU"}},
			{"the hub's waiting takes the place of the artifacts'", [2]event.Duration{g1.ArtifactWaiting, g2.ArtifactWaiting}, [2]event.Duration{0, 7 * event.Second}},
			{"first retry", g1.Session.Pull.Retry.First, event.Second},
			{"retries", g1.Session.Pull.Retry.Times, 9},
			{"first retry of an artifact", g1.ArtifactRetry.First, event.Second},
			{"retry factor", g1.Session.Pull.Retry.Factor, 3},
			{"ring", g1.Session.Feed.Ring, 100},
			{"batch", g1.Session.Feed.Batch, 10},
			{"feed reconnect", g1.Session.Feed.Reconnect.First, 5 * event.Second},
			{"socket timeout", g1.Session.Feed.AckTimeout, 2 * event.Second},
			{"init delay", g1.InitDelay, 250 * event.Millisecond},
			{"event waiting", g1.EventWaiting, 300 * event.Millisecond},
			{"conditions", [3]bool{g1.HeaderConditions, g1.QueryConditions, g1.ClaimConditions}, [3]bool{true, true, true}},
			{"from the beginning", g1.Session.Topic.Dial.FromBeginning, true},
			{"the broker's heartbeat", g1.Session.Topic.Proposals, []session.Proposal{{From: "cp-1.broker", Every: 20 * event.Second, Patience: 40 * event.Second}}},
			{"the other broker's", g1.Session.Topic.Heartbeat, profile.Gateway.Session.Topic.Heartbeat},
			{"hubs", g1.EventHubs, []event.NodeID{"cp-1.broker", "cp-2.broker"}},
			{"brokers of decisions", g1.TrafficManagers, []event.NodeID{"tm-1.broker", "tm-2.broker"}},
			{"groups", len(g1.Groups), 2},
			{"tells of itself", [2]bool{g1.Notify.Enabled, g2.Notify.Enabled}, [2]bool{true, false}},
			{"its heartbeats", g1.Notify.Heartbeat, 5 * event.Second},
			{"its batches", []any{g1.Notify.Batch, g1.Notify.BatchEvery, g1.Notify.Threads, g1.Notify.Most, g1.Notify.Queue}, []any{7, 100 * event.Millisecond, 1, 5, 6}},
			{"batches again", []any{g1.Notify.Retry.First, g1.Notify.Retry.Times, g1.Notify.Retry.Factor}, []any{200 * event.Millisecond, 3, 4}},
			{"registers again", []any{g1.Notify.Register.First, g1.Notify.Register.Times, g1.Notify.Register.Factor}, []any{300 * event.Millisecond, 8, 1}},
			{"deploys before the topics", [2]bool{g1.SyncStart, g2.SyncStart}, [2]bool{true, false}},
			{"loads tenants", [2]bool{g1.TenantLoading, g2.TenantLoading}, [2]bool{true, false}},
			{"tenants", g1.Tenants, []string{"a.com", "b.com"}},
			{"tenants left open", g2.Tenants, []string{"*"}},
			{"no lists", [2]bool{g1.NoLists, g2.NoLists}, [2]bool{false, true}},
			{"no publishing", len(g2.Groups), 0},
			{"no decisions", len(g2.TrafficManagers), 0},
			{"what gw-2 leaves open is the profile's", g2.InitDelay, profile.Gateway.InitDelay},
		})
	}
}

func TestFilesFillTheOthers(t *testing.T) {
	d := everyKey(t)
	for _, profile := range []configs{wso2(), hardened()} {
		b := builder{d: d, base: profile}
		t1, t2 := b.configs(d.Host("tm-1")).TrafficManager, b.configs(d.Host("tm-2")).TrafficManager
		p1, p2 := b.configs(d.Host("cp-1")).ControlPlane, b.configs(d.Host("cp-2")).ControlPlane
		compare(t, []filled{
			{"policies are not deployed", t1.DeployPolicies, false},
			{"policies are left alone", t1.SkipRedeploying, []string{"Gold"}},
			{"whose policies", [][]string{t1.Tenants, t2.Tenants}, [][]string{{"b.com"}, nil}},
			{"workers of the receiver", t1.Workers, 4},
			{"no traffic management", t2.DeployPolicies, false},
			{"the twin's broker", t1.Duplicate, []event.NodeID{"tm-2.broker"}},
			{"its own broker", t1.Brokers, []event.NodeID{"tm-1.broker"}},
			{"no realtime revocation", p1.RealtimeRevocation, false},
			{"ttl", p1.RevocationTTL, "9"},
			{"cleanup", p1.RevokedCleanup, false},
			{"database timeout", p1.Database.Timeout, 1500 * event.Millisecond},
			{"statements", p1.Database.Statements, 7 + p1.Pulls},
			{"gateways expire", p1.Gateways.Expiry, event.Minute},
			{"gateways are forgotten", p1.Gateways.Retention, event.Hour},
			{"duplicate", p1.Duplicate, []event.NodeID{"cp-2.broker"}},
			{"what cp-2 leaves open is the profile's", p2.RealtimeRevocation, profile.ControlPlane.RealtimeRevocation},
		})
	}
}

func TestTheTopologyFillsTheWorld(t *testing.T) {
	w, err := Build(everyKey(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	gw := w.Members[w.Find("gw-2")[0]]
	if gw.Offset != 400*event.Millisecond || gw.Drift != -20 || gw.Region != "eu" {
		t.Errorf("gw-2 is %+v", gw)
	}
	if l := w.Links.Hosts["gw-1>tm-1"]; l.Base != 3*event.Millisecond || l.Mean != event.Millisecond || w.Links.Regions["main>eu"].Base != 9*event.Millisecond {
		t.Errorf("links are %+v", w.Links)
	}
}

func TestRemotesOfARegion(t *testing.T) {
	d := read(t, "multi-dc")
	w, err := Build(d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	eu, us := &w.Members[w.Find("store.eu")[0]], &w.Members[w.Find("store.us")[0]]
	if far := w.Links.Between(eu, us); far.Base != 40*event.Millisecond {
		t.Errorf("from one region's database to the other's it takes %v", far)
	}
	b := builder{d: d, base: wso2()}
	c := b.configs(d.Host("eu-cp-1")).ControlPlane
	if len(c.Remotes) != 1 || !slices.Equal(c.Remotes[0].Brokers, []event.NodeID{"us-cp-1.broker"}) || !slices.Equal(c.Remotes[0].Streams, controlplane.Streams()) {
		t.Errorf("remotes are %+v", c.Remotes)
	}
	if c.Region != "eu" || c.Store != "store.eu" {
		t.Errorf("region %s, store %s", c.Region, c.Store)
	}
}

func TestKnobs(t *testing.T) {
	d := read(t, "gw-cp")
	all, err := settingsOf(map[string]string{
		"session.topic.again.max": "5s", "gateway.session.topic.again.max": "7s", "session.publisher.queue": "3",
		"gateway.resync_on_up": "true", "traffic_manager.rules.forget_idle": "true", "broker.overflow": "drop-oldest",
		"control_plane.revocation_ttl": "77", "session.pull.retry.first": "2s",
	})
	if err != nil {
		t.Fatal(err)
	}
	b := builder{d: d, base: wso2(), knobs: all}
	c := b.configs(d.Host("gw-1"))
	for _, row := range []struct {
		about     string
		got, want any
	}{
		{"a knob of one machine comes after that of all", c.Gateway.Session.Topic.Again.Max, 7 * event.Second},
		{"a knob of all machines", c.TrafficManager.Session.Topic.Again.Max, 5 * event.Second},
		{"the same part under another name", c.ControlPlane.Publisher.Queue, 3},
		{"and towards other regions", c.ControlPlane.Remote.Queue, 3},
		{"a flag", c.Gateway.ResyncOnUp, true},
		{"within rules", c.TrafficManager.Rules.ForgetIdle, true},
		{"a choice", c.Broker.Overflow, broker.DropOldest},
		{"a text", c.ControlPlane.RevocationTTL, "77"},
		{"within an embedded part", c.Gateway.Session.Pull.Retry.First, 2 * event.Second},
	} {
		if fmt.Sprint(row.got) != fmt.Sprint(row.want) {
			t.Errorf("%s: %v, want %v", row.about, row.got, row.want)
		}
	}
	if wso2().Gateway.ResyncOnUp || gateway.WSO2().ResyncOnUp || trafficmgr.WSO2().Rules.ForgetIdle {
		t.Error("the knobs have changed the profile")
	}
}

func TestWrongKnobs(t *testing.T) {
	d := read(t, "gw-cp")
	var b strings.Builder
	for _, knobs := range []map[string]string{
		{"gateway.resync_onup": "true"}, {"session.topic.first_wait": "5s"}, {"retries": "3"}, {"colour": "red"},
		{"gateway.resync_on_up": "maybe"}, {"session.topic.again.max": "5"}, {"session.feed.ring": "-1"}, {"broker.overflow": "spill"},
		{"store.shipbatch": "1"},
	} {
		_, err := Build(d, Options{Knobs: knobs})
		fmt.Fprintln(&b, err)
	}
	_, err := Build(d, Options{Profile: "fast"})
	fmt.Fprintln(&b, err)
	golden(t, "knob-errors.txt", b.String())
}

// TestEveryKnobTakesItsOwnValue sets each knob to what both profiles have, which must change nothing.
func TestEveryKnobTakesItsOwnValue(t *testing.T) {
	for _, k := range Knobs() {
		for _, value := range []string{k.WSO2, k.Hardened} {
			if value == "none" {
				continue // nothing overflows: the zero value has no name of its own
			}
			if _, err := settingsOf(map[string]string{k.Name: value}); err != nil {
				t.Errorf("its own value: %v", err)
			}
		}
		if strings.HasPrefix(k.Name, "gateway.session.publisher") {
			t.Errorf("%s would change nothing: a gateway has no publisher", k.Name)
		}
	}
	c := wso2()
	for _, k := range Knobs() {
		if k.WSO2 == "none" || strings.HasPrefix(k.Name, "session.") {
			continue
		}
		all, err := settingsOf(map[string]string{k.Name: k.WSO2})
		if err != nil {
			t.Fatal(err)
		}
		all[0].apply(&c)
	}
	if fmt.Sprintf("%+v", c) != fmt.Sprintf("%+v", wso2()) {
		t.Error("setting each knob to the profile's own value has changed something")
	}
}

func TestNoControlPlane(t *testing.T) {
	d, _, err := ReadFS(edited(t, "gw-cp", []edit{{"cp-1.toml", "", ""}}), "set")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Build(d, Options{}); err == nil || !strings.Contains(err.Error(), "there is no control plane") {
		t.Errorf("a deployment without control plane: %v", err)
	}
}
