package checker

import (
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// scopeTape plays an administrator's changes of scope read, and what control planes answer.
type scopeTape struct {
	c     *StaleReads
	calls event.CallID
}

func (p *scopeTape) at(s int, r trace.Record) {
	r.At, r.Node = event.Mono(s)*event.Mono(event.Second), "cp-2"
	p.c.Observe(&r)
}

// ask is a change that is called at an instant; answer is what the administrator is told of it.
func (p *scopeTape) ask(s int, of event.Type, display string) event.CallID {
	p.calls++
	n := &event.Notification{Type: of, Scopes: []event.Scope{{Name: "read", Display: display}}}
	p.at(s, trace.Record{Kind: trace.Called, Call: p.calls, Msg: &event.Step{Announce: n}})
	return p.calls
}

func (p *scopeTape) answer(s int, call event.CallID, status int) {
	p.at(s, trace.Record{Kind: trace.Answered, Call: call, Msg: &event.StepDone{Status: status}})
}

func (p *scopeTape) change(s int, display string) {
	p.answer(s, p.ask(s, event.ScopeUpdate, display), 200)
}

func (p *scopeTape) says(s int, display string) {
	p.at(s, trace.Record{Kind: trace.Noted, Note: node.Note{Fact: node.ScopeAnswered, ID: "read", Detail: display}})
}

func TestStaleReads(t *testing.T) {
	for _, row := range []struct {
		why   string
		play  func(p *scopeTape)
		want  Verdict
		worst string
	}{
		{"nobody changed it", func(p *scopeTape) { p.says(5, "old") }, NotExercised, ""},
		{"the new one is answered", func(p *scopeTape) { p.change(10, "new"); p.says(30, "new") }, Holds, "0 of 1"},
		{"the old one just after the change", func(p *scopeTape) { p.change(10, "new"); p.says(13, "old") }, Holds, "0 of 1"},
		{"the old one too long after it", func(p *scopeTape) { p.change(10, "new"); p.says(30, "old") }, Violated, "1 of 1 answers old; the oldest by 20s"},
		{"the one between two changes", func(p *scopeTape) { p.change(10, "new"); p.change(20, "newer"); p.says(60, "new") }, Violated, "by 40s"},
		{"what is said again is no longer old", func(p *scopeTape) { p.change(10, "new"); p.change(20, "old"); p.says(60, "old") }, Holds, "0 of 1"},
		{"a scope that is gone", func(p *scopeTape) {
			p.change(10, "new")
			p.answer(20, p.ask(20, event.ScopeDelete, ""), 200)
			p.says(60, "new")
		}, Violated, "by 40s"},
		{"a change that nobody has confirmed yet", func(p *scopeTape) {
			p.change(10, "new")
			p.ask(20, event.ScopeUpdate, "newer")
			p.says(60, "newer")
		}, Holds, "0 of 1"},
		{"one that may have been made", func(p *scopeTape) {
			p.change(10, "new")
			p.answer(25, p.ask(20, event.ScopeUpdate, "newer"), 500)
			p.says(60, "newer")
		}, Holds, "0 of 1"},
	} {
		t.Run(row.why, func(t *testing.T) {
			p := &scopeTape{c: NewStaleReads(5 * event.Second)}
			row.play(p)
			if out := p.c.Finish(); out.Verdict != row.want || !strings.Contains(out.Worst, row.worst) {
				t.Errorf("%v (%s) %v, want %v, %q", out.Verdict, out.Worst, out.Details, row.want, row.worst)
			}
		})
	}
}
