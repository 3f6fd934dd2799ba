package session

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
)

// part is what all parts are, once their results are put into words.
type part interface {
	Start(now node.Clock, out *node.Output)
	Step(now node.Clock, in *node.Input, out *node.Output) []string
	Deadline() event.Mono
}

// wire stands between one part and the peers it knows, in virtual time without latency. It holds
// the part to the session contract and writes down what it does.
type wire struct {
	part     part
	now      event.Mono
	out      node.Output
	peers    map[event.NodeID]*peer
	lines    map[node.SessionID]*line
	last     node.SessionID
	inbox    []node.Input
	log      strings.Builder
	quiet    bool // do not write
	breaches []string
	notes    []node.Note
	opened   []event.Mono // when sessions were asked for
	probes   []probing    // without an answer
	received,
	acked func(p event.NodeID, m event.Message)
}

// peer is how a node at the other end behaves.
type peer struct {
	state  string // there, down, dark, slow
	hold   bool   // keeps its answers
	status int    // of its pull responses
	kept   []node.Input
}

// probing is a probe that nobody answers.
type probing struct {
	session node.SessionID
	until   event.Mono
}

type line struct {
	to   event.NodeID
	up   bool
	gone bool // half-open: swallows everything
}

func newWire() *wire {
	return &wire{peers: map[event.NodeID]*peer{}, lines: map[node.SessionID]*line{}}
}

func (w *wire) peer(id event.NodeID) *peer {
	if w.peers[id] == nil {
		w.peers[id] = &peer{state: "there", status: statusOK}
	}
	return w.peers[id]
}

func (w *wire) clock() node.Clock { return node.Clock{Mono: w.now, Wall: event.Wall(w.now / 1e6)} }

func (w *wire) writef(format string, args ...any) {
	if !w.quiet {
		fmt.Fprintf(&w.log, "%-8s %s\n", event.Duration(w.now).Round(event.Millisecond), fmt.Sprintf(format, args...))
	}
}

func (w *wire) breach(format string, args ...any) {
	w.breaches = append(w.breaches, fmt.Sprintf("at %s: ", w.now)+fmt.Sprintf(format, args...))
}

func (w *wire) start() {
	w.do(func() { w.part.Start(w.clock(), &w.out) })
}

// do lets the part act and carries out what it asked for, and what follows from that at once.
func (w *wire) do(act func()) {
	w.out.Reset()
	act()
	w.perform()
	for len(w.inbox) > 0 {
		in := w.inbox[0]
		w.inbox = w.inbox[1:]
		w.input(in)
	}
}

// input hands one input to the part, if its session still exists.
func (w *wire) input(in node.Input) {
	if in.Kind != node.Tick {
		l := w.lines[in.Session]
		if l == nil || l.gone && in.Kind != node.Unreachable {
			return
		}
		switch in.Kind {
		case node.Up:
			l.up = true
			w.writef("%s up", l.to)
		case node.Unreachable:
			w.writef("%s not reached: %s", l.to, in.Reason)
		case node.Down:
			delete(w.lines, in.Session)
			w.writef("%s down: %s", l.to, in.Reason)
		case node.Received:
			if w.acked != nil {
				w.acked(l.to, in.Msg)
			}
		}
	}
	w.out.Reset()
	for _, said := range w.part.Step(w.clock(), &in, &w.out) {
		w.writef("=> %s", said)
	}
	w.perform()
}

func (w *wire) perform() {
	for i := range w.out.Acts {
		a := &w.out.Acts[i]
		switch a.Verb {
		case node.Open:
			w.open(a)
		case node.Send:
			w.send(a)
		case node.Probe:
			w.probe(a)
		case node.Close:
			l := w.lines[a.Session]
			if l == nil {
				w.breach("closes session %d, which is not open", a.Session)
				continue
			}
			w.writef("close %s", l.to)
			delete(w.lines, a.Session)
		case node.Record:
			w.notes = append(w.notes, a.Note)
			w.writef("note %s", noteText(&a.Note))
		}
	}
}

func (w *wire) open(a *node.Act) {
	if a.Session <= w.last {
		w.breach("opens session %d after %d", a.Session, w.last)
	}
	w.last = a.Session
	w.lines[a.Session] = &line{to: a.To.Node, gone: w.peer(a.To.Node).state == "dark"}
	w.opened = append(w.opened, w.now)
	w.writef("open %s", a.To)
	switch p := w.peer(a.To.Node); p.state {
	case "there":
		w.inbox = append(w.inbox, node.Input{Kind: node.Up, Session: a.Session, Peer: a.To.Node})
	case "down":
		w.inbox = append(w.inbox, node.Input{Kind: node.Down, Session: a.Session, Reason: event.Refused})
	}
}

// probe tries a peer: one that is there is found and says nothing, one that is down refuses, and one that is
// dark or slow does not answer.
func (w *wire) probe(a *node.Act) {
	l := w.lines[a.Session]
	if l == nil || !l.up {
		w.breach("probes session %d, which is not up", a.Session)
		return
	}
	w.writef("probe %s", l.to)
	switch p := w.peer(l.to); p.state {
	case "down":
		w.inbox = append(w.inbox, node.Input{Kind: node.Unreachable, Session: a.Session, Reason: event.Refused})
	case "dark", "slow":
		w.probes = append(w.probes, probing{a.Session, w.now.Add(a.Patience)})
	}
}

// unanswered ends the probe that has waited long enough, if there is one until an instant.
func (w *wire) unanswered(until event.Mono) bool {
	next := -1
	for i, p := range w.probes {
		if p.until <= until && (next < 0 || p.until < w.probes[next].until) {
			next = i
		}
	}
	if next < 0 {
		return false
	}
	p := w.probes[next]
	w.probes = slices.Delete(w.probes, next, next+1)
	w.now = max(w.now, p.until)
	w.do(func() {
		w.inbox = append(w.inbox, node.Input{Kind: node.Unreachable, Session: p.session, Reason: event.TimedOut})
	})
	return true
}

func (w *wire) send(a *node.Act) {
	l := w.lines[a.Session]
	if l == nil || !l.up {
		w.breach("sends %s on session %d, which is not up", a.Msg.Class(), a.Session)
		return
	}
	w.writef("%s < %s", l.to, text(a.Msg))
	p := w.peer(l.to)
	if p.state == "down" || p.state == "dark" || l.gone {
		return
	}
	if w.received != nil {
		w.received(l.to, a.Msg)
	}
	if answer := p.answer(a.Msg); answer != nil {
		in := node.Input{Kind: node.Received, Session: a.Session, Msg: answer}
		if p.hold {
			p.kept = append(p.kept, in)
		} else {
			w.inbox = append(w.inbox, in)
		}
	}
}

func (p *peer) answer(m event.Message) event.Message {
	switch m := m.(type) {
	case *event.Batch:
		return &event.BatchAck{Seq: m.Seq}
	case *event.Heartbeat:
		return m
	case *event.PullRequest:
		return &event.PullResponse{ID: m.ID, Path: m.Path, Status: p.status}
	}
	return nil
}

// release lets a peer give the answers that it held.
func (w *wire) release(id event.NodeID) {
	p := w.peer(id)
	p.hold = false
	kept := p.kept
	p.kept = nil
	w.do(func() { w.inbox = append(w.inbox, kept...) })
}

// ackOne lets a peer give the oldest answer that it holds.
func (w *wire) ackOne(id event.NodeID) {
	p := w.peer(id)
	if len(p.kept) == 0 {
		return
	}
	in := p.kept[0]
	p.kept = p.kept[1:]
	w.do(func() { w.inbox = append(w.inbox, in) })
}

// become changes how a peer behaves. One that goes down breaks its sessions, one that goes dark
// swallows them without a word, one that comes back knows nothing of them. One that is slow takes
// up new sessions when it is there again.
func (w *wire) become(id event.NodeID, state string) {
	was := w.peer(id).state
	w.peer(id).state = state
	w.peer(id).kept = nil
	switch state {
	case "there":
		if was == "slow" {
			w.takeUp(id)
		}
	case "down":
		w.reset(id)
	case "dark":
		for _, l := range w.lines {
			l.gone = l.gone || l.to == id
		}
	}
}

// takeUp lets the sessions that a slow peer was asked for come up.
func (w *wire) takeUp(id event.NodeID) {
	w.do(func() {
		for s := node.SessionID(1); s <= w.last; s++ {
			if l := w.lines[s]; l != nil && l.to == id && !l.gone && !l.up {
				w.inbox = append(w.inbox, node.Input{Kind: node.Up, Session: s, Peer: id})
			}
		}
	})
}

// reset breaks the sessions to a peer that are not swallowed.
func (w *wire) reset(id event.NodeID) {
	w.do(func() {
		for s := node.SessionID(1); s <= w.last; s++ {
			if l := w.lines[s]; l != nil && l.to == id && !l.gone {
				why := event.Reset
				if !l.up {
					why = event.Refused
				}
				w.inbox = append(w.inbox, node.Input{Kind: node.Down, Session: s, Reason: why})
			}
		}
	})
}

// say lets a peer say something on every session to it.
func (w *wire) say(id event.NodeID, m event.Message) {
	w.do(func() {
		for s := node.SessionID(1); s <= w.last; s++ {
			if l := w.lines[s]; l != nil && l.to == id && l.up {
				w.inbox = append(w.inbox, node.Input{Kind: node.Received, Session: s, Msg: m})
			}
		}
	})
}

// wait lets time pass, with a Tick at each deadline.
func (w *wire) wait(d event.Duration) {
	until := w.now.Add(d)
	for same := 0; ; same++ {
		due := w.part.Deadline()
		if w.unanswered(min(due, until)) {
			continue
		}
		if due > until {
			break
		}
		if due > w.now {
			w.now, same = due, 0
		}
		if same > 100 {
			w.breach("asks for one Tick after another without end")
			break
		}
		w.do(func() { w.inbox = append(w.inbox, node.Input{Kind: node.Tick}) })
	}
	w.now = until
}

// count tells how many notes of a kind were stated.
func (w *wire) count(f node.Fact) int {
	n := 0
	for i := range w.notes {
		if w.notes[i].Fact == f {
			n++
		}
	}
	return n
}

func noteText(n *node.Note) string {
	words := []string{n.Fact.String()}
	for _, s := range []string{n.ID, n.Detail, string(n.Peer), n.Reason.String()} {
		if s != "" {
			words = append(words, s)
		}
	}
	if n.Request != 0 {
		words = append(words, fmt.Sprintf("#%d", n.Request))
	}
	if n.N != 0 {
		words = append(words, event.Duration(n.N).Round(event.Millisecond).String())
	}
	return strings.Join(words, " ")
}

// text puts a message into words.
func text(m event.Message) string {
	switch m := m.(type) {
	case *event.Subscribe:
		return "subscribe " + string(m.Topic)
	case *event.Publish:
		return "publish " + string(m.Topic) + " " + text(m.Body)
	case *event.Batch:
		var all []string
		for _, e := range m.Events {
			all = append(all, text(e))
		}
		return fmt.Sprintf("batch %d: %s", m.Seq, strings.Join(all, " "))
	case *event.Throttle:
		return fmt.Sprintf("#%d", m.ID)
	case *event.Decision:
		return fmt.Sprintf("%s=%t(%s)", m.Key, m.IsThrottled, m.Remaining)
	case *event.PullRequest:
		return fmt.Sprintf("get %s #%d", m.Path, m.ID)
	case *event.Heartbeat:
		return "heartbeat"
	case nil:
		return "nothing"
	}
	return m.Class().String() + " " + event.IDOf(m)
}
