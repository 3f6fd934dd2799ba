package store

import (
	"hubsim/event"
	"hubsim/node"
)

// uplink is a replica's session to the writer and the writes that are under way on it, or a session to a
// peer.
type uplink struct {
	to      event.NodeID
	has     uint64         // of a peer: the highest version of its own that has come
	stuck   uint64         // of a peer: the version of its last row whose integer id was taken
	session node.SessionID // 0: none
	live    bool           // Up has come
	silent  bool           // a heartbeat was sent, and nothing has come since
	alarm   event.Mono     // when to connect, to give up connecting, or to see whether the writer is there
	lastID  uint64
	waiting []forwarded // in order of id, and so of due
}

// forwarded is a client's write at the writer.
type forwarded struct {
	id     uint64 // ours
	due    event.Mono
	key    string
	client node.SessionID
	asked  uint64 // the client's number
}

func (u *uplink) deadline() event.Mono {
	if len(u.waiting) == 0 {
		return u.alarm
	}
	return min(u.alarm, u.waiting[0].due)
}

// uplinkOf is the uplink of a session, or nil.
func (s *Store) uplinkOf(n node.SessionID) *uplink {
	for i := range s.uplinks {
		if s.uplinks[i].session == n && n != 0 {
			return &s.uplinks[i]
		}
	}
	return nil
}

func (s *Store) connect(now node.Clock, u *uplink, out *node.Output) {
	u.session, u.live, u.silent = s.numbers.Next(), false, false
	u.alarm = now.Mono.Add(2 * s.cfg.Heartbeat)
	out.Open(u.session, event.Endpoint{Node: u.to, Service: event.Database})
}

func (s *Store) uplinkUp(now node.Clock, u *uplink, out *node.Output) {
	u.live = true
	u.alarm = now.Mono.Add(s.cfg.Heartbeat)
	out.Note(node.Note{Fact: node.SessionUp, Peer: u.to, Detail: event.Database.String()})
	after := s.version
	if s.cfg.twoWay() {
		after = u.has
	}
	out.Send(u.session, &event.StoreOp{Follow: true, After: after})
}

// uplinkDown gives the waiting writes up: whether the writer made them nobody here can know.
func (s *Store) uplinkDown(now node.Clock, u *uplink, why event.Reason, out *node.Output) {
	u.session, u.live = 0, false
	u.alarm = now.Mono.Add(s.cfg.Reconnect)
	detail := event.Database.String()
	out.Note(node.Note{Fact: node.SessionLost, Peer: u.to, Detail: detail, Reason: why})
	out.Note(node.Note{Fact: node.SessionRetry, Peer: u.to, Detail: detail, N: int64(s.cfg.Reconnect)})
	for i := range u.waiting {
		s.fail(&u.waiting[i], why, out)
	}
	u.waiting = u.waiting[:0]
}

func (s *Store) tickUplink(now node.Clock, u *uplink, out *node.Output) {
	for len(u.waiting) > 0 && u.waiting[0].due <= now.Mono {
		s.fail(&u.waiting[0], event.TimedOut, out)
		u.waiting = u.waiting[1:]
	}
	if u.alarm > now.Mono {
		return
	}
	switch {
	case u.session == 0:
		s.connect(now, u, out)
	case !u.live:
		out.Close(u.session)
		s.uplinkDown(now, u, event.TimedOut, out)
	case u.silent:
		out.Close(u.session)
		s.uplinkDown(now, u, event.HeartbeatMissed, out)
	default:
		u.silent = true
		u.alarm = now.Mono.Add(s.cfg.Heartbeat)
		out.Send(u.session, &event.Heartbeat{})
	}
}

// forward hands a client's write to the writer.
func (s *Store) forward(now node.Clock, from node.SessionID, op *event.StoreOp, out *node.Output) {
	u := &s.uplinks[0]
	f := forwarded{key: op.Write.Key, client: from, asked: op.ID, due: now.Mono.Add(s.cfg.Timeout)}
	switch {
	case !u.live:
		s.fail(&f, event.NoSession, out)
	case len(u.waiting) >= s.cfg.Waiting:
		s.fail(&f, event.BufferFull, out)
	default:
		u.lastID++
		f.id = u.lastID
		u.waiting = append(u.waiting, f)
		out.Send(u.session, &event.StoreOp{ID: f.id, Write: op.Write})
	}
}

// fail answers a write that could not be made, or of which nobody knows.
func (s *Store) fail(f *forwarded, why event.Reason, out *node.Output) {
	ignored(out, f.key, why)
	s.reply(f.client, &event.StoreResult{ID: f.asked}, out)
}

func (s *Store) reply(to node.SessionID, r *event.StoreResult, out *node.Output) {
	if _, there := s.clients[to]; there {
		out.Send(to, r)
	}
}

// hear takes what the writer or a peer sends: rows, answers, and its heartbeat's echo.
func (s *Store) hear(now node.Clock, u *uplink, m event.Message, out *node.Output) {
	u.silent = false
	switch m := m.(type) {
	case *event.Heartbeat:
	case *event.StoreOp:
		s.apply(now, u, m, out)
	case *event.StoreResult:
		s.answered(u, m, out)
	default:
		ignored(out, "", event.Malformed)
	}
}

// apply takes shipped rows into the replica's own copy. When that fails, it asks for them again.
func (s *Store) apply(now node.Clock, u *uplink, op *event.StoreOp, out *node.Output) {
	if op == nil || op.Ship == nil {
		ignored(out, "", event.Malformed)
		return
	}
	rows := make([]event.Row, 0, len(op.Ship))
	for i := range op.Ship {
		if r := &op.Ship[i]; wellFormed(r) {
			rows = append(rows, *r)
		} else {
			ignored(out, r.Key, event.Malformed)
		}
	}
	rows, stopped := s.admit(u, rows, out)
	err := s.conflicts(u, rows, out)
	if err == nil {
		err = s.put(now, rows)
	}
	if err == nil {
		s.took(u, rows)
		err = stopped
	}
	if err != nil {
		trouble(out, "", err)
		out.Close(u.session)
		s.uplinkDown(now, u, event.Closed, out)
	}
}

// took is that a peer's or the writer's rows are in the tables.
func (s *Store) took(u *uplink, rows []event.Row) {
	for i := range rows {
		s.version = max(s.version, rows[i].Version)
		u.has = max(u.has, rows[i].Version)
	}
}

// answered passes the writer's answer on; one that comes after its time is nobody's.
func (s *Store) answered(u *uplink, r *event.StoreResult, out *node.Output) {
	if r == nil {
		ignored(out, "", event.Malformed)
		return
	}
	for i := range u.waiting {
		if f := u.waiting[i]; f.id == r.ID {
			u.waiting = append(u.waiting[:i], u.waiting[i+1:]...)
			s.reply(f.client, &event.StoreResult{ID: f.asked, OK: r.OK, Rows: r.Rows}, out)
			return
		}
	}
}
