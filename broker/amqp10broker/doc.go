// Package amqp10broker has the topics of a live run on a broker that is not ours: any that speaks
// AMQP 1.0 and has topics (RabbitMQ with its plugin, ActiveMQ, a cloud's). It fills the port
// live.Broker.
//
// The hubs of a run share the broker, each under its own names: topic throttleData of hub
// tm-1.broker is the address /topic/tm-1.broker.throttleData. A message is its payload
// (event.AppendPayload) as one data section of text/plain, the id of a sending the application
// property hubsim-id; one of topic globalCacheInvalidation is a map (mapmessage.go). Messages are
// settled when they leave, as the product's are transient.
//
// A broker that is not ours cannot be stopped: Stop breaks the sessions of the hub and refuses new
// ones until Start. What a fault should do to a broker's own queues is beyond this package.
package amqp10broker
