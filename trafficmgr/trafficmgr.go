package trafficmgr

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// Manager is a traffic manager.
type Manager struct {
	cfg        Config
	numbers    session.Numbers
	own        session.Publisher
	duplicate  session.Publisher
	deployer   deployer
	admin      admin // of the 2.x layout
	registry   registry
	receiver   receiver
	counters   counters
	next       event.Message // taken from the receiver, and not counted yet
	properties propertiesReader
	arrival    Arrival // reused: one event at a time
}

var _ node.Node = (*Manager)(nil)

// New returns a traffic manager that has not booted. It keeps nothing over a restart.
func New(c Config) *Manager {
	m := &Manager{cfg: c}
	m.own = session.NewPublisher(m.publisher(c.Brokers), &m.numbers)
	m.duplicate = session.NewPublisher(m.publisher(c.Duplicate), &m.numbers)
	m.duplicate.Share(&m.own)
	m.deployer = newDeployer(&m.cfg, &m.numbers)
	m.admin = newAdmin(&m.cfg, &m.numbers)
	m.registry = newRegistry(&m.cfg)
	m.counters = newCounters(&m.cfg, &m.numbers)
	if m.counters.on() {
		m.registry.share = m.counters.share
	}
	m.receiver = newReceiver(&m.cfg)
	return m
}

func (m *Manager) publisher(hubs []event.NodeID) session.PublisherConfig {
	c := m.cfg.Session.Publisher
	c.Hubs, c.Self = hubs, m.cfg.ID
	return c
}

// Step implements node.Node.
func (m *Manager) Step(now node.Clock, in node.Input, out *node.Output) {
	switch in.Kind {
	case node.Boot:
		m.boot(now, out)
	case node.Called:
		m.called(&in, out)
	case node.Tick:
		m.roll(now, false, out)
		m.work(now, out)
	}
	if in.Session < 0 {
		m.accepted(now, &in, out)
		return
	}
	m.own.Step(now, &in, out)
	if len(m.cfg.Duplicate) > 0 {
		m.duplicate.Step(now, &in, out)
	}
	m.deployer.step(now, &in, &m.registry, out)
	m.resets(now, out)
	if done, ok := m.admin.files.Step(now, &in, out); ok {
		m.filed(done, out)
	}
	if m.counters.on() {
		m.counters.step(now, &in, &m.registry, out)
		m.work(now, out)
	}
}

// Deadline implements node.Node.
func (m *Manager) Deadline() event.Mono {
	next := min(m.registry.deadline(), m.own.Deadline(), m.deployer.deadline(), m.admin.files.Deadline())
	if m.next == nil { // else the store's answer counts it, and what is behind it
		next = min(next, m.receiver.deadline())
	}
	if len(m.cfg.Duplicate) > 0 {
		next = min(next, m.duplicate.Deadline())
	}
	if m.counters.on() {
		next = min(next, m.counters.deadline())
	}
	return next
}

func (m *Manager) boot(now node.Clock, out *node.Output) {
	for _, p := range m.cfg.OnDisk {
		m.registry.deploy(p, out)
	}
	m.own.Start(now, out)
	if len(m.cfg.Duplicate) > 0 {
		m.duplicate.Start(now, out)
	}
	m.deployer.start(now, out)
	m.admin.files.Start(now, out)
}

// called refuses: nothing calls a traffic manager.
func (m *Manager) called(in *node.Input, out *node.Output) {
	if _, ok := in.Msg.(*event.Request); ok {
		out.Answer(in.Call, &event.Reply{Status: 404, Code: event.NotDeployed})
		return
	}
	out.Answer(in.Call, &event.StepDone{Status: 404, Reason: "a traffic manager takes no calls; ask a control plane"})
}

// accepted takes what comes on sessions that others opened.
func (m *Manager) accepted(now node.Clock, in *node.Input, out *node.Output) {
	switch in.Kind {
	case node.Up:
		if in.Service != event.Feed && !(in.Service == event.Pull && m.admin.files.On()) {
			out.Close(in.Session)
		}
	case node.Received:
		if ask, ok := in.Msg.(*event.PullRequest); ok && ask != nil {
			m.ordered(now, order{in.Session, ask}, out)
			return
		}
		b, ok := in.Msg.(*event.Batch)
		if !ok || b == nil {
			return
		}
		if !m.receiver.take(now.Mono, bundle{from: in.Session, batch: b}, out) {
			m.refuse(b, out)
		}
		m.work(now, out)
	}
}

// refuse loses a batch that nobody has room for.
func (m *Manager) refuse(b *event.Batch, out *node.Output) {
	for _, e := range b.Events {
		if t, ok := e.(*event.Throttle); ok && t != nil {
			out.Note(node.Note{Fact: node.CountDropped, Request: t.ID, Reason: event.BufferFull})
		}
	}
}

// work counts the events that workers are done with.
func (m *Manager) work(now node.Clock, out *node.Output) {
	if m.cfg.RollFirst {
		m.roll(now, true, out)
	}
	for {
		if m.next == nil {
			e, ok := m.receiver.next(now.Mono, out)
			if !ok {
				return
			}
			m.next = e
		}
		if m.counters.on() && m.held(now, out) {
			return
		}
		e := m.next
		m.next = nil
		m.count(now, e, out)
	}
}

// roll ends windows.
func (m *Manager) roll(now node.Clock, overdue bool, out *node.Output) {
	m.registry.roll(now, overdue, func(p *ExecutionPlan, expired int64) {
		noteRoll(p, expired, out)
		m.decide(now, p, 0, out)
	})
}

// noteRoll tells of a window that ended, and what its plan keeps.
func noteRoll(p *ExecutionPlan, expired int64, out *node.Output) {
	out.Note(node.Note{Fact: node.WindowRolled, N: expired, ID: p.Name, Expiry: p.window.end})
	out.Note(node.Note{Fact: node.KeysKept, N: int64(p.Keys()), ID: p.Name, Expiry: p.window.end})
}
