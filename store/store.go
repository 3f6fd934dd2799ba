package store

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// Store is one database server, writer or replica.
type Store struct {
	cfg     Config
	disk    *Disk
	numbers session.Numbers
	clients map[node.SessionID]event.NodeID
	log     log    // the writer's
	uplink  uplink // a replica's
}

// New builds a store on what its disk has.
func New(cfg Config) *Store {
	s := &Store{cfg: cfg, disk: cfg.Disk, clients: make(map[node.SessionID]event.NodeID)}
	if s.disk == nil {
		s.disk = new(Disk)
	}
	s.disk.load(cfg.Initial)
	s.uplink.alarm = event.Never
	return s
}

// Deadline implements node.Node.
func (s *Store) Deadline() event.Mono { return min(s.log.deadline(), s.uplink.deadline()) }

// Step implements node.Node.
func (s *Store) Step(now node.Clock, in node.Input, out *node.Output) {
	switch in.Kind {
	case node.Boot:
		s.boot(now, out)
	case node.Tick:
		s.release(now, out)
		s.tickUplink(now, out)
	case node.Up:
		s.up(now, &in, out)
	case node.Down:
		s.down(now, &in, out)
	case node.Received:
		s.receive(now, &in, out)
	case node.Called:
		out.Answer(in.Call, &event.StepDone{Status: 400, Reason: "a database takes no calls; ask a control plane"})
	}
}

func (s *Store) boot(now node.Clock, out *node.Output) {
	if s.cfg.Writer != "" {
		s.connect(now, out)
		return
	}
	for _, r := range s.disk.between(s.disk.released, s.disk.version) {
		s.hold(now, r)
	}
	s.release(now, out)
}

func (s *Store) up(now node.Clock, in *node.Input, out *node.Output) {
	if in.Session == s.uplink.session {
		s.uplinkUp(now, out)
		return
	}
	if in.Session < 0 && in.Service == event.Database {
		s.clients[in.Session] = in.Peer
	}
}

func (s *Store) down(now node.Clock, in *node.Input, out *node.Output) {
	if in.Session == s.uplink.session {
		s.uplinkDown(now, in.Reason, out)
		return
	}
	delete(s.clients, in.Session)
	s.log.leave(in.Session)
}

func (s *Store) receive(now node.Clock, in *node.Input, out *node.Output) {
	if in.Session == s.uplink.session {
		s.hear(in.Msg, out)
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
	switch kindOf(op) {
	case writing:
		s.write(now, from, op, out)
	case reading:
		out.Send(from, &event.StoreResult{ID: op.ID, OK: true, Rows: s.read(op)})
	case following:
		s.follow(from, op, out)
	default:
		ignored(out, "", event.Malformed)
		if op != nil {
			out.Send(from, &event.StoreResult{ID: op.ID})
		}
	}
}

func (s *Store) read(op *event.StoreOp) []event.Row {
	if op.Name != "" {
		return s.disk.tables[op.Read].one(op.Name)
	}
	return s.disk.tables[op.Read].all()
}

func (s *Store) write(now node.Clock, from node.SessionID, op *event.StoreOp, out *node.Output) {
	switch {
	case s.cfg.Writer != "":
		s.forward(now, from, op, out)
	case len(s.cfg.Replicas) > 0 && len(s.log.held) >= s.cfg.Held:
		ignored(out, op.Write.Key, event.MailboxFull)
		out.Send(from, &event.StoreResult{ID: op.ID})
	default:
		row := s.disk.write(*op.Write)
		out.Mark("store: written, not answered")
		out.Send(from, &event.StoreResult{ID: op.ID, OK: true, Rows: []event.Row{row}})
		s.hold(now, row)
		s.release(now, out)
	}
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
