// Package gateway is the stand-in for a WSO2 API gateway: what it holds in memory, what it asks of
// one call, and what it does with each message of the event hub and of the traffic managers.
//
// # What a call meets, in this order
//
//  1. Is an API deployed here under the call's context, with such a resource? No: 404. (The product's
//     mediation engine dispatches by context before any handler runs.)
//  2. Was a token sent? No: 401/900902. Is it over its expiry, or in the revoked map? 401/900901.
//  3. Do the consumer key, its application and a subscription to the API exist? No: 403/900908, the
//     unknown consumer key included. Is the subscription blocked? 403/900907.
//  4. Blocking conditions: API, application, user, subscription. Any: 403/900805.
//  5. Throttled at API or resource level (429/900800, 900802), then subscription (900804), then
//     application (900803); the first that says no answers. A subscription policy that does not stop
//     on quota reach lets the call through instead, and nothing further is asked or published.
//  6. Served: 200, and one throttle event is offered to every traffic manager group.
//
// Steps 3 to 5 are ThrottleHandler.java and AbstractKeyValidationHandler.java of wso2/carbon-apimgt.
// What is left out: burst and hard limits (they are local to a gateway and never reach a traffic
// manager), custom rules, condition groups other than the default one, and IP blocks.
//
// # What it holds
//
// The throttled keys (throttledata.go), the revoked tokens (revoked.go), the blocking conditions
// (blocking.go), the deployed APIs with applications, subscriptions and policies (catalog.go), and
// the key managers. All of it is memory: a restart begins empty and pulls (startup.go) what can be
// pulled. Throttle decisions cannot: a restarted gateway admits until the next one comes.
package gateway
