package trafficmgr

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// deployer keeps the registry in step with the control plane: all policies at the start, one at a
// time when the event hub says so (ThrottlePolicyStartupListener.java,
// ThrottlePolicyJMSMessageListener.java).
type deployer struct {
	cfg    *Config
	topic  session.Topic
	pull   session.Pull
	lastID uint64 // of pull requests

	load              uint64         // the request of the load under way; 0 if there is none
	path              int            // which of policyPaths it asks
	loaded            []event.Policy // what it has so far
	isLoaded, isReady bool

	resets  []*event.Throttle // that the manager is to count
	waiting []policyEvent
	asked   uint64 // the request for the first of waiting; 0 if it was not made yet
}

// policyPaths are pulled in this order, one after the other (PolicyRetriever.java).
var policyPaths = [...]event.Path{event.PathSubscriptionPolicies, event.PathApplicationPolicies, event.PathAPIPolicies, event.PathGlobalPolicies}

// policyEvent is a POLICY_* notification that waits for its turn.
type policyEvent struct {
	id     string
	level  event.Level
	tenant event.Tenant
	name   string
	gone   bool       // POLICY_DELETE
	ready  event.Mono // not before
}

func newDeployer(c *Config, n *session.Numbers) deployer {
	topic, pull := c.Session.Topic, c.Session.Pull
	topic.Topic, topic.Hubs, topic.Self = event.NotificationTopic, c.Hubs, c.ID
	pull.Servers, pull.Self = c.ControlPlanes, c.ID
	return deployer{cfg: c, topic: session.NewTopic(topic, n), pull: session.NewPull(pull, n)}
}

func (d *deployer) start(now node.Clock, out *node.Output) {
	if !d.cfg.DeployPolicies {
		return
	}
	if d.cfg.Files == "" { // the 2.x layout has no event hub
		d.topic.Start(now, out)
	}
	d.loadAll(now, out)
}

// step takes an input of the deployer's sessions, or a Tick.
func (d *deployer) step(now node.Clock, in *node.Input, r *registry, out *node.Output) {
	msg, what := d.topic.Step(now, in, out)
	switch what {
	case session.TopicMessage:
		d.notified(now, msg, out)
	case session.TopicUp, session.TopicBack, session.TopicRestored:
		if d.cfg.Resync {
			d.loadAll(now, out)
		}
	}
	resp, done := d.pull.Step(now, in, out)
	for done && resp != nil {
		d.pulled(now, resp, r, out)
		resp, done = d.pull.Step(now, &node.Input{}, out)
	}
	d.next(now, r, out)
	d.ready(out)
}

func (d *deployer) deadline() event.Mono {
	next := min(d.topic.Deadline(), d.pull.Deadline())
	if len(d.waiting) > 0 && d.asked == 0 && !d.held() {
		next = min(next, d.waiting[0].ready)
	}
	return next
}

func (d *deployer) ask(now node.Clock, path event.Path, name string, out *node.Output) uint64 {
	d.lastID++
	d.pull.Ask(now, event.PullRequest{ID: d.lastID, Path: path, Name: name}, out)
	return d.lastID
}

// loadAll begins to pull every policy; a load that is under way is given up.
func (d *deployer) loadAll(now node.Clock, out *node.Output) {
	d.path, d.loaded = 0, nil
	d.load = d.ask(now, policyPaths[0], "", out)
}

func (d *deployer) pulled(now node.Clock, resp *event.PullResponse, r *registry, out *node.Output) {
	switch resp.ID {
	case d.load:
		d.listed(now, resp, r, out)
	case d.asked:
		d.fetched(resp, r, out)
	}
}

// listed takes one list of a load. Only when all of them came is anything deployed; if one is given
// up, so is the load, and the product never tries again.
func (d *deployer) listed(now node.Clock, resp *event.PullResponse, r *registry, out *node.Output) {
	d.load = 0
	if resp.Status != statusOK {
		d.loaded = nil
		out.Note(node.Note{Fact: node.DeployFailed, ID: string(policyPaths[d.path]), Reason: event.GaveUp})
		return
	}
	for _, p := range resp.Policies {
		if d.serves(p.Tenant) {
			d.loaded = append(d.loaded, p)
		}
	}
	d.path++
	if d.path < len(policyPaths) {
		d.load = d.ask(now, policyPaths[d.path], "", out)
		return
	}
	d.replaceAll(r, out)
	d.loaded = nil
	d.isLoaded = true
}

const statusOK = 200

// replaceAll takes away what is deployed, but for what is to be skipped, and deploys what was loaded.
func (d *deployer) replaceAll(r *registry, out *node.Output) {
	wanted := map[string]bool{}
	for i := range d.loaded {
		wanted[idOf(&d.loaded[i])] = true
	}
	for _, s := range slices.Clone(r.sets) {
		id := s.Policy.ID()
		if !d.skips(s.Policy.Name) && !(wanted[id] && d.cfg.KeepCounts) {
			r.remove(id, out)
		}
	}
	for i := range d.loaded {
		if p := &d.loaded[i]; !d.skips(p.Name) {
			r.deployListed(p, out)
		}
	}
}

// idOf is the name in notes of a policy of the internal API.
func idOf(p *event.Policy) string { return policyID(levelOf(p.Level), p.Tenant, p.Name) }

// serves tells whether a tenant's policies are deployed here.
func (d *deployer) serves(t event.Tenant) bool {
	of := d.cfg.Tenants
	return len(of) == 0 || slices.Contains(of, "*") || slices.Contains(of, string(tenantOr(t)))
}

func (d *deployer) skips(name string) bool { return slices.Contains(d.cfg.SkipRedeploying, name) }

// notified lines up a policy event.
func (d *deployer) notified(now node.Clock, msg event.Message, out *node.Output) {
	if u, bad := msg.(*event.Unreadable); bad && u != nil && u.Fault != nil {
		out.Note(node.Note{Fact: node.EventIgnored, Reason: u.Reason(), Detail: u.Fault.Error()})
	}
	n, ok := msg.(*event.Notification)
	if !ok || n == nil {
		return
	}
	switch n.Type {
	case event.PolicyCreate, event.PolicyUpdate, event.PolicyDelete:
	case event.PolicyReset:
		d.reset(now, n, out)
		return
	default:
		return
	}
	ignored := func(why event.Reason) {
		out.Note(node.Note{Fact: node.EventIgnored, ID: n.EventID, Reason: why})
	}
	switch {
	case n.Policy == nil || pathOf(n.Policy.Level) == "" || n.Policy.Name == "":
		ignored(event.Malformed)
		return
	case d.skips(n.Policy.Name):
		ignored(event.Filtered)
		return
	case d.cfg.PolicyEvents > 0 && len(d.waiting) >= d.cfg.PolicyEvents:
		ignored(event.BufferFull)
		return
	}
	e := policyEvent{id: n.EventID, level: n.Policy.Level, tenant: n.Policy.Tenant, name: n.Policy.Name, gone: n.Type == event.PolicyDelete}
	if e.tenant == "" {
		e.tenant = n.Tenant
	}
	if !d.serves(e.tenant) {
		ignored(event.Filtered)
		return
	}
	e.ready = now.Mono.Add(max(n.At.Add(d.cfg.EventWaitingTime).Sub(now.Wall), 0))
	if d.cfg.EventWaitingTime == 0 {
		e.ready = now.Mono
	}
	d.waiting = append(d.waiting, e)
}

// pathOf is where policies of a level are listed, "" for levels without any.
func pathOf(l event.Level) event.Path {
	switch l {
	case event.SubscriptionLevel:
		return event.PathSubscriptionPolicies
	case event.ApplicationLevel:
		return event.PathApplicationPolicies
	case event.APILevel, event.ResourceLevel:
		return event.PathAPIPolicies
	case event.CustomLevel:
		return event.PathGlobalPolicies
	}
	return ""
}

// held tells whether policy events wait for a load.
func (d *deployer) held() bool { return d.cfg.Resync && d.load != 0 }

// next handles the policy events whose turn it is: a deletion at once, anything else by asking for
// the policy. There is one thread for them, so one that is asked for holds up the others.
func (d *deployer) next(now node.Clock, r *registry, out *node.Output) {
	for len(d.waiting) > 0 && d.asked == 0 && !d.held() && now.Mono >= d.waiting[0].ready {
		e := &d.waiting[0]
		if !e.gone {
			d.asked = d.ask(now, pathOf(e.level), e.name, out)
			return
		}
		r.remove(policyID(levelOf(e.level), e.tenant, e.name), out)
		d.waiting = slices.Delete(d.waiting, 0, 1)
	}
}

// fetched takes the policy that the first policy event named.
func (d *deployer) fetched(resp *event.PullResponse, r *registry, out *node.Output) {
	e := d.waiting[0]
	id := policyID(levelOf(e.level), e.tenant, e.name)
	d.asked = 0
	d.waiting = slices.Delete(d.waiting, 0, 1)
	if resp.Status != statusOK {
		out.Note(node.Note{Fact: node.DeployFailed, ID: id, Reason: event.GaveUp})
		return
	}
	for i := range resp.Policies {
		if p := &resp.Policies[i]; idOf(p) == id {
			r.deployListed(p, out)
			return
		}
	}
	out.Note(node.Note{Fact: node.EventIgnored, ID: e.id, Reason: event.Filtered, Detail: "the control plane has no such policy"})
}

// ready says once that the policies are there and their changes are heard of.
func (d *deployer) ready(out *node.Output) {
	if d.isLoaded && !d.isReady && (d.cfg.Files != "" || d.topic.Connected()) {
		d.isReady = true
		out.Note(node.Note{Fact: node.Ready})
	}
}
