package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"hubsim/checker"
	"hubsim/scenarios"
)

func TestExitCodeOfManyRuns(t *testing.T) {
	for _, row := range []struct {
		name string
		all  []checker.Judgement
		want int
	}{
		{"nothing is wrong", []checker.Judgement{checker.Pass, checker.Pass}, exitPass},
		{"one proves nothing", []checker.Judgement{checker.Pass, checker.Invalid, checker.Pass}, exitInvalid},
		{"a breach counts more than an invalid run", []checker.Judgement{checker.Invalid, checker.Fail, checker.Invalid}, exitFail},
		{"no run, no complaint", nil, exitPass},
	} {
		var results []checker.Result
		for _, j := range row.all {
			results = append(results, checker.Result{Judgement: j})
		}
		if got := codeOf(results); got != row.want {
			t.Errorf("%s: exit code %d, want %d", row.name, got, row.want)
		}
	}
}

func TestTwinIsJudgedTheOtherWayRound(t *testing.T) {
	s := &scenarios.Scenario{Twin: &scenarios.Twin{Mistake: "a wire is cut.", Fails: []string{"revocation"}}}
	for _, row := range []struct {
		name    string
		verdict checker.Verdict
		faults  []checker.FaultReport
		want    checker.Judgement
		reason  string
	}{
		{"the mistake is noticed", checker.Violated, nil, checker.Pass, "is noticed: revocation violated"},
		{"the mistake is not noticed", checker.Holds, nil, checker.Fail, "has lost its teeth"},
		{"the experiment is no good", checker.Violated, []checker.FaultReport{{Fault: "at 1s crash tm-1"}}, checker.Invalid, "no observed effect"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := checker.Result{Judgement: checker.Fail, Conduct: checker.Conduct{Faults: row.faults}}
			r.Outcomes = []checker.Outcome{{Check: "revocation", Verdict: row.verdict}}
			judgeTwin(s, &r)
			if r.Judgement != row.want || len(r.Reasons) != 1 || !strings.Contains(r.Reasons[0], row.reason) {
				t.Errorf("%s %q, want %s because it %s", r.Judgement, r.Reasons, row.want, row.reason)
			}
		})
	}
}

func TestStoppedRunIsInvalid(t *testing.T) {
	r := checker.Result{Judgement: checker.Fail, Reasons: []string{"revocation is violated: 3 calls"}, Ran: 12e9}
	cutShort(&r, 33e9)
	if r.Judgement != checker.Invalid || len(r.Reasons) != 2 || r.Reasons[0] != "stopped by the user after 12.0s of 33s" {
		t.Errorf("%s %q", r.Judgement, r.Reasons)
	}
}

func TestPanicIsTheSimulatorsOwnFailure(t *testing.T) {
	var b bytes.Buffer
	if code := crashed(&b, errors.New("index out of range")); code != exitInternal {
		t.Errorf("exit code %d, want %d: Go's own, 2, would read as INVALID", code, exitInternal)
	}
	if !strings.HasPrefix(b.String(), "sim: internal error: index out of range\nhint: ") {
		t.Errorf("it says %q", b.String())
	}
}

func TestErrorsArePrintedOnce(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		code int
		want string
	}{
		{"nothing", nil, exitPass, ""},
		{"a verdict says nothing: the report has", judged(exitFail), exitFail, ""},
		{"with a hint", wrong(errors.New("no such thing"), "look again"), exitWrong, "sim: no such thing\nhint: look again\n"},
		{"the hint in brackets", wrong(errors.New("no such thing (hint: look again)"), ""), exitWrong, "sim: no such thing\nhint: look again\n"},
		{"the hint on its own line", wrong(errors.New("no such thing\nhint: look again"), ""), exitWrong, "sim: no such thing\nhint: look again\n"},
		{"several lines", broken(errors.New("one\ntwo"), ""), exitInternal, "sim: one\n     two\n"},
		{"of unknown kind", errors.New("surprise"), exitInternal, "sim: surprise\n"},
	} {
		var b bytes.Buffer
		if code := explain(&b, row.err); code != row.code || b.String() != row.want {
			t.Errorf("%s: exit code %d and %q, want %d and %q", row.name, code, b.String(), row.code, row.want)
		}
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"./mine.yaml": "./mine.yaml", "my scenario.yaml": "'my scenario.yaml'", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "": "''",
	} {
		if got := quoted(word); got != want {
			t.Errorf("quoted(%q) = %s, want %s", word, got, want)
		}
	}
}

func TestAllLeavesOutWhatDoesNotFit(t *testing.T) {
	var said bytes.Buffer
	cmd := &cobra.Command{}
	cmd.SetErr(&said)
	f := flagsOf(cmd)
	if err := cmd.ParseFlags([]string{"--all", "--quiet", "--deployment", "gw-cp-tm"}); err != nil {
		t.Fatal(err)
	}
	plan, err := f.plan(cmd, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := len(scenarios.Names()) - strings.Count(said.String(), "it is written for"); len(plan) != want || want < 2 {
		t.Errorf("%d runs are planned, want %d", len(plan), want)
	}
	if want := `region-link-loss: this scenario wants two regions; your files have one; it is written for multi-dc`; !strings.Contains(said.String(), want) {
		t.Errorf("it says %q, want %q in it", said.String(), want)
	}
	if code := explain(&said, f.leftOut(cmd, []string{"a: it needs b"}, 0)); code != exitWrong {
		t.Errorf("the exit code is %d when none fits, want %d", code, exitWrong)
	}
}
