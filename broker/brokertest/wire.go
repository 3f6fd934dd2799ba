package brokertest

import (
	"sync"

	"hubsim/event"
	"hubsim/live"
)

// wire carries what a modelled hub sends to one Inbox: in order, and as fast as the Inbox takes it.
type wire struct {
	in live.Inbox

	mu    sync.Mutex
	queue []parcel
	works bool // a goroutine empties the queue

	ear  sync.Mutex // held while the Inbox is told something; before mu
	over bool       // the Inbox hears nothing more
}

// parcel is a message, or the news that the session is down.
type parcel struct {
	id   uint64
	msg  event.Message
	down event.Reason
}

func (w *wire) carry(c parcel) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = append(w.queue, c)
	if !w.works {
		w.works = true
		go w.work()
	}
}

func (w *wire) work() {
	for {
		w.mu.Lock()
		if len(w.queue) == 0 {
			w.works = false
			w.mu.Unlock()
			return
		}
		c := w.queue[0]
		w.queue = w.queue[1:]
		w.mu.Unlock()
		w.tell(c)
	}
}

func (w *wire) tell(c parcel) {
	w.ear.Lock()
	defer w.ear.Unlock()
	switch {
	case w.over:
	case c.down != event.NoReason:
		w.over = true
		w.in.Down(c.down)
	default:
		w.in.Received(c.id, c.msg)
	}
}

// cut makes the Inbox deaf. When it returns, no call to it is under way.
func (w *wire) cut() {
	w.ear.Lock()
	defer w.ear.Unlock()
	w.over = true
}
