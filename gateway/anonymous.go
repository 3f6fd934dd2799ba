package gateway

import (
	"strings"

	"hubsim/event"
)

// Who calls without a subscription (APIAuthenticationHandler.java,
// AbstractKeyValidationHandler.java).
const (
	unauthenticated   = "Unauthenticated"             // tier of resources that need no token, and of basic authentication
	anonymous         = "anonymous"                   // their user
	subscriptionless  = "DefaultSubscriptionless"     // tier of APIs that need no subscription
	subscriptionlessA = "SubscriptionLessApplication" // their application
)

// The key types of tokens.
const (
	production = "PRODUCTION"
	sandbox    = "SANDBOX"
)

// isOpen tells whether a call is for an operation that needs no token; of several, none may need one. Then a token
// that was sent is not looked at (APIAuthenticationHandler.java).
func isOpen(a *api, r *event.Request) bool {
	if !a.open {
		return false
	}
	for place := range a.Operations(r) {
		if res, ok := resourceOf(&a.API, r.Operation(place), r.Verb); !ok || !res.NoAuth {
			return false
		}
	}
	return true
}

// openCaller is whoever calls from one address: the address stands for the application.
func openCaller(r *event.Request) caller {
	return caller{operation: operationOf(r), user: callerIP(r), keyType: openKeyType}
}

// basicCaller is whoever calls by basic authentication: the user stands for the application, under the same
// tier as calls without a token (BasicAuthAuthenticator.java). A name without a tenant is the super tenant's.
func basicCaller(r *event.Request) caller {
	return caller{operation: operationOf(r), user: withTenant(r.Basic), keyType: basicKeyType}
}

// withTenant is a user's name with its own tenant.
func withTenant(user string) string {
	if strings.Contains(user, "@") {
		return user
	}
	return user + "@" + string(event.Super)
}

// openKeyType and basicKeyType mark the routes of open resources and of basic authentication; no token has them.
// Both count as production keys.
const openKeyType, basicKeyType = "\x00open", "\x00basic"

// guestParty is who takes part in a call of an API that needs no subscription, when there is none. The
// application counts under the id of the one that the consumer key belongs to, 0 if it is unknown
// (deduced; the product's source was not read for this).
func guestParty(a *api, res event.Resource, app *event.Application) party {
	guest := event.Application{Name: subscriptionlessA, Tier: event.Unlimited}
	if app != nil {
		guest.ID, guest.Subscriber = app.ID, app.Subscriber
	}
	return party{api: a, res: res, app: &guest, sub: &event.Subscription{Tier: subscriptionless}}
}
