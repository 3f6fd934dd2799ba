package nodetest

import (
	"fmt"
	"maps"
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// peers are the other ends of the machine's sessions: brokers that remember what is subscribed,
// receivers that acknowledge batches, an internal API with tables, key managers and a directory of files
// that have the same. They answer at once, the internal API and key managers after their delay.
type peers struct {
	sessions map[node.SessionID]*peer
	cut      map[event.NodeID]cut
	accepted node.SessionID
	ack      bool
	api      internalAPI
}

// peer is one session's other end.
type peer struct {
	to       event.Endpoint
	topic    event.Topic
	accepted bool
}

// cut is how a node cannot be reached.
type cut struct {
	reason event.Reason
	silent bool
}

func newPeers() peers {
	return peers{sessions: map[node.SessionID]*peer{}, cut: map[event.NodeID]cut{}, ack: true}
}

// forget ends all sessions, as a restart of the machine does.
func (p *peers) forget() { clear(p.sessions) }

// react returns what an act of the machine makes its peers do.
func (p *peers) react(a *node.Act) []later {
	switch a.Verb {
	case node.Open:
		return p.open(a)
	case node.Close:
		delete(p.sessions, a.Session)
	case node.Send:
		if s := p.sessions[a.Session]; s != nil {
			if _, away := p.cut[s.to.Node]; !away {
				return p.sent(a, s)
			}
		}
	}
	return nil
}

func (p *peers) open(a *node.Act) []later {
	c, away := p.cut[a.To.Node]
	switch {
	case away && c.silent:
		p.sessions[a.Session] = &peer{to: a.To}
		return nil
	case away:
		return now(node.Input{Kind: node.Down, Session: a.Session, Peer: a.To.Node, Reason: event.Refused})
	}
	p.sessions[a.Session] = &peer{to: a.To}
	return now(node.Input{Kind: node.Up, Session: a.Session, Peer: a.To.Node})
}

func (p *peers) sent(a *node.Act, s *peer) []later {
	back := node.Input{Kind: node.Received, Session: a.Session, Peer: s.to.Node}
	switch m := a.Msg.(type) {
	case *event.Subscribe:
		s.topic = m.Topic
		return nil
	case *event.Heartbeat:
		back.Msg = m
	case *event.Batch:
		if !p.ack || s.accepted {
			return nil
		}
		back.Msg = &event.BatchAck{Seq: m.Seq}
	case *event.StoreOp:
		back.Msg = p.api.filed(m)
	case *event.PullRequest:
		back.Msg = p.api.answer(m)
		return []later{{p.api.delay, back}}
	default:
		return nil
	}
	return now(back)
}

func now(in node.Input) []later { return []later{{in: in}} }

// still tells whether a session is there, so that an answer on its way arrives.
func (p *peers) still(s node.SessionID) bool {
	peer := p.sessions[s]
	if peer == nil {
		return false
	}
	_, away := p.cut[peer.to.Node]
	return !away
}

// name names a session by its peer, and its topic if it has one.
func (p *peers) name(s node.SessionID) string {
	switch peer := p.sessions[s]; {
	case peer == nil:
		return "?"
	case peer.topic != "":
		return string(peer.to.Node) + "/" + string(peer.topic)
	default:
		return peer.to.String()
	}
}

// find lists the sessions with a peer for which is says yes, in order of their numbers.
func (p *peers) find(is func(*peer) bool) []node.SessionID {
	var found []node.SessionID
	for _, id := range slices.Sorted(maps.Keys(p.sessions)) {
		if is(p.sessions[id]) {
			found = append(found, id)
		}
	}
	return found
}

// lose makes a node unreachable and returns the ends of its sessions.
func (p *peers) lose(n event.NodeID, c cut) []node.Input {
	p.cut[n] = c
	if c.silent {
		return nil
	}
	var ends []node.Input
	for _, id := range p.find(func(s *peer) bool { return s.to.Node == n }) {
		ends = append(ends, node.Input{Kind: node.Down, Session: id, Peer: n, Reason: c.reason})
		delete(p.sessions, id)
	}
	return ends
}

// accept opens a session from a peer to the machine.
func (p *peers) accept(n event.NodeID, service string) (node.Input, error) {
	for s := event.Topics; s <= event.Counters; s++ {
		if s.String() == service {
			p.accepted--
			p.sessions[p.accepted] = &peer{to: event.Endpoint{Node: n, Service: s}, accepted: true}
			return node.Input{Kind: node.Up, Session: p.accepted, Peer: n, Service: s}, nil
		}
	}
	return node.Input{}, fmt.Errorf("no service is called %q", service)
}
