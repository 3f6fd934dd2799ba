package session

import (
	"hubsim/event"
	"hubsim/node"
)

// ExecutorConfig is the pool of threads in front of the rings: each takes an event, builds its text and
// offers it (ThrottleDataPublisher.java). What no thread is free for waits in a queue.
type ExecutorConfig struct {
	// Threads is how many events are worked on at once. WSO2: 200
	// (apim.throttling.publisher.pool_size); max_pool_size is never reached, since the queue has no bound.
	Threads int
	// Work is how long a thread is busy with one event. WSO2: nobody published it; 0, no time, passes the
	// events straight on to the rings.
	Work event.Duration
	// Queue bounds what waits for a thread; one more is dropped. WSO2: 0, no bound: memory is.
	Queue int
}

// executor is the pool. Work takes the same time for every event, so that they are done in the order in
// which they were begun.
type executor struct {
	busy    fifo[task]
	waiting fifo[event.Message]
}

// task is an event that a thread works on.
type task struct {
	msg  event.Message
	done event.Mono
}

// execute gives an event to a thread, or lets it wait for one.
func (f *Feed) execute(now node.Clock, m event.Message, out *node.Output) {
	x, c := &f.executor, &f.cfg.Executor
	switch {
	case x.busy.len() < c.Threads:
		f.begin(now, m)
	case c.Queue > 0 && x.waiting.len() >= c.Queue:
		noteDrop(m, "", event.BufferFull, out)
	default:
		x.waiting.push(m)
	}
}

// begin lets a thread work on an event. What the event says of its time is that of this instant, not that
// of the call (DataProcessAndPublishingAgent.java).
func (f *Feed) begin(now node.Clock, m event.Message) {
	if t, ok := m.(*event.Throttle); ok && t.At != now.Wall {
		late := *t
		late.At, m = now.Wall, &late
	}
	f.executor.busy.push(task{m, now.Mono.Add(f.cfg.Executor.Work)})
}

// worked offers what threads are done with to the rings, and gives the threads what waits.
func (f *Feed) worked(now node.Clock, out *node.Output) {
	x := &f.executor
	for x.busy.len() > 0 && x.busy.front().done <= now.Mono {
		f.offer(now, x.busy.pop().msg, out)
		if x.waiting.len() > 0 {
			f.begin(now, x.waiting.pop())
		}
	}
}
