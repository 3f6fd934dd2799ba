package scenarios

import (
	"testing"

	"hubsim/checker"
	"hubsim/deployment"
)

// Scenarios about counting hold on files of the 2.x layout too: a load balancer that keeps callers, traffic
// managers that copy no decisions to each other.
func TestCountingOnOlderFiles(t *testing.T) {
	files, err := deployment.Pattern("v2-distributed")
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := deployment.ReadFS(files, "v2-distributed")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tm-restart-amnesia", "tm-kill-midwindow", "publisher-ring-full", "pushed-baseline"} {
		for _, profile := range []string{"wso2", "hardened"} {
			r := simulate(t, load(t, name), Options{Deployment: d, Profile: profile, Seed: 1})
			if r.Judgement != checker.Pass {
				t.Errorf("%s, %s: %s %v", name, profile, r.Judgement, r.Reasons)
			}
		}
	}
}
