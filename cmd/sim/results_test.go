package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/checker"
	"hubsim/scenarios"
)

// leastProven is how many public issues of the product have to have a scenario that shows them.
const leastProven = 12

// TestResults makes docs/results.md again: what it says of every scenario is what comes out.
func TestResults(t *testing.T) {
	var b strings.Builder
	if err := writeResults(&b, nil); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join("..", "..", "docs", "results.md"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(kept), b.String()); diff != "" {
		t.Errorf("docs/results.md is not what the runs say; make docs writes it anew:\n%s", diff)
	}
	_, issues, _ := strings.Cut(b.String(), "## Public issues of the product")
	if n := strings.Count(issues, "\n| [wso2"); n < leastProven {
		t.Errorf("%d public issues of the product have a scenario, want %d at least", n, leastProven)
	}
	for _, bad := range []string{"| " + string(checker.Fail), "| " + string(checker.Invalid), "DOES NOT FAIL"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("docs/results.md says %q", bad)
		}
	}
}

func TestOnlyKeptChecksProveAnIssue(t *testing.T) {
	run := func(check string, v checker.Verdict, issue string, j checker.Judgement) checker.Result {
		return checker.Result{Judgement: j, Findings: checker.Findings{Outcomes: []checker.Outcome{{Check: check, Verdict: v, Issue: issue}}}}
	}
	gap := run("revocation", checker.KnownGap, "wso2/api-manager#1935", checker.Pass)
	for _, row := range []struct {
		name     string
		wso2     checker.Result
		hardened checker.Result
		want     int
	}{
		{"broken in wso2, kept in hardened", gap, run("revocation", checker.Holds, "", checker.Pass), 1},
		{"broken in both", gap, run("revocation", checker.KnownGap, "wso2/api-manager#1935", checker.Pass), 0},
		{"hardened fails elsewhere", gap, run("revocation", checker.Holds, "", checker.Fail), 0},
		{"hardened does not look at it", gap, run("accounting", checker.Holds, "", checker.Pass), 0},
		{"kept in both", run("revocation", checker.Holds, "wso2/api-manager#1935", checker.Pass), run("revocation", checker.Holds, "", checker.Pass), 0},
		{"nobody reported it", run("revocation", checker.KnownGap, "none is public", checker.Pass), run("revocation", checker.Holds, "", checker.Pass), 0},
	} {
		all := []outcome{{scenario: &scenarios.Scenario{Name: "x"}, ran: [2]checker.Result{row.wso2, row.hardened}}}
		if got := proven(all); len(got) != row.want {
			t.Errorf("%s: %d issues are proven, want %d", row.name, len(got), row.want)
		}
	}
}
