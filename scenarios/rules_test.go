package scenarios

import (
	"slices"
	"testing"

	"hubsim/deployment"
)

// TestRulesNameScenarios holds the findings of sim check to the catalogue: a user is told to run them.
func TestRulesNameScenarios(t *testing.T) {
	for _, r := range deployment.Rules() {
		if r.Scenario != "" && !slices.Contains(Names(), r.Scenario) {
			t.Errorf("rule %s names the scenario %q, which is not in the catalogue", r.ID, r.Scenario)
		}
	}
}
