package gateway

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// validation is how a gateway of the 2.x layout finds out whether a token may call: it asks a key
// manager, and the call waits for the answer. It holds no applications, subscriptions and policies but
// those that came with answers.
type validation struct {
	ask    session.Pull
	cache  keyCache
	last   uint64
	calls  map[uint64]heldCall  // by the question
	orders map[uint64]adminCall // revocations that were passed on, by the question
	told   map[string]bool      // revocations that were noted
}

// heldCall is a call that waits for a key manager.
type heldCall struct {
	id      event.CallID
	request *event.Request
}

func newValidation(c *Config, n *session.Numbers) validation {
	ask := c.Validation
	ask.Servers, ask.Self = c.KeyManagers, c.ID
	return validation{
		ask: session.NewPull(ask, n), cache: newKeyCache(c.KeyCache), calls: map[uint64]heldCall{}, orders: map[uint64]adminCall{}, told: map[string]bool{},
	}
}

// old tells whether this is a gateway of the 2.x layout.
func (g *Gateway) old() bool { return g.cfg.Files != "" }

// validated tells whether a call can be examined at once. If not it waits, or was answered. What needs no
// token, has none or finds no API is not asked about (APIAuthenticationHandler.java).
func (g *Gateway) validated(now node.Clock, id event.CallID, r *event.Request, out *node.Output) bool {
	a := g.catalog.contexts[r.Context]
	if a == nil || r.Token == nil || isOpen(a, r) {
		return true
	}
	v := &g.validation
	if code, known := v.cache.find(now.Mono, r); known {
		return g.permitted(id, code, out)
	}
	v.last++
	v.calls[v.last] = heldCall{id, r}
	o := &event.Order{Validate: &event.Validation{API: a.UUID, Token: *r.Token}}
	v.ask.Ask(now, event.PullRequest{ID: v.last, Path: event.PathKeyValidation, Order: o}, out)
	return false
}

// permitted refuses a call whose token may not call the API.
func (g *Gateway) permitted(id event.CallID, code event.Code, out *node.Output) bool {
	if code != event.Served {
		out.Answer(id, &event.Reply{Status: status(code), Code: code})
	}
	return code == event.Served
}

// judged takes a key manager's final answer, or that there was none.
func (g *Gateway) judged(now node.Clock, resp *event.PullResponse, out *node.Output) {
	v := &g.validation
	if o, passed := v.orders[resp.ID]; passed {
		delete(v.orders, resp.ID)
		g.passedOn(o, resp, out)
		return
	}
	c, waits := v.calls[resp.ID]
	if !waits {
		return
	}
	delete(v.calls, resp.ID)
	if resp.Status != 200 {
		out.Answer(c.id, &event.Reply{Status: status(event.AuthenticationFailed), Code: event.AuthenticationFailed})
		return
	}
	g.learn(resp, out)
	v.cache.keep(now.Mono, c.request, resp.Code)
	if g.permitted(c.id, resp.Code, out) {
		g.admitted(now, c.id, c.request, out)
	}
}

// learn takes in what came with an answer. Where the product keeps it beside the token, it counts here for
// all tokens of the application.
func (g *Gateway) learn(resp *event.PullResponse, out *node.Output) {
	g.routes.forget()
	for _, a := range resp.Applications {
		g.catalog.application(a)
	}
	for _, s := range resp.Subscriptions {
		g.catalog.subscription(s)
	}
	g.policies(resp.Policies, out)
	for _, t := range resp.Revoked {
		g.tell(string(t.Token), t.Expiry, "validation", out)
	}
	for i := range resp.Subjects {
		g.tell(resp.Subjects[i].Name(), resp.Subjects[i].At, "validation", out)
	}
}

// tell notes once that the gateway knows of a revocation.
func (g *Gateway) tell(id string, at event.Wall, how string, out *node.Output) {
	if told := g.validation.told; !told[id] {
		told[id] = true
		out.Note(node.Note{Fact: node.RevocationKnown, ID: id, Expiry: at, Detail: how})
	}
}
