// Package broker is the modelled event hub: what a broker's topics promise to publishers and
// subscribers, and no more.
//
// What it promises: a publish goes, in the order of its publisher's session, to every session that
// has subscribed the topic at the instant the broker takes it, the publisher's own included, once
// each. What it does not: nothing is kept for who is away (subscriptions are not durable), nothing
// is ordered between two publishers or between two topics, a publisher is not told what became of a
// message, and a restart forgets every subscription.
//
// The wire, its latency and what breaks on it belong to the driver. The golden scripts of brokertest
// hold this package to what real brokers do.
package broker
