package event

// Path is a resource of the internal API below /internal/data/v1.
type Path string

// The paths in use here (api.yaml of apimgt.internal.service).
const (
	PathAPIs                 Path = "/apis"
	PathApplications         Path = "/applications"
	PathSubscriptions        Path = "/subscriptions"
	PathKeyMappings          Path = "/application-key-mappings"
	PathSubscriptionPolicies Path = "/subscription-policies"
	PathApplicationPolicies  Path = "/application-policies"
	PathAPIPolicies          Path = "/api-policies"
	PathGlobalPolicies       Path = "/global-policies" // custom policies
	PathKeyManagers          Path = "/keymanagers"
	PathRevoked              Path = "/revokedjwt"
	PathBlock                Path = "/block"
	PathKeyTemplates         Path = "/keyTemplates"
	PathArtifacts            Path = "/runtime-artifacts"
	PathWebhooks             Path = "/webhooks-subscriptions"
	PathSubjects             Path = "/revoke-conditions"        // of later builds; what it answers was not read
	PathDeployed             Path = "/apis/deployed-revisions"  // PATCH: the gateway's acknowledgement
	PathUndeployed           Path = "/apis/undeployed-revision" // POST: an environment serves an API no more
	PathRetrieve             Path = "/retrieve-api-artifacts"   // POST: the artifacts of several APIs
	PathMetadata             Path = "/runtime-metadata"
	PathGateway              Path = "/notify-gateway"               // POST, since 4.6: a gateway registers, and its heartbeat
	PathStatus               Path = "/notify-api-deployment-status" // POST, since 4.6: what a gateway deployed, a batch of it
	PathScopes               Path = "/scopes"
	PathCertificates         Path = "/endpoint-certificates"
	PathAnalytics            Path = "/ga-config"
	// These read a table of throttled events (ThrottlingDBUtil.java) that nothing fills since traffic managers
	// publish their decisions: they are answered with no rows.
	PathThrottle        Path = "/throttle"
	PathThrottledText   Path = "/throttleAsString"
	PathThrottledSingle Path = "/isThrottled"
	// Of later builds no more is public than their names; their forms here are ours. The first two list a
	// part of PathSubjects each, the others what no node here has.
	PathRevokedUsers   Path = "/revokedusers"
	PathRevokedKeys    Path = "/revokedconsumerkeys"
	PathLLMProviders   Path = "/llm-providers"
	PathLLMConfigs     Path = "/llm-provider-configs"
	PathGatewayPolicy  Path = "/gateway-policy-artifacts"
	PathClientCerts    Path = "/client-certificates"
	PathCorrelation    Path = "/correlation-configs"
	PathOpaqueAPIKeys  Path = "/api-keys"
	PathTransactionLog Path = "/transaction-records"
)

// Empty tells whether a path lists what no node here has.
func (p Path) Empty() bool {
	switch p {
	case PathThrottle, PathThrottledText, PathThrottledSingle,
		PathLLMProviders, PathLLMConfigs, PathGatewayPolicy, PathClientCerts, PathCorrelation, PathOpaqueAPIKeys, PathTransactionLog:
		return true
	}
	return false
}

// Artifacts tells whether a path answers what is deployed to gateways.
func (p Path) Artifacts() bool { return p == PathArtifacts || p == PathRetrieve || p == PathMetadata }

// PullRequest asks a control plane's internal API.
type PullRequest struct {
	ID     uint64 // the asker's number, echoed
	Path   Path
	Name   string   // policyName, or apiId (a uuid); "" is all
	Labels []string // gatewayLabel
	Tenant Tenant   // xWSO2Tenant; "" and AllTenants are all
	Only   []Pair   // further parameters of the path, by name: a row is listed if it has all of these values
	UUIDs  []string // POST /retrieve-api-artifacts: only these APIs; nil is all
	Envoy  bool     // artifacts in the form of type=Envoy, a zip of API projects; else that of type=Synapse
	Ack    *DeployAck
	Notice *GatewayNotice // POST /notify-gateway
	States []DeployAck    // POST /notify-api-deployment-status
	Order  *Order         // of the paths that take orders
}

// AllTenants is what stands in the header xWSO2Tenant for every tenant.
const AllTenants Tenant = "ALL"

// Class implements Message.
func (*PullRequest) Class() Class { return ClassPull }

// DeployAck tells the control plane which revision of an API a gateway serves.
type DeployAck struct {
	Gateway  NodeID
	API      string // uuid
	Revision int
	At       Wall // when it was so, by the gateway's clock; 0 in the single acknowledgement of before 4.6
	Failed   bool // it was to be deployed, and could not be
	Gone     bool // it serves no more
}

// Serves tells whether the gateway says that it serves the revision.
func (a *DeployAck) Serves() bool { return !a.Failed && !a.Gone }

// PullResponse answers a PullRequest. Only the list that the path names is set.
type PullResponse struct {
	ID            uint64
	Path          Path
	Status        int // HTTP status
	APIs          []API
	Envoy         bool // the APIs are to be a zip of API projects
	Applications  []Application
	Subscriptions []Subscription
	Policies      []Policy
	KeyManagers   []KeyManager
	Revoked       []RevokedToken
	Blocked       []BlockingCondition
	Templates     []string
	Webhooks      []WebhookEvent // of each what a subscription keeps
	Subjects      []RevokedSubject
	Scopes        []Scope
	Certificates  []Certificate
	Analytics     string
	Said          string // the status that stands in the answer of PathGateway and PathStatus
	Code          Code   // of a key validation: why the token may not call, or Served
	Problem       string // what is wrong, of an answer that is not a 200 or could not be read
}

// MediaType is what the body of an answer is.
func (p *PullResponse) MediaType() string {
	if p.Envoy && p.Status == 200 {
		return "application/zip"
	}
	return "application/json"
}

// Attachment is the name of the file that the answer is, or "" (RuntimeArtifactsApiServiceImpl.java,
// RuntimeMetadataApiServiceImpl.java).
func (p *PullResponse) Attachment() string {
	switch {
	case p.Status != 200:
		return ""
	case p.Envoy:
		return "apis.zip"
	case p.Path == PathMetadata:
		return "deployment.json"
	}
	return ""
}

// Class implements Message.
func (*PullResponse) Class() Class { return ClassPulled }
