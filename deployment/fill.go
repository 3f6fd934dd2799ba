package deployment

import (
	"slices"

	"hubsim/broker"
	"hubsim/controlplane"
	"hubsim/event"
	"hubsim/gateway"
	"hubsim/keyvalue"
	"hubsim/node"
	"hubsim/session"
	"hubsim/store"
	"hubsim/trafficmgr"
)

// configs are the configurations of the machines that a host may run.
type configs struct {
	Gateway        gateway.Config
	TrafficManager trafficmgr.Config
	ControlPlane   controlplane.Config
	Store          store.Config
	Broker         broker.Config
	KeyValue       keyvalue.Config
}

func wso2() configs {
	return configs{gateway.WSO2(), trafficmgr.WSO2(), controlplane.WSO2(), store.WSO2(), broker.WSO2(), keyvalue.WSO2()}
}

func hardened() configs {
	return configs{gateway.Hardened(), trafficmgr.Hardened(), controlplane.Hardened(), store.Hardened(), broker.Hardened(), keyvalue.Hardened()}
}

const (
	artifacts  = "apim.sync_runtime_artifacts.gateway."
	hubWaiting = "apim.event_hub.event_waiting_time"
)

// set puts a value from the files in the place of the profile's, if the file gives the key.
func set[T any](s *Settings, key string, to *T, value T) {
	if s.sets(key) {
		*to = value
	}
}

// keys fills what deployment.toml says about behaviour into the configurations. What it leaves open
// stays as the profile has it.
func (c *configs) keys(d *Deployment, h *Host) {
	s := &h.Settings
	g, t, p := &c.Gateway, &c.TrafficManager, &c.ControlPlane
	g.Labels = s.Artifacts.Labels
	set(s, artifacts+"event_waiting_time", &g.ArtifactWaiting, s.Artifacts.Waiting)
	set(s, "apim.event_hub.init_delay", &g.InitDelay, s.EventHub.InitDelay)
	set(s, hubWaiting, &g.EventWaiting, s.EventHub.Waiting)
	set(s, hubWaiting, &g.ArtifactWaiting, 0) // api-manager.xml.j2 writes one of the two, and the hub's first
	set(s, hubWaiting, &t.EventWaitingTime, s.EventHub.Waiting)
	if s.sets("apim.throttling.enable_policy_deployment") || s.sets("server.enable_traffic_management") {
		t.DeployPolicies = s.Throttling.PolicyDeployment
	}
	t.SkipRedeploying = s.Throttling.SkipRedeploying
	set(s, workerThreads, &t.Workers, s.Receiver.Workers)
	set(s, "apim.distributed_throttling.sync_interval", &t.Sharing.Interval, s.Counter.Interval)
	set(s, "apim.distributed_throttling.core_pool_size", &t.Sharing.Pool, s.Counter.Pool)
	const lists = "apim.throttling.enable_blacklist_condition"
	set(s, tenantLoading+"enable", &g.TenantLoading, s.from.flag(tenantLoading+"enable"))
	set(s, tenantLoading+"tenants", &g.Tenants, s.loaded(tenantLoading))
	if s.from.flag(policyTenants + "enable") {
		set(s, policyTenants+"tenants", &t.Tenants, s.loaded(policyTenants))
	}
	set(s, artifacts+"data_retrieval_mode", &g.SyncStart, s.from.text(artifacts+"data_retrieval_mode") == "sync")
	set(s, lists, &g.NoLists, !s.from.flag(lists))
	set(s, "apim.throttling.enable_header_based_throttling", &g.HeaderConditions, s.Throttling.Headers)
	set(s, "apim.throttling.enable_query_param_based_throttling", &g.QueryConditions, s.Throttling.Query)
	set(s, "apim.throttling.enable_jwt_claim_based_throttling", &g.ClaimConditions, s.Throttling.Claims)
	if s.Older != nil {
		c.olderKeys(d, h)
	}
	retryKeys(s, &g.ArtifactRetry)
	notifyKeys(s, &g.Notify, &p.Gateways)
	sessionKeys(s, &g.Session)
	sessionKeys(s, &t.Session)
	feedKeys(s, &p.Feed)
	cacheKeys(s, &p.Cache)
	if d.Sticky(h.Wiring.Pull) {
		g.Session.Pull.Sticky, t.Session.Pull.Sticky = true, true
	}
	p.KeyManagerTells = d.told(h)
	g.Session.Topic.Proposals = proposals(d, h)
	t.Session.Topic.Proposals = g.Session.Topic.Proposals
	set(s, "apim.token.revocation.enable_realtime_notifier", &p.RealtimeRevocation, s.Revocation.Realtime)
	set(s, "apim.token.revocation.realtime_notifier.ttl", &p.RevocationTTL, s.Revocation.TTL)
	set(s, "apim.oauth_config.enable_revoke_token_cleanup", &p.RevokedCleanup, s.Revocation.Cleanup)
	set(s, "database.apim_db.pool_options.maxWait", &p.Database.Timeout, s.Pool.MaxWait)
	set(s, "database.apim_db.pool_options.maxActive", &p.Database.Statements, s.Pool.MaxActive+p.Pulls)
}

func sessionKeys(s *Settings, c *session.Config) {
	retryKeys(s, &c.Pull.Retry)
	set(s, "apim.throttling.sequential_failover_from_beginning", &c.Topic.Dial.FromBeginning, s.Throttling.SequentialFailover)
	feedKeys(s, &c.Feed)
}

func retryKeys(s *Settings, c *session.RetryConfig) {
	set(s, artifacts+"deployment_retry_duration", &c.First, s.Artifacts.Retry)
	set(s, artifacts+"max_retry_count", &c.Times, s.Artifacts.Retries)
	set(s, artifacts+"retry_progression_factor", &c.Factor, s.Artifacts.Factor)
}

func feedKeys(s *Settings, c *session.FeedConfig) {
	const agent = "transport.binary.agent."
	set(s, agent+"queue_size", &c.Ring, s.Agent.Queue)
	set(s, agent+"batch_size", &c.Batch, s.Agent.Batch)
	set(s, agent+"reconnection_interval", &c.Reconnect.First, s.Agent.Reconnect)
	set(s, agent+"socket_timeout", &c.AckTimeout, s.Agent.Socket)
	set(s, agent+"socket_timeout", &c.ConnectTimeout, s.Agent.Socket)
}

// proposals are the heartbeats of the brokers that a host listens to, as far as their files set them.
func proposals(d *Deployment, h *Host) (all []session.Proposal) {
	for _, b := range slices.Concat(h.Wiring.Hubs, h.Wiring.Decisions) {
		to := d.Host(b.Host())
		known := slices.ContainsFunc(all, func(p session.Proposal) bool { return p.From == b })
		if known || to == nil || !to.Settings.sets("qpid.heartbeat.delay") {
			continue
		}
		beat := to.Settings.Heartbeat
		all = append(all, session.Proposal{From: b, Every: beat.Delay, Patience: event.Duration(beat.Factor * float64(beat.Delay))})
	}
	return all
}

// wiring fills in who is there.
func (c *configs) wiring(d *Deployment, h *Host) {
	w := h.reached()
	g, t, p := &c.Gateway, &c.TrafficManager, &c.ControlPlane
	g.ID, t.ID, p.ID = h.Machine(node.Gateway), h.Machine(node.TrafficManager), h.Machine(node.ControlPlane)
	if h.Settings.Throttling.DecisionConnection {
		g.TrafficManagers = w.Decisions
		g.Session.Topic.Stay = d.alone(h)
	}
	if h.Settings.Throttling.Publishing {
		g.Groups = groupsOf(w.Feed)
	}
	if d.Sticky(w.Pull) { // the balancer gives each new client to the next
		first := d.index(h) % len(w.Pull)
		w.Pull = slices.Concat(w.Pull[first:], w.Pull[:first])
	}
	g.EventHubs, g.ControlPlanes = w.Hubs, w.Pull
	t.Brokers, t.Duplicate, t.Hubs, t.ControlPlanes = w.Decisions, w.Twin, w.Hubs, w.Pull
	if h.Settings.Counter.Interval >= event.Millisecond { // the product's scheduler refuses 0
		t.Sharing.Store, t.Sharing.Peers = w.Counters, d.sharers(h)
	}
	if len(h.Wiring.Decisions) == 0 {
		t.Brokers = []event.NodeID{Broker(h.ID)}
	}
	p.Region, p.Store, p.Broker = h.Region, d.storeOf(h.Region), Broker(h.ID)
	switch {
	case len(w.Hubs) > 0:
		p.Broker = w.Hubs[0] // jndi-cp.properties is made of event_listening_endpoints
	case h.Settings.cutOff(useHub):
		p.Broker = ""
	}
	p.Hubs = w.Hubs
	p.PublishGroups, p.Duplicate, p.Remotes = groupsOf(w.Publish), w.Duplicate, remotesOf(w.Remote)
	p.Forwards = forwardsOf(w.Forward)
	for _, s := range d.Stores {
		p.Regions = append(p.Regions, s.Region)
	}
	if h.Settings.Older != nil {
		c.olderWiring(h, w)
	}
}

// alone are the brokers of a gateway's own region whose traffic managers copy no decisions to each other. A
// hardened consumer that has failed over to one stays there.
func (d *Deployment) alone(h *Host) (ids []event.NodeID) {
	for _, b := range h.Wiring.Decisions {
		switch to := d.Host(b.Host()); {
		case to.Region != h.Region:
		case len(to.Wiring.Twin) > 0:
			return nil
		default:
			ids = append(ids, b)
		}
	}
	return ids
}

// index is a host's place among all.
func (d *Deployment) index(h *Host) int {
	return slices.IndexFunc(d.Hosts, func(other Host) bool { return other.ID == h.ID })
}

// reached is the wiring without its dead ends.
func (h *Host) reached() *Wiring {
	w := h.Wiring
	alive := func(use use, ids []event.NodeID) []event.NodeID {
		return slices.DeleteFunc(slices.Clone(ids), func(id event.NodeID) bool {
			return slices.Contains(h.DeadEnds, DeadEnd{useNames[use], id.Host()})
		})
	}
	feeds := func(use use, all []Feed) (some []Feed) {
		for _, f := range all {
			if f.To = alive(use, f.To); len(f.To) > 0 {
				some = append(some, f)
			}
		}
		return some
	}
	w.Hubs, w.Decisions, w.Pull = alive(useHub, w.Hubs), alive(useDecisions, w.Decisions), alive(usePull, w.Pull)
	w.Duplicate, w.Twin = alive(useDuplicate, w.Duplicate), alive(useTwin, w.Twin)
	h.reachedOlder(&w, alive)
	w.Feed, w.Publish = feeds(useFeed, w.Feed), feeds(usePublish, w.Publish)
	w.Remote = nil
	for _, r := range h.Wiring.Remote {
		if r.To = alive(useBridge, r.To); len(r.To) > 0 {
			w.Remote = append(w.Remote, r)
		}
	}
	return &w
}

func groupsOf(feeds []Feed) []session.Group {
	groups := make([]session.Group, len(feeds))
	for i, f := range feeds {
		groups[i].LoadBalance = f.LoadBalance
		for _, to := range f.To {
			groups[i].Endpoints = append(groups[i].Endpoints, event.Endpoint{Node: to, Service: event.Feed})
		}
	}
	return groups
}

func remotesOf(remotes []Remote) []controlplane.Remote {
	var all []controlplane.Remote
	for _, r := range remotes {
		to := controlplane.Remote{Region: r.Region, Brokers: r.To}
		for _, s := range controlplane.Streams() {
			for _, topic := range r.Topics {
				if s.Topic() == topic {
					to.Streams = append(to.Streams, s)
				}
			}
		}
		all = append(all, to)
	}
	return all
}

func forwardsOf(all []Forwarding) (some []controlplane.Forward) {
	for _, f := range all {
		some = append(some, controlplane.Forward{Topic: f.Topic, Brokers: f.From})
	}
	return some
}

// storeOf is the store of a region; a control plane always has one.
func (d *Deployment) storeOf(region string) event.NodeID {
	for _, s := range d.Stores {
		if s.Region == region {
			return s.ID
		}
	}
	return ""
}
