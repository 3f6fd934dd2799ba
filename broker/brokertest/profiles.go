package brokertest

import "hubsim/broker"

// copyBytes is the size that turns a broker's limit in bytes into copies: about that of a decision
// on topic throttleData with its framing.
const copyBytes = 256

// NATS is nats-server with its defaults: 65,536 connections, and a session is cut when 64 MiB wait
// for it (server/const.go: DEFAULT_MAX_CONNECTIONS, MAX_PENDING_SIZE).
func NATS() broker.Config {
	return broker.Config{MaxSessions: 64 << 10, Queue: (64 << 20) / copyBytes, Overflow: broker.Cut}
}

// Rabbit is RabbitMQ with its defaults: 2,047 channels a connection, queues without a limit and,
// once one is set, the oldest message going first (drop-head, the default of x-overflow).
func Rabbit() broker.Config {
	return broker.Config{MaxSubscriptions: 2047, Overflow: broker.DropOldest}
}
