package deployment

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// companions are rules that the files of another show as well, because the one mistake is two.
var companions = map[string][]string{
	"fails-over-for-good":    {"uncounted-manager"},                  // the far traffic manager is sent no events
	"unknown-endpoint":       {"uncounted-manager", "counted-apart"}, // nobody is sent events, and the real one is heard
	"region-one-hub-told":    {"region-told-twice"},                  // two control planes tell the other region
	"jndi-failover-list":     {"region-told-twice"},                  // the same
	"counts-in-other-region": {"region-without-control-plane"},       // counting elsewhere is a sub-region's mistake
	"misspelled-key":         {"no-event-hub"},                       // without the key that is meant
	"duplicate-listener":     {"no-revocation-listener"},             // the last one has no endpoint
	"event-forwarded":        {"region-half-told"},                   // what is pulled is not told as well
	"sub-region-tenants":     {"region-without-control-plane"},       // tenants fail in a sub-region
	"files-not-shared":       {"revoked-on-one"},                     // it takes two gateways
	"one-file-writer":        {"revoked-on-one"},                     // the same
	"no-revoke-api":          {"revoked-on-one"},
	"rsync-target-written":   {"revoked-on-one", "one-file-writer"},
}

// ruleSets are the directories of testdata/rules, each named after its rule.
func ruleSets(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("testdata", "rules"))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.Name())
	}
	return ids
}

// TestRules reads the files of each rule: bad shows it, at the places of want.txt, and nothing but it;
// good does not.
func TestRules(t *testing.T) {
	sets := ruleSets(t)
	for _, r := range Rules() {
		if !slices.Contains(sets, r.ID) {
			t.Errorf("rule %s has no files in testdata/rules", r.ID)
		}
	}
	for _, id := range sets {
		t.Run(id, func(t *testing.T) {
			if _, known := FindRule(id); !known {
				t.Fatal("there is no such rule")
			}
			dir := filepath.Join("testdata", "rules", id)
			wanted(t, filepath.Join(dir, "want.txt"), placed(t, filepath.Join(dir, "bad"), id))
			if got := placed(t, filepath.Join(dir, "good"), id); got != "" {
				t.Errorf("good shows it: %s", got)
			}
		})
	}
}

// placed are the places at which a directory shows a rule, one a line. Another rule's finding is a
// failure, unless it is a companion's.
func placed(t *testing.T, dir, id string) string {
	t.Helper()
	_, found, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range found {
		switch {
		case f.Rule == id:
			file, err := filepath.Rel(dir, f.File)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(strings.Replace(f.Place.String(), f.File, filepath.ToSlash(file), 1) + "\n")
		case !slices.Contains(companions[id], f.Rule):
			t.Errorf("%s shows another rule: %s", filepath.Base(dir), f)
		}
	}
	return b.String()
}

func wanted(t *testing.T, file, got string) {
	t.Helper()
	if got == "" {
		t.Error("bad does not show it")
	}
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("bad shows it at %q, want %q (%v)", got, want, err)
	}
}

// A rule says everything: a user must be able to act on each finding.
func TestRulesSayEverything(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if r.Severity == 0 || r.Title == "" || r.Why == "" || r.Fix == "" || r.Scenario == "" || r.Source == "" {
			t.Errorf("rule %s does not say everything: %+v", r.ID, r)
		}
		if seen[r.ID] {
			t.Errorf("rule %s is there twice", r.ID)
		}
		seen[r.ID] = true
	}
	if len(seen) < 30 {
		t.Errorf("there are %d rules", len(seen))
	}
}

// What a rule tells is known to the table.
func TestFindingsAreOfRules(t *testing.T) {
	for _, c := range broken {
		_, found, _ := ReadFS(edited(t, c.pattern, c.edits), c.pattern)
		for _, f := range found {
			if _, known := FindRule(f.Rule); !known {
				t.Errorf("%s: finding %s is of no rule", c.about, f.Rule)
			}
			if f.File != "" && f.Line == 0 {
				t.Errorf("%s: a finding without a line: %s", c.about, f)
			}
		}
	}
}
