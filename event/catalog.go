package event

import (
	"slices"
	"strings"
)

// API is an API as the internal API lists it (GET /apis; api.yaml of apimgt.internal.service).
type API struct {
	UUID      string
	ID        int
	Name      string
	Version   string
	Context   string // holds the version: "/pizza/1.0.0"
	Provider  string
	Tier      string   // API level policy; "" or Unlimited: resources count for themselves
	Status    string   // PUBLISHED
	Labels    []string // gateway environments that it is deployed to
	Revision  int      // rises with each deployment
	Resources []Resource
	Type      string // GraphQL, MCP; "" is HTTP
	Product   bool   // an API product: its subscriptions are counted under its name and provider
	// Of are the APIs that a product is made of, as its removal names them (APIGatewayManager.java, transformAPIToAPIEvent).
	Of []APIPart
	// Default is that this version answers calls whose context names none; which version does changes nothing of a
	// call here, where each names its version.
	Default bool
	// Subscriptionless lets callers in who have no subscription, under the tier DefaultSubscriptionless.
	Subscriptionless bool
	// Production and Sandbox are hard limits, one for all callers of a key type (maximum backend
	// throughput).
	Production, Sandbox HardLimit
	// AI is that the API's subtype is AIAPI: its throttle events are published with the response, which
	// says how many tokens were used.
	AI bool
}

// APIPart is an API within a product.
type APIPart struct {
	UUID, Name, Version, Provider string
	Type                          string // "" is HTTP
	Status                        string
}

// The types of APIs that gateways treat in a way of their own (APIConstants.java).
const (
	GraphQL = "GRAPHQL"
	MCP     = "MCP"
)

// ToolCall is the method of the one kind of call of an MCP API that is throttled.
const ToolCall = "tools/call"

// Unthrottled tells whether throttling leaves a call of the API alone: the handshake of a GraphQL subscription,
// whose messages the WebSocket side throttles, and all of MCP but tool calls (ThrottleHandler.java).
func (a *API) Unthrottled(r *Request) bool {
	switch a.Type {
	case MCP:
		return r.Method != ToolCall
	case GraphQL:
		for _, h := range r.Headers {
			if strings.EqualFold(h.Name, "Upgrade") && strings.EqualFold(h.Value, "websocket") {
				return true
			}
		}
	}
	return false
}

// HardLimit is how many calls of an API one gateway lets through in a unit of time. A Max of 0 is no
// limit (productionMaxCount, productionUnitTime of the API's throttle handler).
type HardLimit struct {
	Max  int
	Unit Duration // 0 is a second
	// Tokens are how many tokens the calls of an AI API may use in a unit; 0 is no limit
	// (productionMaxPromptTokenCount and its like, TokenBaseThrottlingCountHolder.java).
	Tokens Tokens
}

// Limits tells whether there is a limit at all.
func (l HardLimit) Limits() bool { return l.Max != 0 || l.Tokens != Tokens{} }

// Resource is one operation of an API.
type Resource struct {
	Template string // "/order"
	Verb     string
	Tier     string // resource level policy; "" is Unlimited
	NoAuth   bool   // anybody may call it, without a token (authScheme None)
}

// Application is an application as GET /applications lists it, with its keys of
// GET /application-key-mappings.
type Application struct {
	UUID         string
	ID           int
	Name         string
	Subscriber   string
	Tier         string
	ConsumerKeys []string
	TokenType    string // "" is JWT
	Group        string // groupId: who shares it; "" is nobody
	Attributes   []Pair // by name
}

// Subscription binds an application to an API under a tier (GET /subscriptions).
type Subscription struct {
	UUID  string
	ID    int
	APIID int
	AppID int
	Tier  string
	State string // UNBLOCKED, BLOCKED, PROD_ONLY_BLOCKED, ON_HOLD
	// APIUUID and AppUUID name the same API and application; "" where who wrote the row did not know.
	APIUUID string
	AppUUID string
	// Tenant is the application's; a list or an event that is read does not say it of each.
	Tenant Tenant
}

// Unlimited is the tier that never counts: no plan is deployed for it (PolicyUtil.java).
const Unlimited = "Unlimited"

// KeyManager is a key manager as GET /keymanagers lists it.
type KeyManager struct {
	Name    string
	Type    string
	Enabled bool
	Tenant  Tenant
	// What gateways keep of it and no call here asks for (KeyManagerConfigurationDTO.java).
	UUID       string
	Display    string // displayName; "" is Name
	TokenType  string // EXCHANGED, DIRECT, BOTH; "" is DIRECT
	Properties []Pair // additionalProperties, by name
}

// Same tells whether two say the same of a key manager, in what a list of them says (GET /keymanagers).
func (k *KeyManager) Same(as *KeyManager) bool {
	return k.Key() == as.Key() && k.Type == as.Type && k.Enabled == as.Enabled && k.tokenType() == as.tokenType() && slices.Equal(k.Properties, as.Properties)
}

// Key names a key manager among those of all tenants: each has its own of a name
// (KeyManagerJMSMessageListener.java goes by organization and name).
func (k *KeyManager) Key() string { return inTenant(k.Name, k.Tenant) }

// RevokedToken is a row of AM_REVOKED_JWT, as GET /revokedjwt lists it.
type RevokedToken struct {
	Token    TokenID
	Expiry   Wall
	Type     string // "JWT", or what its key manager says; "" where nobody said, as in GET /revokedjwt
	TenantID int    // with Type: whose it is
}
