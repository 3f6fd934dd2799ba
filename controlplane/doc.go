// Package controlplane is the stand-in for a WSO2 control-plane node: it takes an administrator's
// steps, keeps them in the database, tells the event hub, and answers the internal API.
//
// A step is written first and published then. Between the two stands the mark "cp: stored, not
// published": a node that dies there has lost the event, though not the row. What is published takes
// one of two routes (EventHubEventPublisherFactory.java):
//
//   - A, the data bridge: notifications, key manager events and blocking conditions go to every
//     publish group, the node's own receiver included, and from each receiver into that node's streams;
//   - B, in process: token revocations and webhook events enter the streams of the node that took the
//     step, and of no other.
//
// Behind a stream stand its publishers: to the node's own broker, for route B to the other hub
// (event_duplicate_url), and to the broker of each remote region. Nothing reads a topic and publishes
// it again; that is all there is against loops, and all that is needed (deduced from the XML of
// the product's eventpublishers and eventreceivers).
//
// In the 2.x layout a node has a Duty, key manager, publisher or store, and there are no streams: it tells others
// by calls (push.go), and a key manager answers those of gateways (keymanager.go).
//
// Where we differ: the product gives each publisher of a stream a connection pool of its own, we give
// each target one session.
package controlplane
