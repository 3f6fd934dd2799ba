package store

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// log is the side of replication that ships rows: what is too young to be shipped, and who follows.
type log struct {
	held      []heldRow  // in order of Version, and so of due
	followers []follower // in order of arrival
}

// heldRow is a row that replicas may not have before due.
type heldRow struct {
	row   event.Row
	due   event.Mono
	doubt bool // nobody knows whether it was written
}

// follower is a replica that asked for rows; it has all that were released up to sent.
type follower struct {
	session node.SessionID
	peer    event.NodeID
	sent    uint64
}

func (l *log) deadline() event.Mono {
	if len(l.held) == 0 {
		return event.Never
	}
	return l.held[0].due
}

func (l *log) leave(s node.SessionID) {
	for i := range l.followers {
		if l.followers[i].session == s {
			l.followers = append(l.followers[:i], l.followers[i+1:]...)
			return
		}
	}
}

// hold keeps a row back for the lag.
func (s *Store) hold(now node.Clock, r event.Row, doubt bool) {
	if s.cfg.ships() {
		s.log.held = append(s.log.held, heldRow{row: r, due: now.Mono.Add(s.wait(now)), doubt: doubt})
	}
}

// wait is how long a row is held that comes now.
func (s *Store) wait(now node.Clock) event.Duration {
	if s.cfg.Every <= 0 {
		return s.cfg.Lag
	}
	return s.cfg.Every - now.Wall.Sub(0)%s.cfg.Every
}

// allow lets replicas have the rows up to a version, also after a restart.
func (s *Store) allow(upTo uint64) error {
	s.released = upTo
	if !s.cfg.ships() {
		return nil
	}
	return s.tables.Release(upTo)
}

// release ships the rows whose time has come. A replica that is away gets them when it asks.
func (s *Store) release(now node.Clock, out *node.Output) {
	var rows []event.Row
	n, upTo := 0, s.released
	for ; n < len(s.log.held) && s.log.held[n].due <= now.Mono; n++ {
		h := &s.log.held[n]
		if there, err := s.certain(h); err != nil {
			h.due = now.Mono.Add(s.cfg.Reconnect)
			trouble(out, h.row.Key, err)
			break
		} else if there {
			rows = append(rows, h.row)
		}
		upTo = h.row.Version
	}
	if n == 0 {
		return
	}
	clear(s.log.held[:n])
	s.log.held = s.log.held[n:]
	if err := s.allow(upTo); err != nil {
		trouble(out, "", err)
	}
	for i := range s.log.followers {
		s.ship(&s.log.followers[i], rows, out)
	}
}

// certain tells whether a held row was written.
func (s *Store) certain(h *heldRow) (bool, error) {
	if !h.doubt {
		return true, nil
	}
	found, err := s.tables.Between(h.row.Version-1, h.row.Version)
	return len(found) > 0, err
}

// follow takes in a replica: what was released and it does not have goes out at once.
func (s *Store) follow(from node.SessionID, op *event.StoreOp, out *node.Output) {
	peer := s.clients[from]
	if !s.cfg.ships() || !s.replica(peer) {
		ignored(out, string(peer), event.Refused)
		out.Send(from, &event.StoreResult{ID: op.ID})
		return
	}
	rows, err := s.tables.Between(op.After, s.released)
	if err != nil {
		trouble(out, string(peer), err)
		s.turnAway(from, out)
		return
	}
	for i := range s.log.followers {
		if s.log.followers[i].peer == peer {
			s.log.leave(s.log.followers[i].session)
			break
		}
	}
	f := follower{session: from, peer: peer, sent: op.After}
	s.ship(&f, s.ours(rows), out)
	s.log.followers = append(s.log.followers, f)
}

// turnAway ends the session of a replica that cannot be served now: it comes again.
func (s *Store) turnAway(from node.SessionID, out *node.Output) {
	out.Close(from)
	s.log.leave(from)
	delete(s.clients, from)
}

// ship sends a follower those of the rows that it does not have, in order of Version.
func (s *Store) ship(f *follower, rows []event.Row, out *node.Output) {
	for len(rows) > 0 && rows[0].Version <= f.sent {
		rows = rows[1:]
	}
	for len(rows) > 0 {
		n := min(len(rows), max(s.cfg.ShipBatch, 1))
		out.Send(f.session, &event.StoreOp{Ship: rows[:n:n]})
		f.sent = rows[n-1].Version
		rows = rows[n:]
	}
}

func (s *Store) replica(id event.NodeID) bool {
	return slices.Contains(s.cfg.Replicas, id) || id != s.cfg.ID && slices.Contains(s.cfg.Peers, id)
}
