package gateway

import "hubsim/event"

// Who calls without a subscription (APIAuthenticationHandler.java,
// AbstractKeyValidationHandler.java).
const (
	unauthenticated   = "Unauthenticated"             // tier of resources that need no token
	anonymous         = "anonymous"                   // their user
	subscriptionless  = "DefaultSubscriptionless"     // tier of APIs that need no subscription
	subscriptionlessA = "SubscriptionLessApplication" // their application
)

// The key types of tokens.
const (
	production = "PRODUCTION"
	sandbox    = "SANDBOX"
)

// isOpen tells whether a call is for an operation that needs no token. Then a token that was sent is not
// looked at (APIAuthenticationHandler.java).
func isOpen(a *api, r *event.Request) bool {
	if !a.open {
		return false
	}
	res, ok := resourceOf(&a.API, r.Resource, r.Verb)
	return ok && res.NoAuth
}

// openCaller is whoever calls from one address: the address stands for the application.
func openCaller(r *event.Request) caller {
	return caller{operation: operationOf(r), user: callerIP(r), keyType: openKeyType}
}

// openKeyType marks the routes of open resources; no token has it.
const openKeyType = "\x00open"

// openParty is who takes part in a call without a token.
func openParty(a *api, res event.Resource, ip string) party {
	return party{
		api: a, res: res, user: qualified(anonymous, apiTenant(a.Context)), keyType: production, appID: ip,
		app: &event.Application{}, sub: &event.Subscription{Tier: unauthenticated},
	}
}

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
