package event

// CounterDo is a command to a key-value store of integers with expiry.
type CounterDo uint8

// The commands that traffic managers use (carbon-apimgt, KeyValueStoreClient.java), by Redis's names.
const (
	CounterGet CounterDo = iota + 1 // GET
	CounterSet                      // SET; with an Expire SET … PX
	CounterAdd                      // INCRBY, and DECRBY for a negative N
)

var counterNames = [...]string{"?", "get", "set", "add"}

// String names the command.
func (d CounterDo) String() string {
	if int(d) < len(counterNames) {
		return counterNames[d]
	}
	return "?"
}

// CounterOp is one command. A store carries the commands of a session out in order, and each is atomic.
type CounterOp struct {
	ID     uint64
	Do     CounterDo
	Key    string
	N      int64    // set: the value; add: how much
	Expire Duration // set: the key is gone so much later; 0 is never
}

// Class implements Message.
func (*CounterOp) Class() Class { return ClassCounter }

// CounterResult answers a CounterOp.
type CounterResult struct {
	ID    uint64
	OK    bool  // it was carried out
	There bool  // get: there is such a key
	N     int64 // the key's value afterwards
}

// Class implements Message.
func (*CounterResult) Class() Class { return ClassCounted }
