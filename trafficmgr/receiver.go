package trafficmgr

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// receiver is the data-bridge receiver: batches are answered when they are read, before anything in
// them is looked at, and wait for a worker. When the queue is full it stops reading, so that the
// answer comes late and the gateways' rings fill.
//
// Workers take batches in the order in which they came (EventQueue, QueueWorker). From there on each goes
// its own way: it reads the whole batch and hands its events on one by one, so that a batch that was
// taken later may be counted before one that was taken earlier, or between two events of it.
type receiver struct {
	cfg   *Config
	queue []bundle   // that no worker has taken yet
	jobs  []job      // that workers are at, in the order in which they were taken
	free  int        // workers that are at none
	freed event.Mono // when one was done with a batch last
	taken uint64     // batches, ever
}

// bundle is a batch that waits.
type bundle struct {
	from   node.SessionID // 0: the manager itself
	batch  *event.Batch
	at     event.Mono // when it came
	unread bool       // no room yet: it has not been answered
}

// job is a batch that a worker is at.
type job struct {
	events []event.Message // not counted yet; never empty
	ready  event.Mono      // when the worker is done with the first of them
}

// unreadLimit bounds the batches that wait for room. A gateway has one on its way at a time, so it
// is a number of gateways.
const unreadLimit = 10_000

// MostWorkers bounds the workers of a receiver, whatever is configured.
const MostWorkers = 10_000

// newReceiver makes a receiver whose workers have nothing to do. Where nothing costs time one worker does all,
// since no other would ever find anything to do.
func newReceiver(c *Config) receiver {
	workers := min(max(c.Workers, 1), MostWorkers)
	if c.ServiceTime <= 0 && c.WorkerSpread <= 0 {
		workers = 1
	}
	return receiver{cfg: c, free: workers}
}

// take reads a batch, or lets it wait. It is false if there is no room even for that.
func (r *receiver) take(now event.Mono, b bundle, out *node.Output) bool {
	if len(r.queue) >= r.limit()+unreadLimit {
		return false
	}
	b.at, b.unread = now, true
	r.queue = append(r.queue, b)
	r.answer(out)
	return true
}

func (r *receiver) limit() int { return max(r.cfg.ReceiverQueue, 1) }

// answer answers the batches that there is room for.
func (r *receiver) answer(out *node.Output) {
	for i := range r.queue[:min(len(r.queue), r.limit())] {
		if b := &r.queue[i]; b.unread {
			b.unread = false
			if b.from != 0 {
				out.Send(b.from, &event.BatchAck{Seq: b.batch.Seq})
			}
		}
	}
}

// next is an event that a worker is done with by now, if there is one: of several that which was done first.
func (r *receiver) next(now event.Mono, out *node.Output) (m event.Message, ok bool) {
	r.begin(out)
	i := r.first()
	if i < 0 || now < r.jobs[i].ready {
		return nil, false
	}
	j := &r.jobs[i]
	m, j.events = j.events[0], j.events[1:]
	if len(j.events) == 0 {
		r.free, r.freed = r.free+1, j.ready
		r.jobs = slices.Delete(r.jobs, i, i+1)
	} else {
		j.ready = j.ready.Add(r.cfg.ServiceTime)
	}
	return m, true
}

// begin gives waiting batches to workers that are free. A worker begins a batch when it is done with the
// one before it, or when the batch comes, and not when somebody looks: a timer that is late, as in a
// live run, costs it nothing.
func (r *receiver) begin(out *node.Output) {
	for len(r.queue) > 0 && r.free > 0 {
		b := r.queue[0]
		r.queue = slices.Delete(r.queue, 0, 1)
		if len(b.batch.Events) > 0 {
			r.jobs = append(r.jobs, r.job(b))
			r.free--
		}
		r.answer(out)
	}
}

// job is what a worker makes of a batch. If the batch had to wait, the worker is the one that was just done.
func (r *receiver) job(b bundle) job {
	r.taken++
	read := max(r.freed, b.at).Add(session.Part(r.cfg.WorkerSpread, r.cfg.ID, "worker", r.taken))
	return job{b.batch.Events, read.Add(r.cfg.ServiceTime)}
}

// first is the job whose next event is counted first; -1 without any. Of several that are ready at one
// instant it is the one that was taken first.
func (r *receiver) first() int {
	first := -1
	for i := range r.jobs {
		if first < 0 || r.jobs[i].ready < r.jobs[first].ready {
			first = i
		}
	}
	return first
}

// deadline is when the first of the workers is done with the event it is at.
func (r *receiver) deadline() event.Mono {
	if i := r.first(); i >= 0 {
		return r.jobs[i].ready
	}
	return event.Never
}

// waiting is how many batches are not counted yet.
func (r *receiver) waiting() int { return len(r.queue) + len(r.jobs) }
