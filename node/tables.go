package node

import "hubsim/event"

// Tables are where a store keeps its rows over a restart: in memory, or in a real database. One store
// at a time uses them. An error means that nothing can be said of what was done.
type Tables interface {
	// Read returns the living row of a key, or with key "" all living rows of a table in order of Key.
	Read(t event.Table, key string) ([]event.Row, error)
	// Put inserts or replaces rows, which have versions; a row whose key has a newer one is left out. Of
	// a row that is Deleted only table, key and version are kept. All rows are put or none.
	Put(rows []event.Row) error
	// Between returns the rows, deleted ones included, with after < Version <= upTo, in order of Version.
	Between(after, upTo uint64) ([]event.Row, error)
	// Versions returns the highest version of all rows, and the one last given to Release; 0 is none.
	Versions() (highest, released uint64, err error)
	// Restore puts rows as they are, whatever is there; one with Version 0 is removed. Each key comes once. All
	// is done or nothing.
	Restore(rows []event.Row) error
	// Next returns the next number of a sequence and keeps that it was given: first, or by more than the one
	// before. What becomes of the row that it was meant for is nothing to a sequence.
	Next(sequence string, first, by int) (int, error)
	// Holder returns the key of the living row, other than r, that has r's integer id in r's sequence, or "".
	Holder(r *event.Row) (string, error)
	// Release keeps up to which version the writer's followers may have rows.
	Release(upTo uint64) error
}

// Keeper is a node that keeps rows, in memory unless its driver gives it tables before Boot.
type Keeper interface {
	Node
	Keep(t Tables)
}
