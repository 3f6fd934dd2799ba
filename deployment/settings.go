package deployment

import (
	"math"

	"hubsim/event"
	"hubsim/trafficmgr"
)

// Settings is what one deployment.toml says, as it is written: nothing here has been taken from
// another file, and what a key leaves open falls back only where Wiring is made.
type Settings struct {
	Hostname     string        `json:"hostname"`
	NodeIP       string        `json:"node_ip"`
	ServerRole   string        `json:"server_role"`
	Offset       int           `json:"offset"` // [server] offset; already in Ports
	Ports        Ports         `json:"ports"`
	Login        Login         `json:"login"`    // of the event hub, after its fallbacks
	Counting     Login         `json:"counting"` // of the throttling section, after its fallback
	Admin        Login         `json:"admin"`    // of the node itself: what others must log in with
	EventHub     EventHub      `json:"event_hub"`
	Throttling   Throttling    `json:"throttling"`
	Counter      Counter       `json:"distributed_throttling"`
	Artifacts    Artifacts     `json:"artifacts"`
	Notification Notification  `json:"gateway_notification"`
	Agent        Agent         `json:"agent"`
	Receiver     Receiver      `json:"receiver"`
	Heartbeat    Heartbeat     `json:"heartbeat"`
	Cache        Cache         `json:"cache_invalidation"`
	Revocation   Revocation    `json:"revocation"`
	Pool         Pool          `json:"pool"`
	Environments []Environment `json:"environments,omitempty"`
	Notify       []URL         `json:"notify,omitempty"` // notification_endpoint of the key manager's listeners
	Older        *Older        `json:"older,omitempty"`  // of an api-manager.xml of 2.x
	Database     string        `json:"database"`         // where [database.apim_db], else shared_db, is; "" is a database of its own

	hubJMS, decisionsJMS Login // what stands in JMS connection URLs

	written map[string]bool // the known keys that the file has, indexes left out
	from    *file
}

// place is where a key is written, or the nearest thing above it.
func (s *Settings) place(path string) Place { return s.from.place(path) }

// sets tells whether the file gives a key; what it does not give is left to the profile.
func (s *Settings) sets(key string) bool { return s.written[key] }

// Ports are those that a node listens on, offset added.
type Ports struct {
	Topics  int `json:"topics"`   // AMQP, 5672
	TopicsS int `json:"topics_s"` // AMQP with TLS, 8672
	Feed    int `json:"feed"`     // data bridge, 9611
	FeedS   int `json:"feed_s"`   // its logins, 9711
	HTTPS   int `json:"https"`    // internal API, 9443
	Proxy   int `json:"proxy"`    // the load balancer's in front of it; 0 is none
}

// Group is one url_group: receivers of which each event reaches one.
type Group struct {
	URLs        []URL  `json:"urls"`
	Auth        []URL  `json:"auth,omitempty"`
	LoadBalance bool   `json:"load_balance"` // else failover, in list order
	At          Place  `json:"at"`
	Type        string `json:"type"`
}

// EventHub is [apim.event_hub].
type EventHub struct {
	Written    bool           `json:"written"` // the section is there
	Enabled    bool           `json:"enabled"`
	ServiceURL URL            `json:"service_url"`
	Listening  []URL          `json:"event_listening_endpoints,omitempty"`
	Duplicate  []URL          `json:"event_duplicate_url,omitempty"`
	Publish    []Group        `json:"publish,omitempty"`
	InitDelay  event.Duration `json:"init_delay"`
	Waiting    event.Duration `json:"event_waiting_time"`
	At         Place          `json:"at"`
}

// Throttling is [apim.throttling].
type Throttling struct {
	Written            bool     `json:"written"`
	ServiceURL         URL      `json:"service_url"`
	Decisions          []URL    `json:"throttle_decision_endpoints,omitempty"`
	Groups             []Group  `json:"url_group,omitempty"`
	Duplicate          []URL    `json:"event_duplicate_url,omitempty"`
	PolicyDeployment   bool     `json:"enable_policy_deployment"`
	SkipRedeploying    []string `json:"skip_redeploying_policies,omitempty"`
	Publishing         bool     `json:"enable_data_publishing"`
	DecisionConnection bool     `json:"enable_decision_connection"`
	SequentialFailover bool     `json:"sequential_failover_from_beginning"`
	Headers            bool     `json:"enable_header_based_throttling"`
	Query              bool     `json:"enable_query_param_based_throttling"`
	Claims             bool     `json:"enable_jwt_claim_based_throttling"`
	At                 Place    `json:"at"`
}

// Artifacts is [apim.sync_runtime_artifacts.gateway].
type Artifacts struct {
	Labels   []string       `json:"gateway_labels"`
	LabelsAt Place          `json:"labels_at"`
	Retry    event.Duration `json:"deployment_retry_duration"`
	Retries  int            `json:"max_retry_count"`
	Factor   int            `json:"retry_progression_factor"`
	Waiting  event.Duration `json:"event_waiting_time"`
}

// Agent is [transport.binary.agent], the data bridge's sending side.
type Agent struct {
	Queue     int            `json:"queue_size"`
	Batch     int            `json:"batch_size"`
	Reconnect event.Duration `json:"reconnection_interval"`
	Socket    event.Duration `json:"socket_timeout"`
}

// Receiver is [transport.receiver], the data bridge's receiving side.
type Receiver struct {
	Workers int `json:"worker_threads"`
}

// Heartbeat is [qpid.heartbeat] of the node's own broker.
type Heartbeat struct {
	Delay  event.Duration `json:"delay"` // 0 is off
	Factor float64        `json:"timeout_factor"`
	At     Place          `json:"at"`
}

// Revocation is how a control plane treats revoked tokens.
type Revocation struct {
	Listener string `json:"listener"`                    // the path of the event listener that tells of revocations; "" is none
	Realtime bool   `json:"enable_realtime_notifier"`    // [apim.token.revocation]
	TTL      string `json:"ttl"`                         // [apim.token.revocation.realtime_notifier]
	Cleanup  bool   `json:"enable_revoke_token_cleanup"` // [apim.oauth_config]
}

// Pool is [database.apim_db.pool_options].
type Pool struct {
	MaxActive int            `json:"maxActive"`
	MaxWait   event.Duration `json:"maxWait"`
}

// Environment is an [[apim.gateway.environment]] of a control plane.
type Environment struct {
	Name string `json:"name"`
	At   Place  `json:"at"`
}

// readSettings takes what is known here out of a file.
func readSettings(f *file) Settings {
	s := Settings{
		Hostname:     f.text("server.hostname"),
		NodeIP:       f.text("server.node_ip"),
		ServerRole:   f.text("server.server_role"),
		Offset:       f.whole("server.offset", maxOffset),
		Ports:        readPorts(f),
		Login:        readLogin(f, "apim.throttling", "apim.event_hub"),
		Counting:     readLogin(f, "apim.throttling"),
		Admin:        readLogin(f),
		EventHub:     readEventHub(f),
		Throttling:   readThrottling(f),
		Counter:      readCounter(f),
		Artifacts:    readArtifacts(f),
		Notification: f.notification(),
		Agent:        readAgent(f),
		Receiver:     Receiver{Workers: f.whole(workerThreads, trafficmgr.MostWorkers)},
		Heartbeat:    readHeartbeat(f),
		Cache:        readCache(f),
		Revocation:   readRevocation(f),
		Pool:         Pool{MaxActive: f.whole(poolOptions+"maxActive", 1<<20), MaxWait: f.duration(poolOptions+"maxWait", event.Millisecond)},
		Environments: readEnvironments(f),
		Notify:       readNotify(f),
		Older:        readOlder(f),
		Database:     readDatabase(f),
		written:      f.written(),
		from:         f,
	}
	s.readJMS(f)
	return s
}

const workerThreads = "transport.receiver.worker_threads"

const poolOptions = "database.apim_db.pool_options."

// maxOffset keeps every default port with its offset below 65536.
const maxOffset = 55_000

func readPorts(f *file) Ports {
	offset := f.whole("server.offset", maxOffset)
	port := func(key string) int { return f.whole(key, 65535) + offset }
	return Ports{
		Topics:  port("broker.transport.amqp.default_connection.port"),
		TopicsS: port("broker.transport.amqp.ssl_connection.port"),
		Feed:    port("transport.binary.receiver.tcpPort"),
		FeedS:   port("transport.binary.receiver.sslPort"),
		HTTPS:   port("transport.https.properties.port"),
		Proxy:   f.whole("transport.https.properties.proxyPort", 65535),
	}
}

func readEventHub(f *file) EventHub {
	const s = "apim.event_hub"
	return EventHub{
		Written:    f.hasTable(s),
		Enabled:    f.flag(s + ".enable"),
		ServiceURL: f.url(s + ".service_url"),
		Listening:  f.urls(s + ".event_listening_endpoints"),
		Duplicate:  f.urls(s + ".event_duplicate_url"),
		Publish:    readGroups(f, s+".publish.url_group", "urls", "auth_urls"),
		InitDelay:  f.duration(s+".init_delay", event.Millisecond),
		Waiting:    f.duration(s+".event_waiting_time", event.Millisecond),
		At:         f.place(s),
	}
}

func readThrottling(f *file) Throttling {
	const s = "apim.throttling"
	return Throttling{
		Written:            f.hasTable(s),
		ServiceURL:         f.url(s + ".service_url"),
		Decisions:          f.urls(s + ".throttle_decision_endpoints"),
		Groups:             readGroups(f, s+".url_group", "traffic_manager_urls", "traffic_manager_auth_urls"),
		Duplicate:          f.urls(s + ".event_duplicate_url"),
		PolicyDeployment:   f.flag(s+".enable_policy_deployment") && f.flag("server.enable_traffic_management"),
		SkipRedeploying:    f.list(s + ".skip_redeploying_policies"),
		Publishing:         f.flag(s + ".enable_data_publishing"),
		DecisionConnection: f.flag(s + ".enable_decision_connection"),
		SequentialFailover: f.flag(s + ".sequential_failover_from_beginning"),
		Headers:            f.flag(s + ".enable_header_based_throttling"),
		Query:              f.flag(s + ".enable_query_param_based_throttling"),
		Claims:             f.flag(s + ".enable_jwt_claim_based_throttling"),
		At:                 f.place(s),
	}
}

func readGroups(f *file, table, urls, auth string) []Group {
	var all []Group
	for i := range f.counts[table] {
		path := elementOf(table, i)
		g := Group{URLs: f.urls(path + "." + urls), Auth: f.urls(path + "." + auth), Type: f.text(path + ".type"), At: f.place(path)}
		g.LoadBalance = g.Type == "loadbalance"
		if g.Type != "loadbalance" && g.Type != "failover" {
			f.found.add("wrong-type", f.place(path+".type"), "a url_group is failover or loadbalance; the product takes "+g.Type+" for failover")
		}
		if logins, receivers := f.list(path+"."+auth), f.list(path+"."+urls); f.has(path+"."+auth) && len(logins) != len(receivers) {
			f.found.add("auth-urls-mismatch", f.place(path+"."+auth), sprint("there are %d login URLs for %d receivers", len(logins), len(receivers)))
			for k := range g.URLs {
				g.URLs[k].Unusable = true
			}
		}
		all = append(all, g)
	}
	return all
}

func readArtifacts(f *file) Artifacts {
	const s = artifacts
	if factor := f.number(s + "retry_progression_factor"); factor < 1 || factor > 100 || factor != math.Trunc(factor) {
		f.found.add("not-simulated", f.place(s+"retry_progression_factor"), sprint("waits grow by a whole factor here; %v is taken for %d", factor, wholeFactor(factor)))
	}
	return Artifacts{
		Labels:   f.list(s + "gateway_labels"),
		LabelsAt: f.place(s + "gateway_labels"),
		Retry:    f.duration(s+"deployment_retry_duration", event.Millisecond),
		Retries:  f.whole(s+"max_retry_count", 1000),
		Factor:   wholeFactor(f.number(s + "retry_progression_factor")),
		Waiting:  f.duration(s+"event_waiting_time", event.Millisecond),
	}
}

func wholeFactor(factor float64) int { return int(math.Round(min(max(factor, 1), 100))) }

func readAgent(f *file) Agent {
	const s = "transport.binary.agent."
	return Agent{
		Queue:     f.whole(s+"queue_size", 1<<24),
		Batch:     f.whole(s+"batch_size", 1<<16),
		Reconnect: f.duration(s+"reconnection_interval", event.Second),
		Socket:    f.duration(s+"socket_timeout", event.Millisecond),
	}
}

func readRevocation(f *file) Revocation {
	return Revocation{
		Listener: revocationListener(f),
		Realtime: f.flag("apim.token.revocation.enable_realtime_notifier"),
		TTL:      f.text("apim.token.revocation.realtime_notifier.ttl"),
		Cleanup:  f.flag("apim.oauth_config.enable_revoke_token_cleanup"),
	}
}

func readHeartbeat(f *file) Heartbeat {
	const s = "qpid.heartbeat."
	return Heartbeat{Delay: f.duration(s+"delay", event.Second), Factor: f.number(s + "timeout_factor"), At: f.place(s + "delay")}
}

func readEnvironments(f *file) []Environment {
	const table = "apim.gateway.environment"
	var all []Environment
	for i := range f.counts[table] {
		all = append(all, Environment{Name: f.text(elementOf(table, i) + ".name"), At: f.place(elementOf(table, i) + ".name")})
	}
	return all
}

// readDatabase names the database that holds APIs and revoked tokens: nodes that name the same one share it.
func readDatabase(f *file) string {
	for _, name := range []string{"apim_db", "shared_db"} {
		s := "database." + name + "."
		if u := f.text(s + "url"); u != "" && !isH2(u) {
			return u
		}
		if h := f.text(s + "hostname"); h != "" {
			return h + "/" + f.text(s+"name")
		}
	}
	return ""
}
