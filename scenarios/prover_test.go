package scenarios

import (
	"path/filepath"
	"testing"

	"hubsim/deployment"
)

// TestBreaksTheFilesOfRules: a scenario that shows a rule's mistake shows it without knowing how the files are
// without it; of the files of a pattern it shows nothing that it does not show of its own.
func TestBreaksTheFilesOfRules(t *testing.T) {
	for _, r := range deployment.Rules() {
		if !r.Shown {
			continue
		}
		d, _, err := deployment.Read(filepath.Join("..", "deployment", "testdata", "rules", r.ID, "bad"))
		if err != nil {
			t.Fatal(err)
		}
		if shown, err := NewProver(d).Breaks(r.Scenario); !shown || err != nil {
			t.Errorf("%s: %s says no worse of its files: %v", r.ID, r.Scenario, err)
		}
	}
}

// TestBreaksNothingOfAPattern: what a scenario finds in the files that it is written for is not the files' doing.
func TestBreaksNothingOfAPattern(t *testing.T) {
	files, err := deployment.Pattern("gw-cp-tm-ha")
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := deployment.ReadFS(files, "gw-cp-tm-ha")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hub-failover", "revoke-during-partition", "overshoot-curve"} {
		if shown, err := NewProver(d).Breaks(name); shown || err != nil {
			t.Errorf("%s says worse of the pattern: %v", name, err)
		}
	}
}
