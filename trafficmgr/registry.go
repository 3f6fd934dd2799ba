package trafficmgr

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// selector is what an event must name to reach a policy.
type selector struct {
	level  event.Level // whose tier and key
	tenant event.Tenant
	tier   string
}

func selectorOf(p *Policy) selector {
	return selector{p.Level, tenantOr(p.Tenant), p.Name}
}

// registry is which policies are deployed.
type registry struct {
	rules  Rules
	keep   bool
	share  func() *share // nil: plans count alone
	sets   []*PlanSet    // in order of their first deployment: the order in which windows end
	byTier map[selector][]*PlanSet
	custom []*PlanSet // those that no tier selects: each looks at every event
}

func newRegistry(c *Config) registry {
	return registry{rules: c.Rules, keep: c.KeepCounts, byTier: map[selector][]*PlanSet{}}
}

// find is the index of a deployed policy, or -1.
func (r *registry) find(id string) int {
	return slices.IndexFunc(r.sets, func(s *PlanSet) bool { return s.Policy.ID() == id })
}

// deploy makes a policy's plans and puts them in the place of those it had.
func (r *registry) deploy(p Policy, out *node.Output) {
	if unlimited(p.Name) && p.Level != event.CustomLevel {
		return
	}
	id := p.ID()
	i := r.find(id)
	if i >= 0 && r.keep && r.sets[i].requote(p) {
		out.Note(node.Note{Fact: node.PlanDeployed, ID: id, N: p.Quota.Limit})
		return
	}
	set, err := Deploy(p, r.rules)
	if err != nil {
		out.Note(node.Note{Fact: node.DeployFailed, ID: id, Reason: event.Malformed, Detail: err.Error()})
		return
	}
	r.join(set)
	if i >= 0 {
		r.sets[i] = set
	} else {
		r.sets = append(r.sets, set)
	}
	r.index()
	out.Note(node.Note{Fact: node.PlanDeployed, ID: id, N: set.Policy.Quota.Limit})
}

// join lets the plans of a policy share their counts, where that can be. What an earlier deployment had
// not brought to the store is gone with it.
func (r *registry) join(s *PlanSet) {
	for _, p := range s.Plans {
		if r.share != nil && p.shares(s.Policy.Level) {
			p.share = r.share()
		}
	}
}

// deployListed deploys a policy of the internal API, unless something is wrong with it. The plans that
// it had, and all others, stay as they are then.
func (r *registry) deployListed(p *event.Policy, out *node.Output) {
	listed := *p
	listed.Level = levelOf(p.Level)
	if err := listed.Check(); err != nil {
		out.Note(node.Note{Fact: node.DeployFailed, ID: idOf(p), Reason: event.Malformed, Detail: err.Error()})
		return
	}
	r.deploy(PolicyOf(&listed, r.rules), out)
}

// remove takes a policy's plans away.
func (r *registry) remove(id string, out *node.Output) {
	i := r.find(id)
	if i < 0 {
		return
	}
	r.sets = slices.Delete(r.sets, i, i+1)
	r.index()
	out.Note(node.Note{Fact: node.PlanRemoved, ID: id})
}

func (r *registry) index() {
	clear(r.byTier)
	r.custom = r.custom[:0]
	for _, s := range r.sets {
		if s.Policy.Level == event.CustomLevel {
			r.custom = append(r.custom, s)
			continue
		}
		at := selectorOf(&s.Policy)
		r.byTier[at] = append(r.byTier[at], s)
	}
}

// roll ends the windows whose timer is due, or, with overdue, all that have ended by the wall clock,
// and hands each plan's rows to done.
func (r *registry) roll(now node.Clock, overdue bool, done func(p *ExecutionPlan, expired int64)) {
	for _, s := range r.sets {
		for _, p := range s.Plans {
			if p.due > now.Mono && !(overdue && p.window.Overdue(now.Wall)) {
				continue
			}
			expired, moved := p.Fire(now.Wall)
			p.arm(now)
			if moved {
				done(p, expired)
			}
		}
	}
}

// arm sets the timer of the window. The product's timer, too, measures the wait on the monotonic
// clock (the scheduled executor's); if the wall clock then says that it is early, it waits again.
func (p *ExecutionPlan) arm(now node.Clock) {
	p.armed = p.window.end
	p.due = now.Mono.Add(max(p.window.end.Sub(now.Wall), 0))
}

// deadline is when the first timer is due.
func (r *registry) deadline() event.Mono {
	next := event.Never
	for _, s := range r.sets {
		for _, p := range s.Plans {
			next = min(next, p.due)
		}
	}
	return next
}

// requote changes the quota under the counters, if kind and unit of every plan stay as they were.
func (s *PlanSet) requote(p Policy) bool {
	old := &s.Policy
	if p.Level != old.Level || p.Quota.Kind != old.Quota.Kind || p.Unit != old.Unit || p.Level == event.CustomLevel ||
		len(p.Groups) > 0 || len(old.Groups) > 0 || p.Quota.Kind == AIQuota || p.check() != nil {
		return false
	}
	s.Policy = p
	s.Plans[0].quota, s.Plans[0].Evaluated = p.Quota, p.Evaluated
	return true
}

// keys is how many throttle keys all plans keep.
func (r *registry) keys() (n int) {
	for _, s := range r.sets {
		for _, p := range s.Plans {
			n += p.Keys()
		}
	}
	return n
}
