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
	APICreate          Type = "API_CREATE"
	APILifecycle       Type = "API_LIFECYCLE_CHANGE"
	APIDelete          Type = "API_DELETE"
	KeyMappingCreate   Type = "APPLICATION_REGISTRATION_CREATE"
	KeyMappingRemove   Type = "REMOVE_APPLICATION_KEYMAPPING"
	ScopeCreate        Type = "SCOPE_CREATE"
	ScopeUpdate        Type = "SCOPE_UPDATE"
	ScopeDelete        Type = "SCOPE_DELETE"
	ScopesUpdate       Type = "SCOPES_UPDATE"
	PolicyReset        Type = "POLICY_RESET"
)

// Notification is the message on topic notification: an envelope whose event is base64 of JSON
// (AbstractNotifier.java). Exactly one of the pointers is set, as Type demands.
type Notification struct {
	EventID      string
	Type         Type
	At           Wall // timeStamp, the control plane's wall clock
	TenantID     int
	Tenant       Tenant
	API          *API             // DeployAPI, RemoveAPI, APIUpdate: no resources, the artifact is pulled
	Deleted      bool             // RemoveAPI: the API goes altogether (newer builds)
	Action       string           // APIUpdate: DefaultVersionAction, or ""
	Application  *Application     // APPLICATION_*
	Subscription *Subscription    // SUBSCRIPTIONS_*
	Policy       *Policy          // POLICY_*: name, level, quota type, burst and the new condition groups' numbers; the rest is pulled
	GroupsGone   []ConditionGroup // POLICY_* of API level: those that the policy has no more, by their numbers
	Template     *Template        // CUSTOM_POLICY_*
	KeyMapping   *KeyMapping      // KeyMappingCreate, KeyMappingRemove
	Scopes       []Scope          // SCOPE_*: one; ScopesUpdate: any number
	Thing        *Thing           // the types of thing.go
	Reset        *QuotaReset      // PolicyReset
}

// DefaultVersionAction is the action of an API_UPDATE that makes an API's version the default one, or no longer
// (APIProviderImpl.java, updateAPI). No other is known.
const DefaultVersionAction = "DEFAULT_VERSION"

// QuotaReset is what ApplicationPolicyResetEvent.java says: a user's quota under an application begins anew.
type QuotaReset struct {
	UUID  string // the application's
	AppID string
	User  string // as the application's owner wrote it
	Tier  string // the application's
}

// Class implements Message.
func (*Notification) Class() Class { return ClassNotification }

// KeyMapping binds a consumer key to an application (members as product-microgateway's
// pkg/messaging/event_types.go has them; the Java class was not read).
type KeyMapping struct {
	AppID       int
	AppUUID     string
	ConsumerKey string
	KeyType     string // PRODUCTION, SANDBOX
	Manager     string
	Tenant      Tenant // the application's, of a step; that of an event is the notification's
}

// Scope is what ScopeEvent.java says of a scope.
type Scope struct {
	Name        string
	Display     string
	Description string
	Roles       []string
	Mappings    []Pair // by name
	Tenant      Tenant // of a row; that of an event is the notification's
}

// Certificate is an endpoint's certificate, of which the text itself is not kept (CertificateMetadataDTO.java).
type Certificate struct {
	Alias    string
	Endpoint string
	Tenant   Tenant
}

// Analytics are a tenant's analytics settings, a text that gateways take as it is (GaConfigApiServiceImpl.java).
type Analytics struct {
	Tenant Tenant
	Text   string
}

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
	Mode     string   // subscribe, unsubscribe
	ExpireAt Wall     // 0: it has no lease
	Lease    Duration // of a step: how long from when the control plane takes it; 0 is for ever, or what ExpireAt says
	Tenant   Tenant
	Secret   string
	// Throttled says that the application's plan lets no more callbacks in: the subscription was not made.
	Throttled bool
	// At is when the message was sent, by the control plane's wall clock (JMSTimestamp); 0 of a row, and where
	// nobody said.
	At Wall
	By Subscriber
}

// Subscriber is what a webhook subscription says besides, for whoever delivers to it: nobody here.
type Subscriber struct {
	APIName, Context, Version string // of the API
	Name                      string // subscriberName
	Tier, AppTier, APITier    string // "" is Unlimited
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

// KeyTemplate is the message on topic throttleData that adds or removes the key template of a custom
// rule: stream org.wso2.keytemplate.request, of builds before about 4.2. Later ones say it with a
// notification.
type KeyTemplate struct {
	Text string
	On   bool // keyTemplateState: "add" adds, anything else removes
}

// Class implements Message.
func (*KeyTemplate) Class() Class { return ClassKeyTemplate }
