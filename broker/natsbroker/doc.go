// Package natsbroker is the event hub of live runs by default: one embedded nats-server for each hub
// node, on loopback, and sessions to it that are plain connections of nats.go. It fills the port
// live.Broker.
//
// A topic is a subject of the same name, a message its payload (event.AppendPayload), the id of a
// sending stands in the reply subject (Sent), so that a NATS client of any kind can listen or publish. Reconnect,
// back-off and failover are the machines' and switched off in nats.go.
package natsbroker
