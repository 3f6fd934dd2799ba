package trafficmgr

import (
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

// TestCountsComeTogether lets two traffic managers count one key at random while their commands and the
// answers travel as they like, and expects both to know the sum once all is quiet. Hardened ones must get
// over lost connections and a store that forgets; the product's get over neither, and must have met the
// key one after the other.
func TestCountsComeTogether(t *testing.T) {
	for _, row := range []struct {
		name   string
		config Config
		faults bool
	}{{"wso2", WSO2(), false}, {"hardened", Hardened(), true}} {
		t.Run(row.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				p := newPair(row.config)
				if !row.faults {
					p.meet()
				}
				one := rapid.SampledFrom(p.all)
				actions := map[string]func(*rapid.T){
					"event":  func(t *rapid.T) { p.event(one.Draw(t, "at")) },
					"carry":  func(t *rapid.T) { p.carry(one.Draw(t, "of")) },
					"answer": func(t *rapid.T) { p.answer(one.Draw(t, "to")) },
					"wait":   func(*rapid.T) { p.wait() },
				}
				if row.faults {
					actions["cut"] = func(t *rapid.T) { p.cut(one.Draw(t, "whose")) }
					actions["flush"] = func(*rapid.T) { clear(p.store) }
				}
				t.Repeat(actions)
				p.quiet()
				for _, m := range p.all {
					if got := m.sum(); m.counted > 0 && got != p.events {
						t.Fatalf("%s knows of %d events, %d were counted (%d here); the store holds %v", m.id, got, p.events, m.counted, p.store)
					}
				}
			})
		})
	}
}

// TestTheFirstEventMayWipeAnothersCount has both meet a key at once: each reads that it is not there, one
// counts and adds, and the other sets it to 0 (DistributedCountAttributeAggregator.java,
// initializeFromKVStore). Hardened, nobody sets what is another's.
func TestTheFirstEventMayWipeAnothersCount(t *testing.T) {
	for _, row := range []struct {
		name   string
		config Config
		want   int64
	}{{"wso2", WSO2(), 1}, {"hardened", Hardened(), 2}} {
		p := newPair(row.config)
		slow, quick := p.all[0], p.all[1]
		p.event(slow)
		p.carry(slow)
		p.event(quick)
		for range 5 {
			p.carry(quick)
			p.answer(quick)
			p.wait()
		}
		p.quiet()
		if slow.sum() != row.want || quick.sum() != row.want {
			t.Errorf("%s: two events, and they know of %d and %d, want %d; the store holds %v", row.name, slow.sum(), quick.sum(), row.want, p.store)
		}
	}
}

// pair is two traffic managers and the store between them. Their time is the same minute's.
type pair struct {
	all    []*sharer
	store  map[string]int64
	now    node.Clock
	events int64
}

// meet has each count an event and hear all answers before the other does.
func (p *pair) meet() {
	for _, m := range p.all {
		p.event(m)
		p.quiet()
	}
}

// quiet lets everything arrive, for a second.
func (p *pair) quiet() {
	for range 100 {
		p.wait()
		for range 20 {
			for _, m := range p.all {
				p.carry(m)
				p.answer(m)
			}
		}
	}
}

// sharer is one of them with what is on its way.
type sharer struct {
	*Manager
	id      event.NodeID
	link    node.SessionID // to the store; 0: none
	asked   []*event.CounterOp
	answers []*event.CounterResult
	counted int64
	batches uint64
}

func newPair(c Config) *pair {
	p := &pair{store: map[string]int64{}, now: node.Clock{Wall: t0}}
	c.OnDisk = []Policy{{Name: "Many", Level: event.SubscriptionLevel, Tenant: event.Super, Unit: event.Minute, Quota: Quota{Kind: RequestCount, Limit: 1 << 40}}}
	c.DeployPolicies, c.Sharing.Store = false, "kv"
	for i, id := range []event.NodeID{"tm-1", "tm-2"} {
		c.ID, c.Sharing.Peers = id, []event.NodeID{[]event.NodeID{"tm-2", "tm-1"}[i]}
		m := &sharer{Manager: New(c), id: id}
		p.all = append(p.all, m)
		p.step(m, node.Input{Kind: node.Boot})
		p.step(m, node.Input{Kind: node.Up, Session: -1, Peer: "gw-1", Service: event.Feed})
	}
	return p
}

// step hands a manager an input; connections to the store come up at once.
func (p *pair) step(m *sharer, in node.Input) {
	var out node.Output
	m.Step(p.now, in, &out)
	opened := node.SessionID(0)
	for _, a := range out.Acts {
		switch {
		case a.Verb == node.Open && a.To.Service == event.Counters:
			opened, m.asked, m.answers = a.Session, nil, nil
		case a.Verb == node.Close && a.Session == m.link:
			m.link, m.asked, m.answers = 0, nil, nil
		case a.Verb == node.Record && a.Note.Fact == node.Counted:
			m.counted++
			p.events++
		case a.Verb == node.Send:
			if op, ok := a.Msg.(*event.CounterOp); ok {
				m.asked = append(m.asked, op)
			}
		}
	}
	if opened != 0 {
		m.link = opened
		p.step(m, node.Input{Kind: node.Up, Session: opened, Peer: "kv"})
	}
}

func (p *pair) event(m *sharer) {
	m.batches++
	e := &event.Throttle{ID: event.RequestID(m.batches), At: p.now.Wall, Attributes: &event.Attributes{
		APITenant: event.Super, SubscriptionKey: "key", SubscriptionTier: "Many",
	}}
	p.step(m, node.Input{Kind: node.Received, Session: -1, Msg: &event.Batch{Seq: m.batches, Events: []event.Message{e}}})
}

// carry lets the store carry out the oldest command of a manager.
func (p *pair) carry(m *sharer) {
	if len(m.asked) == 0 {
		return
	}
	op := m.asked[0]
	m.asked = m.asked[1:]
	switch op.Do {
	case event.CounterSet:
		p.store[op.Key] = op.N
	case event.CounterAdd:
		p.store[op.Key] += op.N
	}
	n, there := p.store[op.Key]
	m.answers = append(m.answers, &event.CounterResult{ID: op.ID, OK: true, There: there, N: n})
}

// answer lets the oldest answer arrive.
func (p *pair) answer(m *sharer) {
	if len(m.answers) > 0 {
		a := m.answers[0]
		m.answers = m.answers[1:]
		p.step(m, node.Input{Kind: node.Received, Session: m.link, Msg: a})
	}
}

// cut breaks a manager's connection: some of its commands were carried out, and no answer comes.
func (p *pair) cut(m *sharer) {
	if down := m.link; down != 0 {
		m.link, m.asked, m.answers = 0, nil, nil
		p.step(m, node.Input{Kind: node.Down, Session: down, Reason: event.Reset})
	}
}

// wait lets 10 ms pass.
func (p *pair) wait() {
	p.now.Mono = p.now.Mono.Add(10 * event.Millisecond)
	p.now.Wall = t0.Add(event.Duration(p.now.Mono))
	for _, m := range p.all {
		if m.Deadline() <= p.now.Mono {
			p.step(m, node.Input{Kind: node.Tick})
		}
	}
}

func (m *sharer) sum() int64 {
	plan := m.registry.sets[0].Plans[0]
	if _, k := plan.keys.lookup("key"); k != nil {
		return k.sum
	}
	return 0
}

// TestADeltaIsPutBack breaks a connection that carried an addition. Not carried out, it comes with the next
// one; carried out, it is counted twice: the product cannot tell. Hardened, nothing is added.
func TestADeltaIsPutBack(t *testing.T) {
	for _, row := range []struct {
		name    string
		config  Config
		carried bool
		want    int64
	}{
		{"wso2, lost on the way there", WSO2(), false, 2}, {"wso2, the answer lost", WSO2(), true, 3},
		{"hardened, lost on the way there", Hardened(), false, 2}, {"hardened, the answer lost", Hardened(), true, 2},
	} {
		p := newPair(row.config)
		m := p.all[0]
		p.event(m)
		p.quiet()
		p.event(m)
		p.wait()
		if row.carried {
			p.carry(m)
		}
		p.cut(m)
		p.quiet()
		if m.sum() != row.want {
			t.Errorf("%s: two events count for %d, want %d", row.name, m.sum(), row.want)
		}
	}
}

// TestAManagerAsksForItsOwnCount restarts a manager in the middle of a window. The product takes the
// number of all; a hardened one finds what it had counted under its own key.
func TestAManagerAsksForItsOwnCount(t *testing.T) {
	for name, c := range map[string]Config{"wso2": WSO2(), "hardened": Hardened()} {
		p := newPair(c)
		p.meet()
		m := p.all[0]
		cfg := m.cfg
		*m = sharer{Manager: New(cfg), id: m.id}
		p.step(m, node.Input{Kind: node.Boot})
		p.step(m, node.Input{Kind: node.Up, Session: -1, Peer: "gw-1", Service: event.Feed})
		p.event(m)
		p.quiet()
		if m.sum() != 3 {
			t.Errorf("%s: it knows of %d events of 3", name, m.sum())
		}
	}
}
