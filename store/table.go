package store

import (
	"slices"
	"sort"

	"hubsim/event"
	"hubsim/node"
)

// tables is how many tables there are, one more for the number 0 that is none.
const tables = int(event.LastTable) + 1

// Disk is what a store keeps over a restart, in memory. The zero Disk is empty and ready; the closure
// that builds the machine holds it.
type Disk struct {
	tables   [tables]table
	version  uint64         // the highest that was written
	released uint64         // the highest that replicas may have; the writer's
	given    map[string]int // the last number of each sequence
}

var _ node.Tables = (*Disk)(nil)

// table is the rows of one table. A deleted row stays as a tombstone, so that a replica hears of it.
type table struct {
	rows map[string]event.Row
	keys []string
	mess bool // keys are not in order
}

// put inserts or replaces the row of r's key.
func (t *table) put(r *event.Row) {
	if t.rows == nil {
		t.rows = make(map[string]event.Row)
	}
	if _, known := t.rows[r.Key]; !known {
		t.mess = t.mess || len(t.keys) > 0 && r.Key < t.keys[len(t.keys)-1]
		t.keys = append(t.keys, r.Key)
	}
	t.rows[r.Key] = *r
}

// all returns the living rows in key order.
func (t *table) all() []event.Row {
	if t.mess {
		sort.Strings(t.keys)
		t.mess = false
	}
	living := make([]event.Row, 0, len(t.keys))
	for _, k := range t.keys {
		if r := t.rows[k]; !r.Deleted {
			living = append(living, r)
		}
	}
	return living
}

// one returns the living row of a key, or none.
func (t *table) one(key string) []event.Row {
	if r, ok := t.rows[key]; ok && !r.Deleted {
		return []event.Row{r}
	}
	return nil
}

// Read implements node.Tables.
func (d *Disk) Read(t event.Table, key string) ([]event.Row, error) {
	if key != "" {
		return d.tables[t].one(key), nil
	}
	return d.tables[t].all(), nil
}

// Put implements node.Tables.
func (d *Disk) Put(rows []event.Row) error {
	for _, r := range rows {
		t := &d.tables[r.Table]
		if t.rows[r.Key].Version >= r.Version {
			continue
		}
		if r.Deleted {
			r = event.Row{Table: r.Table, Key: r.Key, Version: r.Version, Deleted: true}
		}
		t.put(&r)
		d.version = max(d.version, r.Version)
	}
	return nil
}

// Restore implements node.Tables.
func (d *Disk) Restore(rows []event.Row) error {
	for _, r := range rows {
		t := &d.tables[r.Table]
		if r.Version > 0 {
			t.put(&r)
			continue
		}
		if _, there := t.rows[r.Key]; there {
			delete(t.rows, r.Key)
			t.keys = slices.DeleteFunc(t.keys, func(k string) bool { return k == r.Key })
		}
	}
	d.version = 0
	for i := range d.tables {
		for _, k := range d.tables[i].keys {
			d.version = max(d.version, d.tables[i].rows[k].Version)
		}
	}
	return nil
}

// Between implements node.Tables.
func (d *Disk) Between(after, upTo uint64) ([]event.Row, error) {
	var found []event.Row
	for i := range d.tables {
		for _, k := range d.tables[i].keys {
			if r := d.tables[i].rows[k]; r.Version > after && r.Version <= upTo {
				found = append(found, r)
			}
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Version < found[j].Version })
	return found, nil
}

// Versions implements node.Tables.
func (d *Disk) Versions() (highest, released uint64, err error) { return d.version, d.released, nil }

// Release implements node.Tables.
func (d *Disk) Release(upTo uint64) error {
	d.released = upTo
	return nil
}

// Next implements node.Tables.
func (d *Disk) Next(sequence string, first, by int) (int, error) {
	n := first
	if last, begun := d.given[sequence]; begun {
		n = last + by
	}
	if d.given == nil {
		d.given = make(map[string]int)
	}
	d.given[sequence] = n
	return n, nil
}

// Holder implements node.Tables.
func (d *Disk) Holder(r *event.Row) (string, error) {
	sequence, id := r.Sequence(), r.ID()
	if sequence == "" || id == 0 {
		return "", nil
	}
	for _, other := range d.tables[r.Table].all() {
		if other.Key != r.Key && other.ID() == id && other.Sequence() == sequence {
			return other.Key, nil
		}
	}
	return "", nil
}

// wellFormed tells whether a row has a known table, a key and, unless it is a tombstone, the pointer
// of its table.
func wellFormed(r *event.Row) bool {
	if r == nil || r.Key == "" || !known(r.Table) {
		return false
	}
	return r.Deleted || event.KeyOf(r) != ""
}

// known tells whether a number is a table's.
func known(t event.Table) bool { return t > 0 && int(t) < tables }
