package session

import (
	"hubsim/event"
	"hubsim/node"
)

// FilesConfig is how a node uses the directory that its deployment engine watches
// (repository/deployment/server), be it its own or one that several nodes have mounted.
type FilesConfig struct {
	// Every is how long after a look at the directory the next follows. WSO2: 15 s (carbon.xml,
	// Axis2Config.DeploymentUpdateInterval).
	Every event.Duration
	// Timeout is how long a look or a write may stay without an answer, and a mount be tried. Ours: 10 s; what
	// a file system that is away does to the product is the operating system's affair.
	Timeout event.Duration
	// Reconnect is the wait between attempts to mount. Ours: 1 s.
	Reconnect event.Duration
}

// Files is a node's view of a directory, which a store keeps.
type Files struct {
	cfg     FilesConfig
	at      event.NodeID // "": there is none
	table   event.Table
	numbers *Numbers

	session node.SessionID // 0: not mounted
	live    bool
	alarm   event.Mono // when to mount, or to give up mounting
	look    event.Mono // when to look again; Never while a look is under way
	last    uint64
	waiting []fileOp // in order of due
	final   fifo[FilesDone]
}

// fileOp is a look or a write without an answer.
type fileOp struct {
	id    uint64
	due   event.Mono
	write bool
}

// FilesDone is the end of a look or a write.
type FilesDone struct {
	Write uint64      // the write; 0 is a look
	OK    bool        // it was done
	Rows  []event.Row // of a look all files that are there, of a write the one that was written
}

// NewFiles returns a view of the files of a table at a store; "" is nowhere, and nothing happens.
func NewFiles(c FilesConfig, at event.NodeID, t event.Table, n *Numbers) Files {
	return Files{cfg: c, at: at, table: t, numbers: n, alarm: event.Never, look: event.Never}
}

// On tells whether there is a directory.
func (f *Files) On() bool { return f.at != "" }

// Start mounts the directory; the first look follows at once.
func (f *Files) Start(now node.Clock, out *node.Output) {
	if f.On() {
		f.mount(now, out)
	}
}

func (f *Files) mount(now node.Clock, out *node.Output) {
	f.session, f.live, f.alarm = f.numbers.Next(), false, now.Mono.Add(f.cfg.Timeout)
	out.Open(f.session, event.Endpoint{Node: f.at, Service: event.Database})
}

// Write writes or, as a row that is Deleted, removes a file. Step hands out its end under the number.
func (f *Files) Write(now node.Clock, r event.Row, out *node.Output) uint64 {
	f.last++
	if !f.live {
		f.final.push(FilesDone{Write: f.last})
		return f.last
	}
	f.ask(now, &event.StoreOp{Write: &r}, out)
	return f.last
}

func (f *Files) ask(now node.Clock, op *event.StoreOp, out *node.Output) {
	op.ID = f.last
	f.waiting = append(f.waiting, fileOp{f.last, now.Mono.Add(f.cfg.Timeout), op.Write != nil})
	out.Send(f.session, op)
}

// Step acts on Tick and on Up, Down and Received of its own session. One Step hands out one end; while
// there are more the Deadline is in the past.
func (f *Files) Step(now node.Clock, in *node.Input, out *node.Output) (FilesDone, bool) {
	switch mine := f.session != 0 && in.Session == f.session; {
	case in.Kind == node.Tick:
		f.tick(now, out)
	case !mine:
	case in.Kind == node.Up:
		f.live, f.alarm, f.look = true, event.Never, now.Mono
		out.Note(node.Note{Fact: node.SessionUp, Peer: f.at, Detail: event.Database.String()})
		f.tick(now, out)
	case in.Kind == node.Down:
		f.lost(now, in.Reason, out)
	case in.Kind == node.Received:
		f.heard(now, in.Msg)
	}
	if f.final.len() == 0 {
		return FilesDone{}, false
	}
	return f.final.pop(), true
}

// Deadline is when the view next wants a Tick.
func (f *Files) Deadline() event.Mono {
	if f.final.len() > 0 {
		return 0
	}
	next := min(f.alarm, f.look)
	if len(f.waiting) > 0 {
		next = min(next, f.waiting[0].due)
	}
	return next
}

func (f *Files) tick(now node.Clock, out *node.Output) {
	switch {
	case now.Mono < f.alarm && (len(f.waiting) == 0 || now.Mono < f.waiting[0].due):
	case f.session == 0:
		f.mount(now, out)
	default:
		out.Close(f.session)
		f.lost(now, event.TimedOut, out)
	}
	if f.live && now.Mono >= f.look {
		f.look = event.Never
		f.last++
		f.ask(now, &event.StoreOp{Read: f.table}, out)
	}
}

// lost fails all that is under way: whether a file was written nobody here can know.
func (f *Files) lost(now node.Clock, why event.Reason, out *node.Output) {
	if f.live {
		out.Note(node.Note{Fact: node.SessionLost, Peer: f.at, Detail: event.Database.String(), Reason: why})
	}
	f.session, f.live, f.look, f.alarm = 0, false, event.Never, now.Mono.Add(f.cfg.Reconnect)
	out.Note(node.Note{Fact: node.SessionRetry, Peer: f.at, Detail: event.Database.String(), N: int64(f.cfg.Reconnect)})
	for _, op := range f.waiting {
		if op.write {
			f.final.push(FilesDone{Write: op.id})
		}
	}
	f.waiting = nil
}

func (f *Files) heard(now node.Clock, m event.Message) {
	r, ok := m.(*event.StoreResult)
	if !ok || r == nil {
		return
	}
	for i, op := range f.waiting {
		if op.id != r.ID {
			continue
		}
		f.waiting = append(f.waiting[:i], f.waiting[i+1:]...)
		done := FilesDone{OK: r.OK, Rows: r.Rows}
		if op.write {
			done.Write = op.id
		} else {
			f.look = now.Mono.Add(f.cfg.Every)
		}
		f.final.push(done)
		return
	}
}
