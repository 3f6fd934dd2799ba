package event

// Step is what an administrator, or a key manager, asks of a control plane. Exactly one field besides
// ID and Delete is set.
type Step struct {
	ID           string        // becomes the event's id, so that its path can be followed; "" lets the node choose
	Revoke       *RevokedToken // a key manager's: POST /notify with token_revocation
	Deploy       *API          // publish a revision to the gateways of its labels; the API becomes known if it was not
	Undeploy     string        // an API's uuid
	Policy       *Policy       // create or update
	DeletePolicy *Policy       // by name and level
	Application  *Application  // create or update; by UUID; one that is there keeps its consumer keys
	Subscription *Subscription // create or update; by UUID
	KeyManager   *KeyManager   // add or update; by tenant and name
	API          *API          // create without deploying it, or save it again: its tier and provider, where said; by UUID
	KeyMapping   *KeyMapping   // a consumer key of an application, by AppUUID
	Delete       bool          // with the last five: it goes
	Lifecycle    *Lifecycle    // an API's status
	Block        *BlockingCondition
	Webhook      *WebhookEvent
	// RevokeSubject is POST /notify with consumer_app_revocation_event or subject_entity_revocation_event.
	RevokeSubject *RevokedSubject
	// Notified says that a revocation came as POST /notify from a key manager elsewhere; otherwise it is one of
	// the key manager beside the control plane, which may not tell of it.
	Notified bool
	// ResetQuota announces that a user's quota under an application, named by its UUID, begins anew.
	ResetQuota *QuotaReset
	// Look asks which gateways serve an API, by its uuid: what the publisher portal shows beside a revision
	// since 4.6 (GatewayManagementDAO.java, setGatewayDeploymentStats). It changes nothing.
	Look string
	// Announce publishes a notification of a type whose rows the simulator does not keep: scopes,
	// certificates, API keys and the like. EventID and At are the control plane's to set.
	Announce *Notification
}

// Class implements Message.
func (*Step) Class() Class { return ClassStep }

// StepDone answers a Step.
type StepDone struct {
	Status int    // HTTP status
	Reason string // why not, when Status is not 200
}

// Class implements Message.
func (*StepDone) Class() Class { return ClassStepDone }

// Lifecycle is a change of an API's status in its life cycle.
type Lifecycle struct {
	UUID   string // the API's
	Status string // CREATED, PROTOTYPED, PUBLISHED, BLOCKED, DEPRECATED or RETIRED
}

// Retired is the status of an API that is at the end of its life: no gateway serves it (GatewayJMSMessageListener.java).
const Retired = "RETIRED"
