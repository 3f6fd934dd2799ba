// Package trafficmgr is the traffic manager stand-in: gateways' events in, throttle decisions out.
//
// From the bottom up:
//
//   - Window is the time of a plan, ExecutionPlan counts in it, stateChange chooses which results
//     become decisions, PlanSet is a policy with its condition groups. They know neither sessions nor
//     messages, and trafficmgr/conform holds them against recordings of the real engine.
//   - registry is which policies are deployed; deployer keeps it in step with the control plane;
//     receiver takes the events off the data bridge; Manager puts them together.
//
// What one event does:
//
//	Batch ─► receiver ─► properties ─► application, subscription, API policy ─► eligible plans
//	                                                                             │
//	        topic throttleData of the own and the duplicate broker ◄── state change ◄── window, sum
//
// Every kind of policy is counted: requests, bytes, events, AI tokens; condition groups on headers,
// query, claims and addresses of both kinds; custom rules as far as package siddhi reads them.
//
// Traffic managers may share their request counts in a key-value store: Sharing says how, tally is what
// a plan keeps of a key for it, and counters is the connection with its rounds of synchronization.
//
// What the product has and this does not: ten worker threads, which may take batches out of order (here
// one takes them as they come); Siddhi beyond that subset.
package trafficmgr
