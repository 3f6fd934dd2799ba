// Package session holds the parts that a machine embeds by value to keep its connections:
//
//   - Topic, a JMS consumer: one connection, one topic, two layers of reconnection;
//   - Publisher, a JMS publisher towards a list of brokers;
//   - Feed, a data-bridge agent: endpoint groups, each with a ring of events;
//   - Pull, a client of the internal API behind a load balancer.
//
// Each has Start, Step and Deadline and works as a node does: it is handed the machine's input, acts
// on what concerns its own sessions, ignores the rest, and never blocks. A machine hands every Tick,
// Up, Down and Received to each of its parts and takes the earliest of their deadlines. The parts of
// one machine share one Numbers.
//
// Config holds the knobs of all four; WSO2 and Hardened fill them.
package session
