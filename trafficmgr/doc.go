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
// What the product has and this does not: disk plans are live from the start (Config.OnDisk) but their
// counters are not distributed over Redis; ten worker threads may take batches out of order there and
// never do here; IPv6 conditions.
package trafficmgr
