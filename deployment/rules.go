package deployment

import "slices"

// Rule is a kind of finding: how bad it is, what comes of it and what to do.
type Rule struct {
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	Stops    bool     `json:"stops_a_run,omitempty"` // nothing can be run with it: who is there, or whom they talk to, is not known
	Why      string   `json:"why"`
	Fix      string   `json:"fix,omitempty"`
	Scenario string   `json:"scenario,omitempty"` // the experiment that proves the harm
	Source   string   `json:"source,omitempty"`   // a public thread, or the product's file
}

// Rules returns the kinds of findings: the one home of their texts.
func Rules() []Rule { return slices.Clone(rules) }

func ruleOf(id string) Rule {
	if at := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id }); at >= 0 {
		return rules[at]
	}
	return Rule{ID: id, Severity: Error}
}

var rules = []Rule{
	// What the files say at all.
	{ID: "syntax", Severity: Error, Stops: true, Why: "the product does not start with such a file"},
	{ID: "wrong-type", Severity: Error, Stops: true, Why: "the product's templates would write a value that its parts cannot read"},
	{ID: "unknown-key", Severity: Warning, Why: "the product ignores a key that it does not know, and says nothing", Fix: "check the spelling against the configuration catalogue"},
	{ID: "deprecated-key", Severity: Note, Why: "it has no effect"},
	{ID: "not-simulated", Severity: Note, Why: "the simulation goes on as if they were not there"},
	{ID: "placeholder", Severity: Note, Why: "a sample's gap was copied with the sample"},
	{ID: "host-property", Severity: Note, Why: "what it stands for is on the product's host", Fix: "write the value if the simulation depends on it"},
	{ID: "unresolved-reference", Severity: Error, Stops: true, Why: "the product would take the text as it stands"},
	{ID: "bad-url", Severity: Error, Stops: true, Why: "nothing can be reached there", Fix: "write tcp://HOST:PORT, ssl://HOST:PORT or https://HOST/services/"},
	{ID: "several-urls-in-one", Severity: Error, Stops: true, Why: "the product takes the whole text for one broker's address, which does not exist: the node stays deaf",
		Source: "apim docs, multi-DC pattern 2, HA gateway sample"},
	{ID: "auth-urls-mismatch", Severity: Error, Why: "a receiver without its login URL cannot be logged in to: its group publishes nothing",
		Fix: "give one login URL for each receiver, in the same order, or none for port + 100", Source: "DataPublisherUtil.java"},
	{ID: "duplicate-environment", Severity: Warning, Why: "the second one takes the place of the first; often the two variants of a documentation page were copied into one file",
		Fix: "give each [[apim.gateway.environment]] its own name"},
	{ID: "duplicate-listener", Severity: Warning, Why: "only one of them is called", Fix: "give each [[event_listener]] its own id, or leave one out"},
	{ID: "unknown-role", Severity: Error, Stops: true, Why: "the product would start all its profiles"},
	{ID: "topology-file", Severity: Error, Stops: true, Why: "what the file should add would be missing", Fix: "see docs/reference for topology.yaml"},

	// What the simulator made of them.
	{ID: "inferred-node", Severity: Note, Why: "the documentation's sets leave out the second node of a pair"},
	{ID: "inferred-name", Severity: Note, Why: "the simulator must know who is meant"},
	{ID: "inferred-role", Severity: Note, Why: "the profile is otherwise chosen by -Dprofile when the product starts", Fix: "write [server] server_role"},
	{ID: "inferred-balancer", Severity: Warning, Why: "a name that nobody has may also be a slip of the finger: every pull would fail", Scenario: "wrong-boot-order"},
	{ID: "unknown-endpoint", Severity: Error, Stops: true, Why: "the product retries it for ever and is otherwise silent", Scenario: "broker-outage-deaf"},
	{ID: "wrong-port", Severity: Error, Why: "nobody listens there: the product retries for ever and is otherwise silent",
		Fix: "write the port that the node listens on, its offset included"},

	// How the nodes fit together.
	{ID: "no-control-plane", Severity: Error, Why: "nobody can tell a gateway of an API or a traffic manager of a policy: such a set cannot be run",
		Fix: `add the deployment.toml of a node with server_role = "control-plane"`},
	{ID: "load-balanced-counting", Severity: Error, Why: "each traffic manager sees only its share of the requests and counts alone: n traffic managers grant n times the quota",
		Fix: "write one [[apim.throttling.url_group]] for each traffic manager, or switch the shared counter on with [apim.distributed_throttling] enable = true", Scenario: "quota-multiplies", Source: "wso2/product-apim#11462"},
	{ID: "counter-not-shared", Severity: Error, Why: "what is in another store is not seen: n stores grant n times the quota",
		Fix: "name one store in [apim.distributed_throttling.keyvalue_store] host and port of every traffic manager; without a host each looks for one on its own machine", Scenario: "quota-multiplies", Source: "apim docs, distributed throttling"},
	{ID: "counted-twice", Severity: Warning, Why: "with a shared counter and one group for each traffic manager every request is counted as often as there are traffic managers",
		Fix: `put all traffic managers into one url_group with type = "loadbalance"`, Scenario: "quota-multiplies", Source: "apim docs, distributed throttling"},
	{ID: "not-counting", Severity: Error, Why: "events sent there are counted by nobody: quotas do not hold", Scenario: "quota-multiplies",
		Fix: "name the traffic managers, each in its own group"},
	{ID: "no-decisions", Severity: Error, Why: "the gateway never hears that a caller is over its quota: it lets everything through",
		Fix: "set apim.throttling.throttle_decision_endpoints to the traffic managers' brokers", Scenario: "overshoot-curve"},
	{ID: "uncounted-manager", Severity: Warning, Why: "its decisions are heard and it counts nothing: after a failover to its broker the gateway is told of no excess",
		Fix: "add a [[apim.throttling.url_group]] for it", Scenario: "tm-kill-midwindow"},
	{ID: "one-manager-heard", Severity: Warning, Why: "when that broker stops, nothing else brings decisions although the other traffic manager still counts",
		Fix: "list every traffic manager's broker in throttle_decision_endpoints", Scenario: "tm-kill-midwindow"},
	{ID: "no-event-hub", Severity: Error, Why: "without the section the gateway asks the traffic manager for the hub's topics, which gives none of them: deployments and revocations never arrive",
		Fix: "add [apim.event_hub] with service_url and event_listening_endpoints of the control planes", Scenario: "deploy-partial", Source: "wso2/product-apim#12436"},
	{ID: "hub-disabled", Severity: Error, Why: "with enable = false nothing of the section is read: the node hears of no deployment, revocation or policy",
		Fix: "write enable = true"},
	{ID: "manager-without-hub", Severity: Warning, Why: "policies that change later never reach it: it counts with those of its start",
		Fix: "add [apim.event_hub] with service_url and event_listening_endpoints of the control planes"},
	{ID: "no-pull", Severity: Error, Why: "nothing can be loaded at start: no API, no policy, no revoked token",
		Fix: "set apim.event_hub.service_url to the control planes' load balancer", Scenario: "wrong-boot-order"},
	{ID: "one-hub-only", Severity: Warning, Why: "when that control plane's broker stops, the node is deaf although another one is there",
		Fix: "list every control plane's broker in event_listening_endpoints", Scenario: "broker-outage-deaf"},
	{ID: "duplicate-missing", Severity: Error, Why: "a revocation reaches one control plane's broker only; gateways that listen to the other one go on accepting the token",
		Fix: "set apim.event_hub.event_duplicate_url to the other control plane's broker", Scenario: "revoke-one-gateway", Source: "wso2/api-manager#1935"},
	{ID: "duplicate-one-sided", Severity: Error, Why: "what this control plane is told of stays with it, while the other one passes everything on: half of the revocations miss half of the gateways",
		Fix: "set apim.event_hub.event_duplicate_url on both", Scenario: "revoke-one-gateway", Source: "wso2/api-manager#1935"},
	{ID: "duplicate-to-itself", Severity: Error, Why: "its own subscribers get everything twice and the other control plane's nothing",
		Fix: "name the other node's broker", Scenario: "revoke-one-gateway"},
	{ID: "duplicate-list", Severity: Warning, Why: "several URLs are a failover list, no fan-out: only one of them gets the copy", Scenario: "revoke-one-gateway", Source: "jndi2-cp.properties.j2"},
	{ID: "publish-missing", Severity: Error, Why: "deployments and policy changes made there never reach the gateways that listen to the other control plane",
		Fix: "write a [[apim.event_hub.publish.url_group]] for each control plane", Scenario: "deploy-partial"},
	{ID: "hub-lists-several", Severity: Warning, Why: "on a control plane the first of these is where its own publishers write: copies may be doubled on one broker and missing on the other",
		Fix: `write event_listening_endpoints = ["tcp://localhost:5672"]`, Source: "jndi-cp.properties.j2"},
	{ID: "hub-writes-elsewhere", Severity: Warning, Why: "on a control plane this is where its own publishers write: its own broker's subscribers get nothing",
		Fix: `write event_listening_endpoints = ["tcp://localhost:5672"]`, Source: "jndi-cp.properties.j2"},
	{ID: "through-load-balancer", Severity: Warning, Why: "a connection through a balancer reaches one node and gives no second one to fail over to; the documentation names each node",
		Fix: "list each node's own name", Scenario: "broker-outage-deaf"},
	{ID: "label-without-environment", Severity: Warning, Why: "labels are compared letter by letter: the gateway ignores deployments to other environments", Scenario: "deploy-partial"},
	{ID: "at-sign-in-user", Severity: Warning, Why: "the name stands in an AMQP URL, which ends its user at the first @: the connection fails",
		Fix: "use a user without an @ for the event hub", Source: "wso2/product-apim#12754"},
	{ID: "heartbeat-off", Severity: Note, Why: "a connection that a firewall has forgotten looks alive: what is published is lost until somebody writes",
		Fix: "set [qpid.heartbeat] delay to less than the firewall's idle time, e.g. 20", Scenario: "idle-firewall-drop", Source: "wso2/docs-apim#8373"},

	{ID: "heartbeat-differs", Severity: Note, Why: "here a node's connections all have the heartbeat of the first broker that sets one; in the product each has its own broker's",
		Fix: "give the brokers one [qpid.heartbeat]"},
	{ID: "counter-without-sync", Severity: Error, Why: "the product's scheduler refuses a period of 0, and no counter can be shared; the simulation takes it for 1 ms",
		Fix: "write sync_interval = 10, in ms", Scenario: "sync-interval-sweep", Source: "DistributedCountAttributeAggregator.java"},
	{ID: "counter-store-type", Severity: Note, Why: "it is simulated as a Redis"},
	{ID: "manager-writes-elsewhere", Severity: Warning, Why: "on a traffic manager this is where its own decisions go: its own broker's subscribers get none of them",
		Fix: `write throttle_decision_endpoints = ["tcp://localhost:5672"]`, Source: "jndi.properties.j2"},

	// Several regions.
	{ID: "publisher-without-jndi", Severity: Error, Why: "the publisher starts and its events go nowhere", Scenario: "region-link-loss", Source: "apim docs, multi-DC pattern 1: jndi2-region2.properties"},
	{ID: "jndi-without-topic", Severity: Error, Why: "the topic cannot be looked up: events for it are dropped", Scenario: "region-link-loss", Source: "apim docs, multi-DC pattern 1"},
	{ID: "publisher-name-taken", Severity: Warning, Why: "of two publishers of one name only one runs: the other's events are lost", Fix: "add the region to the name",
		Source: "apim docs, multi-DC pattern 1: blockingEventJMSPublisher"},
	{ID: "publisher-stream", Severity: Warning, Why: "consumers there do not expect these events on this topic"},
	{ID: "publisher-disabled", Severity: Note, Why: "the documentation's sample has it so", Fix: `remove processing="disable" if the events are wanted`},
	{ID: "region-not-told", Severity: Error, Why: "what happens in one region is never heard of in the other: tokens revoked here stay good there",
		Fix: "add event publishers with a jndi file towards that region to each control plane (multi-DC pattern 1)", Scenario: "region-link-loss", Source: "wso2/api-manager#2347"},
	{ID: "region-half-told", Severity: Warning, Why: "events of these topics stay in their region", Fix: "add an event publisher for each", Scenario: "region-link-loss"},
}
