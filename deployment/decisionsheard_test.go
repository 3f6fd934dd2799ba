package deployment

import (
	"slices"
	"testing"
)

// TestDecisionsAtTheHub: a gateway that lists no broker for decisions hears them at a hub that counts its events, and
// at one that does not it hears none.
func TestDecisionsAtTheHub(t *testing.T) {
	for _, row := range []struct {
		pattern, listed string
		want            Severity
	}{
		{"gw-cp-ha", `throttle_decision_endpoints = ["tcp://cp-1:5672", "tcp://cp-2:5672"]`, Note},
		{"gw-cp-tm-ha", `throttle_decision_endpoints = ["tcp://tm-1:5672", "tcp://tm-2:5672"]`, Error},
	} {
		_, found, err := ReadFS(edited(t, row.pattern, []edit{{"gw-1.toml", row.listed, "# none"}}), row.pattern)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(found, func(f Finding) bool { return f.Rule == "no-decisions" })
		if at < 0 || found[at].Severity != row.want || found[at].File != "gw-1.toml" {
			t.Errorf("%s: no-decisions is not found with severity %s: %v", row.pattern, row.want, found)
		}
	}
}
