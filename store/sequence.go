package store

import (
	"errors"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// errTaken is what a database says of a row whose integer id another one has.
var errTaken = errors.New("duplicate key value violates unique constraint")

// sequence is how this store's sequences go on: from start in steps of by.
func (c *Config) sequence() (start, by int) {
	if !c.SequencePerRegion || !c.twoWay() {
		return 1, 1
	}
	return slices.Index(c.Peers, c.ID) + 1, len(c.Peers)
}

// first is the first number of a sequence: behind the ids of the rows that were there at the beginning, as
// after a copy of a database that had them.
func (c *Config) first(sequence string) int {
	start, by := c.sequence()
	last := 0
	for i := range c.Initial {
		if r := &c.Initial[i]; r.Sequence() == sequence {
			last = max(last, r.ID())
		}
	}
	if last < start {
		return start
	}
	return start + ((last-start)/by+1)*by
}

// identify gives a row that has none its integer id: the one that it has in the tables, or else the next of
// its sequence. An id that another row has is refused, and a sequence that gave it goes on.
func (s *Store) identify(row *event.Row) error {
	sequence := row.Sequence()
	if sequence == "" || row.Deleted {
		return nil
	}
	if row.ID() == 0 {
		id, err := s.newID(row, sequence)
		if err != nil {
			return err
		}
		*row = row.WithID(id)
	}
	return s.free(row)
}

func (s *Store) newID(row *event.Row, sequence string) (int, error) {
	there, err := s.tables.Read(row.Table, row.Key)
	if err != nil {
		return 0, err
	}
	if len(there) > 0 && there[0].ID() != 0 {
		return there[0].ID(), nil
	}
	_, by := s.cfg.sequence()
	return s.tables.Next(sequence, s.cfg.first(sequence), by)
}

// free tells by an error that another row has a row's integer id.
func (s *Store) free(row *event.Row) error {
	holder, err := s.tables.Holder(row)
	if err == nil && holder != "" {
		err = errTaken
	}
	return err
}

// admit returns those of a peer's rows that come before the first whose integer id another row has here. A
// database stops taking its peer's rows there and tries again, until somebody mends it (PostgreSQL, Logical
// Replication, Conflicts).
func (s *Store) admit(u *uplink, rows []event.Row, out *node.Output) ([]event.Row, error) {
	if !s.cfg.twoWay() {
		return rows, nil
	}
	for i := range rows {
		r := &rows[i]
		if r.Deleted {
			continue
		}
		err := s.free(r)
		if err == errTaken && u.stuck != r.Version {
			u.stuck = r.Version
			out.Note(node.Note{Fact: node.RowLost, ID: r.Key, Detail: r.Table.String(), Peer: u.to, N: int64(r.Version), Reason: event.IDTaken})
		}
		if err != nil {
			return rows[:i], err
		}
	}
	return rows, nil
}
