package trafficmgr

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// receiver is the data-bridge receiver: batches are answered when they are read, before anything in
// them is looked at, and wait for the worker. When the queue is full it stops reading, so that the
// answer comes late and the gateways' rings fill.
type receiver struct {
	service event.Duration
	limit   int
	queue   []bundle
	working bool       // the worker is at the first event that is not done
	busy    event.Mono // it is done with that one then; else, when it was done with the last
}

// bundle is a batch that waits.
type bundle struct {
	from   node.SessionID // 0: the manager itself
	batch  *event.Batch
	at     event.Mono // when it came
	done   int        // events counted
	unread bool       // no room yet: it has not been answered
}

// unreadLimit bounds the batches that wait for room. A gateway has one on its way at a time, so it
// is a number of gateways.
const unreadLimit = 10_000

// take reads a batch, or lets it wait. It is false if there is no room even for that.
func (r *receiver) take(now event.Mono, b bundle, out *node.Output) bool {
	if len(r.queue) >= max(r.limit, 1)+unreadLimit {
		return false
	}
	b.at, b.unread = now, true
	r.queue = append(r.queue, b)
	r.answer(out)
	return true
}

// answer answers the batches that there is room for.
func (r *receiver) answer(out *node.Output) {
	for i := range r.queue[:min(len(r.queue), max(r.limit, 1))] {
		if b := &r.queue[i]; b.unread {
			b.unread = false
			if b.from != 0 {
				out.Send(b.from, &event.BatchAck{Seq: b.batch.Seq})
			}
		}
	}
}

// next is the event that the worker is done with by now, if there is one. The worker begins an event
// when it is done with the one before it, or when the event comes, and not when somebody looks: a
// timer that is late, as in a live run, costs it nothing.
func (r *receiver) next(now event.Mono, out *node.Output) (m event.Message, ok bool) {
	for len(r.queue) > 0 {
		b := &r.queue[0]
		if b.done == len(b.batch.Events) {
			r.queue = slices.Delete(r.queue, 0, 1)
			r.answer(out)
			continue
		}
		if !r.working {
			r.working, r.busy = true, max(r.busy, b.at).Add(r.service)
		}
		if now < r.busy {
			break
		}
		r.working = false
		b.done++
		return b.batch.Events[b.done-1], true
	}
	return nil, false
}

// deadline is when the worker is done with the event it is at.
func (r *receiver) deadline() event.Mono {
	if !r.working {
		return event.Never
	}
	return r.busy
}
