// Package brokertest holds golden scripts of what an event hub does, and runs them on anything that
// opens sessions: the model, nats-server under a fake clock and on TCP, an AMQP 1.0 broker. A
// difference is a fault of the model, never of the expectation.
//
// A script is a datadriven file. A block is a list of commands, one a line or separated by
// semicolons; its output is what every session saw until all was quiet:
//
//	connect a b; subscribe a throttleData
//	publish b throttleData 1..3
//	----
//	a: throttleData 1 2 3
//
// The commands:
//
//	connect NAME…            dial the hub called "hub", or with NAME@HUB another; prints only a failure
//	subscribe NAME TOPIC…    returns when the hub has it
//	publish NAME TOPIC N     or N..M; each number becomes a message of the kind that the topic carries,
//	                         or with N:SHAPE another that it may carry (message.go)
//	together TOPIC NAME N…   several publish at once, each its numbers; what is heard of them is told
//	                         publisher by publisher
//	heartbeat NAME           to the hub and back
//	close NAME…              the session's own end: it hears nothing more
//	stall NAME…, wake NAME…  the session takes nothing, and goes on when all that waited has come
//	reset NAME…              the connection breaks, as a network would break it
//	stop HUB, start HUB      the hub dies, the hub is there again; "hub" is started at first
//
// Before every command all is quiet, so that there is one right outcome; only publishes of one session
// follow each other at once. Quiet needs no sleep: the session that has published sends a barrier, a
// message with a number that scripts do not use, on every subscribed topic, and it has come
// everywhere before the script goes on.
package brokertest
