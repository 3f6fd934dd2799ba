package event

// Order is what one node of the 2.x layout asks another to do, where later versions announce it on a
// topic: a call, with an answer. Exactly one field besides ID is set.
type Order struct {
	ID string // of the step that it is of

	// Of a gateway's admin service: write an API's Synapse file, or remove it.
	Deploy   *API
	Undeploy string // an API's uuid
	// Forget drops what a gateway's cache has of a user: its role changed, or it was deleted.
	Forget *RevokedSubject
	// ForgetToken drops a token. The product's key manager asks for it of nobody; hardened.
	ForgetToken *RevokedToken
	// Of a traffic manager's admin service: deploy a policy's plans, or remove them.
	Policy *Policy
	Drop   *Policy // by name, level and tenant
	// Revoke is a call of the revoke API, which a gateway passes on to a key manager.
	Revoke *RevokedToken
	// Validate asks a key manager whether a token may call an API.
	Validate *Validation
}

// About names what an order changes, so that of two the newer counts.
func (o *Order) About() string {
	switch {
	case o.Deploy != nil:
		return "api:" + o.Deploy.UUID
	case o.Undeploy != "":
		return "api:" + o.Undeploy
	case o.Policy != nil:
		return KeyOf(&Row{Table: TablePolicy, Policy: o.Policy})
	case o.Drop != nil:
		return KeyOf(&Row{Table: TablePolicy, Policy: o.Drop})
	case o.Forget != nil:
		return o.Forget.Name()
	case o.ForgetToken != nil:
		return "token:" + string(o.ForgetToken.Token)
	}
	return "call:" + o.ID
}

// Validation is the question of a gateway that has a token it does not know.
type Validation struct {
	API   string // the uuid of the API that is called
	Token Token
}

// The admin services of the 2.x layout, beside the internal API's paths (APIGatewayAdmin and
// APIKeyValidationService of carbon-apimgt 6.x; EventProcessorAdminService of carbon-analytics-common).
const (
	PathKeyValidation Path = "/services/APIKeyValidationService"
	PathGatewayAdmin  Path = "/services/APIGatewayAdmin"
	PathPolicyAdmin   Path = "/services/EventProcessorAdminService"
)

// Orders tells whether a path takes orders, and no questions for lists.
func (p Path) Orders() bool {
	return p == PathKeyValidation || p == PathGatewayAdmin || p == PathPolicyAdmin
}
