package event

// Token is what the gateway reads in an access token.
type Token struct {
	ID          TokenID // jti
	ConsumerKey string
	User        string // as authenticated, without tenant
	KeyType     string // PRODUCTION or SANDBOX
	Issued      Wall
	Expires     Wall
}

// Request is one API call as it reaches a gateway.
type Request struct {
	ID       RequestID
	Context  string // "/pizza/1.0.0"
	Version  string // "1.0.0"
	Resource string // template of the operation, "/order"
	Verb     string // "POST"
	// Also are the further operations of a GraphQL call, all of one verb and each named once; its first is Resource.
	Also     []string `json:",omitempty"`
	Token    *Token   // nil: none was sent
	Basic    string   `json:",omitempty"` // user of a call by basic authentication, its password the right one; "" is none
	ClientIP string
	Method   string `json:",omitempty"` // of the JSON-RPC message that a call of an MCP API is: ToolCall, "tools/list"
	Size     int64  // bytes of the message
	// Headers, Query and Claims are what conditions look at: transport headers, query parameters, and
	// the claims of the token that the gateway makes for the backend. Of two with one name the later
	// counts.
	Headers, Query, Claims []Pair
	// Custom are the entries of the message property customProperty, which a mediator may set before
	// throttling.
	Custom []Pair
	// Usage is what the backend of an AI API will answer with; nil: it answers at once, and uses no tokens.
	// No other API's backend is heard of.
	Usage *Usage `json:",omitempty"`
}

// Usage is what a call uses up at the backend of an AI API. Nobody knows it before the response is there.
type Usage struct {
	Prompt, Completion int64    // tokens
	Takes              Duration // from the call to the response
}

// Total is all tokens of a call; of one without usage none.
func (u *Usage) Total() int64 {
	if u == nil {
		return 0
	}
	return u.Prompt + u.Completion
}

// Pair is one header, query parameter or claim.
type Pair struct{ Name, Value string }

// Class implements Message.
func (*Request) Class() Class { return ClassRequest }

// Reply is the gateway's answer to a call.
type Reply struct {
	Status     int    // HTTP status
	Code       Code   // 0 when served
	NextAccess Wall   // when the caller may come again; 0 unknown
	Usage      *Usage // what a served call of an AI API used up; nil for any other
}

// Class implements Message.
func (*Reply) Class() Class { return ClassReply }

// Code is the error code in the body of a refused call.
type Code int

// The codes a gateway refuses with (APIThrottleConstants.java, APISecurityConstants.java).
const (
	Served                Code = 0
	APILimitExceeded      Code = 900800
	HardLimitExceeded     Code = 900801
	ResourceLimitExceeded Code = 900802
	ApplicationExceeded   Code = 900803
	SubscriptionExceeded  Code = 900804
	RequestBlocked        Code = 900805
	CustomPolicyExceeded  Code = 900806
	SubscriptionBurst     Code = 900807
	ApplicationBurst      Code = 900809
	AuthenticationFailed  Code = 900900 // nobody could say whether the token is good (2.x)
	InvalidCredentials    Code = 900901
	MissingCredentials    Code = 900902
	APIBlocked            Code = 900907 // the subscription is blocked
	NoSubscription        Code = 900908
	SubscriptionInactive  Code = 900909 // it is ON_HOLD (wso2/product-microgateway#1333)
	NotDeployed           Code = 404
	Unavailable           Code = 503 // the gateway is not there, not ready, or closed because it is blind
	GeneratorOverrun      Code = -1  // the call could not be sent in time; counted, never a reply of the product
)

// Local tells whether the gateway itself counted what a call was refused for, and no traffic manager did.
func (c Code) Local() bool {
	return c == HardLimitExceeded || c == SubscriptionBurst || c == ApplicationBurst
}

// Throttled tells whether the call was refused because a quota was used up.
func (c Code) Throttled() bool {
	switch c {
	case APILimitExceeded, HardLimitExceeded, ResourceLimitExceeded, ApplicationExceeded, SubscriptionExceeded,
		CustomPolicyExceeded, SubscriptionBurst, ApplicationBurst:
		return true
	}
	return false
}
