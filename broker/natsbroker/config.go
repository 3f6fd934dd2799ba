package natsbroker

import "hubsim/event"

// Config holds the knobs of the hubs and of the sessions to them. None is the product's: its broker
// speaks AMQP. Start from Defaults.
type Config struct {
	// InProcess has sessions over pipes in memory instead of TCP: for tests under a fake clock. The
	// address of a hub then says nothing, and nothing can stand in front of it.
	InProcess bool
	// ConnectTimeout bounds Dial, and the round trip of a Subscribe.
	ConnectTimeout event.Duration
	// WriteTimeout bounds a write that the other side does not read, at either end; then the session
	// is down.
	WriteTimeout event.Duration
	// PingInterval is how often each end asks whether the other is there, and PingsMissed how many
	// answers may be outstanding: a half-open connection is noticed after PingInterval times
	// (PingsMissed + 1).
	PingInterval event.Duration
	PingsMissed  int
	// Pending is how many messages, and PendingBytes how many bytes, may wait in a session for its
	// Inbox. A session that exceeds them is cut with reason slow-consumer.
	Pending      int
	PendingBytes int
	// HubPendingBytes is how many bytes may wait in the hub for a session before the hub cuts it.
	HubPendingBytes int
	// MaxSessions is how many connections a hub takes.
	MaxSessions int
}

// Defaults are those of nats-server and nats.go (server/const.go; nats.go, DefaultSubPendingMsgsLimit),
// with write and connect timeouts of some seconds, as all is on one machine.
func Defaults() Config {
	return Config{
		ConnectTimeout:  5 * event.Second,
		WriteTimeout:    10 * event.Second,
		PingInterval:    2 * event.Minute,
		PingsMissed:     2,
		Pending:         512 << 10,
		PendingBytes:    64 << 20,
		HubPendingBytes: 64 << 20,
		MaxSessions:     64 << 10,
	}
}
