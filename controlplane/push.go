package controlplane

import (
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// Duty is what a node of the 2.x layout does, where later versions have one control plane for all.
type Duty uint8

// The duties (the profiles api-publisher, api-store and api-key-manager).
const (
	Whole      Duty = iota // all of it, with an event hub
	Publisher              // deploys APIs and policies by calls
	Storefront             // keeps applications and subscriptions; revokes through a gateway
	KeyManager             // says whether tokens may call, and revokes them
)

// Takes tells whether a node of this duty can be asked for a step.
func (d Duty) Takes(s *event.Step) bool {
	k, problem := judge(s)
	return d == Whole || problem == "" && slices.Contains(duties[d], k)
}

// duties are the steps that nodes of each duty take. Key managers, webhooks, what is announced without a row, new
// quotas and the look at who serves an API came with the event hub.
var duties = [...][]kind{
	Publisher:  {deploy, undeploy, api, lifecycle, policy, deletePolicy, block},
	Storefront: {application, keyMapping, subscription, revoke},
	KeyManager: {revoke, revokeSubject},
}

// PushConfig is how a node of the 2.x layout tells others: by calls of their admin services, once.
type PushConfig struct {
	// Environments are where APIs are deployed to, each by one call to whoever answers behind its name
	// (api-manager.xml, APIGateway.Environments.Environment); a key manager has the user caches of one cleared.
	Environments []Environment
	// Managers are the traffic managers behind the policy service, one of which gets each policy
	// (ThrottlingConfigurations.PolicyDeployer.ServiceURL).
	Managers []event.NodeID
	// RevokeAt are the gateways behind the revoke API (OAuthConfigurations.RevokeAPIURL).
	RevokeAt []event.NodeID
	// Call is how each call is made. WSO2: one attempt of 30 s (axis2_client.xml, SO_TIMEOUT, was not read).
	Call session.PullConfig

	// Each calls every node that a name stands for, and not the one that a load balancer picks: gateways that
	// get their files from another one too. A step is answered when its row is there. Hardened only.
	Each bool
	// ForgetTokens makes a key manager have a revoked token dropped by the gateways of every environment,
	// as it does for users. Hardened only.
	ForgetTokens bool
}

// Environment is a gateway environment: its name is a label of APIs.
type Environment struct {
	Name     string
	Gateways []event.NodeID // behind its address
	Copies   []event.NodeID // that get their files from one of those
}

// pusher is the calls that are under way.
type pusher struct {
	environments []callee
	managers     callee
	revoke       callee
	last         uint64
	open         map[uint64]pushed
}

// callee is whom a name means: one client for the load balancer, or one for each node behind it.
type callee struct {
	name    string
	clients []wire
}

// wire makes calls of one of them. Where calls are repeated until they are taken they go one after the
// other, so that an older one never undoes a newer.
type wire struct {
	pull    session.Pull
	busy    bool
	waiting []errand
}

// line is a wire of a callee.
type line struct {
	to   *callee
	wire *wire
}

// maxErrands bounds what waits for one node that does not answer; one more is dropped, with a note.
const maxErrands = 10_000

// errand is an order and who waits for its answers.
type errand struct {
	order *event.Order
	waits answeree
}

// answeree is whoever waits for calls.
type answeree interface {
	told(c *ControlPlane, r ending, out *node.Output)
}

// pushed is a call without an answer.
type pushed struct {
	waits answeree
	to    string
}

// ending is the final answer to a call: the HTTP status, or session.NoAnswer.
type ending struct {
	to     string
	status int
}

func newPusher(c *PushConfig, self event.NodeID, n *session.Numbers) pusher {
	make := func(name string, nodes []event.NodeID) callee {
		to := callee{name: name}
		groups := [][]event.NodeID{nodes}
		if c.Each {
			groups = slices.Collect(slices.Chunk(nodes, 1))
		}
		for _, g := range groups {
			if len(g) > 0 {
				call := c.Call
				call.Servers, call.Self = g, self
				to.clients = append(to.clients, wire{pull: session.NewPull(call, n)})
			}
		}
		return to
	}
	p := pusher{managers: make("traffic manager", c.Managers), revoke: make("revoke API", c.RevokeAt), open: map[uint64]pushed{}}
	if len(p.revoke.clients) > 1 {
		p.revoke.clients = p.revoke.clients[:1] // one gateway passes it on
	}
	for _, e := range c.Environments {
		nodes := e.Gateways
		if c.Each {
			nodes = slices.Concat(nodes, e.Copies)
		}
		p.environments = append(p.environments, make("environment "+e.Name, nodes))
	}
	return p
}

// all are the callees, in a fixed order.
func (p *pusher) all() []*callee {
	list := []*callee{&p.managers, &p.revoke}
	for i := range p.environments {
		list = append(list, &p.environments[i])
	}
	return list
}

func (p *pusher) deadline() event.Mono {
	next := event.Never
	for _, to := range p.all() {
		for i := range to.clients {
			next = min(next, to.clients[i].pull.Deadline())
		}
	}
	return next
}

// call makes an order of everybody that a name means, and returns how many calls that are.
func (c *ControlPlane) call(now node.Clock, to *callee, e errand, out *node.Output) int {
	for i := range to.clients {
		one := &to.clients[i]
		switch {
		case !c.cfg.Push.Each || !one.busy:
			c.pusher.send(now, line{to, one}, e, out)
		case len(one.waiting) >= maxErrands:
			out.Note(node.Note{Fact: node.PublishDropped, ID: e.order.ID, Detail: to.name, Reason: event.BufferFull})
		default:
			one.waiting = append(slices.DeleteFunc(one.waiting, func(old errand) bool { return old.order.About() == e.order.About() }), e)
		}
	}
	return len(to.clients)
}

// send makes one call.
func (p *pusher) send(now node.Clock, on line, e errand, out *node.Output) {
	path := event.PathGatewayAdmin
	if e.order.Policy != nil || e.order.Drop != nil {
		path = event.PathPolicyAdmin
	}
	p.last++
	p.open[p.last] = pushed{e.waits, on.to.name}
	on.wire.busy = true
	on.wire.pull.Ask(now, event.PullRequest{ID: p.last, Path: path, Order: e.order}, out)
}

// stepPushes hands an input to every client.
func (c *ControlPlane) stepPushes(now node.Clock, in *node.Input, out *node.Output) {
	p := &c.pusher
	for _, to := range p.all() {
		for i := range to.clients {
			one := &to.clients[i]
			resp, done := one.pull.Step(now, in, out)
			if !done {
				continue
			}
			one.busy = false
			if call, there := p.open[resp.ID]; there {
				delete(p.open, resp.ID)
				call.waits.told(c, ending{call.to, resp.Status}, out)
			}
			if len(one.waiting) > 0 {
				next := one.waiting[0]
				one.waiting = slices.Delete(one.waiting, 0, 1)
				p.send(now, line{to, one}, next, out)
			}
		}
	}
}

// push tells others by calls what a step has stored. The step is answered when they are.
func (c *ControlPlane) push(now node.Clock, j *job, out *node.Output) {
	do := errand{&event.Order{ID: j.id}, j}
	switch j.kind {
	case deploy:
		do.order.Deploy = j.row.API
		j.calls = c.toEnvironments(now, j.row.API.Labels, do, out)
	case undeploy:
		do.order.Undeploy = j.step.Undeploy
		j.calls = c.toEnvironments(now, j.old.Labels, do, out)
	case api, lifecycle: // one that goes, or retires, is undeployed
		if j.old != nil {
			do.order.Undeploy = j.old.UUID
			j.calls = c.toEnvironments(now, j.old.Labels, do, out)
		}
	case policy, deletePolicy:
		if do.order.Policy = j.row.Policy; j.row.Deleted {
			do.order.Policy, do.order.Drop = nil, j.row.Policy
		}
		j.calls = c.call(now, &c.pusher.managers, do, out)
		if t := j.template(now.Wall); t != nil {
			c.templates(now, t, out)
		}
	case revokeSubject:
		do.order.Forget = j.step.RevokeSubject
		j.calls = c.forget(now, do, out)
	case revoke:
		do.order.ForgetToken = j.step.Revoke
		j.calls = c.forget(now, do, out)
	case block:
		c.enter(now, entry{stream: Blocking, msg: j.row.Block, own: true}, out)
	}
	if c.cfg.Push.Each && !j.done { // it is told until it is taken, so nobody need wait
		j.done = true
		c.finish(j.call, 200, "", out)
	}
	j.settle(c, out)
}

// templates puts what became of a custom policy's key template onto the traffic managers' topic of
// decisions, as versions before 4.2 do.
func (c *ControlPlane) templates(now node.Clock, n *event.Notification, out *node.Output) {
	if old := n.Template.Old; old != "" {
		c.enter(now, entry{stream: Blocking, msg: &event.KeyTemplate{Text: old}, own: true}, out)
	}
	c.enter(now, entry{stream: Blocking, msg: &event.KeyTemplate{Text: n.Template.New, On: n.Type != event.CustomPolicyDelete}, own: true}, out)
}

// proxied has a gateway pass a revocation on to a key manager, which writes the row.
func (c *ControlPlane) proxied(now node.Clock, j *job, out *node.Output) {
	order := &event.Order{ID: j.id, Revoke: j.step.Revoke}
	if c.call(now, &c.pusher.revoke, errand{order, proxied{j}}, out) == 0 {
		c.finish(j.call, 500, "revoke: no gateway stands behind the revoke API", out)
	}
}

// proxied is a revocation that a gateway passes on.
type proxied struct{ job *job }

// told implements answeree.
func (p proxied) told(c *ControlPlane, r ending, out *node.Output) {
	status, reason := 200, ""
	if r.status != 200 {
		status, reason = 500, "revoke: "+r.to+" did not confirm it; it may be stored"
	}
	c.finish(p.job.call, status, reason, out)
}

// toEnvironments deploys to the environments that an API names. The name that every installation begins
// with means all, as the publisher's form does: an API is published to every environment unless said.
func (c *ControlPlane) toEnvironments(now node.Clock, labels []string, do errand, out *node.Output) (calls int) {
	for i := range c.pusher.environments {
		if name := c.cfg.Push.Environments[i].Name; slices.Contains(labels, name) || slices.Contains(labels, "Default") {
			calls += c.call(now, &c.pusher.environments[i], do, out)
		}
	}
	return calls
}

// forget has caches cleared. The product's key manager does so for a user whose role changed or who was
// deleted, at the address of each environment: of several gateways behind it one.
func (c *ControlPlane) forget(now node.Clock, do errand, out *node.Output) (calls int) {
	if user := do.order.Forget != nil && do.order.Forget.Kind == event.SubjectUser; !user && !c.cfg.Push.ForgetTokens {
		return 0
	}
	for i := range c.pusher.environments {
		calls += c.call(now, &c.pusher.environments[i], do, out)
	}
	return calls
}

// told implements answeree.
func (j *job) told(c *ControlPlane, r ending, out *node.Output) {
	j.calls--
	if r.status != 200 {
		j.failed = append(j.failed, r.to)
		out.Note(node.Note{Fact: node.DeployFailed, ID: j.id, Detail: r.to, Reason: event.GaveUp})
	}
	j.settle(c, out)
}

// settle answers a step whose calls have all ended. What failed is told and not tried again: the row is
// there, and the publisher says that the API is published (deduced from APIGatewayManager.java, which
// returns the environments that failed).
func (j *job) settle(c *ControlPlane, out *node.Output) {
	if j.calls > 0 || j.done {
		return
	}
	j.done = true
	reason := ""
	if len(j.failed) > 0 {
		reason = kindNames[j.kind] + ": stored, and not taken by " + strings.Join(j.failed, ", ")
	}
	c.finish(j.call, 200, reason, out)
}
