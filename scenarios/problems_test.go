package scenarios

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestProblemsNameScenarios holds docs/problems.md against the catalogue: every scenario that it names is
// there, and each of S01 to S31 names one.
func TestProblemsNameScenarios(t *testing.T) {
	page, err := os.ReadFile("../docs/problems.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| S\d\d \|.*\| (.*) \|$`).FindAllStringSubmatch(string(page), -1)
	if len(rows) != 31 {
		t.Errorf("%d problems, want 31", len(rows))
	}
	name := regexp.MustCompile("`([a-z0-9-]+)`")
	for _, row := range rows {
		found := name.FindAllStringSubmatch(row[1], -1)
		if len(found) == 0 {
			t.Errorf("no scenario in %s", row[0])
		}
		for _, f := range found {
			if !slices.Contains(Names(), f[1]) {
				t.Errorf("docs/problems.md names %s, which is not in the catalogue", f[1])
			}
		}
	}
}
