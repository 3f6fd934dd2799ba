// Package event is the vocabulary: everything that crosses a border between two of WSO2 API Manager's
// parts, spelled as they spell it. It has types, their forms on the wire, and no behaviour.
//
// # Who is there
//
// A gateway serves API calls. A traffic manager counts them. A control plane knows the APIs,
// applications, subscriptions, policies and revoked tokens, keeps them in a shared database, and
// tells the others what changed. A broker with topics stands beside every traffic manager and every
// control plane; the one beside a control plane is called the event hub. A host of a deployment is
// one or more nodes: "tm-1" the traffic manager, "tm-1.broker" its broker (NodeID).
//
// # What they say
//
//	caller  ── Request ──► gateway ── Batch of Throttle ──► traffic manager      feed, 9611
//	        ◄── Reply ────         ◄─────── Decision ─────── its broker          topics, 5672
//
//	admin   ── Step ─────► control plane ── Batch ──► every control plane        feed, 9611
//	        ◄── StepDone ─                               │
//	gateways, traffic managers ◄── announcements ── its event hub                topics, 5672
//
//	gateway ── PullRequest ───► control plane ── StoreOp ────► database          pull, 9443
//	        ◄── PullResponse ──               ◄─ StoreResult ─
//
// The counting loop. A call that was not throttled becomes a Throttle event with a key for each level:
// application, subscription, and API or resource (ThrottleKey; Attributes). It travels over the data
// bridge to the traffic managers, at most 200 to a Batch. A traffic manager counts each key in fixed
// windows of its own wall clock and says on topic throttleData when a key is used up, and until when:
// a Decision. A gateway keeps key → expiry and refuses a call while one of its keys is live (Code).
// Between the call that uses a quota up and the gateway that knows it, calls leak; that is what the
// simulator measures.
//
// The announcing loop. What an administrator or key manager does reaches one control plane (Step). It
// is stored, then announced on the topic of its kind: Notification (APIs, applications, subscriptions,
// policies), TokenRevoked, KeyManagerEvent, WebhookEvent and, on throttleData again,
// BlockingCondition. An announcement takes one of two routes. Route A, for notifications, key managers
// and blocking conditions: over the data bridge to every control plane, the announcing one included,
// and from each to its own event hub. Route B, for revocations and webhooks: straight to the own event
// hub, and to one other where event_duplicate_url says so.
//
// Topics forget. A subscription is not durable: who is away when something is announced does not hear
// of it (Subscribe), and not everything is asked for again when it is back.
//
// Asking. A gateway asks a control plane's internal API, /internal/data/v1, for whole lists when it
// starts, and for one thing when an announcement names it (PullRequest, PullResponse, Path): an
// announcement that an API is to be deployed says which, and its content is pulled. Answers come from
// the database, which in another region may not have the row yet.
//
// Before 4.0 nothing was announced: a node asked another to do something by a call, over the same service as
// questions (Order), and a gateway asked a key manager about each token (Validation).
//
// # Words for all of this
//
// A message is anything of the above (Message) and has a Class. A session is a connection that a node
// keeps to a Service of another: topics, feed, pull or database. Node clocks are two: Mono for waiting,
// Wall, in milliseconds, for every instant that is told to somebody else; no two nodes' need agree.
// A message that does not arrive has a Reason, out of a closed list.
//
// # On the wire
//
// On a topic a message is a text, {"event":{"payloadData":{…}}} (AppendPayload, ParsePayload). Over the
// data bridge it is an event of a Stream, binary (package wire/databridge). The internal API speaks JSON
// over HTTP (AppendPull, ParsePull, PullRequest.Query). Where the bytes differ from the product's, the
// functions say so; where a rule comes from is cited as repository or class and file.
package event
