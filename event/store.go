package event

// Table is a table of the shared database.
type Table uint8

// The tables that the protocol needs, named for WSO2's.
const (
	TableAPI          Table = iota + 1 // AM_API with its deployments
	TableApplication                   // AM_APPLICATION with AM_APPLICATION_KEY_MAPPING
	TableSubscription                  // AM_SUBSCRIPTION
	TablePolicy                        // AM_POLICY_*
	TableKeyManager                    // AM_KEY_MANAGER
	TableRevoked                       // AM_REVOKED_JWT
	TableBlock                         // AM_BLOCK_CONDITIONS
	TableDeployed                      // AM_GW_REVISION_DEPLOYMENT: which gateway serves which revision
	TableWebhook                       // AM_WEBHOOKS_SUBSCRIPTION
	TableSubject                       // the tables of revoked consumer keys and of revoked subjects
	TableGateway                       // AM_GW_INSTANCES: the gateways that have registered
	TableScope                         // AM_SCOPE
	TableCertificate                   // AM_CERTIFICATE_METADATA
	TableAnalytics                     // a tenant's analytics settings, in the product a file of its registry
)

// LastTable is the last of the tables.
const LastTable = TableAnalytics

var tableNames = [...]string{"?", "api", "application", "subscription", "policy", "key-manager", "revoked", "block", "deployed", "webhook", "revoked-subject", "gateway", "scope", "certificate", "analytics"}

// String names the table.
func (t Table) String() string {
	if int(t) < len(tableNames) {
		return tableNames[t]
	}
	return "?"
}

// Row is one row. The pointer of its table is set; Deleted marks a tombstone. Version is given by the writer.
type Row struct {
	Table        Table
	Key          string // primary key as text
	Version      uint64
	Deleted      bool
	API          *API
	Application  *Application
	Subscription *Subscription
	Policy       *Policy
	KeyManager   *KeyManager
	Revoked      *RevokedToken
	Block        *BlockingCondition
	Deployed     *DeployAck
	Webhook      *WebhookEvent // as it was subscribed
	Subject      *RevokedSubject
	Gateway      *GatewayInstance
	Scope        *Scope
	Certificate  *Certificate
	Analytics    *Analytics
}

// KeyOf returns the primary key that a row has by its contents, or "" when the pointer of its table
// is not set: the uuid, the token, "level:name" of a policy (with "@tenant" outside
// carbon.super), "kind:value" of a blocking condition (with "@tenant" likewise), "uuid/gateway" of a deployment,
// API, application, topic and callback of a webhook, RevokedSubject.Name of a subject, the name of a gateway, the name
// of a scope or key manager or the alias of a certificate (with "@tenant" outside carbon.super), the tenant of analytics settings.
func KeyOf(r *Row) string {
	switch {
	case r.Table == TableAPI && r.API != nil:
		return r.API.UUID
	case r.Table == TableApplication && r.Application != nil:
		return r.Application.UUID
	case r.Table == TableSubscription && r.Subscription != nil:
		return r.Subscription.UUID
	case r.Table == TablePolicy && r.Policy != nil:
		key := r.Policy.Level.String() + ":" + r.Policy.Name
		if r.Policy.Tenant != "" && r.Policy.Tenant != Super {
			key += "@" + string(r.Policy.Tenant)
		}
		return key
	case r.Table == TableKeyManager && r.KeyManager != nil:
		return r.KeyManager.Key()
	case r.Table == TableRevoked && r.Revoked != nil:
		return string(r.Revoked.Token)
	case r.Table == TableBlock && r.Block != nil:
		return inTenant(r.Block.Kind+":"+r.Block.Value, r.Block.Tenant)
	case r.Table == TableDeployed && r.Deployed != nil:
		return r.Deployed.API + "/" + string(r.Deployed.Gateway)
	case r.Table == TableWebhook && r.Webhook != nil:
		return r.Webhook.API + "/" + r.Webhook.AppID + "/" + r.Webhook.Topic + "/" + r.Webhook.Callback
	case r.Table == TableSubject && r.Subject != nil:
		return r.Subject.Name()
	case r.Table == TableGateway && r.Gateway != nil:
		return string(r.Gateway.Gateway)
	case r.Table == TableScope && r.Scope != nil:
		return inTenant(r.Scope.Name, r.Scope.Tenant)
	case r.Table == TableCertificate && r.Certificate != nil:
		return inTenant(r.Certificate.Alias, r.Certificate.Tenant)
	case r.Table == TableAnalytics && r.Analytics != nil:
		return string(tenantOr(r.Analytics.Tenant))
	}
	return ""
}

// inTenant is a name within a tenant.
func inTenant(name string, t Tenant) string {
	if tenantOr(t) == Super {
		return name
	}
	return name + "@" + string(t)
}

// tenantOr is the super tenant where none is named.
func tenantOr(t Tenant) Tenant {
	if t == "" {
		return Super
	}
	return t
}

// StoreOp is a statement to the database, or a row on its way to a replica.
type StoreOp struct {
	ID    uint64
	Write *Row   // insert or update
	Read  Table  // or: select all rows of a table
	Name  string // with Read: only this key; "" is all
	Ship  []Row  // or: rows from the writer to a replica, in order of Version
	// Or: Follow asks the writer for all rows with a Version above After, now and from now on.
	Follow bool
	After  uint64
}

// Class implements Message.
func (*StoreOp) Class() Class { return ClassStore }

// StoreResult answers a StoreOp.
type StoreResult struct {
	ID   uint64
	OK   bool
	Rows []Row // in key order
}

// Class implements Message.
func (*StoreResult) Class() Class { return ClassStored }
