package checker

import (
	"cmp"
	"fmt"
	"strings"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Convergence checks that every running gateway ends up knowing what the control plane was told:
// each revoked token, each deployed revision that its labels ask for, what was said of an API that it serves since, each key manager, each subscription, application and consumer key, each
// callback that subscribed, each blocking condition that was set or lifted; that every running traffic manager has deployed each policy since it was
// saved; and how long the slowest took.
type Convergence struct {
	Within event.Duration // after the step, or after the end of the last fault between it and the knowing

	setup   *Setup
	steps   map[event.CallID]*event.Step
	facts   map[fact]*wanted
	order   []fact
	running map[event.NodeID]bool
	faults  outages
	saves   map[string]int64 // policy → how often it was saved
	asks    int64
	turn    map[string]int64 // step → the how manieth it was, by which the states of a subscription are told apart
	numbers map[string]int64 // deployment's event → the revision number that its control plane gave
}

// fact is something that gateways, or traffic managers, should come to know.
type fact struct {
	kind string // "token", "api", "key manager", "block", "webhook", "policy", or listed
	id   string
}

// String names it; a listed one by its id alone, which says its kind.
func (f fact) String() string {
	if f.listed() {
		return f.id
	}
	return f.kind + " " + f.id
}

// numbered tells whether who knows an older state of it does not know it.
func (f fact) numbered() bool { return f.kind == "api" || f.kind == "policy" || f.listed() }

// The kinds of what gateways know from lists, and from events that change them. Their ids are as gateways name them.
const (
	subscribing = "subscription"
	registered  = "application"
	mapped      = "consumer-key"
	apiData     = "data of" // an API's status, tier and provider, which it has apart from its deployment
)

func (f fact) listed() bool {
	return f.kind == subscribing || f.kind == registered || f.kind == mapped || f.kind == apiData
}

// listedFact is the fact that a gateway names so, or none.
func listedFact(name string) fact {
	switch kind, _, _ := strings.Cut(name, ":"); kind {
	case subscribing, registered, mapped:
		return fact{kind, name}
	case "api":
		return fact{apiData, name}
	}
	return fact{}
}

// wanted is the newest state of a fact, and who knows it since when.
type wanted struct {
	version int64
	gone    bool
	labels  []string
	tenant  event.Tenant // of what only the gateways of a tenant are told; "" is all
	since   event.Mono
	known   map[event.NodeID]knowledge
}

type knowledge struct {
	version int64
	gone    bool
	at      event.Mono
}

// NewConvergence makes the checker.
func NewConvergence(s *Setup, within event.Duration) *Convergence {
	return &Convergence{
		Within: within, setup: s, steps: map[event.CallID]*event.Step{}, facts: map[fact]*wanted{}, running: map[event.NodeID]bool{},
		saves: map[string]int64{}, numbers: map[string]int64{}, turn: map[string]int64{},
	}
}

// Observe implements trace.Observer.
func (c *Convergence) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Booted:
		c.booted(r.Node)
	case trace.Stopped:
		c.running[r.Node] = r.At >= event.Mono(c.setup.Length) // what ends with the run was there to its end
	case trace.FaultOn, trace.FaultOff:
		c.faults.observe(r)
	case trace.Called:
		if s, ok := r.Msg.(*event.Step); ok {
			c.steps[r.Call] = s
			c.asks++
			c.turn[s.ID] = c.asks
			c.saving(s)
		}
	case trace.Answered:
		if s := c.steps[r.Call]; s != nil && r.Request == nil {
			delete(c.steps, r.Call)
			if done, ok := r.Msg.(*event.StepDone); ok && done.Status == 200 {
				c.accepted(s, r.At)
			}
		}
	case trace.Noted:
		c.noted(r)
	}
}

// booted forgets what a node knew: a restart begins with nothing.
func (c *Convergence) booted(id event.NodeID) {
	c.running[id] = true
	for _, f := range c.order {
		delete(c.facts[f].known, id)
	}
}

func (c *Convergence) accepted(s *event.Step, at event.Mono) {
	switch {
	case s.Revoke != nil:
		c.want(fact{"token", string(s.Revoke.Token)}, wanted{since: at})
	case s.RevokeSubject != nil:
		c.want(fact{"token", s.RevokeSubject.Name()}, wanted{since: at})
	case s.Deploy != nil:
		c.want(fact{"api", s.Deploy.UUID}, wanted{since: at, version: cmp.Or(int64(s.Deploy.Revision), c.numbers[s.ID]), labels: s.Deploy.Labels, tenant: s.Deploy.Tenant()})
	case s.Undeploy != "":
		c.goes(s.Undeploy, at)
	case s.API != nil && s.Delete:
		c.goes(s.API.UUID, at)
	case s.API != nil:
		c.want(fact{apiData, "api:" + s.API.UUID}, wanted{since: at, version: c.turn[s.ID]})
	case s.Lifecycle != nil && s.Lifecycle.Status == event.Retired:
		c.goes(s.Lifecycle.UUID, at)
	case s.Lifecycle != nil:
		c.want(fact{apiData, "api:" + s.Lifecycle.UUID}, wanted{since: at, version: c.turn[s.ID]})
	case s.KeyManager != nil:
		c.want(fact{"key manager", s.KeyManager.Key()}, wanted{since: at, gone: s.Delete})
	case s.Block != nil:
		c.want(fact{"block", s.Block.Kind + ":" + s.Block.Value}, wanted{since: at, gone: !s.Block.On})
	case s.Webhook != nil:
		c.want(fact{"webhook", s.Webhook.Callback}, wanted{since: at, gone: s.Webhook.Mode == "unsubscribe"})
	case s.Subscription != nil:
		id := fmt.Sprintf("%s:%d:%d", subscribing, s.Subscription.APIID, s.Subscription.AppID)
		c.want(fact{subscribing, id}, wanted{since: at, version: c.turn[s.ID], gone: s.Delete, tenant: s.Subscription.Tenant})
	case s.Application != nil:
		id := fmt.Sprintf("%s:%d", registered, s.Application.ID)
		c.want(fact{registered, id}, wanted{since: at, version: c.turn[s.ID], gone: s.Delete, tenant: s.Application.Tenant()})
	case s.KeyMapping != nil:
		id := mapped + ":" + s.KeyMapping.ConsumerKey
		c.want(fact{mapped, id}, wanted{since: at, version: c.turn[s.ID], gone: s.Delete, tenant: s.KeyMapping.Tenant})
	case s.Policy != nil && s.Policy.Level != event.CustomLevel:
		id := policyID(s)
		c.want(fact{"policy", id}, wanted{since: at, version: c.saves[id]})
	}
}

// goes wants an API gone from wherever it was deployed.
func (c *Convergence) goes(uuid string, at event.Mono) {
	f := fact{"api", uuid}
	w := wanted{since: at, gone: true}
	if old := c.facts[f]; old != nil {
		w.labels, w.tenant = old.labels, old.tenant
	}
	c.want(f, w)
}

// saving counts how often a policy is saved: a traffic manager deploys it anew each time, though nothing in it
// may have changed; one of the 2.x layout before the administrator has his answer.
func (c *Convergence) saving(s *event.Step) {
	if s.Policy != nil {
		c.saves[policyID(s)]++
	}
}

// policyID is the policy of a step as plans name it.
func policyID(s *event.Step) string {
	p := s.Policy
	switch {
	case p.Level == event.CustomLevel:
		return "global_" + p.Name
	case p.Tenant != "" && p.Tenant != event.Super:
		return p.Level.String() + ":" + string(p.Tenant) + "/" + p.Name
	}
	return p.Level.String() + ":" + p.Name
}

func (c *Convergence) want(f fact, w wanted) {
	if old := c.facts[f]; old == nil {
		w.known = map[event.NodeID]knowledge{}
		c.order = append(c.order, f)
	} else {
		w.known = old.known
	}
	c.facts[f] = &w
}

func (c *Convergence) noted(r *trace.Record) {
	n := &r.Note
	switch n.Fact {
	case node.Stored:
		if n.N > 0 {
			c.numbers[n.ID] = n.N
		}
	case node.RevocationKnown:
		c.learn(fact{"token", n.ID}, r.Node, knowledge{at: r.At})
	case node.Deployed:
		c.learn(fact{"api", n.ID}, r.Node, knowledge{version: n.N, at: r.At})
		c.reads(fact{apiData, "api:" + n.ID}, r)
	case node.Undeployed:
		c.learn(fact{"api", n.ID}, r.Node, knowledge{gone: true, at: r.At})
	case node.KeyManagerKnown:
		c.learn(fact{"key manager", n.ID}, r.Node, knowledge{gone: !n.On, at: r.At})
	case node.BlockApplied:
		c.learn(fact{"block", n.ID}, r.Node, knowledge{gone: !n.On, at: r.At})
	case node.WebhookKnown:
		c.learn(fact{"webhook", n.Detail}, r.Node, knowledge{gone: !n.On, at: r.At})
	case node.CatalogKnown:
		c.stated(r)
	case node.Ready:
		for _, f := range c.order {
			if f.listed() {
				c.reads(f, r)
			}
		}
	case node.PlanDeployed:
		c.learn(fact{"policy", n.ID}, r.Node, knowledge{version: c.saves[n.ID], at: r.At})
	}
}

// reads is that a gateway has what is listed as the list has it, which is taken for the newest.
func (c *Convergence) reads(f fact, r *trace.Record) {
	if w := c.facts[f]; w != nil {
		c.learn(f, r.Node, knowledge{version: w.version, gone: w.gone, at: r.At})
	}
}

// stated is that a gateway knows another state of what is listed: that of an event, or of a list.
func (c *Convergence) stated(r *trace.Record) {
	f := listedFact(r.Note.Detail)
	if !f.listed() {
		return
	}
	version := c.turn[r.Note.ID]
	if w := c.facts[f]; r.Note.ID == "" && w != nil {
		version = w.version
	}
	c.learn(f, r.Node, knowledge{version: version, gone: !r.Note.On, at: r.At})
}

// learn keeps what a gateway knows last; what it knew already keeps its time.
func (c *Convergence) learn(f fact, id event.NodeID, k knowledge) {
	w := c.facts[f]
	if w == nil {
		w = &wanted{known: map[event.NodeID]knowledge{}, since: event.Never}
		c.facts[f] = w
		c.order = append(c.order, f)
	}
	if old, ok := w.known[id]; ok && old.version == k.version && old.gone == k.gone {
		return
	}
	w.known[id] = k
}

// Finish implements Checker.
func (c *Convergence) Finish() Outcome {
	out := Outcome{Check: "convergence", Bound: "every gateway knows within " + words.Duration(c.Within)}
	var slowest event.Duration
	missing, policies := 0, false
	for _, f := range c.order {
		w := c.facts[f]
		if w.since == event.Never {
			continue
		}
		policies = policies || f.kind == "policy"
		for _, id := range c.asked(f, w) {
			if !c.running[id] {
				continue
			}
			out.Exercised++
			late := c.late(f, w, id, &out)
			slowest = max(slowest, late)
			if late > c.Within {
				missing++
			}
		}
	}
	if policies {
		out.Bound += ", every traffic manager of policies"
	}
	out.Worst = fmt.Sprintf("%d of %d not known in time; slowest %s", missing, out.Exercised, words.Duration(slowest))
	out.judge(missing)
	return out
}

// asked are the nodes that should know of a fact.
func (c *Convergence) asked(f fact, w *wanted) (ids []event.NodeID) {
	if f.kind == "policy" {
		for _, m := range c.setup.Managers {
			ids = append(ids, m.ID)
		}
		return ids
	}
	for _, g := range c.setup.Gateways {
		if w.concerns(g) && (f.kind != apiData || c.serves(g.ID, f.id)) {
			ids = append(ids, g.ID)
		}
	}
	return ids
}

// serves tells whether a gateway has an API deployed in the end: what is said of others is nothing to it.
func (c *Convergence) serves(id event.NodeID, name string) bool {
	w := c.facts[fact{"api", strings.TrimPrefix(name, "api:")}]
	if w == nil {
		return false
	}
	k, known := w.known[id]
	return known && !k.gone
}

// concerns tells whether a gateway's labels and tenants ask for the fact.
func (w *wanted) concerns(g Gateway) bool {
	if len(w.labels) == 0 {
		return g.of(w.tenant)
	}
	return g.serves(w.labels, w.tenant)
}

// late is how long after it could have been a node learned of a fact: to the end of the run if it
// never did. What was broken between the telling and the knowing may delay it until it is mended.
func (c *Convergence) late(f fact, w *wanted, id event.NodeID, out *Outcome) event.Duration {
	until := event.Mono(c.setup.Length)
	if k, ok := w.known[id]; ok {
		until = k.at
	}
	from := max(w.since, c.faults.mended(w.since, until))
	if k, ok := w.known[id]; ok && w.gone == k.gone && (w.version == k.version || !f.numbered()) {
		late := max(0, k.at.Sub(from))
		if late > c.Within {
			out.detail("%s learned of %s %s late, at %s", id, f, words.Duration(late), clockTime(k.at))
		}
		return late
	} else if ok && !f.numbered() {
		out.detail("%s %s %s %s (told otherwise at %s)", id, map[bool]string{true: "no longer has", false: "still has"}[k.gone], f.kind, f.id, clockTime(w.since))
	} else if ok && f.listed() {
		out.detail("%s goes by %s as it was before it was set at %s", id, f.id, clockTime(w.since))
	} else if ok && f.kind == "policy" {
		out.detail("%s counts by policy %s as it was before it was saved at %s", id, f.id, clockTime(w.since))
	} else if ok && w.gone {
		out.detail("%s still serves api %s, which went at %s", id, f.id, clockTime(w.since))
	} else if ok {
		out.detail("%s has revision %d of api %s, not %d", id, k.version, f.id, w.version)
	} else if !w.gone || f.listed() { // what is subscribed at first is known from the list
		out.detail("%s never learned of %s (told at %s)", id, f, clockTime(w.since))
	} else {
		return 0
	}
	return max(c.setup.Length-event.Duration(from), c.Within+1)
}
