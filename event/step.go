package event

// Step is what an administrator, or a key manager, asks of a control plane. Exactly one field besides
// ID is set.
type Step struct {
	ID           string        // becomes the event's id, so that its path can be followed; "" lets the node choose
	Revoke       *RevokedToken // POST /notify with token_revocation
	Deploy       *API          // publish a revision to the gateways of its labels; the API becomes known if it was not
	Undeploy     string        // an API's uuid
	Policy       *Policy       // create or update
	DeletePolicy *Policy       // by name and level
	Application  *Application  // create or update
	Subscription *Subscription // create or update
	KeyManager   *KeyManager   // add or update
	Block        *BlockingCondition
	Webhook      *WebhookEvent
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
