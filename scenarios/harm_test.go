package scenarios

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/deployment"
)

var rewrite = flag.Bool("rewrite", false, "write testdata/harm.txt anew")

// ran is what a scenario says of files: its judgement and the checks that do not hold.
func ran(t *testing.T, scenario, dir string) string {
	t.Helper()
	d, found, err := deployment.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if f.Stops() {
			return "refused"
		}
	}
	r, err := load(t, scenario).Simulate(Options{Deployment: d, Seed: 1})
	if bad := (*UnfitError)(nil); errors.As(err, &bad) && filepath.Base(dir) == "good" {
		return "does not fit: what it wants is the mistake"
	}
	if err != nil {
		t.Errorf("sim run %s --deployment %s: %v", scenario, dir, err)
		return "cannot be run"
	}
	return told(&r)
}

// told is a run's judgement and the checks that do not hold.
func told(r *checker.Result) string {
	said := string(r.Judgement)
	for _, o := range r.Outcomes {
		if o.Verdict != checker.Holds {
			said += fmt.Sprintf(", %s %s", o.Check, o.Verdict)
		}
	}
	return said
}

// differs is worse of what was said.
func differs(bad, good string) bool {
	checks := strings.Split(good, ", ")
	return slices.ContainsFunc(strings.Split(bad, ", ")[1:], func(c string) bool { return !slices.Contains(checks, c) })
}

// TestHarm runs the scenario of each rule on the rule's own files. testdata/harm.txt holds what it says
// of the bad ones and of the good ones: where the bad ones break a check that the good ones do not, the
// user sees the harm, and the rule says so.
func TestHarm(t *testing.T) {
	var b strings.Builder
	shown := 0
	for _, r := range deployment.Rules() {
		dir := filepath.Join("..", "deployment", "testdata", "rules", r.ID)
		bad, good := ran(t, r.Scenario, filepath.Join(dir, "bad")), ""
		if bad != "refused" {
			good = ran(t, r.Scenario, filepath.Join(dir, "good"))
		}
		verdict := "not shown"
		switch {
		case bad == "refused":
			verdict = "refused"
		case differs(bad, good):
			verdict, shown = "shown", shown+1
		}
		if r.Shown != (verdict == "shown") {
			t.Errorf("rule %s says that a run shows it is %v, and it is %s\n  bad:  %s\n  good: %s", r.ID, r.Shown, verdict, bad, good)
		}
		if !r.Shown && !r.Stops && r.Severity != deployment.Note {
			t.Errorf("rule %s is of severity %s, and no run shows it", r.ID, r.Severity)
		}
		fmt.Fprintf(&b, "%s: %s by %s\n", r.ID, verdict, r.Scenario)
		if bad != "refused" {
			fmt.Fprintf(&b, "  bad:  %s\n  good: %s\n", bad, good)
		}
	}
	fmt.Fprintf(&b, "\n%d of %d rules are shown by a run on their own files\n", shown, len(deployment.Rules()))
	file := filepath.Join("testdata", "harm.txt")
	if *rewrite {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != b.String() {
		t.Errorf("%s differs (%v); run with -rewrite and read the diff", file, err)
	}
}
