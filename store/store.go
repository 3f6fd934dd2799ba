package store

import (
	"errors"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// Store is one database server: the writer, a replica of it, or one of several that all take writes.
type Store struct {
	cfg      Config
	tables   node.Tables
	full     bool       // nothing can be written
	journal  []before   // of the last Config.Standby
	retry    event.Mono // when to try again to read what the tables have; Never: it is known
	version  uint64     // the highest that was given or shipped
	released uint64     // the highest that replicas may have; the writer's
	numbers  session.Numbers
	clients  map[node.SessionID]event.NodeID
	log      log      // of whoever ships rows
	uplinks  []uplink // a replica's, or those to the peers
}

var _ node.Keeper = (*Store)(nil)

// New builds a store on its disk.
func New(cfg Config) *Store {
	s := &Store{cfg: cfg, clients: make(map[node.SessionID]event.NodeID)}
	if s.tables = cfg.Disk; cfg.Disk == nil {
		s.tables = new(Disk)
	}
	s.retry = event.Never
	for _, to := range cfg.sources() {
		s.uplinks = append(s.uplinks, uplink{to: to, alarm: event.Never})
	}
	return s
}

// Keep implements node.Keeper: the tables stand in place of the disk.
func (s *Store) Keep(t node.Tables) { s.tables = t }

// Deadline implements node.Node.
func (s *Store) Deadline() event.Mono {
	next := min(s.retry, s.log.deadline())
	for i := range s.uplinks {
		next = min(next, s.uplinks[i].deadline())
	}
	return next
}

// Step implements node.Node.
func (s *Store) Step(now node.Clock, in node.Input, out *node.Output) {
	switch in.Kind {
	case node.Boot:
		s.boot(now, out)
	case node.Tick:
		if s.retry <= now.Mono {
			s.boot(now, out)
		}
		s.release(now, out)
		for i := range s.uplinks {
			s.tickUplink(now, &s.uplinks[i], out)
		}
	case node.Up:
		s.up(now, &in, out)
	case node.Down:
		s.down(now, &in, out)
	case node.Received:
		s.receive(now, &in, out)
	case node.Sensed:
		if in.Sense == node.TakenOver {
			s.takeOver(now, out)
			return
		}
		s.full = in.Sense == node.DiskFull || s.full && in.Sense != node.DiskFree
	case node.Called:
		out.Answer(in.Call, &event.StepDone{Status: 400, Reason: "a database takes no calls; ask a control plane"})
	}
}

// boot begins where the tables end. While they cannot be read nothing is there, and it is tried again.
func (s *Store) boot(now node.Clock, out *node.Output) {
	s.retry = event.Never
	if err := s.load(now); err != nil {
		s.retry = now.Mono.Add(s.cfg.Reconnect)
		trouble(out, "", err)
		return
	}
	for i := range s.uplinks {
		s.connect(now, &s.uplinks[i], out)
	}
	s.release(now, out)
}

// load finds out what the tables have and fills them if they are empty.
func (s *Store) load(now node.Clock) error {
	var err error
	if s.version, s.released, err = s.tables.Versions(); err != nil {
		return err
	}
	if s.version == 0 {
		rows := s.initial()
		if err := s.put(now, rows); err != nil {
			return err
		}
		s.version = uint64(len(rows))
		return s.allow(s.version)
	}
	if s.cfg.twoWay() {
		if err := s.heard(); err != nil {
			return err
		}
	}
	if !s.cfg.ships() {
		return nil
	}
	young, err := s.tables.Between(s.released, s.version)
	if err != nil {
		return err
	}
	for _, r := range s.ours(young) {
		s.hold(now, r, false)
	}
	return nil
}

// initial are the rows that every store of the deployment begins with.
func (s *Store) initial() []event.Row {
	var rows []event.Row
	for _, r := range s.cfg.Initial {
		if r.Key == "" {
			r.Key = event.KeyOf(&r)
		}
		if wellFormed(&r) {
			r.Version = uint64(len(rows) + 1)
			rows = append(rows, r)
		}
	}
	return rows
}

func (s *Store) up(now node.Clock, in *node.Input, out *node.Output) {
	if u := s.uplinkOf(in.Session); u != nil {
		s.uplinkUp(now, u, out)
		return
	}
	if in.Session < 0 && in.Service == event.Database {
		s.clients[in.Session] = in.Peer
	}
}

func (s *Store) down(now node.Clock, in *node.Input, out *node.Output) {
	if u := s.uplinkOf(in.Session); u != nil {
		s.uplinkDown(now, u, in.Reason, out)
		return
	}
	delete(s.clients, in.Session)
	s.log.leave(in.Session)
}

func (s *Store) receive(now node.Clock, in *node.Input, out *node.Output) {
	if u := s.uplinkOf(in.Session); u != nil {
		s.hear(now, u, in.Msg, out)
		return
	}
	if _, accepted := s.clients[in.Session]; !accepted {
		return
	}
	switch m := in.Msg.(type) {
	case *event.Heartbeat:
		out.Send(in.Session, m)
	case *event.StoreOp:
		s.op(now, in.Session, m, out)
	default:
		ignored(out, "", event.Malformed)
	}
}

// op carries out one statement of a client.
func (s *Store) op(now node.Clock, from node.SessionID, op *event.StoreOp, out *node.Output) {
	kind := kindOf(op)
	switch {
	case kind == nonsense:
		ignored(out, "", event.Malformed)
		if op != nil {
			out.Send(from, &event.StoreResult{ID: op.ID})
		}
	case s.retry != event.Never && kind == following:
		s.turnAway(from, out)
	case s.retry != event.Never:
		ignored(out, "", event.NoSession)
		out.Send(from, &event.StoreResult{ID: op.ID})
	case kind == writing:
		s.write(now, from, op, out)
	case kind == reading:
		s.read(from, op, out)
	default:
		s.follow(from, op, out)
	}
}

func (s *Store) read(from node.SessionID, op *event.StoreOp, out *node.Output) {
	rows, err := s.tables.Read(op.Read, op.Name)
	if err != nil {
		trouble(out, op.Read.String()+"/"+op.Name, err)
	}
	out.Send(from, &event.StoreResult{ID: op.ID, OK: err == nil, Rows: rows})
}

func (s *Store) write(now node.Clock, from node.SessionID, op *event.StoreOp, out *node.Output) {
	switch {
	case s.cfg.ReadOnly:
		ignored(out, op.Write.Key, event.Refused)
		out.Send(from, &event.StoreResult{ID: op.ID})
	case s.cfg.Writer != "":
		s.forward(now, from, op, out)
	case s.cfg.ships() && len(s.log.held) >= s.cfg.Held:
		ignored(out, op.Write.Key, event.MailboxFull)
		out.Send(from, &event.StoreResult{ID: op.ID})
	default:
		s.commit(now, from, op, out)
	}
}

// commit gives a row the next version and puts it. A version is used once, since a put that failed may
// have been made: then the followers get the row if it turns out to be there.
func (s *Store) commit(now node.Clock, from node.SessionID, op *event.StoreOp, out *node.Output) {
	row := *op.Write
	if err := s.identify(&row); err != nil {
		trouble(out, row.Key, err)
		out.Send(from, &event.StoreResult{ID: op.ID})
		return
	}
	s.version = s.next(now)
	row.Version = s.version
	err := s.put(now, []event.Row{row})
	if err != nil {
		trouble(out, row.Key, err)
		out.Send(from, &event.StoreResult{ID: op.ID})
	} else {
		out.Mark("store: written, not answered")
		out.Send(from, &event.StoreResult{ID: op.ID, OK: true, Rows: []event.Row{row}})
	}
	s.hold(now, row, err != nil)
	s.release(now, out)
}

// statement is what a StoreOp asks for.
type statement uint8

const (
	nonsense statement = iota
	writing
	reading
	following
)

// kindOf tells what an operation of a client asks for; one that asks for several things, or for
// nothing that can be done, is nonsense. Rows are shipped by the writer, never by a client.
func kindOf(op *event.StoreOp) statement {
	switch {
	case op == nil || op.Ship != nil:
		return nonsense
	case op.Write != nil && op.Read == 0 && !op.Follow && wellFormed(op.Write):
		return writing
	case op.Write == nil && known(op.Read) && !op.Follow:
		return reading
	case op.Write == nil && op.Read == 0 && op.Follow:
		return following
	}
	return nonsense
}

// ignored states that something was asked and not done, and why.
func ignored(out *node.Output, id string, why event.Reason) {
	out.Note(node.Note{Fact: node.EventIgnored, ID: id, Reason: why})
}

// errFull is what the tables say when there is no room to write.
var errFull = errors.New("no space left on device")

// put writes rows, all or none.
func (s *Store) put(now node.Clock, rows []event.Row) error {
	if s.full {
		return errFull
	}
	if err := s.note(now, rows); err != nil {
		return err
	}
	return s.tables.Put(rows)
}

// trouble states that the tables did not do what was asked, and what they said.
func trouble(out *node.Output, id string, err error) {
	why := event.Refused
	switch err {
	case errFull:
		why = event.DiskFull
	case errTaken:
		why = event.IDTaken
	}
	out.Note(node.Note{Fact: node.EventIgnored, ID: id, Reason: why, Detail: err.Error()})
}
