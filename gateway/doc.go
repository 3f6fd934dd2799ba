// Package gateway is the stand-in for a WSO2 API gateway: what it holds in memory, what it asks of
// one call, and what it does with each message of the event hub and of the traffic managers.
//
// # What a call meets, in this order
//
//  1. Is an API deployed here under the call's context? No: 404. (The product's mediation engine
//     dispatches by context before any handler runs.)
//  2. Does the operation need a token? If not, the caller's address stands for the application, under
//     the tier Unauthenticated; the user does for who calls by basic authentication. Was a token sent? No: 401/900902. Is it over its expiry, or in the
//     revoked map? 401/900901. Has the API such a resource? No: 404.
//  3. Do the consumer key, its application and a subscription to the API exist? No: 403/900908, the
//     unknown consumer key included, unless the API needs no subscription (DefaultSubscriptionless). Is
//     the subscription blocked? 403/900907.
//     What throttling leaves alone is served now, and publishes nothing: calls of an MCP API that are no
//     tool calls, handshakes of GraphQL subscriptions (event.API.Unthrottled).
//  4. Blocking conditions: API, application, user, subscription, then the address. Any: 403/900805.
//  5. Throttled at API or resource level (429/900800, 900802; the base key, then the key of the
//     condition group that the call meets or of the default plan: apilevel.go), then subscription (900804) and its burst (900807), application (900803) and its burst
//     (900809), custom rules (900806), and last the hard limit (503/900801); the first that says no
//     answers. A subscription policy that does not stop on quota reach lets the call through instead,
//     and nothing further is asked or published.
//     A GraphQL call of several operations is asked for them one by one where the key is a resource's, and by custom
//     rules and the hard limit; each that passes has an event of its own (operations.go).
//  6. Served: 200, and one throttle event is offered to every traffic manager group. Of an AI API both
//     wait for the backend's response, which says how many tokens were used (response.go), and charges the
//     hard limit in tokens (tokenlimit.go).
//
// Steps 2 to 5 are APIAuthenticationHandler.java, AbstractKeyValidationHandler.java and
// ThrottleHandler.java of wso2/carbon-apimgt. Bursts and hard limits are counted by each gateway for
// itself (limiter.go). Config.ReadyBeforeServing, which the product does not have, answers 503 ahead
// of all steps until the revoked tokens were loaded.
//
// What is left out: a token's signature and scopes, the passwords of basic authentication,
// and WebSocket.
//
// # The 2.x layout
//
// With Config.Files it is a gateway of 2.x: it deploys the Synapse files of a directory (admin.go), and asks a
// key manager whether a token may call (keyvalidation.go) before step 2, keeping the answer for a while. What
// it knows of applications and subscriptions came with such answers.
//
// # What it holds
//
// The throttled keys (throttledata.go) with the conditions that came with them (evaluated.go), the
// revoked tokens (revoked.go), the blocking conditions (blocking.go, ipblock.go), the key templates of
// custom rules (customrule.go), its own limiters, the deployed APIs with applications, subscriptions
// and policies (catalog.go), and the key managers. All of it is memory: a restart begins empty and
// pulls (startup.go) what can be pulled. Throttle decisions cannot: a restarted gateway admits until
// the next one comes.
package gateway
