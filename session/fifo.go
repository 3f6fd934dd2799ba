package session

// fifo is a queue in a circular slice that grows as it fills, so that a queue nobody uses costs
// nothing. Its owner bounds it. Many slots are given back when it empties.
type fifo[T any] struct {
	slots []T
	head  int
	n     int
}

const (
	firstSlots = 16   // of a queue in use
	keptSlots  = 1024 // that an empty queue holds on to
)

func (q *fifo[T]) len() int { return q.n }

func (q *fifo[T]) push(v T) {
	q.grow()
	q.slots[q.at(q.n)] = v
	q.n++
}

func (q *fifo[T]) pushFront(v T) {
	q.grow()
	q.head = q.at(len(q.slots) - 1)
	q.slots[q.head] = v
	q.n++
}

// front is the oldest; the queue is not empty.
func (q *fifo[T]) front() *T { return &q.slots[q.head] }

// pop takes the oldest; the queue is not empty.
func (q *fifo[T]) pop() T {
	var none T
	v := q.slots[q.head]
	q.slots[q.head] = none
	q.head = q.at(1)
	q.shrunk()
	return v
}

// popBack takes the youngest; the queue is not empty.
func (q *fifo[T]) popBack() T {
	var none T
	i := q.at(q.n - 1)
	v := q.slots[i]
	q.slots[i] = none
	q.shrunk()
	return v
}

func (q *fifo[T]) shrunk() {
	q.n--
	if q.n == 0 && len(q.slots) > keptSlots {
		q.slots, q.head = nil, 0
	}
}

// at is the slot of the i-th oldest, 0 <= i <= len(slots).
func (q *fifo[T]) at(i int) int {
	i += q.head
	if i >= len(q.slots) {
		i -= len(q.slots)
	}
	return i
}

func (q *fifo[T]) grow() {
	if q.n < len(q.slots) {
		return
	}
	wider := make([]T, max(firstSlots, 2*len(q.slots)))
	k := copy(wider, q.slots[q.head:])
	copy(wider[k:], q.slots[:q.head])
	q.slots, q.head = wider, 0
}
