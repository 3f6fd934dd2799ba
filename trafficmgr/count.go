package trafficmgr

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/siddhi"
)

// level is one level of an event: who counts it, under which key.
type level struct {
	selector
	key event.ThrottleKey
}

func levelsOf(t *event.Throttle) [3]level {
	return [3]level{
		{selector{event.ApplicationLevel, t.AppTenant, t.AppTier}, t.AppKey},
		{selector{event.SubscriptionLevel, t.APITenant, t.SubscriptionTier}, t.SubscriptionKey},
		{selector{event.APILevel, t.APITenant, t.ResourceTier}, t.ResourceKey},
	}
}

// count hands one event to every plan that selects it. Each level has one note at least, and an
// event that concerns no level has one of its own: nothing that was received is unaccounted for.
func (m *Manager) count(now node.Clock, msg event.Message, out *node.Output) {
	t, ok := msg.(*event.Throttle)
	if !ok || t == nil || t.Attributes == nil {
		var id event.RequestID
		if t != nil {
			id = t.ID
		}
		out.Note(node.Note{Fact: node.CountDropped, Request: id, Reason: event.Malformed, Detail: "no attributes"})
		return
	}
	props, err := m.properties.parse(t.Properties)
	if err != nil {
		out.Note(node.Note{Fact: node.CountDropped, Request: t.ID, Reason: event.Malformed, Detail: "properties"})
		return
	}
	m.arrival = Arrival{At: t.At, Properties: props}
	concerned := false
	levels := levelsOf(t)
	for i := range levels {
		if m.countLevel(now, t.ID, &levels[i], out) {
			concerned = true
		}
	}
	if m.countCustom(now, t, out) {
		concerned = true
	}
	if !concerned {
		out.Note(node.Note{Fact: node.CountDropped, Request: t.ID, Reason: event.Ineligible})
	}
}

// held tells whether the event whose turn it is waits for the store of shared counters: a key of it is
// new here. With nothing to wait for it sees to it that there is a next round.
func (m *Manager) held(now node.Clock, out *node.Output) bool {
	if m.counters.greeted != nil {
		return true
	}
	t, ok := m.next.(*event.Throttle)
	if !ok || t == nil || t.Attributes == nil {
		return false
	}
	m.counters.wake(now.Mono)
	if !m.cfg.Sharing.FirstWaits {
		return false
	}
	props, err := m.properties.parse(t.Properties)
	if err != nil {
		return false
	}
	for _, l := range levelsOf(t) {
		if l.tier == "" || l.key == "" {
			continue
		}
		for _, s := range m.registry.byTier[l.selector] {
			for _, p := range s.Eligible(props) {
				if m.greets(now, p, l.key, out) {
					return true
				}
			}
		}
	}
	return false
}

// greets tells whether a plan waits for the store before it counts its first event of a key.
func (m *Manager) greets(now node.Clock, p *ExecutionPlan, base event.ThrottleKey, out *node.Output) bool {
	if p.share == nil || p.keys.refuses(base) {
		return false
	}
	id, _ := p.keys.intern(base)
	return m.counters.greet(now, p.share.tally(p, id), out)
}

// countLevel counts an event on one level; false if the event does not concern it.
func (m *Manager) countLevel(now node.Clock, id event.RequestID, l *level, out *node.Output) bool {
	sets := m.registry.byTier[l.selector]
	switch {
	case l.tier == "" || len(sets) == 0 && unlimited(l.tier):
		return false
	case len(sets) == 0:
		key := l.key + event.ThrottleKey(suffixed(l.level))
		out.Note(node.Note{Fact: node.CountDropped, Request: id, Key: key, Reason: event.Ineligible, ID: l.tier})
		return true
	case l.key == "":
		out.Note(node.Note{Fact: node.CountDropped, Request: id, Reason: event.Malformed, ID: l.tier, Detail: "no key"})
		return true
	}
	m.arrival.Key = l.key
	for _, s := range sets {
		for _, p := range s.Eligible(m.arrival.Properties) {
			m.countIn(now, p, id, out)
		}
	}
	return true
}

// countCustom counts an event in every custom policy whose query wants it; false if none does. Custom
// policies are of no tenant and no tier.
func (m *Manager) countCustom(now node.Clock, t *event.Throttle, out *node.Output) (concerned bool) {
	if len(m.registry.custom) == 0 {
		return false
	}
	row := siddhi.Row{Attributes: t.Attributes, Property: m.arrival.Properties.text}
	for _, s := range m.registry.custom {
		key, ok := s.rule.Key(&row)
		if !ok {
			continue
		}
		concerned = true
		m.arrival.Key = key
		for _, p := range s.Plans {
			m.countIn(now, p, t.ID, out)
		}
	}
	return concerned
}

// countIn counts an event in one plan, tells what became of it, and publishes what the plan decided.
func (m *Manager) countIn(now node.Clock, p *ExecutionPlan, id event.RequestID, out *node.Output) {
	o := p.Count(now.Wall, &m.arrival)
	n := node.Note{Fact: node.Counted, Request: id, Key: o.Key, N: o.N, Expiry: o.Expiry, ID: p.Name}
	switch o.Admission {
	case Late:
		n.Fact, n.Reason = node.CountDropped, event.LateDropped
	case Crowded:
		n.Fact, n.Reason, n.Detail = node.CountDropped, event.BufferFull, "keys"
	case Rolling:
		noteRoll(p, o.Expired, out)
		n.Detail = node.RolledWindow
	}
	if n.Detail == "" && p.resetBy(m.arrival.Properties) {
		n.Detail = node.QuotaReset
	}
	out.Note(n)
	if p.armed != p.window.end {
		p.arm(now)
	}
	m.decide(now, p, id, out)
}

// decide publishes the rows of a plan, to the own broker and to the duplicate.
func (m *Manager) decide(now node.Clock, p *ExecutionPlan, cause event.RequestID, out *node.Output) {
	for _, row := range p.Rows() {
		d := &event.Decision{Key: row.Key, IsThrottled: row.On, Expiry: row.Expiry, Conditions: p.Evaluated}
		if m.cfg.TellRemaining && row.On {
			d.Remaining = max(row.Expiry.Sub(now.Wall), 0)
		}
		out.Note(node.Note{Fact: node.DecisionEmitted, Key: row.Key, On: row.On, Expiry: row.Expiry, Request: cause})
		out.Mark("tm: decided, not published")
		m.own.Publish(now, event.ThrottleData, d, out)
		if len(m.cfg.Duplicate) > 0 {
			m.duplicate.Publish(now, event.ThrottleData, d, out)
		}
	}
}
