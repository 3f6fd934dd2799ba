package store

import (
	"hubsim/event"
	"hubsim/node"
)

// uplink is a replica's session to the writer and the writes that are under way on it.
type uplink struct {
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

func (s *Store) connect(now node.Clock, out *node.Output) {
	u := &s.uplink
	u.session, u.live, u.silent = s.numbers.Next(), false, false
	u.alarm = now.Mono.Add(2 * s.cfg.Heartbeat)
	out.Open(u.session, event.Endpoint{Node: s.cfg.Writer, Service: event.Database})
}

func (s *Store) uplinkUp(now node.Clock, out *node.Output) {
	u := &s.uplink
	u.live = true
	u.alarm = now.Mono.Add(s.cfg.Heartbeat)
	out.Note(node.Note{Fact: node.SessionUp, Peer: s.cfg.Writer, Detail: event.Database.String()})
	out.Send(u.session, &event.StoreOp{Follow: true, After: s.version})
}

// uplinkDown gives the waiting writes up: whether the writer made them nobody here can know.
func (s *Store) uplinkDown(now node.Clock, why event.Reason, out *node.Output) {
	u := &s.uplink
	u.session, u.live = 0, false
	u.alarm = now.Mono.Add(s.cfg.Reconnect)
	detail := event.Database.String()
	out.Note(node.Note{Fact: node.SessionLost, Peer: s.cfg.Writer, Detail: detail, Reason: why})
	out.Note(node.Note{Fact: node.SessionRetry, Peer: s.cfg.Writer, Detail: detail, N: int64(s.cfg.Reconnect)})
	for i := range u.waiting {
		s.fail(&u.waiting[i], why, out)
	}
	u.waiting = u.waiting[:0]
}

func (s *Store) tickUplink(now node.Clock, out *node.Output) {
	u := &s.uplink
	for len(u.waiting) > 0 && u.waiting[0].due <= now.Mono {
		s.fail(&u.waiting[0], event.TimedOut, out)
		u.waiting = u.waiting[1:]
	}
	if u.alarm > now.Mono {
		return
	}
	switch {
	case u.session == 0:
		s.connect(now, out)
	case !u.live:
		out.Close(u.session)
		s.uplinkDown(now, event.TimedOut, out)
	case u.silent:
		out.Close(u.session)
		s.uplinkDown(now, event.HeartbeatMissed, out)
	default:
		u.silent = true
		u.alarm = now.Mono.Add(s.cfg.Heartbeat)
		out.Send(u.session, &event.Heartbeat{})
	}
}

// forward hands a client's write to the writer.
func (s *Store) forward(now node.Clock, from node.SessionID, op *event.StoreOp, out *node.Output) {
	u := &s.uplink
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

// hear takes what the writer sends: rows, answers, and its heartbeat's echo.
func (s *Store) hear(now node.Clock, m event.Message, out *node.Output) {
	s.uplink.silent = false
	switch m := m.(type) {
	case *event.Heartbeat:
	case *event.StoreOp:
		s.apply(now, m, out)
	case *event.StoreResult:
		s.answered(m, out)
	default:
		ignored(out, "", event.Malformed)
	}
}

// apply takes shipped rows into the replica's own copy. When that fails, it asks for them again.
func (s *Store) apply(now node.Clock, op *event.StoreOp, out *node.Output) {
	if op == nil || op.Ship == nil {
		ignored(out, "", event.Malformed)
		return
	}
	rows := make([]event.Row, 0, len(op.Ship))
	highest := s.version
	for i := range op.Ship {
		r := &op.Ship[i]
		if !wellFormed(r) {
			ignored(out, r.Key, event.Malformed)
			continue
		}
		rows = append(rows, *r)
		highest = max(highest, r.Version)
	}
	if err := s.put(rows); err != nil {
		trouble(out, "", err)
		out.Close(s.uplink.session)
		s.uplinkDown(now, event.Closed, out)
		return
	}
	s.version = highest
}

// answered passes the writer's answer on; one that comes after its time is nobody's.
func (s *Store) answered(r *event.StoreResult, out *node.Output) {
	u := &s.uplink
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
