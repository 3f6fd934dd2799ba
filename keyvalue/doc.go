// Package keyvalue is the key-value store in which traffic managers share their counters, as a
// machine: integers under keys, with expiry. It stands in for Redis or Valkey in virtual time, and is
// held against a real one and against NATS JetStream by package keyvalue/kvtest.
//
// It keeps nothing over a restart, like a Redis without persistence: a crash of one second is a flush.
//
// What Redis has and this does not: values that are no integers, the other commands, replicas. The
// product supports no sharded cluster (docs-apim, distributed-throttling.md).
package keyvalue
