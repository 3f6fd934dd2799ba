package controlplane

import (
	"hubsim/event"
	"hubsim/session"
)

// Config describes one control plane.
type Config struct {
	ID     event.NodeID
	Region string
	// Regions are all that have a control plane, in one order at each.
	Regions []string
	Store   event.NodeID // its region's database; deployment.toml: database.apim_db.url
	Broker  event.NodeID // its own broker, apim.event_hub.event_listening_endpoints of its own jndi-cp
	// Hubs are the brokers that it hears topic globalCacheInvalidation from: a failover list. WSO2: its own
	// broker; apim.event_hub.event_listening_endpoints.
	Hubs []event.NodeID

	// PublishGroups are the data-bridge groups of route A, as apim.event_hub.publish.url_group lists
	// them. WSO2: none, which is the node's own receiver alone (api-manager.xml.j2).
	PublishGroups []session.Group
	// Duplicate are the other hubs' brokers for route B: a failover list, so one of them gets the copy.
	// WSO2: none; apim.event_hub.event_duplicate_url.
	Duplicate []event.NodeID
	// Remotes are the publishers to other regions. WSO2: none; a file of
	// repository/deployment/server/eventpublishers for each stream and region (multi-DC pattern 1).
	Remotes []Remote
	// Forwards are event receivers that put what a topic says into a stream again. WSO2: none; a file of
	// repository/deployment/server/eventreceivers with the adapter jms.
	Forwards []Forward

	// Duty makes this a node of the 2.x layout, which has no event hub and tells others by calls. WSO2: whole.
	Duty Duty
	Push PushConfig

	Feed      session.FeedConfig      // knobs of route A; Groups and Self are taken from above
	Publisher session.PublisherConfig // knobs of the publishers to its own broker and the duplicate; Hubs and Self likewise
	// Remote are the knobs of the publishers to other regions. WSO2: as Publisher, but the documented
	// jndi-regionN.properties carries neither retries nor connectdelay, so a broker is tried twice
	// without a pause (andes FailoverSingleServer.java, its default).
	Remote session.PublisherConfig

	// RemoteOwn tells other regions only what this node was asked itself, not what another control plane
	// of its region sent it over the data bridge. WSO2: false: each control plane that has publishers
	// for a region sends it every event of route A, so that two of them send two copies. No key.
	RemoteOwn bool

	// ForwardMost is how often this node puts one and the same event into a stream again, of all that its
	// Forwards hear; beyond it the event is dropped and counted. WSO2: without a limit, as events carry no
	// mark of where they have been; here 100, so that a run of events that go round ends. 0 passes
	// nothing on. No key.
	ForwardMost int
	// Receiver are the knobs of the consumers of the Forwards and of topic globalCacheInvalidation. WSO2: as a gateway's consumers have them
	// (deduced: the JMS receiver is the elder of the gateway's listener), its broker tried as by Remote.
	Receiver session.TopicConfig

	// OwnNumbers leaves a region the revision numbers that no other gives: of three regions each third one,
	// greater as time goes by. WSO2: false: a revision is one more than the row that the region's own database has, so that
	// two regions which do not know of each other's deployments give one number twice. No key.
	OwnNumbers bool
	// Rewrite is for how long revocations that the database has confirmed are written again when its
	// connection breaks: a standby may have taken its place that had not heard of them. WSO2: 0, no key.
	Rewrite event.Duration

	Database DatabaseConfig
	// Tenants are those of the installation besides carbon.super, which is always there; a request for
	// another that no row names either is answered 404. Not a key: the user store has them.
	Tenants []event.Tenant
	// Pulls is how many requests to the internal API may wait for the database; the next is answered
	// 503. WSO2: 250, the threads of its HTTP connector (catalina-server.xml, maxThreads).
	Pulls int

	// NoneNotFound answers 404 to who asks for all artifacts of its labels where none is deployed, as to who asks
	// for an API that is not there (its row may not have come yet, and the gateway tries again). So a gateway that starts
	// before the first deployment tries for 465 s. WSO2: true (RuntimeArtifactGeneratorUtil.java), no key.
	NoneNotFound bool

	// KeyManagerTells lets this node hear of the tokens that are revoked at the key manager beside it. Without it such a
	// revocation leaves nothing in this node's database and on no topic (ApimOauthEventInterceptor.java, EventSender.java).
	// WSO2: true, as its deployment.toml comes ([[event_listener]] token_revocation with a notification_endpoint and the
	// header X-WSO2-KEY-MANAGER = "default").
	KeyManagerTells bool
	// RealtimeRevocation publishes revocations; without it they are only stored. WSO2: true
	// (apim.token.revocation.enable_realtime_notifier).
	RealtimeRevocation bool
	// RevocationTTL is the ttl of the message, which no gateway reads. WSO2: "5000", in ms
	// (apim.token.revocation.realtime_notifier.ttl).
	RevocationTTL string
	// RevokedCleanup leaves expired tokens out of /revokedjwt. The product deletes their rows at each
	// revocation; we filter by the node's wall clock when asked. WSO2: true
	// (apim.oauth_config.enable_revoke_token_cleanup).
	RevokedCleanup bool

	// Cache is what the node remembers of its database by itself.
	Cache CacheConfig

	// Gateways is how long gateways that have registered count as live, and are remembered.
	Gateways GatewaysConfig

	// Outbox is how many of the newest revocations that have not expired are published again after a
	// boot, which makes good what a crash between store and publish lost. WSO2: 0, no key.
	Outbox int
	// Reannounce repeats deploy notifications that a gateway did not acknowledge. WSO2: off, no key.
	Reannounce Reannounce
}

// Remote is another region as this node's publishers see it.
type Remote struct {
	Region  string
	Brokers []event.NodeID // a failover list: one broker of the region gets each event
	Streams []Stream       // those that have a publisher file for this region
}

// DatabaseConfig is how a control plane uses its database.
type DatabaseConfig struct {
	// Timeout is how long a statement waits for its answer; then the step or pull fails with 500 and
	// the connection is made anew. WSO2: 60 s (database.apim_db.pool_options.maxWait).
	Timeout event.Duration
	// Statements is how many statements may be under way or wait for a connection. WSO2: 300, which is
	// 50 connections (database.apim_db.pool_options.maxActive) and the 250 threads of Config.Pulls.
	Statements int
	// Reconnect is the wait between attempts to connect. WSO2: 1 s; the product's pool connects when
	// it is next asked for a connection.
	Reconnect session.BackoffConfig
}

// GatewaysConfig is what becomes of gateways that are not heard of any more. Gateways tell of themselves since
// 4.6 only, where their own files say so.
type GatewaysConfig struct {
	// Expiry is how old a gateway's last heartbeat may be, by its own wall clock and this node's, before it
	// counts as gone. WSO2: 120 s (apim.gateway_notification.cleanup.expiry_time).
	Expiry event.Duration
	// Retention is after which time without a word a gateway's row is deleted, when another registers. WSO2:
	// 2,629,800 s, a month (apim.gateway_notification.cleanup.data_retention_period).
	Retention event.Duration
}

// Reannounce is when a deploy notification is published again.
type Reannounce struct {
	After event.Duration // how long gateways have for their acknowledgement, each time; 0: never
	Times int            // how often at most
}

// WSO2 returns what the product does out of the box.
func WSO2() Config {
	parts := session.WSO2()
	remote := parts.Publisher
	remote.Dial.Retries, remote.Dial.ConnectDelay = 1, 0
	receiver := parts.Topic
	receiver.Dial = remote.Dial
	return Config{
		Feed:      parts.Feed,
		Publisher: parts.Publisher,
		Remote:    remote,
		Receiver:  receiver, ForwardMost: 100,
		Database: DatabaseConfig{
			Timeout: event.Minute, Statements: 300, Reconnect: session.BackoffConfig{First: event.Second},
		},
		Pulls:              250,
		Cache:              CacheConfig{Expiry: 15 * event.Minute, Most: 10_000, Domain: "default"},
		Gateways:           GatewaysConfig{Expiry: 120 * event.Second, Retention: 2_629_800 * event.Second},
		NoneNotFound:       true,
		KeyManagerTells:    true,
		RealtimeRevocation: true,
		RevocationTTL:      "5000",
		RevokedCleanup:     true,
		Push:               PushConfig{Call: session.PullConfig{Timeout: 30 * event.Second}},
	}
}

// Hardened returns what it should do: publishers keep what a broker did not confirm, revocations
// before all else; revocations are published again after a boot; deployments until acknowledged; nothing
// that a topic says is published again; each region has revision numbers of its own; every answer is the
// database's: a cache that is told what to forget by messages is wrong when one is lost.
func Hardened() Config {
	parts := session.Hardened()
	c := WSO2()
	c.Feed, c.Publisher, c.Remote, c.Receiver = parts.Feed, parts.Publisher, parts.Publisher, parts.Topic
	c.ForwardMost = 0
	c.Cache.Expiry = 0
	c.Database.Timeout = 15 * event.Second // above the 10 s after which a replica gives the writer up
	c.Outbox = 1000
	c.RemoteOwn, c.OwnNumbers = true, true
	c.NoneNotFound = false // a gateway that asks again has to learn that the last API is gone
	c.Rewrite = 30 * event.Second
	c.Reannounce = Reannounce{After: 10 * event.Second, Times: 5}
	c.Push.Each, c.Push.ForgetTokens = true, true
	c.Push.Call = session.PullConfig{
		Timeout: 2 * event.Second,
		Retry:   session.RetryConfig{BackoffConfig: session.BackoffConfig{First: event.Second, Max: 10 * event.Second, Factor: 2}, Times: 100},
	}
	return c
}
