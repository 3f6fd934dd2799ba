package deployment

// Type is the type of a key's value. A number or a flag may also be written as a string, as the
// product's own samples do (port = "3306").
type Type uint8

// The types of values.
const (
	Any Type = iota // a text, a number or a flag
	Text
	Number
	Flag
	List // of texts
)

var typeNames = [...]string{"one value", "a text", "a number", "true or false", "a list of texts"}

// String names the type with its article.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "?"
}

// Key is a key of deployment.toml that is known here. The facts are those of carbon-apimgt's
// org.wso2.carbon.apimgt.core.default.json, infer.json and conf_templates, and product-apim's default.json.
type Key struct {
	Name    string // indexes left out; "*" stands for one name of any spelling
	Type    Type
	Default string // as text; "" is none
	Effect  string // what it does; "" when it has no part in the simulation
	Instead string // deprecated: what to write in its place
	Idle    string // with no Effect: why there is nothing that it could act on
}

// Keys returns the known keys.
func Keys() []Key { return append([]Key(nil), keys...) }

// oneConsumer is why the pools of the listeners do nothing (JMSTransportHandler.java, JMSTaskManager.java).
const oneConsumer = "none: each topic has a pool of its own and one consumer in it, which reads one message after the other"

var keys = []Key{
	{Name: "server.hostname", Type: Text, Default: "localhost", Effect: "the name under which others reach the node, often a load balancer's"},
	{Name: "server.node_ip", Type: Text, Default: "127.0.0.1", Effect: "another name of the node, unless it is a loopback address"},
	{Name: "server.server_role", Type: Text, Default: "default", Effect: "which profile runs: gateway-worker, control-plane, traffic-manager, or default for all"},
	{Name: "server.base_path", Type: Text},
	{Name: "server.offset", Type: Number, Default: "0", Effect: "added to every default port"},
	{Name: "server.default_cache_timeout", Type: Number, Default: "15", Effect: "minutes that a control plane remembers a scope"},
	{Name: "server.enable_traffic_management", Type: Flag, Default: "true", Effect: "false switches policy deployment off"},

	{Name: "super_admin.username", Type: Text, Default: "admin", Effect: "the default user of the event hub"},
	{Name: "super_admin.password", Type: Text, Default: "admin", Effect: "the default password of the event hub"},
	{Name: "super_admin.admin_role", Type: Text},
	{Name: "super_admin.create_admin_account", Type: Flag},
	{Name: "user_store.type", Type: Text},

	{Name: "database.*.pool_options.maxActive", Type: Number, Default: "50", Effect: "connections of a control plane to its database"},
	{Name: "database.*.pool_options.maxWait", Type: Number, Default: "60000", Effect: "ms that a statement waits"},
	{Name: "database.*.pool_options.*"},
	{Name: "database.*.type", Type: Text, Default: "h2"},
	{Name: "database.*.hostname", Type: Text, Effect: "which nodes share a database"},
	{Name: "database.*.name", Type: Text},
	{Name: "database.*.port", Type: Number},
	{Name: "database.*.url", Type: Text},
	{Name: "database.*.driver", Type: Text},
	{Name: "database.*.username", Type: Text},
	{Name: "database.*.password", Type: Text},

	{Name: "keystore.tls.file_name", Type: Text}, {Name: "keystore.tls.type", Type: Text},
	{Name: "keystore.tls.password", Type: Text}, {Name: "keystore.tls.alias", Type: Text},
	{Name: "keystore.tls.key_password", Type: Text},
	{Name: "truststore.file_name", Type: Text}, {Name: "truststore.type", Type: Text}, {Name: "truststore.password", Type: Text},

	{Name: "transport.http.properties.port", Type: Number, Default: "9763"},
	{Name: "transport.http.properties.proxyPort", Type: Number},
	{Name: "transport.https.properties.port", Type: Number, Default: "9443", Effect: "where the internal API listens"},
	{Name: "transport.https.properties.proxyPort", Type: Number, Effect: "the port of the load balancer in front of it"},

	{Name: "transport.receiver.worker_threads", Type: Number, Default: "10", Effect: "threads that count the batches which the data bridge took"},
	{Name: "transport.receiver.session_timeout", Type: Number, Default: "30"},
	{Name: "transport.receiver.keystore.*"},
	{Name: "transport.binary.receiver.tcpPort", Type: Number, Default: "9611", Effect: "where the data bridge takes events"},
	{Name: "transport.binary.receiver.sslPort", Type: Number, Default: "9711", Effect: "where the data bridge takes logins"},
	{Name: "transport.binary.receiver.tcp_max_pool_size", Type: Number}, {Name: "transport.binary.receiver.ssl_max_pool_size", Type: Number},
	{Name: "transport.binary.agent.queue_size", Type: Number, Default: "32768", Effect: "events that wait for a receiver, in each group"},
	{Name: "transport.binary.agent.batch_size", Type: Number, Default: "200", Effect: "events in one batch"},
	{Name: "transport.binary.agent.reconnection_interval", Type: Number, Default: "30", Effect: "seconds between tries to reach a lost receiver"},
	{Name: "transport.binary.agent.core_pool_size", Type: Number}, {Name: "transport.binary.agent.max_pool_size", Type: Number},
	{Name: "transport.binary.agent.socket_timeout", Type: Number, Default: "30000", Effect: "ms that a connect or a batch may stay unanswered"}, {Name: "transport.binary.agent.keep_alive_time", Type: Number},

	{Name: "broker.transport.amqp.default_connection.enabled", Type: Flag, Default: "true"},
	{Name: "broker.transport.amqp.default_connection.port", Type: Number, Default: "5672", Effect: "where the broker listens"},
	{Name: "broker.transport.amqp.ssl_connection.enabled", Type: Flag, Default: "true"},
	{Name: "broker.transport.amqp.ssl_connection.port", Type: Number, Default: "8672", Effect: "where the broker listens with TLS"},
	{Name: "broker.transport.amqp.ssl_connection.ssl_enabled_protocols", Type: Text, Default: "TLSv1"},
	{Name: "broker.transport.amqp.ssl_connection.ciphers", Type: Text},
	{Name: "broker.transport.amqp.ssl_connection.keystore.*"},
	{Name: "broker.transport.amqp.ssl_connection.truststore.*"},
	{Name: "qpid.heartbeat.delay", Type: Number, Default: "0", Effect: "seconds of silence after which the broker's connections prove themselves; 0 is never"},
	{Name: "qpid.heartbeat.timeout_factor", Type: Number, Default: "2.0", Effect: "so many delays of silence end a connection"},

	{Name: "apim.devportal.url", Type: Text},
	{Name: "apim.key_manager.service_url", Type: Text, Effect: "the key manager's base, a control plane"},
	{Name: "apim.key_manager.username", Type: Text}, {Name: "apim.key_manager.password", Type: Text},
	{Name: "apim.key_manager.type", Type: Text, Default: "default"},

	{Name: "apim.token.revocation.enable_realtime_notifier", Type: Flag, Default: "true", Effect: "whether revocations are published"},
	{Name: "apim.token.revocation.realtime_notifier.ttl", Type: Number, Default: "5000", Effect: "the message's ttl, which no gateway reads"},
	{Name: "apim.oauth_config.enable_revoke_token_cleanup", Type: Flag, Default: "true", Effect: "expired tokens leave the list that gateways pull"},

	{Name: "apim.gateway.environment.name", Type: Text, Effect: "a label that APIs are deployed to"},
	{Name: "apim.gateway.environment.type", Type: Text}, {Name: "apim.gateway.environment.provider", Type: Text},
	{Name: "apim.gateway.environment.display_in_api_console", Type: Flag}, {Name: "apim.gateway.environment.display_name", Type: Text},
	{Name: "apim.gateway.environment.description", Type: Text}, {Name: "apim.gateway.environment.show_as_token_endpoint_url", Type: Flag},
	{Name: "apim.gateway.environment.service_url", Type: Text},
	{Name: "apim.gateway.environment.username", Type: Text}, {Name: "apim.gateway.environment.password", Type: Text},
	{Name: "apim.gateway.environment.ws_endpoint", Type: Text}, {Name: "apim.gateway.environment.wss_endpoint", Type: Text},
	{Name: "apim.gateway.environment.http_endpoint", Type: Text}, {Name: "apim.gateway.environment.https_endpoint", Type: Text},
	{Name: "apim.gateway.environment.websub_event_receiver_http_endpoint", Type: Text},
	{Name: "apim.gateway.environment.websub_event_receiver_https_endpoint", Type: Text},

	{Name: "event_listener.id", Type: Text}, {Name: "event_listener.type", Type: Text},
	{Name: "event_listener.name", Type: Text}, {Name: "event_listener.order", Type: Number}, {Name: "event_listener.enable", Type: Flag},
	{Name: "event_listener.properties.notification_endpoint", Type: Text, Effect: "where the key manager tells of revoked tokens"},
	{Name: "event_listener.properties.*"},

	{Name: "apim.event_hub.enable", Type: Flag, Default: "true", Effect: "false: nothing else of the section is read"},
	{Name: "apim.event_hub.username", Type: Text, Effect: "user of pulls, data bridge and JMS; else that of apim.throttling, else the super admin"},
	{Name: "apim.event_hub.password", Type: Text, Effect: "its password"},
	{Name: "apim.event_hub.service_url", Type: Text, Effect: "base of the internal API; else apim.throttling.service_url"},
	{Name: "apim.event_hub.event_listening_endpoints", Type: List, Effect: "brokers to subscribe to, in order; on a control plane also where it publishes"},
	{Name: "apim.event_hub.event_duplicate_url", Type: List, Effect: "the other control plane's broker, which gets a copy of revocations and webhooks"},
	{Name: "apim.event_hub.publish.url_group.urls", Type: List, Effect: "receivers of the control plane's events; each group gets every event"},
	{Name: "apim.event_hub.publish.url_group.auth_urls", Type: List, Effect: "their login ports; else the port + 100"},
	{Name: "apim.event_hub.publish.url_group.type", Type: Text, Default: "failover", Effect: "failover or loadbalance within the group"},
	{Name: "apim.event_hub.publish.properties.*"},
	{Name: "apim.event_hub.event_type", Type: Text, Default: "Binary", Effect: "the data bridge's protocol"},
	{Name: "apim.event_hub.init_delay", Type: Number, Default: "1000", Effect: "ms until the start-up pulls"},
	{Name: "apim.event_hub.event_waiting_time", Type: Number, Default: "0", Effect: "ms by which an event is held before it is acted on; a gateway with it holds no deploy again"},
	{Name: "apim.event_hub.jms.username", Type: Text}, {Name: "apim.event_hub.jms.password", Type: Text},
	{Name: "apim.event_hub.jms.ssl", Type: Text}, {Name: "apim.event_hub.ssl", Type: Text},
	{Name: "apim.event_hub.java_naming_factory_initial", Type: Text},
	{Name: "apim.event_hub.listener.min_thread_pool_size", Type: Number, Default: "20", Idle: oneConsumer},
	{Name: "apim.event_hub.listener.max_thread_pool_size", Type: Number, Default: "100", Idle: oneConsumer},
	{Name: "apim.event_hub.listener.keep_alive_time_in_millis", Type: Number, Default: "1000", Idle: oneConsumer},
	{Name: "apim.event_hub.listener.job_queue_size", Type: Number, Default: "10", Idle: oneConsumer},
	{Name: "apim.event_hub.listener.*"},

	{Name: "apim.throttling.service_url", Type: Text, Effect: "base of the internal API when apim.event_hub has none"},
	{Name: "apim.throttling.username", Type: Text}, {Name: "apim.throttling.password", Type: Text},
	{Name: "apim.throttling.event_type", Type: Text, Default: "Binary"},
	{Name: "apim.throttling.throttle_decision_endpoints", Type: List, Effect: "brokers that give throttle decisions, in order; hub topics too when apim.event_hub has none"},
	{Name: "apim.throttling.url_group.traffic_manager_urls", Type: List, Effect: "receivers of throttle events; each group gets every event"},
	{Name: "apim.throttling.url_group.traffic_manager_auth_urls", Type: List, Effect: "their login ports; else the port + 100"},
	{Name: "apim.throttling.url_group.type", Type: Text, Default: "failover", Effect: "failover or loadbalance within the group"},
	{Name: "apim.throttling.event_duplicate_url", Type: List, Effect: "the other traffic manager's broker, which gets a copy of decisions"},
	{Name: "apim.throttling.skip_redeploying_policies", Type: List, Effect: "plans that a start leaves alone"},
	{Name: "apim.throttling.enable_policy_deploy", Type: Flag, Default: "true"},
	{Name: "apim.throttling.enable_policy_deployment", Type: Flag, Default: "true", Effect: "whether a traffic manager takes policies from the control plane"},
	{Name: "apim.throttling.enable_policy_recreation_on_startup", Type: Flag, Default: "true"},
	{Name: "apim.throttling.enable_blacklist_condition", Type: Flag, Default: "true", Effect: "gates the start-up pulls of blocks, key templates and revoked tokens"},
	{Name: "apim.throttling.enable_data_publishing", Type: Flag, Default: "true", Effect: "whether a gateway publishes throttle events"},
	{Name: "apim.throttling.enable_decision_connection", Type: Flag, Default: "true", Effect: "whether a gateway hears decisions"},
	{Name: "apim.throttling.enable_unlimited_tier", Type: Flag, Default: "true"}, {Name: "apim.throttling.enable_advanced_throttling", Type: Flag, Default: "true"},
	{Name: "apim.throttling.enable_header_based_throttling", Type: Flag, Default: "false", Effect: "whether conditions on a header are looked at"},
	{Name: "apim.throttling.enable_jwt_claim_based_throttling", Type: Flag, Default: "false", Effect: "whether conditions on a claim are looked at"},
	{Name: "apim.throttling.enable_query_param_based_throttling", Type: Flag, Default: "false", Effect: "whether conditions on a query parameter are looked at"},
	{Name: "apim.throttling.sequential_failover_from_beginning", Type: Flag, Default: "false", Effect: "a lost connection tries the list from its head"},
	{Name: "apim.throttling.jms.topic_connection_factory", Type: Text, Effect: "a whole connection URL in place of throttle_decision_endpoints"},
	{Name: "apim.throttling.jms.conn_jndi_name", Type: Text}, {Name: "apim.throttling.jms.destination_type", Type: Text},
	{Name: "apim.throttling.jms.min_thread_pool_size", Type: Number, Default: "20", Idle: oneConsumer},
	{Name: "apim.throttling.jms.max_thread_pool_size", Type: Number, Default: "100", Idle: oneConsumer},
	{Name: "apim.throttling.jms.keep_alive_time_in_millis", Type: Number, Default: "1000", Idle: oneConsumer},
	{Name: "apim.throttling.jms.job_queue_size", Type: Number, Default: "10", Idle: oneConsumer},
	{Name: "apim.throttling.jms.*"},
	{Name: "apim.throttling.publisher.*"},
	{Name: policyTenants + "enable", Type: Flag, Default: "true"},
	{Name: policyTenants + "tenants", Type: Text, Default: "*", Effect: "whose policies a traffic manager deploys, separated by commas"},

	{Name: "apim.distributed_throttling.enable", Type: Flag, Default: "false", Effect: "traffic managers share one counter"},
	{Name: "apim.distributed_throttling.type", Type: Text, Default: "redis"},
	{Name: "apim.distributed_throttling.sync_interval", Type: Number, Default: "10", Effect: "ms from one round of synchronization to the next"},
	{Name: "apim.distributed_throttling.core_pool_size", Type: Number, Default: "200", Effect: "commands to the store that may be under way at once"},
	{Name: "apim.distributed_throttling.keyvalue_store.host", Type: Text, Default: "localhost", Effect: "where the store is that traffic managers share their counters in"},
	{Name: "apim.distributed_throttling.keyvalue_store.port", Type: Number, Default: "6379", Effect: "its port; managers share with those that name the same host and port"},
	{Name: "apim.distributed_throttling.keyvalue_store.*"},
	{Name: "apim.redis_config.host", Type: Text, Effect: "the store where distributed_throttling names none"},
	{Name: "apim.redis_config.port", Type: Number, Default: "6379"}, {Name: "apim.redis_config.*"},

	{Name: "apim.sync_runtime_artifacts.gateway.enable", Type: Flag, Default: "true", Effect: "whether the gateway pulls APIs from the hub"},
	{Name: "apim.sync_runtime_artifacts.gateway.gateway_labels", Type: List, Default: "Default", Effect: "the environments whose APIs it serves"},
	{Name: "apim.sync_runtime_artifacts.gateway.artifact_retriever", Type: Text, Default: "DBRetriever"},
	{Name: "apim.sync_runtime_artifacts.gateway.deployment_retry_duration", Type: Number, Default: "15000", Effect: "ms until the first retry of a pull"},
	{Name: "apim.sync_runtime_artifacts.gateway.max_retry_count", Type: Number, Default: "5", Effect: "retries of a pull"},
	{Name: "apim.sync_runtime_artifacts.gateway.retry_progression_factor", Type: Number, Default: "2.0", Effect: "each retry waits so many times longer"},
	{Name: "apim.sync_runtime_artifacts.gateway.data_retrieval_mode", Type: Text, Default: "async"},
	{Name: "apim.sync_runtime_artifacts.gateway.event_waiting_time", Type: Number, Default: "5000", Effect: "ms by which a deploy event is held before the pull, unless apim.event_hub.event_waiting_time is there"},
	{Name: "apim.sync_runtime_artifacts.gateway.enable_on_demand_loading", Type: Flag, Default: "false"},
	{Name: "apim.sync_runtime_artifacts.gateway.file_based_api_contexts", Type: List},
	{Name: "apim.sync_runtime_artifacts.gateway.skip_list.*", Type: List},
	{Name: "apim.sync_runtime_artifacts.tenant_loading.enable", Type: Flag, Default: "false"},
	{Name: "apim.sync_runtime_artifacts.tenant_loading.tenants", Type: Text, Default: "*"},
	{Name: "apim.sync_runtime_artifacts.tenant_loading.*"},

	{Name: "apim.sync_runtime_artifacts.publisher.*", Instead: "nothing: since 4.0 a control plane stores every revision in the database"},

	{Name: "apim.cache_invalidation.enabled", Type: Flag, Default: "false", Effect: "control planes tell each other what to forget"},
	{Name: "apim.cache_invalidation.domain", Type: Text, Default: "default", Effect: "a control plane listens to those of its own domain"},
	{Name: "apim.cache_invalidation.excluded_caches", Type: List, Effect: "parts of the names of caches that nothing is told of; here there is scopesCache"},
	{Name: "apim.cache_invalidation.*"},
	{Name: "apim.gateway_notification.enabled", Type: Flag, Default: "true", Effect: "since 4.6: a gateway registers, sends heartbeats and acknowledges deployments; off here unless written, as in 4.2 to 4.5"},
	{Name: "apim.gateway_notification.heartbeat.notify_interval", Type: Number, Default: "30", Effect: "seconds between heartbeats"},
	{Name: "apim.gateway_notification.heartbeat.*"},
	{Name: "apim.gateway_notification.deployment_ack.batch_size", Type: Number, Default: "100", Effect: "acknowledgements sent at once"},
	{Name: "apim.gateway_notification.deployment_ack.batch_interval", Type: Number, Default: "2000", Effect: "ms that one waits at most"},
	{Name: "apim.gateway_notification.deployment_ack.retry_duration", Type: Number, Default: "10000", Effect: "ms until a batch is sent again"},
	{Name: "apim.gateway_notification.deployment_ack.max_retry_count", Type: Number, Default: "5", Effect: "how often"},
	{Name: "apim.gateway_notification.deployment_ack.retry_progression_factor", Type: Number, Default: "2.0", Effect: "each retry waits so many times longer"},
	{Name: "apim.gateway_notification.deployment_ack.batch_processor_min_thread", Type: Number, Default: "2", Effect: "threads that send batches"},
	{Name: "apim.gateway_notification.deployment_ack.batch_processor_max_thread", Type: Number, Default: "8", Effect: "and when the queue is full"},
	{Name: "apim.gateway_notification.deployment_ack.batch_processor_queue_size", Type: Number, Default: "50", Effect: "batches that wait for them"},
	{Name: "apim.gateway_notification.deployment_ack.*"},
	{Name: "apim.gateway_notification.registration.retry_duration", Type: Number, Default: "10000", Effect: "ms until a gateway registers again"},
	{Name: "apim.gateway_notification.registration.max_retry_count", Type: Number, Default: "5", Effect: "how often"},
	{Name: "apim.gateway_notification.registration.retry_progression_factor", Type: Number, Default: "2.0", Effect: "each retry waits so many times longer"},
	{Name: "apim.gateway_notification.registration.*"},
	{Name: "apim.gateway_notification.cleanup.expiry_time", Type: Number, Default: "120", Effect: "seconds without a heartbeat after which a control plane counts a gateway as gone"},
	{Name: "apim.gateway_notification.cleanup.data_retention_period", Type: Number, Default: "2629800", Effect: "seconds after which it forgets it"},
	{Name: "apim.gateway_notification.cleanup.*"},
}

// closed are the sections whose keys are all known: another key there is a mistake.
var closed = []string{
	"apim.event_hub", "apim.throttling", "apim.distributed_throttling", "apim.sync_runtime_artifacts.gateway",
	"broker.transport.amqp", "qpid.heartbeat", "transport.binary.receiver",
}
