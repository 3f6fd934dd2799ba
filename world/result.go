package world

import "hubsim/event"

// Result is what a driver says of a run besides its trace.
type Result struct {
	Driver  string
	Steps   uint64         // inputs handed to machines
	Records uint64         // trace records
	Digest  uint64         // running hash of the trace; equal for equal runs of the virtual driver, 0 in live
	Ran     event.Duration // of the run's own time
	Hits    []int          // for each fault of the schedule: how often it had an observed effect
	Load    LoadResult
}

// LoadResult says whether the generator kept its promise. Lateness is how long after its intended
// instant a call was sent.
type LoadResult struct {
	Intended, Sent, NotSent uint64
	LateP99, LateMax        event.Duration
}
