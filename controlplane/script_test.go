package controlplane

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// TestScripts plays testdata/*.txt: one control plane, cp-1, among brokers, other control planes and a
// database that take and answer everything at once unless told otherwise.
//
//	cp wso2|hardened [groups=cp-1,cp-2] [duplicate=B,…] [remote=B:STREAM,…] [outbox=N] [pulls=N] [tells=false]   boots a fresh one
//	   [forward=B:TOPIC] [most=N]
//	   [cache=DURATION] [invalidation=DOMAIN] [excluded=PART] [most-entries=N]
//	restart · crash at MARK             the latter at its next step; it is booted again at once
//	the steps of stepOf · step IDENTIFIER STEP…, which gives the event its id
//	pull PEER PATH [NAME] [labels=A,B] · ack PEER API REVISION
//	register GATEWAY AT LABEL,… · beat GATEWAY AT · states GATEWAY STATE…   of 4.6
//	batch PEER EVENT…                   another control plane's data bridge
//	heard TOPIC EVENT…                  what a topic says to an event receiver
//	elsewhere scope NAME=TEXT | elsewhere scope NAME gone   what another control plane writes
//	refuse TARGET · fail TARGET · reset TARGET · heal TARGET
//	cp … older=publisher|store|key-manager [environment=NAME:GW,GW] [managers=TM] [revoke-at=GW]   of the 2.x layout
//	validate PEER TOKEN CONSUMER-KEY API · pass-on PEER TOKEN
//	db answers|silent|refuses · advance DURATION · the oddities of nonsense
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts in testdata: %v", err)
	}
	for _, path := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			s := &scene{}
			datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
				s.t = t
				s.text.Reset()
				for _, line := range append([]string{firstLine(d)}, strings.Split(d.Input, "\n")...) {
					if words := strings.Fields(line); len(words) > 0 {
						s.run(words)
					}
				}
				if s.text.Len() == 0 {
					return "nothing\n"
				}
				return s.text.String()
			})
		})
	}
}

func firstLine(d *datadriven.TestData) string {
	words := []string{d.Cmd}
	for _, a := range d.CmdArgs {
		words = append(words, a.String())
	}
	return strings.Join(words, " ")
}

// scene is the control plane under test and everybody around it.
type scene struct {
	t          *testing.T
	cfg        Config
	cp         *ControlPlane
	db         *rows
	at         event.Mono // since the boot
	wall       event.Wall
	open       map[node.SessionID]event.Endpoint
	subscribed map[event.Topic]node.SessionID
	refused    map[event.NodeID]bool
	failing    map[event.NodeID]bool           // that answer calls with 500
	peers      map[event.NodeID]node.SessionID // accepted
	accepted   node.SessionID
	crashAt    string
	calls      event.CallID
	answers    map[event.CallID]int
	queue      []node.Input
	text       strings.Builder
}

func (s *scene) run(w []string) {
	switch w[0] {
	case "cp":
		s.configure(w[1:])
		s.boot()
	case "restart":
		s.boot()
	case "crash":
		s.crashAt = strings.Join(w[2:], " ")
	case "refuse":
		s.refused[event.NodeID(w[1])] = true
	case "fail":
		s.failing[event.NodeID(w[1])] = true
	case "heal":
		delete(s.failing, event.NodeID(w[1]))
		delete(s.refused, event.NodeID(w[1]))
	case "reset":
		s.reset(event.NodeID(w[1]))
	case "db":
		s.db.mode = w[1]
	case "elsewhere":
		s.elsewhere(w[2:])
	case "advance":
		s.advance(w[1])
	case "pull", "ack", "batch", "register", "beat", "states", "validate", "pass-on":
		s.say(event.NodeID(w[1]), s.request(w))
	case "heard":
		s.heard(event.Topic(w[1]), w)
	case "nonsense":
		s.nonsense(w[1])
	case "step":
		s.call(s.step(w[1], w[2:]))
	default:
		s.call(s.step("", w))
	}
	s.settle()
}

func (s *scene) configure(w []string) {
	*s = scene{t: s.t, db: newRows(), refused: make(map[event.NodeID]bool), failing: make(map[event.NodeID]bool), wall: 1_000_000, answers: make(map[event.CallID]int)}
	s.cfg = WSO2()
	if w[0] == "hardened" {
		s.cfg = Hardened()
	}
	s.cfg.ID, s.cfg.Region, s.cfg.Store, s.cfg.Broker = "cp-1", "eu", "store.eu", "cp-1.broker"
	for _, arg := range w[1:] {
		k, v, _ := strings.Cut(arg, "=")
		switch k {
		case "groups":
			for _, id := range strings.Split(v, ",") {
				to := event.Endpoint{Node: event.NodeID(id), Service: event.Feed}
				s.cfg.PublishGroups = append(s.cfg.PublishGroups, session.Group{Endpoints: []event.Endpoint{to}})
			}
		case "duplicate":
			s.cfg.Duplicate = nodes(v)
		case "remote":
			hub, topics, _ := strings.Cut(v, ":")
			s.cfg.Remotes = append(s.cfg.Remotes, Remote{Region: "us", Brokers: nodes(hub), Streams: s.streams(topics)})
		case "forward":
			hub, topic, _ := strings.Cut(v, ":")
			s.cfg.Forwards = append(s.cfg.Forwards, Forward{Topic: event.Topic(topic), Brokers: nodes(hub)})
		case "most":
			s.cfg.ForwardMost = s.number(v)
		case "tenants":
			s.cfg.Tenants = []event.Tenant{event.Tenant(v)}
		case "outbox":
			s.cfg.Outbox = s.number(v)
		case "pulls":
			s.cfg.Pulls = s.number(v)
		case "older":
			s.cfg.Duty = map[string]Duty{"publisher": Publisher, "store": Storefront, "key-manager": KeyManager}[v]
			s.cfg.Broker = ""
		case "environment":
			name, to, _ := strings.Cut(v, ":")
			s.cfg.Push.Environments = append(s.cfg.Push.Environments, Environment{Name: name, Gateways: nodes(to)})
		case "managers":
			s.cfg.Push.Managers = nodes(v)
		case "revoke-at":
			s.cfg.Push.RevokeAt = nodes(v)
		case "cache":
			s.cfg.Cache.Expiry = s.length(v)
		case "invalidation":
			s.cfg.Cache.Invalidation, s.cfg.Cache.Domain = true, v
		case "excluded":
			s.cfg.Cache.Excluded = []string{v}
		case "most-entries":
			s.cfg.Cache.Most = s.number(v)
		case "tells":
			s.cfg.KeyManagerTells = v == "true"
		case "realtime":
			s.cfg.RealtimeRevocation = v == "true"
		default:
			s.t.Fatalf("%q: see TestScripts", arg)
		}
	}
}

func nodes(list string) []event.NodeID {
	var ids []event.NodeID
	for _, id := range strings.Split(list, ",") {
		ids = append(ids, event.NodeID(id))
	}
	return ids
}

func (s *scene) streams(list string) []Stream {
	var all []Stream
	for _, topic := range strings.Split(list, ",") {
		for _, st := range Streams() {
			if string(st.Topic()) == topic {
				all = append(all, st)
			}
		}
	}
	return all
}

func (s *scene) boot() {
	s.cp, s.at, s.queue = New(s.cfg), 0, nil
	s.open, s.peers = make(map[node.SessionID]event.Endpoint), make(map[event.NodeID]node.SessionID)
	s.subscribed = make(map[event.Topic]node.SessionID)
	s.step1(node.Input{Kind: node.Boot})
	s.settle()
}

// settle hands over what is on its way until nothing is.
func (s *scene) settle() {
	for len(s.queue) > 0 {
		in := s.queue[0]
		s.queue = s.queue[1:]
		s.step1(in)
	}
}

// elsewhere writes the row of a scope past the control plane.
func (s *scene) elsewhere(w []string) {
	name, says, _ := strings.Cut(w[0], "=")
	s.db.write(event.Row{Table: event.TableScope, Key: name, Scope: &event.Scope{Name: name, Display: says}, Deleted: len(w) > 1})
}

func (s *scene) length(text string) event.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func (s *scene) advance(length string) {
	end := s.at.Add(s.length(length))
	for s.cp.Deadline() <= end {
		s.pass(max(s.at, s.cp.Deadline()))
		s.step1(node.Input{Kind: node.Tick})
		s.settle()
	}
	s.pass(end)
}

func (s *scene) pass(to event.Mono) {
	s.wall = s.wall.Add(to.Sub(s.at))
	s.at = to
}

func (s *scene) step1(in node.Input) {
	var out node.Output
	s.cp.Step(node.Clock{Mono: s.at, Wall: s.wall}, in, &out)
	for i := range out.Acts {
		a := &out.Acts[i]
		s.perform(a)
		if a.Verb == node.Spot && a.Mark == s.crashAt {
			s.crashAt = ""
			s.printf("cp-1 crashes and comes back")
			s.boot()
			return
		}
	}
}

func (s *scene) perform(a *node.Act) {
	switch a.Verb {
	case node.Open:
		s.opened(a)
	case node.Close:
		s.printf("closes %s", s.open[a.Session])
		delete(s.open, a.Session)
	case node.Send:
		s.sent(a)
	case node.Answer:
		done := a.Msg.(*event.StepDone)
		s.answers[a.Call]++
		s.printf("answers %s", strings.TrimSpace(fmt.Sprint(done.Status, " ", done.Reason)))
	case node.Record:
		s.noted(&a.Note)
	case node.Spot:
		s.printf("mark %q", a.Mark)
	}
}

func (s *scene) opened(a *node.Act) {
	in := node.Input{Kind: node.Up, Session: a.Session, Peer: a.To.Node, Service: a.To.Service}
	if s.refused[a.To.Node] {
		s.queue = append(s.queue, node.Input{Kind: node.Down, Session: a.Session, Reason: event.Refused})
		return
	}
	s.open[a.Session] = a.To
	if a.To.Node == "cp-1" {
		s.accept("cp-1", event.Feed)
	}
	s.queue = append(s.queue, in)
}

func (s *scene) accept(peer event.NodeID, want event.Service) node.SessionID {
	if _, known := s.peers[peer]; !known {
		s.accepted--
		s.peers[peer] = s.accepted
		s.queue = append(s.queue, node.Input{Kind: node.Up, Session: s.accepted, Peer: peer, Service: want})
	}
	return s.peers[peer]
}

// sent carries a message to whoever is at the other end, and what that one answers back.
func (s *scene) sent(a *node.Act) {
	if a.Session < 0 {
		s.answered(a)
		return
	}
	to := s.open[a.Session]
	if _, beat := a.Msg.(*event.Heartbeat); !beat {
		s.printf("> %s  %s", to.Node, said(a.Msg))
	}
	var back event.Message
	switch m := a.Msg.(type) {
	case *event.Subscribe:
		s.subscribed[m.Topic] = a.Session
	case *event.StoreOp:
		if r := s.db.answer(m); r != nil {
			back = r
		}
	case *event.Batch:
		if to.Node == "cp-1" {
			s.queue = append(s.queue, node.Input{Kind: node.Received, Session: s.peers["cp-1"], Msg: m})
			return
		}
		back = &event.BatchAck{Seq: m.Seq}
	case *event.PullRequest:
		r := &event.PullResponse{ID: m.ID, Path: m.Path, Status: 200}
		if s.failing[to.Node] {
			r.Status = 500
		}
		back = r
	case *event.Heartbeat:
		back = m
	}
	if back != nil {
		s.queue = append(s.queue, node.Input{Kind: node.Received, Session: a.Session, Msg: back})
	}
}

// answered is what goes out on an accepted session.
func (s *scene) answered(a *node.Act) {
	for peer, n := range s.peers {
		if n != a.Session {
			continue
		}
		if peer != "cp-1" {
			s.printf("> %s  %s", peer, said(a.Msg))
			return
		}
		for own, to := range s.open {
			if to.Node == "cp-1" {
				s.queue = append(s.queue, node.Input{Kind: node.Received, Session: own, Msg: a.Msg})
			}
		}
	}
}

func (s *scene) reset(peer event.NodeID) {
	for n, to := range s.open {
		if to.Node == peer {
			delete(s.open, n)
			s.queue = append(s.queue, node.Input{Kind: node.Down, Session: n, Reason: event.Reset})
		}
	}
	if n, ok := s.peers[peer]; ok {
		delete(s.peers, peer)
		s.queue = append(s.queue, node.Input{Kind: node.Down, Session: n, Reason: event.Reset})
	}
}

func (s *scene) call(m event.Message) {
	s.calls++
	s.queue = append(s.queue, node.Input{Kind: node.Called, Call: s.calls, Msg: m})
}

// heard hands an event receiver what its topic says.
func (s *scene) heard(topic event.Topic, w []string) {
	for _, m := range s.request(w).(*event.Batch).Events {
		on := s.subscribed[topic]
		s.queue = append(s.queue, node.Input{Kind: node.Received, Session: on, Msg: &event.Publish{Topic: topic, Body: m}})
	}
}

func (s *scene) say(peer event.NodeID, m event.Message) {
	want := event.Pull
	if _, feed := m.(*event.Batch); feed {
		want = event.Feed
	}
	s.queue = append(s.queue, node.Input{Kind: node.Received, Session: s.accept(peer, want), Msg: m})
}

func (s *scene) number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *scene) printf(format string, args ...any) {
	fmt.Fprintf(&s.text, "%6s  ", s.at)
	fmt.Fprintf(&s.text, format, args...)
	s.text.WriteByte('\n')
}
