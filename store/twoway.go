package store

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// In two-way replication a version is the instant of the commit by the store's wall clock, with the number
// of the store behind it: of two rows of one key the later commit is kept everywhere, and of two at one
// instant that of the store which comes later in Config.Peers. A commit is later than all that its store
// has seen, so that what was read and changed wins, whatever clocks say. The product leaves the rule to the
// database (conflict detection and resolution of GoldenGate, SQL Server's last-writer-wins); that it is
// this one is ours.
const (
	storeBits = 8  // the store's number
	tickBits  = 10 // commits within a millisecond
)

// mostPeers is how many stores a version can tell apart.
const mostPeers = 1 << storeBits

// firstStamp is below every version that is a commit's instant, and above those of the initial rows.
const firstStamp = 1 << 32

// twoWay tells whether every store takes writes.
func (c *Config) twoWay() bool { return len(c.Peers) > 1 }

// ships tells whether others have their rows from this store.
func (c *Config) ships() bool { return len(c.Replicas) > 0 || c.twoWay() }

// sources are the stores whose rows this one takes.
func (c *Config) sources() []event.NodeID {
	if c.Writer != "" {
		return []event.NodeID{c.Writer}
	}
	return slices.DeleteFunc(slices.Clone(c.Peers), func(id event.NodeID) bool { return id == c.ID })
}

// number is a store's place among the peers.
func (c *Config) number(id event.NodeID) uint64 {
	return uint64(max(slices.Index(c.Peers, id), 0)) % mostPeers
}

// next is the version of the commit that is made now.
func (s *Store) next(now node.Clock) uint64 {
	if !s.cfg.twoWay() {
		return s.version + 1
	}
	tick := max(uint64(max(now.Wall, 0))<<tickBits, s.version>>storeBits+1, firstStamp>>storeBits)
	return tick<<storeBits | s.cfg.number(s.cfg.ID)
}

// from tells whether a version is of a store's own commit.
func (s *Store) from(id event.NodeID, version uint64) bool {
	return version >= firstStamp && version%mostPeers == s.cfg.number(id)
}

// ours are those of some rows that this store ships: under two-way replication its own commits.
func (s *Store) ours(rows []event.Row) []event.Row {
	if !s.cfg.twoWay() {
		return rows
	}
	return slices.DeleteFunc(rows, func(r event.Row) bool { return !s.from(s.cfg.ID, r.Version) })
}

// heard finds out which commits of its peers a store has.
func (s *Store) heard() error {
	rows, err := s.tables.Between(firstStamp-1, s.version)
	if err != nil {
		return err
	}
	for i := range s.uplinks {
		for _, r := range rows {
			if u := &s.uplinks[i]; s.from(u.to, r.Version) {
				u.has = max(u.has, r.Version)
			}
		}
	}
	return nil
}

// conflicts tells of the rows of a peer that meet a commit of this store which the peer had not seen, or
// the other way round: one of the two is lost, unless the later one supersedes it, and whoever made it was told
// that it was made. Both stores may tell of the same loss. Tombstones are not looked for.
func (s *Store) conflicts(u *uplink, rows []event.Row, out *node.Output) error {
	if !s.cfg.twoWay() {
		return nil
	}
	for i := range rows {
		r := &rows[i]
		if r.Version <= u.has {
			continue // it came before
		}
		there, err := s.tables.Read(r.Table, r.Key)
		if err != nil {
			return err
		}
		if len(there) == 0 || !s.from(s.cfg.ID, there[0].Version) {
			continue
		}
		lost := node.Note{Fact: node.RowLost, ID: r.Key, Detail: r.Table.String(), Peer: u.to, Reason: event.Overwritten}
		switch mine := there[0].Version; {
		case r.Version < mine && !supersedes(&there[0], r):
			lost.N = int64(r.Version)
			out.Note(lost)
		case r.Version > mine && mine > s.given(u.to) && !supersedes(r, &there[0]):
			lost.Peer, lost.N = s.cfg.ID, int64(mine)
			out.Note(lost)
		}
	}
	return nil
}

// supersedes tells whether a later commit is the deployment of a revision with a greater number than the
// one that it meets: then nothing is lost that a second deployment in one region would not replace. In the
// product each revision is a row by its number and API, so that only two of one number meet (AM_REVISION, CA
// core.feature, multi-dc/Postgresql/apimgt/tables.sql); here an API is one row.
func supersedes(later, earlier *event.Row) bool {
	a, b := later.API, earlier.API
	return a != nil && b != nil && len(a.Labels) > 0 && a.Revision > b.Revision
}

// given is up to which of its own commits a peer was sent; without a session nobody knows.
func (s *Store) given(peer event.NodeID) uint64 {
	for i := range s.log.followers {
		if f := &s.log.followers[i]; f.peer == peer {
			return f.sent
		}
	}
	return ^uint64(0)
}
