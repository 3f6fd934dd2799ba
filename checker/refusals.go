package checker

import (
	"fmt"
	"math"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// Refusals checks what gateways make of their lists of revoked tokens: a token that one has refused it
// refuses until the token expires, nobody is refused for a revocation that no control plane was asked
// for, and no entry leaves a list before its token has expired.
type Refusals struct {
	setup   *Setup
	asked   map[event.TokenID]event.Wall // tokens, and names of subjects, asked to be revoked: who was issued before is meant
	refused map[exposed]*refusal
	order   []exposed
	expiry  map[exposed]event.Wall // of the entries in gateways' lists
	judged  int
	early   []string // entries that left their list too early
}

// refusal is what a gateway made of one token since it refused it.
type refusal struct {
	at          event.Mono
	incarnation uint32
	unasked     int // refusals that no revocation explains
	served      int
	first       event.Mono // when it served the token again
	restarted   bool       // in between
}

// NewRefusals makes the checker.
func NewRefusals(s *Setup) *Refusals {
	return &Refusals{setup: s, asked: map[event.TokenID]event.Wall{}, refused: map[exposed]*refusal{}, expiry: map[exposed]event.Wall{}}
}

// Observe implements trace.Observer.
func (c *Refusals) Observe(r *trace.Record) {
	switch {
	case r.Kind == trace.Called:
		if s, ok := r.Msg.(*event.Step); ok {
			c.step(r, s)
		}
	case r.Kind == trace.Answered && r.Request != nil && r.Request.Token != nil:
		if reply, ok := r.Msg.(*event.Reply); ok {
			c.answered(r, reply.Code)
		}
	case r.Kind == trace.Noted && r.Note.Fact == node.RevocationKnown:
		c.expiry[exposed{event.TokenID(r.Note.ID), r.Node}] = r.Note.Expiry
	case r.Kind == trace.Noted && r.Note.Fact == node.RevocationPurged:
		c.purged(r)
	}
}

// step remembers what is to be revoked: from the asking on, since gateways may hear before the answer.
func (c *Refusals) step(r *trace.Record, s *event.Step) {
	switch {
	case s.Revoke != nil:
		c.asked[s.Revoke.Token] = math.MaxInt64
	case s.RevokeSubject != nil:
		before := s.RevokeSubject.At
		if before == 0 {
			before = c.setup.truth(r.At)
		}
		c.asked[event.TokenID(s.RevokeSubject.Name())] = before
	}
}

// meant tells whether a revocation that was asked for is about a token.
func (c *Refusals) meant(t *event.Token) bool {
	if _, ok := c.asked[t.ID]; ok {
		return true
	}
	key, user := event.RevokedSubject{ConsumerKey: t.ConsumerKey}, event.RevokedSubject{Entity: t.User, Kind: event.SubjectUser}
	return t.Issued < c.asked[event.TokenID(key.Name())] || t.Issued < c.asked[event.TokenID(user.Name())]
}

func (c *Refusals) answered(r *trace.Record, code event.Code) {
	t := r.Request.Token
	at := exposed{t.ID, r.Node}
	was := c.refused[at]
	over := t.Expires != 0 && (t.Expires < r.Wall || t.Expires < c.setup.truth(r.At))
	switch {
	case over:
	case code == event.InvalidCredentials:
		c.judged++
		if was == nil {
			was = &refusal{at: r.At}
			c.refused[at], c.order = was, append(c.order, at)
		}
		was.incarnation = r.Incarnation
		if !c.meant(t) {
			was.unasked++
		}
	case was != nil && code == event.Served:
		c.judged++
		if was.served++; was.served == 1 {
			was.first, was.restarted = r.At, was.incarnation != r.Incarnation
		}
	}
}

// purged judges an entry that leaves: the cleaner may take it when the token has expired by its own clock.
func (c *Refusals) purged(r *trace.Record) {
	at := exposed{event.TokenID(r.Note.ID), r.Node}
	if expiry := c.expiry[at]; expiry >= r.Wall {
		c.early = append(c.early, fmt.Sprintf("%s let go of %s at %s, %s before it expires", at.gateway, at.token, clockTime(r.At), words.Duration(expiry.Sub(r.Wall))))
	}
	delete(c.expiry, at)
}

// Finish implements Checker.
func (c *Refusals) Finish() Outcome {
	out := Outcome{Check: "refusals", Exercised: c.judged, Bound: "0 served again before they expire, 0 refused that were not revoked"}
	served, unasked := 0, 0
	for _, at := range c.order {
		f := c.refused[at]
		if served += f.served; f.served > 0 {
			out.detail("%s refused %s at %s and served it %s from %s on%s", at.gateway, at.token, clockTime(f.at), words.Count(f.served, "time"),
				clockTime(f.first), map[bool]string{true: "; it had restarted"}[f.restarted])
		}
		if unasked += f.unasked; f.unasked > 0 {
			out.detail("%s refused %s %s from %s on; nobody had revoked it", at.gateway, at.token, words.Count(f.unasked, "time"), clockTime(f.at))
		}
	}
	for _, what := range c.early {
		out.detail("%s", what)
	}
	out.Worst = fmt.Sprintf("%s served after a refusal, %d refused that nobody had revoked", words.Count(served, "call"), unasked)
	out.judge(served + unasked + len(c.early))
	return out
}
