package store

import (
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// before is a row as it was before a write, so that a standby which had not heard of the write can take over.
type before struct {
	at   event.Mono
	row  event.Row // Version 0: there was none
	made uint64    // the version that was written
}

// note keeps what rows are before they are written, for as long as a standby may be behind. What was
// deleted is kept as not there.
func (s *Store) note(now node.Clock, rows []event.Row) error {
	for len(s.journal) > 0 && s.journal[0].at < now.Mono.Add(-s.cfg.Standby) {
		s.journal = s.journal[1:]
	}
	for i := range rows {
		there, err := s.tables.Read(rows[i].Table, rows[i].Key)
		if err != nil {
			return err
		}
		b := before{at: now.Mono, row: event.Row{Table: rows[i].Table, Key: rows[i].Key}, made: rows[i].Version}
		if len(there) > 0 {
			b.row = there[0]
		}
		s.journal = append(s.journal, b)
	}
	return nil
}

// takeOver is that the standby takes the place of this database: all sessions break, and what was written
// in the last Config.Standby is as it was before. What others have of its own commits, they keep, and send
// none of it back: a peer ships what was written to it, or changes would go round.
func (s *Store) takeOver(now node.Clock, out *node.Output) {
	lost := map[uint64]bool{}
	was := map[string]bool{}
	var rows []event.Row
	for _, b := range s.journal {
		if b.at < now.Mono.Add(-s.cfg.Standby) {
			continue
		}
		lost[b.made] = true
		if key := b.row.Table.String() + "/" + b.row.Key; !was[key] {
			was[key] = true
			rows = append(rows, b.row)
		}
		if s.made(b.made) {
			out.Note(node.Note{Fact: node.RowLost, ID: b.row.Key, Detail: b.row.Table.String(), Peer: s.cfg.ID, N: int64(b.made), Reason: event.TailLost})
		}
	}
	s.journal = nil
	kept := s.log.held[:0]
	for _, h := range s.log.held {
		if !lost[h.row.Version] {
			kept = append(kept, h)
		}
	}
	s.log.held = kept
	err := s.tables.Restore(rows)
	if err == nil {
		err = s.resume()
	}
	if err != nil {
		trouble(out, "", err)
	}
	s.hangUp(now, out)
}

// made tells whether a version is of this store's own commit.
func (s *Store) made(version uint64) bool {
	return s.cfg.Writer == "" && (!s.cfg.twoWay() || s.from(s.cfg.ID, version))
}

// resume finds out what is there of others' rows, to ask for the rest: what its peers had written comes again.
// Its own versions go on, so that none is given twice.
func (s *Store) resume() error {
	if s.cfg.Writer != "" {
		highest, _, err := s.tables.Versions()
		s.version = highest
		return err
	}
	if !s.cfg.twoWay() {
		return nil
	}
	for i := range s.uplinks {
		s.uplinks[i].has = 0
	}
	return s.heard()
}

// hangUp ends all sessions.
func (s *Store) hangUp(now node.Clock, out *node.Output) {
	for _, n := range slices.Sorted(maps.Keys(s.clients)) {
		out.Close(n)
		delete(s.clients, n)
	}
	s.log.followers = nil
	for i := range s.uplinks {
		if u := &s.uplinks[i]; u.session != 0 {
			out.Close(u.session)
			s.uplinkDown(now, u, event.Reset, out)
		}
	}
}
