package event

import (
	"slices"
	"strconv"
)

// The verbs of a GraphQL API's operations: what a query, a mutation and a subscription ask for
// (GraphQLAPIHandler.java puts the operation's type in the place of the HTTP method).
const (
	QueryVerb        = "QUERY"
	MutationVerb     = "MUTATION"
	SubscriptionVerb = "SUBSCRIPTION"
)

// GraphQLVerbs are these.
func GraphQLVerbs() []string { return []string{QueryVerb, MutationVerb, SubscriptionVerb} }

// callBits are the bits of a RequestID that number the call; those above say which of its operations.
const callBits = 48

// MostOperations bounds the operations of one call. The product has no bound but the operations of the API.
const MostOperations = 64

// GraphQLVerb tells whether a verb is one of GraphQL operations, and no HTTP method.
func GraphQLVerb(verb string) bool { return slices.Contains(GraphQLVerbs(), verb) }

// Event is the number of the throttle event of a call's operation, by its place from 0. The event of the first has
// the call's own number. (The product gives all events of a call one messageID, DataProcessAndPublishingAgent.java.)
func (id RequestID) Event(place int) RequestID { return id | RequestID(place)<<callBits }

// Call is the number of the call that an event stands for.
func (id RequestID) Call() RequestID { return id & (1<<callBits - 1) }

// Place is the place of the operation that an event stands for, from 0.
func (id RequestID) Place() int { return int(id >> callBits) }

// Slot is where what is known of an event is kept in a ring of so many; events of one call have places apart.
func (id RequestID) Slot(of int) int {
	return int((uint64(id.Call()) + uint64(id>>callBits)*slotsApart) % uint64(of))
}

// slotsApart is a prime: how far from a call's first event its next one is kept.
const slotsApart = 8191

// String is the number as a person reads it: 17, of a further operation 17.1.
func (id RequestID) String() string {
	text := strconv.FormatUint(uint64(id.Call()), 10)
	if place := id.Place(); place > 0 {
		text += "." + strconv.Itoa(place)
	}
	return text
}

// Operations is how many operations of the API a call asks for. Only one of a GraphQL API can ask for several
// (APIKeyValidator.java, findMatchingVerb); of another's the first is looked at alone.
func (a *API) Operations(r *Request) int {
	if a.Type != GraphQL || a.AI {
		return 1
	}
	return 1 + len(r.Also)
}

// Operation is the name of one, by its place from 0.
func (r *Request) Operation(place int) string {
	if place == 0 {
		return r.Resource
	}
	return r.Also[place-1]
}
