package session

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// SendersConfig is the thread pool behind JMS publishers (JMSEventAdapter.java, a ThreadPoolExecutor). A
// thread takes a message, and if there is no connection it makes one and waits for it: however many
// attempts that takes, it does nothing else meanwhile.
type SendersConfig struct {
	// Threads is how many there are while Queue has room. WSO2: 8 (output-event-adapters.xml, jms,
	// minThread). 0: no threads; what a publisher cannot send waits in its own queue and holds up nobody.
	Threads int
	// Most is how many there are when Queue is full: a thread more is started for each message that
	// finds no room, and that message overtakes the queue. WSO2: 100 (maxThread).
	Most int
	// KeepAlive is how long a thread too many stays with nothing to do; the one that has rested longest takes
	// the next message. WSO2: 20 s (keepAliveTimeInMillis).
	KeepAlive event.Duration
	// Shared is one pool for all publishers of a node, so that a broker that does not answer holds up
	// messages for those that do. WSO2: true in builds before carbon-analytics-common pull request
	// 861 (February 2025), where the executor is static; since then each publisher has its own. It has no key.
	Shared bool
	// Spread is the longest time that a thread takes between getting a message and having sent it on a
	// connection that is there; each message takes a part of it by luck that is keyed, so that two which
	// were published closer together may leave in the other order. WSO2: 0 here. That its threads swap
	// messages is deduced, how long they take was measured by nobody.
	Spread event.Duration
}

// senders is a pool of threads and the queue before it.
type senders struct {
	cfg     SendersConfig
	limit   int // of jobs
	jobs    fifo[job]
	threads int              // that there are
	held    int              // of them that wait for a connection
	resting fifo[event.Mono] // of the others: since when each has nothing to do, the longest first
}

// job is a message for a publisher.
type job struct {
	to     *Publisher
	letter letter
}

func newSenders(c PublisherConfig) *senders {
	if c.Senders.Threads <= 0 {
		return nil
	}
	return &senders{cfg: c.Senders, limit: c.Queue, threads: c.Senders.Threads}
}

// Share makes p use with's threads if there is one pool for all. It is called before either starts.
func (p *Publisher) Share(with *Publisher) {
	if p.pool != nil && with.pool != nil && p.cfg.Senders.Shared {
		p.pool = with.pool
	}
}

// take is ThreadPoolExecutor.execute: an idle thread, the queue, a new thread, or nobody.
func (s *senders) take(now node.Clock, j job, out *node.Output) {
	s.rest(now)
	switch {
	case s.held < s.threads:
		s.run(now, j, out)
	case s.jobs.len() < s.limit:
		j.to.queued++
		s.jobs.push(j)
	case s.threads < s.cfg.Most:
		s.threads++
		s.run(now, j, out)
	default:
		j.to.dropped(j.letter, event.BufferFull, out)
	}
}

// run lets a thread do a job. Without a connection it is held.
func (s *senders) run(now node.Clock, j job, out *node.Output) {
	if s.resting.len() > 0 {
		s.resting.pop()
	}
	if j.to.client.state == up && s.cfg.Spread <= 0 {
		j.to.send(now, j.letter, out)
		return
	}
	j.letter.held = true
	s.held++
	if j.to.client.state == up {
		j.to.linger(now, j.letter)
		return
	}
	j.to.await(now, j.letter, out)
}

// rest notes since when threads have nothing to do, and ends those too many that had nothing for KeepAlive.
func (s *senders) rest(now node.Clock) {
	for s.resting.len() < s.threads-s.held {
		s.resting.push(now.Mono)
	}
	for s.threads > s.cfg.Threads && s.resting.len() > 0 && now.Mono.Sub(*s.resting.front()) >= s.cfg.KeepAlive {
		s.resting.pop()
		s.threads--
	}
}

// work lets the threads that are free again do what waits.
func (s *senders) work(now node.Clock, out *node.Output) {
	for s.held < s.threads && s.jobs.len() > 0 {
		j := s.jobs.pop()
		j.to.queued--
		s.run(now, j, out)
	}
	s.rest(now)
}

// release is that a publisher is done with a message: the thread that was held with it is free.
func (p *Publisher) release(l letter) {
	if l.held {
		p.pool.held--
	}
}

// released lets the freed threads work on.
func (p *Publisher) released(now node.Clock, out *node.Output) {
	if p.pool != nil {
		p.pool.work(now, out)
	}
}

// lingering is a message that a thread is busy with.
type lingering struct {
	letter letter
	at     event.Mono // when it leaves
}

// linger lets a thread be busy with a message for its part of Spread.
func (p *Publisher) linger(now node.Clock, l letter) {
	p.lingered++
	at := now.Mono.Add(Part(p.cfg.Senders.Spread, p.cfg.Self, string(l.topic), p.lingered))
	i := len(p.busy)
	for i > 0 && p.busy[i-1].at > at {
		i--
	}
	p.busy = slices.Insert(p.busy, i, lingering{l, at})
}

// finish sends what threads are done with; without a connection they wait for one.
func (p *Publisher) finish(now node.Clock, out *node.Output) {
	done := false
	for len(p.busy) > 0 && now.Mono >= p.busy[0].at {
		l := p.busy[0].letter
		p.busy = slices.Delete(p.busy, 0, 1)
		done = true
		if p.client.state == up {
			p.send(now, l, out)
		} else {
			p.await(now, l, out)
		}
	}
	if done {
		p.released(now, out)
	}
}

// finished is when the next thread is done.
func (p *Publisher) finished() event.Mono {
	if len(p.busy) == 0 {
		return event.Never
	}
	return p.busy[0].at
}
