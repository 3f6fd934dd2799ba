package checker

import (
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Revocation watches for revoked tokens that are still accepted: from a grace after the control
// plane took the revocation until the token's own expiry, no gateway may serve a call with it.
type Revocation struct {
	Within event.Duration // the grace

	setup    *Setup
	pending  map[event.CallID]event.TokenID
	revoked  map[event.TokenID]event.Mono
	before   map[event.TokenID]event.Wall // of subjects: tokens issued before are meant
	order    []event.TokenID
	known    map[exposed]event.Mono
	accepted map[exposed]*exposure
	probes   int
	calls    int
}

// exposed is one token at one gateway.
type exposed struct {
	token   event.TokenID
	gateway event.NodeID
}

type exposure struct {
	calls       int
	first, last event.Mono
}

// NewRevocation makes the checker.
func NewRevocation(s *Setup, within event.Duration) *Revocation {
	return &Revocation{
		Within: within, setup: s, pending: map[event.CallID]event.TokenID{}, revoked: map[event.TokenID]event.Mono{},
		before: map[event.TokenID]event.Wall{}, known: map[exposed]event.Mono{}, accepted: map[exposed]*exposure{},
	}
}

// Observe implements trace.Observer.
func (c *Revocation) Observe(r *trace.Record) {
	switch {
	case r.Kind == trace.Called:
		if s, ok := r.Msg.(*event.Step); ok {
			c.asked(r, s)
		}
	case r.Kind == trace.Answered && r.Request != nil:
		c.answered(r)
	case r.Kind == trace.Answered:
		c.stepDone(r)
	case r.Kind == trace.Noted && r.Note.Fact == node.RevocationKnown:
		at := exposed{event.TokenID(r.Note.ID), r.Node}
		if _, ok := c.known[at]; !ok {
			c.known[at] = r.At
		}
	}
}

// asked remembers what a step revokes: a token, or by its name a subject with all its tokens.
func (c *Revocation) asked(r *trace.Record, s *event.Step) {
	switch {
	case s.Revoke != nil:
		c.pending[r.Call] = s.Revoke.Token
	case s.RevokeSubject != nil:
		name := event.TokenID(s.RevokeSubject.Name())
		c.pending[r.Call], c.before[name] = name, s.RevokeSubject.At
		if s.RevokeSubject.At == 0 {
			c.before[name] = c.setup.truth(r.At)
		}
	}
}

// since is when a token was revoked, or its consumer key or user after it was issued, and under what name;
// false if none was.
func (c *Revocation) since(t *event.Token) (event.TokenID, event.Mono, bool) {
	if at, ok := c.revoked[t.ID]; ok {
		return t.ID, at, true
	}
	if len(c.before) == 0 {
		return "", 0, false
	}
	for _, s := range [...]event.RevokedSubject{{ConsumerKey: t.ConsumerKey}, {Entity: t.User, Kind: event.SubjectUser}} {
		name := event.TokenID(s.Name())
		if at, ok := c.revoked[name]; ok && t.Issued < c.before[name] {
			return name, at, true
		}
	}
	return "", 0, false
}

func (c *Revocation) stepDone(r *trace.Record) {
	token, ok := c.pending[r.Call]
	if !ok {
		return
	}
	delete(c.pending, r.Call)
	if done, ok := r.Msg.(*event.StepDone); ok && done.Status == 200 && c.revoked[token] == 0 {
		c.revoked[token] = r.At
		c.order = append(c.order, token)
	}
}

func (c *Revocation) answered(r *trace.Record) {
	if len(c.revoked) == 0 || r.Request.Token == nil {
		return
	}
	name, at, ok := c.since(r.Request.Token)
	if !ok || r.At.Sub(at) <= c.Within || c.setup.truth(r.At) > r.Request.Token.Expires {
		return
	}
	c.probes++
	reply, ok := r.Msg.(*event.Reply)
	if !ok || reply.Code != event.Served {
		return
	}
	c.calls++
	where := exposed{name, r.Node}
	e := c.accepted[where]
	if e == nil {
		e = &exposure{first: r.At}
		c.accepted[where] = e
	}
	e.calls, e.last = e.calls+1, r.At
}

// Finish implements Checker.
func (c *Revocation) Finish() Outcome {
	out := Outcome{Check: "revocation", Exercised: c.probes, Bound: "0 calls served later than " + words.Duration(c.Within) + " after"}
	out.Worst = words.Count(c.calls, "call") + " with " + words.Count(c.tokens(), "revoked token") + " served"
	var where []exposed
	for w := range c.accepted {
		where = append(where, w)
	}
	slices.SortFunc(where, func(a, b exposed) int {
		return strings.Compare(string(a.gateway)+string(a.token), string(b.gateway)+string(b.token))
	})
	for _, w := range where {
		e := c.accepted[w]
		out.detail("%s accepted %s %s after its revocation at %s, from %s to %s; it %s", w.gateway, w.token, words.Count(e.calls, "time"),
			clockTime(c.revoked[w.token]), clockTime(e.first), clockTime(e.last), c.heard(w))
	}
	out.judge(c.calls)
	return out
}

func (c *Revocation) tokens() int {
	seen := map[event.TokenID]bool{}
	for w := range c.accepted {
		seen[w.token] = true
	}
	return len(seen)
}

func (c *Revocation) heard(w exposed) string {
	if at, ok := c.known[w]; ok {
		return "learned of it at " + clockTime(at)
	}
	return "never learned of it"
}
