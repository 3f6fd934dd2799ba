package event

// Level is a level of throttling.
type Level uint8

// The levels, in no order of checking (that is the gateway's: gateway/doc.go).
const (
	APILevel Level = iota + 1
	ResourceLevel
	SubscriptionLevel
	ApplicationLevel
	CustomLevel
)

var levelNames = [...]string{"?", "api", "resource", "subscription", "application", "custom"}

// String names the level.
func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return "?"
}

// Attributes are those of a throttle event that do not change from call to call of one caller: the
// stream org.wso2.throttle.request.stream:1.0.0 without messageID and properties, in wire order
// (DataProcessAndPublishingAgent.java). A gateway builds them once per caller and shares them.
type Attributes struct {
	AppKey           ThrottleKey
	AppTier          string
	APIKey           ThrottleKey
	APITier          string // always null on the wire: the agent never stores it
	SubscriptionKey  ThrottleKey
	SubscriptionTier string
	ResourceKey      ThrottleKey
	ResourceTier     string
	UserID           string
	APIContext       string
	APIVersion       string
	AppTenant        Tenant
	APITenant        Tenant
	AppID            string
	APIName          string
}

// Throttle is the event that a gateway publishes for each call that it did not throttle.
type Throttle struct {
	*Attributes
	ID         RequestID // messageID
	At         Wall      // the gateway's wall clock when the event was built
	Properties string    // a JSON object as text; "" stands for none
}

// Class implements Message.
func (*Throttle) Class() Class { return ClassThrottle }

// Decision is a traffic manager's answer, on topic throttleData (JSONOutputMapper; jmsEventPublisher.xml).
type Decision struct {
	Key         ThrottleKey
	IsThrottled bool
	Expiry      Wall   // end of the window, by the traffic manager's wall clock
	Conditions  string // evaluatedConditions, base64; API level only
	// Remaining is hardened only and 0 in the product: how long the decision still held when it was
	// made, so that a gateway need not compare its own clock with the traffic manager's.
	Remaining Duration
}

// Class implements Message.
func (*Decision) Class() Class { return ClassDecision }
