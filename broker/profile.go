package broker

import "hubsim/event"

// Overflow is what becomes of a copy that finds its session's queue full.
type Overflow uint8

// The rules of overflow.
const (
	Cut        Overflow = iota + 1 // the session is ended, its waiting copies are lost
	DropNewest                     // the copy is lost
	DropOldest                     // the copy that has waited longest is lost
)

// Config holds the knobs of a broker. The zero value compares topics exactly and limits nothing.
type Config struct {
	// FoldCase compares topics without regard to case. The product's broker lower-cases queue names,
	// binding keys and routing keys (wso2/andes, QueueBindHandler.java). WSO2: true; no key.
	FoldCase bool
	// MaxSessions is how many sessions there may be; one more is refused. 0 is unbounded.
	// WSO2: unbounded; no key.
	MaxSessions int
	// MaxSubscriptions is how many topics one session may subscribe; one more is ignored and counted.
	// 0 is unbounded. WSO2: 256, the broker's channel-max, a consumer taking a channel; no key.
	MaxSubscriptions int
	// Outflow is how long a session's line takes for one copy; copies that come faster wait in the
	// session's queue. 0 is no time: only copies for a subscriber that is behind wait. WSO2: 0; no key.
	Outflow event.Duration
	// Queue is how many copies may wait for one session. 0 is unbounded. WSO2: unbounded
	// (topic_message_delivery_strategy DISCARD_NONE of broker.xml keeps all and may run out of memory).
	Queue int
	// Overflow is what happens when Queue is reached. WSO2: never reached.
	Overflow Overflow
}

// Andes is the product's own broker (wso2/andes).
func Andes() Config {
	return Config{FoldCase: true, MaxSubscriptions: 256}
}

// WSO2 is the product as it ships: Andes.
func WSO2() Config { return Andes() }

// Hardened is Andes with a queue that ends. A subscriber that is too slow loses its session and so
// learns that it has missed something, which a silent drop would not tell it. One that is a thousand
// copies behind is sooner up to date when it asks for everything anew.
func Hardened() Config {
	c := Andes()
	c.Queue, c.Overflow = 1000, Cut
	return c
}
