package keyvalue

import (
	"hubsim/event"
	"hubsim/node"
)

// Config describes one store. Its knob is no key of deployment.toml: it is the store's own.
type Config struct {
	ID event.NodeID
	// Keys is how many keys there may be; a command that would make another fails, as with maxmemory and
	// noeviction. Redis: 0, no bound.
	Keys int
}

// WSO2 returns the knobs for the product's profile: a Redis out of the box.
func WSO2() Config { return Config{} }

// Hardened returns the knobs for the hardened profile: ten million keys, some 1 GB of a Redis.
func Hardened() Config { return Config{Keys: 10_000_000} }

// Store is one key-value store.
type Store struct {
	cfg     Config
	keys    map[string]value
	dying   []string // keys with an expiry, each once, in about the order in which they go
	clients map[node.SessionID]event.NodeID
}

// value is a number and when it is gone.
type value struct {
	n     int64
	gone  event.Mono
	dying bool // the key is listed in dying
}

var _ node.Node = (*Store)(nil)

// New builds an empty store.
func New(cfg Config) *Store {
	return &Store{cfg: cfg, keys: map[string]value{}, clients: map[node.SessionID]event.NodeID{}}
}

// Deadline implements node.Node. Expired keys are found when they are asked for, and a few with each
// command.
func (*Store) Deadline() event.Mono { return event.Never }

// Step implements node.Node.
func (s *Store) Step(now node.Clock, in node.Input, out *node.Output) {
	switch in.Kind {
	case node.Up:
		if in.Service != event.Counters {
			out.Close(in.Session)
			return
		}
		s.clients[in.Session] = in.Peer
		out.Note(node.Note{Fact: node.Connected, Peer: in.Peer, N: int64(len(s.clients))})
	case node.Down:
		if peer, accepted := s.clients[in.Session]; accepted {
			delete(s.clients, in.Session)
			out.Note(node.Note{Fact: node.Lost, Peer: peer, Reason: in.Reason})
		}
	case node.Received:
		op, ok := in.Msg.(*event.CounterOp)
		if !ok || op == nil {
			out.Note(node.Note{Fact: node.EventIgnored, Reason: event.Malformed})
			return
		}
		s.sweep(now.Mono)
		r := s.do(now.Mono, op)
		out.Send(in.Session, &r)
	case node.Called:
		out.Answer(in.Call, &event.StepDone{Status: 400, Reason: "a key-value store takes no calls; ask a control plane"})
	}
}

// do carries one command out.
func (s *Store) do(now event.Mono, op *event.CounterOp) event.CounterResult {
	v, there := s.keys[op.Key]
	there = there && now < v.gone
	if !there {
		v = value{gone: event.Never}
	}
	switch op.Do {
	case event.CounterGet:
		return event.CounterResult{ID: op.ID, OK: true, There: there, N: v.n}
	case event.CounterSet:
		v = value{n: op.N, gone: event.Never}
		if op.Expire > 0 {
			v.gone = now.Add(op.Expire)
		}
	case event.CounterAdd:
		if sum := v.n + op.N; (sum > v.n) == (op.N > 0) || op.N == 0 {
			v.n = sum
			break
		}
		return event.CounterResult{ID: op.ID} // Redis: increment or decrement would overflow
	default:
		return event.CounterResult{ID: op.ID}
	}
	old, listed := s.keys[op.Key]
	if !listed && s.cfg.Keys > 0 && len(s.keys) >= s.cfg.Keys {
		return event.CounterResult{ID: op.ID}
	}
	if v.gone != event.Never && !old.dying {
		s.dying = append(s.dying, op.Key)
	}
	v.dying = old.dying || v.gone != event.Never
	s.keys[op.Key] = v
	return event.CounterResult{ID: op.ID, OK: true, There: true, N: v.n}
}

// sweep removes some of the expired keys that nobody asks for, more than one command can make.
func (s *Store) sweep(now event.Mono) {
	for range min(2, len(s.dying)) {
		key := s.dying[0]
		s.dying = s.dying[1:]
		v := s.keys[key]
		switch {
		case v.gone <= now:
			delete(s.keys, key)
		case v.gone == event.Never:
			v.dying = false
			s.keys[key] = v
		default:
			s.dying = append(s.dying, key)
		}
	}
}
