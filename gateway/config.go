package gateway

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// Config is everything that makes one gateway different from another. WSO2 and Hardened fill the
// knobs; who is there (the fields before Session) is the deployment's.
type Config struct {
	ID event.NodeID
	// Labels are the gateway environments served: the filter of deploy events and the parameter of
	// artifact pulls. WSO2: ["Default"] (apim.sync_runtime_artifacts.gateway.gateway_labels).
	Labels []string
	// TrafficManagers are the brokers with the decisions, one used at a time
	// (apim.throttling.throttle_decision_endpoints).
	TrafficManagers []event.NodeID
	// EventHubs are the brokers with the six hub topics (apim.event_hub.event_listening_endpoints;
	// without it apim.throttling.throttle_decision_endpoints).
	EventHubs []event.NodeID
	// Groups get a copy of each throttle event (one [[apim.throttling.url_group]] each).
	Groups []session.Group
	// ControlPlanes answer the internal API, behind one load balancer (apim.event_hub.service_url).
	ControlPlanes []event.NodeID

	// Files makes this a gateway of the 2.x layout: where its Synapse files are, a directory of its own or one
	// that several gateways have mounted. KeyManagers answer whether a token may call; they stand behind one
	// load balancer, or there is one (api-manager.xml, APIKeyValidator.ServerURL or ThriftServerHost).
	// ControlPlanes are then those that list blocking conditions and key templates (throttle#data#v1).
	Files       event.NodeID
	KeyManagers []event.NodeID
	FileScan    session.FilesConfig
	// KeyCache holds answers about tokens; Validation is how they are asked for. WSO2: no second attempt,
	// 10 s (APIKeyValidator.ThriftClientConnectionTimeOut), and as many questions under way as the gateway
	// has threads, 500 (passthru-http.properties, worker_pool_size_max); one more fails at once.
	KeyCache   KeyCacheConfig
	Validation session.PullConfig

	// Disk is what survives a restart, where KeepRevoked writes; nil: nothing does.
	Disk node.Journal

	// Session holds the knobs of consumers, feed and pulls; see there.
	Session session.Config

	// InitDelay is how long after the topics are asked for the revoked tokens and blocking conditions
	// are pulled. WSO2: 1 s (apim.event_hub.init_delay; 0 in older builds).
	InitDelay event.Duration
	// CleanAfter is when the cleaner of the revoked map first runs, CleanEvery how often after that.
	// WSO2: 120 s, then 2700 s; constants of RevokedJWTMapCleaner.java without a key.
	CleanAfter, CleanEvery event.Duration
	// EventWaiting is how old a notification or webhook event must be, by the wall clocks of its
	// sender and this gateway, before it is looked at; what comes behind it waits too. WSO2: 0, off
	// (apim.event_hub.event_waiting_time).
	EventWaiting event.Duration
	// ArtifactWaiting is how long a deploy waits before it pulls the artifact. WSO2: 5 s
	// (apim.sync_runtime_artifacts.gateway.event_waiting_time), and 0 where the event hub has a waiting time of its own:
	// api-manager.xml.j2 writes one of the two.
	ArtifactWaiting event.Duration
	// ArtifactRetry is how the deploy lane repeats a pull that failed; everything behind it waits
	// meanwhile. WSO2: 15 s × 2.0, at most 3600 s, 5 times (deployment_retry_duration,
	// retry_progression_factor, max_retry_count of apim.sync_runtime_artifacts.gateway; the latter two
	// in code only). Every other pull has Session.Pull.Retry.
	ArtifactRetry session.RetryConfig
	// Queue bounds the deploy lane and the events that wait for EventWaiting, each; one more is
	// ignored and noted as buffer-full. WSO2: 0, no bound (both sit in unbounded Java queues).
	Queue int
	// RefreshOnRestored pulls the subscription store and all artifacts again when the consumer of
	// topic notification comes back after layer 2. WSO2: true since 4.3, pull request 12180; no key.
	RefreshOnRestored bool
	// TenantLoading makes the gateway serve Tenants alone: events of others are dropped, and those about
	// tenants are heeded. WSO2: false, and "*" for all of them
	// (apim.sync_runtime_artifacts.tenant_loading.enable, tenants).
	TenantLoading bool
	Tenants       []string
	// NoLists leaves out the start-up pulls of blocking conditions, key templates and revoked tokens; their
	// topics are subscribed all the same. WSO2: false (apim.throttling.enable_blacklist_condition = false).
	NoLists bool
	// SyncStart deploys before the topics are asked for: the artifacts are pulled, at most SyncTries times
	// without a pause, and only then the gateway goes on. WSO2: false, on a thread of their own with
	// ArtifactRetry's waits (apim.sync_runtime_artifacts.gateway.data_retrieval_mode = "sync"; 11 tries).
	SyncStart bool
	SyncTries int
	// HeaderConditions, QueryConditions and ClaimConditions make the gateway look at conditions on
	// headers, query parameters and claims, and send these in its events. WSO2: false
	// (apim.throttling.enable_header_based_throttling, enable_query_param_based_throttling,
	// enable_jwt_claim_based_throttling).
	HeaderConditions, QueryConditions, ClaimConditions bool
	// BurstBonus lets the first call behind a window of a burst or hard limit that was not used up
	// through without counting it. WSO2: true (wso2-synapse, CallerContext.java); no key.
	BurstBonus bool
	// UserLevelKeys asks an API policy of level userLevel for a key that ends in the user, which no
	// traffic manager decides about: such a policy never throttles. WSO2: true; no key.
	UserLevelKeys bool
	// Notify is how the gateway tells the control planes of itself.
	Notify NotifyConfig

	// What follows is hardened only; WSO2 has no key for it.

	// ResyncOnUp pulls what a hub topic carries whenever its consumer connects, in whatever layer:
	// revoked tokens, deployments with the subscription store, blocking conditions, key managers, webhooks.
	// WSO2: false.
	ResyncOnUp bool
	// RevokedPullEvery pulls the revoked tokens again so often, ResyncEvery everything else. WSO2: 0,
	// never.
	RevokedPullEvery, ResyncEvery event.Duration
	// RevokedAnyType refuses a token of whatever type an event calls revoked. WSO2: false: only a JWT and
	// an API key go into the map (GatewayTokenRevocationMessageListener.java), and one whose type its key
	// manager did not say becomes DEFAULT and goes on.
	RevokedAnyType bool
	// SubjectPulls pulls the revoked consumer keys and users with the revoked tokens. WSO2: false: builds
	// whose source was read hear of them and ask for none; later ones name a resource for it.
	SubjectPulls bool
	// KeepRevoked keeps the revoked tokens, consumer keys and users in a file of the gateway's own, and refuses them
	// from its start on: the list that it pulls then may lack what it refused before, where its region's database is
	// behind another one's. WSO2: false: a restart forgets what the list does not have.
	KeepRevoked bool
	// Prune makes a list that is pulled remove what it does not name, and takes subscription blocks
	// from it too. WSO2: false: the gateway adds what it is told, and skips blocks of subscriptions on
	// load.
	Prune bool
	// Grace is how long a replica of the database may lag: what an event changed so shortly before a
	// list was asked for is left as the event said. WSO2: 0, a list is believed.
	Grace event.Duration
	// ReadyBeforeServing answers 503 until the revoked tokens were loaded once. WSO2: false: it
	// serves as soon as APIs are deployed.
	ReadyBeforeServing bool
	// TrustRemaining counts Decision.Remaining on the gateway's own monotonic clock and does not
	// compare its wall clock with the traffic manager's, wherever a decision says how long it holds.
	// WSO2: false.
	TrustRemaining bool
	// OrderedDecisions sets a decision aside that is of an earlier window than the live one it would
	// undo, and whose window is over: it was overtaken on the way. WSO2: false: the last writer wins.
	OrderedDecisions bool
	// GroupsApart keeps the condition groups of one API policy from hiding each other: a call is asked
	// for every group that it meets, false for one leaves the others throttled, the base key lasts as
	// long as the longest of them, and newer conditions replace stored ones. WSO2: false:
	// a false hides other groups until their next true, and the first window stored ends them all
	// (deduced from JMSMessageListener.java).
	GroupsApart bool
	// WholeCalls keeps the events of a GraphQL call of several operations back until all of them were asked for,
	// and asks for no more once one is refused. WSO2: false: custom rules and hard limit are asked operation by
	// operation, each that passes is published at once, and the call is refused if any does not pass
	// (ThrottleHandler.java).
	WholeCalls bool
	// InclusiveRanges counts the two ends of a blocked range of addresses in. WSO2: false.
	InclusiveRanges bool
	// BurstsFollow lets an edited burst limit of an application policy apply at once. WSO2: false: the
	// counter that exists keeps the limit it was made with.
	BurstsFollow bool
	// OrderedRevisions ignores artifacts and removals of an older revision than the one that serves.
	// WSO2: false: no ordering or version check.
	OrderedRevisions bool
	// OrderedEvents sets a notification aside that was made before the last one about the same thing, by
	// the sender's wall clock, and the revocation of a subject that is older than the one known. WSO2:
	// false: no comparison of timeStamp, what comes last wins.
	OrderedEvents bool
	// StaleRetry is how long after an artifact of an older revision than announced the pull is
	// repeated, StaleRetries how often. WSO2: 0, never: what comes is deployed.
	StaleRetry   event.Duration
	StaleRetries int
	// Acknowledge tells the control plane each revision that serves (PATCH /apis/deployed-revisions), unless
	// Notify does. WSO2: false until 4.6.
	Acknowledge bool
	// ClosedAfter is how long a gateway goes on serving calls under a quota when no traffic manager counts them, or
	// no hub tells it decisions; then they are answered 503 until it is connected again. WSO2: 0, it never closes.
	// Hardened: 0 too, since who rather refuses than serves uncounted has to say so.
	ClosedAfter event.Duration
	// SweepEvery removes throttled keys that are over, whoever asks for them. WSO2: 0, never: a key
	// that no call asks for again stays in memory.
	SweepEvery event.Duration
}

// WSO2 is what the product does out of the box.
func WSO2() Config {
	return Config{
		Labels:            []string{"Default"},
		Tenants:           []string{"*"},
		SyncTries:         11,
		Session:           session.WSO2(),
		InitDelay:         event.Second,
		CleanAfter:        120 * event.Second,
		CleanEvery:        2700 * event.Second,
		ArtifactWaiting:   5 * event.Second,
		ArtifactRetry:     session.WSO2().Pull.Retry,
		RefreshOnRestored: true,
		BurstBonus:        true,
		UserLevelKeys:     true,
		Notify:            notifyWSO2(),
		KeyCache:          KeyCacheConfig{TTL: 900 * event.Second, Max: 10_000},
		Validation:        session.PullConfig{Timeout: 10 * event.Second, Outstanding: 500},
		FileScan:          session.FilesConfig{Every: 15 * event.Second, Timeout: 10 * event.Second, Reconnect: event.Second},
	}
}

// Hardened is what it should do.
func Hardened() Config {
	few := session.Hardened().Pull.Retry
	few.Times = 5
	return Config{
		Labels:             []string{"Default"},
		Tenants:            []string{"*"},
		SyncTries:          11,
		Session:            session.Hardened(),
		CleanAfter:         120 * event.Second,
		CleanEvery:         2700 * event.Second,
		Queue:              10_000,
		RefreshOnRestored:  true,
		Notify:             notifyHardened(),
		ResyncOnUp:         true,
		RevokedPullEvery:   event.Minute,
		ResyncEvery:        event.Minute,
		SubjectPulls:       true,
		KeepRevoked:        true,
		RevokedAnyType:     true,
		Prune:              true,
		ArtifactRetry:      few,
		Grace:              10 * event.Second,
		ReadyBeforeServing: true,
		TrustRemaining:     true,
		OrderedDecisions:   true,
		GroupsApart:        true,
		WholeCalls:         true,
		InclusiveRanges:    true,
		BurstsFollow:       true,
		OrderedRevisions:   true,
		OrderedEvents:      true,
		StaleRetry:         event.Second,
		StaleRetries:       5,
		Acknowledge:        true,
		SweepEvery:         event.Minute,
		KeyCache:           KeyCacheConfig{TTL: event.Minute, Max: 10_000},
		Validation: session.PullConfig{
			Timeout: 2 * event.Second, Outstanding: 500, NextServer: true,
			Retry: session.RetryConfig{BackoffConfig: session.BackoffConfig{First: 100 * event.Millisecond}, Times: 2},
		},
		FileScan: session.FilesConfig{Every: event.Second, Timeout: 5 * event.Second, Reconnect: event.Second},
	}
}
