package trafficmgr_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/event"
	"hubsim/trafficmgr"
	"hubsim/trafficmgr/conform"
)

// TestEvaluatedAsRecorded makes the conditions of each recorded policy anew; but for the order of their
// members the constants are the engine's.
func TestEvaluatedAsRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.json")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]event.ConditionType{"header": event.HeaderHas, "query": event.QueryHas, "claim": event.ClaimHas, "ip": event.IPIs, "iprange": event.IPBetween}
	seen := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		trace, err := conform.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if trace.Plan.Kind != "api-condition" {
			continue
		}
		seen++
		p := event.Policy{Name: "Ten", Level: event.APILevel, Quota: 1, Window: event.Minute}
		for _, g := range trace.Plan.Groups {
			group := event.ConditionGroup{ID: g.ID, Limit: p.Limit()}
			for _, c := range g.Conditions {
				made := event.Condition{Type: types[c.Type], Name: c.Name, Value: c.Value, Invert: c.Invert}
				if c.Type == "iprange" {
					made.Value, made.End = c.Start, c.End
				}
				group.Conditions = append(group.Conditions, made)
			}
			p.Groups = append(p.Groups, group)
		}
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		made := trafficmgr.PolicyOf(&p, trafficmgr.Rules{})
		same(t, file, made.Evaluated, trace.Plan.Default.Evaluated)
		for i, g := range trace.Plan.Groups {
			same(t, file, made.Groups[i].Evaluated, g.Evaluated)
		}
	}
	if seen == 0 {
		t.Error("no recording has conditions")
	}
}

// same compares two base64 texts of JSON.
func same(t *testing.T, what, got, want string) {
	t.Helper()
	var values [2]any
	for i, text := range []string{got, want} {
		plain, err := base64.StdEncoding.DecodeString(text)
		if err == nil {
			err = json.Unmarshal(plain, &values[i])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(values[1], values[0]); diff != "" {
		t.Errorf("%s (-recorded +ours):\n%s", what, diff)
	}
}
