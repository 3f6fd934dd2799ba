package deployment

const (
	olderDocs   = "API-M 2.6 docs, distributed deployment of API Manager"
	olderGWDocs = "API-M 2.1 docs, distributed deployment of the gateway"
)

// olderRules are about the 2.x layout.
var olderRules = []Rule{
	{ID: "no-key-manager", Severity: Error, Title: "a gateway of 2.x that asks no key manager",
		Why: "each token that it does not know is asked about there: every call is answered 500, 900900",
		Fix: "write the key manager's host in APIKeyValidator: ServerURL, and ThriftServerHost with KeyValidatorClientType ThriftClient", Scenario: "baseline-single", Source: olderDocs},
	{ID: "no-gateway-environment", Severity: Error, Title: "a publisher of 2.x that deploys to no gateway",
		Why: "an API is deployed by a call of the gateway's admin service: without its address no gateway ever has a new API",
		Fix: "write APIGateway.Environments.Environment with the gateway's ServerURL", Scenario: "pushed-baseline", Source: olderDocs},
	{ID: "files-not-shared", Severity: Error, Title: "an environment of several gateways that share no directory",
		Why:      "one call writes the API's file on the gateway that the load balancer picks; the others never see it, and answer 404",
		Fix:      "mount repository/deployment/server on all of them, or copy it by rsync, and say so in topology.yaml, shared_files; or write an Environment for each gateway",
		Scenario: "pushed-baseline", Source: olderGWDocs},
	{ID: "rsync-target-written", Severity: Error, Title: "an environment whose address is a gateway that gets its files by rsync",
		Why: "the next copy removes what was deployed there, and the others never get it", Fix: "write the address of the gateway manager, from which rsync copies",
		Scenario: "pushed-baseline", Source: olderDocs},
	{ID: "one-file-writer", Severity: Note, Title: "gateways that get their files from one of them",
		Why: "rsync lets one node write: while it is down nothing can be deployed, and what was not copied yet is missing on the others",
		Fix: "mount a shared directory, as the documentation recommends, and call the gateways through a load balancer", Scenario: "rsync-writer-dies", Source: olderGWDocs},
	{ID: "thrift-through-balancer", Severity: Note, Title: "key validation over Thrift through a load balancer",
		Why: "the documentation wants WSClient there: a Thrift client logs in at ServerURL and keeps its connection to ThriftServerHost, which behind a balancer may be another key manager; when a call fails it does both once more, and then answers 500, 900900",
		Fix: "write KeyValidatorClientType WSClient and the balancer's address as ServerURL", Scenario: "baseline-single", NotShown: "a call over Thrift has no login in a run; whether key managers know each other's was not found", Source: olderGWDocs + "; ThriftKeyValidatorClient.java"},
	{ID: "policies-not-shared", Severity: Warning, Title: "several traffic managers of 2.x that share no policies",
		Why: "a policy is deployed on the traffic manager that the load balancer picks; the other one goes on with the old one until its next start, or counts nothing",
		Fix: "mount repository/deployment/server on all of them and say so in topology.yaml, shared_files", Scenario: "pushed-baseline", Source: olderDocs},
	{ID: "no-revoke-api", Severity: Error, Title: "a store of 2.x that revokes through no gateway",
		Why: "the revoke API is a gateway's: without it no token can be revoked from the store", Fix: "write OAuthConfigurations.RevokeAPIURL with the gateway's address",
		Scenario: "cached-token-lives-on", Source: olderDocs},
	{ID: "revoked-on-one", Severity: Note, Title: "a revocation that one gateway of several hears of",
		Why: "the gateway that passes a revocation on drops the token from its cache; the others accept it for as long as they keep the key manager's answer",
		Fix: "write a shorter TokenCacheExpiry on the gateways", Scenario: "cached-token-lives-on", Source: "wso2/product-apim#9285"},
}
