package event

// Type is the eventType of a notification.
type Type string

// The notification types in use here (APIConstants.EventType).
const (
	DeployAPI          Type = "DEPLOY_API_IN_GATEWAY"
	RemoveAPI          Type = "REMOVE_API_FROM_GATEWAY"
	APIUpdate          Type = "API_UPDATE"
	ApplicationCreate  Type = "APPLICATION_CREATE"
	ApplicationUpdate  Type = "APPLICATION_UPDATE"
	ApplicationDelete  Type = "APPLICATION_DELETE"
	SubscriptionCreate Type = "SUBSCRIPTIONS_CREATE"
	SubscriptionUpdate Type = "SUBSCRIPTIONS_UPDATE"
	SubscriptionDelete Type = "SUBSCRIPTIONS_DELETE"
	PolicyCreate       Type = "POLICY_CREATE"
	PolicyUpdate       Type = "POLICY_UPDATE"
	PolicyDelete       Type = "POLICY_DELETE"
	CustomPolicyAdd    Type = "CUSTOM_POLICY_ADD"
	CustomPolicyUpdate Type = "CUSTOM_POLICY_UPDATE"
	CustomPolicyDelete Type = "CUSTOM_POLICY_DELETE"
)

// Notification is the message on topic notification: an envelope whose event is base64 of JSON
// (AbstractNotifier.java). Exactly one of the pointers is set, as Type demands.
type Notification struct {
	EventID      string
	Type         Type
	At           Wall // timeStamp, the control plane's wall clock
	TenantID     int
	Tenant       Tenant
	API          *API          // DeployAPI, RemoveAPI, APIUpdate: no resources, the artifact is pulled
	Application  *Application  // APPLICATION_*
	Subscription *Subscription // SUBSCRIPTIONS_*
	Policy       *Policy       // POLICY_*: name and level only, the rest is pulled
	Template     *Template     // CUSTOM_POLICY_*
}

// Class implements Message.
func (*Notification) Class() Class { return ClassNotification }

// Template is a change of a custom rule's key template (KeyTemplateEvent.java).
type Template struct {
	Old string // CustomPolicyUpdate: what New takes the place of
	New string // CustomPolicyAdd, CustomPolicyUpdate; of CustomPolicyDelete the one that goes
}

// KeyManagerEvent is the message on topic keyManager (KeyMgtNotificationSender.java).
type KeyManagerEvent struct {
	EventID string
	Action  string // add, update, delete
	Manager KeyManager
}

// Class implements Message.
func (*KeyManagerEvent) Class() Class { return ClassKeyManager }

// WebhookEvent is the message on topic asyncWebhooksData (WebhooksSubscriptionEventHandler.java).
type WebhookEvent struct {
	EventID  string
	API      string // apiUUID
	AppID    string
	Callback string
	Topic    string
	Mode     string // subscribe, unsubscribe
	ExpireAt Wall
	Tenant   Tenant
}

// Class implements Message.
func (*WebhookEvent) Class() Class { return ClassWebhook }

// BlockingCondition is the message on topic throttleData that blocks callers (blockingEventJMSPublisher.xml).
type BlockingCondition struct {
	ID     int
	Kind   string // API, APPLICATION, USER, SUBSCRIPTION
	Value  string
	On     bool // state: "true" adds, anything else removes
	Tenant Tenant
}

// Class implements Message.
func (*BlockingCondition) Class() Class { return ClassBlocking }
