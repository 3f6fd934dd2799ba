package node

import "hubsim/event"

// Fact is the kind of a Note. The list is closed; checkers and metrics are folds over it.
type Fact uint8

// The facts. The comment of each says which fields of Note it fills besides Fact.
const (
	NoFact Fact = iota

	// At a gateway.
	EventQueued      // a throttle event entered the feed: Request
	EventSent        // a group's copy left on a session: Request, Peer (the traffic manager)
	EventDropped     // a group's copy was lost at the gateway: Request, Peer or "", Reason
	DecisionApplied  // a decision changed the map: Key, On, Expiry; N is 1 when it was already past
	RevocationKnown  // a token entered the revoked map: ID (token), Expiry; Detail "event", "pull" or "disk"
	RevocationPurged // the cleaner removed it: ID
	Deployed         // an API revision serves from now on: ID (uuid), N (revision)
	Undeployed       // ID (uuid)
	DeployFailed     // the pull for it was given up: ID, Reason
	EventIgnored     // an event was read and had no effect: ID, Reason (filtered, malformed)
	BlockApplied     // ID (kind:value), On
	KeyManagerKnown  // ID (event.KeyManager.Key), On false when deleted
	WebhookKnown     // a webhook subscription changed: ID (event id), On false when unsubscribed, Detail (callback)
	CatalogKnown     // an application, subscription, policy, key template or API changed by an event, or one of them but a policy by a list read again, a key template by any list: ID (event id; "" of a list), On false when deleted, Detail (kind:key)
	Ready            // start-up pulls are done and all topics subscribed

	// At a traffic manager.
	Counted         // an event entered a window: Request, Key, N (the count after it), Expiry (the window's end)
	CountDropped    // an event did not: Request, Key, Reason (late)
	DecisionEmitted // Key, On, Expiry, Request (the event that caused it; 0: the window's end)
	WindowRolled    // N events expired; ID (plan), Expiry (the new end)
	KeysKept        // throttle keys that a plan keeps when its window has ended: N; ID (plan), Expiry (that end)
	PlanDeployed    // ID (policy level:name), N (quota)
	PlanRemoved     // ID

	// At a control plane.
	Stored         // ID, Detail (table); of a deployment Key (the API's uuid), N (revision)
	EventPublished // an event was handed to a publish group, topic or duplicate: ID, Detail (topic), Peer (the target); a decision: Key, On, Expiry
	EventResent    // it left though it had, or may have, left before, since nobody had confirmed it: as EventPublished
	PublishDropped // it was not, or was lost there: the same, Reason
	PullAnswered   // Detail (path), N (rows); with a Reason ID (what is wrong, if anybody said)
	AckKnown       // a gateway acknowledged: ID (uuid), Peer, N (revision)

	// At a broker.
	Taken     // a publish was accepted: ID (event id if any), Detail (topic), N (copies made)
	CopyLost  // one subscriber's copy was dropped: Peer, Detail (topic), Reason
	CopyWaits // one subscriber's copy stays, since its session takes no more: Peer, Detail (topic), N (how many wait now)
	Connected // Peer; N sessions now
	Lost      // a session went: Peer, Reason

	// Anywhere a session is kept.
	SessionUp    // Peer, Detail (topic or service)
	SessionLost  // Peer, Detail, Reason
	SessionRetry // waits before the next attempt: Detail, N (nanoseconds)

	// At a traffic manager that shares its counters.
	CounterSynced // it heard of a shared counter: Key, N (what it counts up to now)
	CounterWaited // nothing is counted until the store has answered: Key, On; then On false, N (nanoseconds)

	// At a database.
	RowLost // a row that was written is not kept: ID (key), Detail (table), Peer (the store that wrote it), N (its version), Reason; IDTaken: kept there and not taken here

	// At a control plane whose event receivers hear topics.
	EventForwarded // what a topic said entered a stream again: ID, Detail (topic), Peer (the broker heard), N (how often here)

	// At a control plane that keeps account of its gateways.
	GatewayKnown   // a gateway registered, or its heartbeat was kept: Peer, Detail (registered, acknowledged)
	DeploymentSeen // an administrator looked at an API's deployment: ID (uuid), Peer (a gateway of its labels, or "" at the end), N (the revision that the gateway says it serves, 0 none; at the end how many gateways), On (it was heard of lately), Detail ("failed" if its last deployment did)

	// At a gateway, of a served call whose event does not follow at once.
	CallForwarded // it went to an AI API's backend; answer and event come with the response: Request
	CallUncounted // it is past a quota that does not stop calls, and no event will tell of it: Request

	// At a control plane, of its cache.
	ScopeAnswered // what it says of a scope when it is asked: ID (key), Detail (what the scope says)
	CacheForgot   // another node told it to: ID (key; "" everything), Detail (the cache), Peer (who told)
	facts
)

var factNames = [facts]string{
	"none", "event-queued", "event-sent", "event-dropped", "decision-applied", "revocation-known", "revocation-purged",
	"deployed", "undeployed", "deploy-failed", "event-ignored", "block-applied", "key-manager-known",
	"webhook-known", "catalog-known", "ready",
	"counted", "count-dropped", "decision-emitted", "window-rolled", "keys-kept", "plan-deployed", "plan-removed",
	"stored", "event-published", "event-resent", "publish-dropped", "pull-answered", "ack-known",
	"taken", "copy-lost", "copy-waits", "connected", "lost", "session-up", "session-lost", "session-retry",
	"counter-synced", "counter-waited", "row-lost", "event-forwarded", "gateway-known", "deployment-seen", "call-forwarded", "call-uncounted",
	"scope-answered", "cache-forgot",
}

// String names the fact.
func (f Fact) String() string {
	if f < facts {
		return factNames[f]
	}
	return "?"
}

// Note is a fact that a node states for checkers. It is a value, so that stating one allocates nothing.
type Note struct {
	Fact    Fact
	On      bool
	Reason  event.Reason
	Request event.RequestID
	N       int64
	Expiry  event.Wall
	Key     event.ThrottleKey
	ID      string
	Peer    event.NodeID
	Detail  string
}

// QuotaReset is the Detail of a Counted note whose event was a reset: the key's sum begins anew.
const QuotaReset = "reset"

// RolledWindow is the Detail of a Counted note whose event moved the window and counts in none.
const RolledWindow = "rolled the window"

// Role is what kind of machine a node is.
type Role uint8

// The roles.
const (
	Gateway Role = iota + 1
	TrafficManager
	ControlPlane
	Broker
	Store
	KeyValue
)

var roleNames = [...]string{"?", "gateway", "traffic-manager", "control-plane", "broker", "store", "key-value-store"}

// String names the role.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "?"
}
