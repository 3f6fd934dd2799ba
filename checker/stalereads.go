package checker

import (
	"fmt"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// StaleReads checks what control planes answer of scopes: once an administrator was told that a change is made,
// nobody may be answered what was true before it, however many nodes with caches of their own there are.
type StaleReads struct {
	Within event.Duration // how long after the change the old answer is still good

	steps map[event.CallID]*event.Step
	told  map[string][]saying // by the scope's key, in the order of the answers to the administrator
	worst event.Duration
	stale int
	out   Outcome
}

// saying is what a scope says from an instant on.
type saying struct {
	text  string
	gone  bool
	since event.Mono
}

// NewStaleReads makes the checker.
func NewStaleReads(within event.Duration) *StaleReads {
	return &StaleReads{Within: within, steps: map[event.CallID]*event.Step{}, told: map[string][]saying{}}
}

// Observe implements trace.Observer.
func (c *StaleReads) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Called:
		if s, is := r.Msg.(*event.Step); is && s.Announce != nil && len(s.Announce.Scopes) > 0 {
			c.steps[r.Call] = s
		}
	case trace.Answered:
		if s := c.steps[r.Call]; s != nil && r.Request == nil {
			if done, is := r.Msg.(*event.StepDone); is && done.Status == 200 {
				c.made(s.Announce, r.At)
				delete(c.steps, r.Call)
			}
		}
	case trace.Noted:
		if r.Note.Fact == node.ScopeAnswered {
			c.read(r)
		}
	}
}

func (c *StaleReads) made(n *event.Notification, at event.Mono) {
	for _, s := range n.Scopes {
		key := scopeKey(s, n.Tenant)
		c.told[key] = append(c.told[key], saying{s.Text(), n.Type == event.ScopeDelete, at})
	}
}

func scopeKey(s event.Scope, of event.Tenant) string {
	s.Tenant = of
	return event.KeyOf(&event.Row{Table: event.TableScope, Scope: &s})
}

// read judges an answer. What a step says that has no answer yet, or was refused, may be true or not.
func (c *StaleReads) read(r *trace.Record) {
	all := c.told[r.Note.ID]
	if len(all) == 0 {
		return
	}
	c.out.Exercised++
	ended := all[0].since
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].gone || all[i].text != r.Note.Detail {
			continue
		}
		if i == len(all)-1 {
			return
		}
		ended = all[i+1].since
		break
	}
	age := r.At.Sub(ended)
	if age <= c.Within || c.open(r.Note.ID, r.Note.Detail) {
		return
	}
	c.stale++
	c.worst = max(c.worst, age)
	c.out.detail("at %s %s says of scope %s %q, which was changed at %s", clockTime(r.At), r.Node, r.Note.ID, r.Note.Detail, clockTime(ended))
}

// open tells whether a step that was not confirmed says the same.
func (c *StaleReads) open(key, text string) bool {
	for _, s := range c.steps {
		for _, one := range s.Announce.Scopes {
			if scopeKey(one, s.Announce.Tenant) == key && one.Text() == text {
				return true
			}
		}
	}
	return false
}

// Finish implements Checker.
func (c *StaleReads) Finish() Outcome {
	out := c.out
	out.Check, out.Bound = "stale-reads", "no control plane answers what was changed more than "+words.Duration(c.Within)+" before"
	out.Worst = fmt.Sprintf("%d of %d answers old; the oldest by %s", c.stale, out.Exercised, words.Duration(c.worst))
	out.judge(c.stale)
	return out
}
