package virtual

// slot is an entry of the queue: when, in which order among equals, and where its occurrence lies.
type slot struct {
	at    int64
	order uint64 // class in the top byte, then the sequence number: a total order
	ref   uint32
}

func (a slot) before(b slot) bool { return a.at < b.at || a.at == b.at && a.order < b.order }

// queue is a 4-ary heap of slots with a slab of occurrences beside it, so that sifting moves 24
// bytes and nothing is allocated once the slab has grown.
type queue struct {
	heap []slot
	slab []occurrence
	free []uint32
	seq  uint64
}

// classes at equal instants: the fault controller before the network before the timers.
const (
	classFault = iota
	classNetwork
	classTimer
)

// push puts an occurrence into the queue and returns a pointer to fill; it is valid until the next push.
func (q *queue) push(at int64, class uint64) *occurrence {
	var ref uint32
	if n := len(q.free); n > 0 {
		ref, q.free = q.free[n-1], q.free[:n-1]
	} else {
		ref = uint32(len(q.slab))
		q.slab = append(q.slab, occurrence{})
	}
	q.seq++
	q.up(slot{at, class<<56 | q.seq, ref})
	return &q.slab[ref]
}

// next is the instant of the earliest occurrence, or false when there is none.
func (q *queue) next() (int64, bool) {
	if len(q.heap) == 0 {
		return 0, false
	}
	return q.heap[0].at, true
}

// pop takes the earliest occurrence out.
func (q *queue) pop(into *occurrence) int64 {
	top := q.heap[0]
	*into = q.slab[top.ref]
	q.slab[top.ref] = occurrence{}
	q.free = append(q.free, top.ref)
	last := len(q.heap) - 1
	moved := q.heap[last]
	q.heap = q.heap[:last]
	if last > 0 {
		q.down(moved)
	}
	return top.at
}

// up appends a slot and moves it towards the root.
func (q *queue) up(s slot) {
	q.heap = append(q.heap, s)
	h, i := q.heap, len(q.heap)-1
	for i > 0 {
		parent := (i - 1) / 4
		if !s.before(h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = s
}

// down puts a slot at the root and moves it towards the leaves.
func (q *queue) down(s slot) {
	h, i := q.heap, 0
	for {
		first := 4*i + 1
		if first >= len(h) {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, len(h)); c++ {
			if h[c].before(h[least]) {
				least = c
			}
		}
		if !h[least].before(s) {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = s
}
