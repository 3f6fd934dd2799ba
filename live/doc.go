// Package live runs a world in real time: one goroutine a node, real sockets between them; or, for those that
// Options.Processes names, one process a node, with the same sockets (docs/decisions/0009).
//
// The machines are those of the virtual driver and hear the same: a Host hands its node one input at
// a time with what the node's two clocks show, and performs what it asks for. What stands behind a
// session differs by service:
//
//	topics    a real broker, reached through the port Broker
//	feed      the data bridge's binary protocol over TCP
//	pull      HTTP/1.1 on one connection, /internal/data/v1; calls of the 2.x layout too, below it
//	database  a queue within the process
//
// API calls are HTTP requests to each gateway's front, sent at the instants of the load by an
// open-loop generator (or handed over within the process: Options.Calls). Where a link has a
// latency, or a fault of the schedule means it, a relay stands between the opener and what it reaches
// over TCP; elsewhere they are connected straight. One controller owns every fault and every restart.
// From outside gateways take anybody's calls, and traffic managers throttle events (ReceiverPath).
//
// The run's time begins when the hubs are ready and the first node boots; a node's start-up takes
// the first seconds of a run, as in virtual time. A right clock shows World.Start then, so that
// windows fall as in the virtual run of the same world; a World.Start of 0 means the real time.
//
// Limits, and who counts what falls out: a node's mailbox (Options.Mailbox; Dropped, mailbox-full,
// or Answered, Unavailable), calls under way (Options.Callers; LoadResult.NotSent), a connection's
// send queue (sendLimit; Dropped, buffer-full), bytes in a relay (relayLimit; nothing falls out, the
// sender waits, as TCP would make it), records that wait for observers (recordLimit; nothing falls
// out, the nodes wait; hubsim_trace_stalls_total).
package live
