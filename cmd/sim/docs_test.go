package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"hubsim/scenarios"
)

// compiled is the schema that a page prints.
func compiled(t *testing.T, page func(*strings.Builder, *cobra.Command) error) *jsonschema.Schema {
	t.Helper()
	var b strings.Builder
	if err := page(&b, nil); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// value turns YAML into what a JSON Schema validates.
func value(t *testing.T, text []byte) any {
	t.Helper()
	var tree any
	if err := yaml.Load(text, &tree); err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(asJSON)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSchemaTakesTheCatalogue(t *testing.T) {
	schema := compiled(t, writeSchema)
	for _, name := range scenarios.Names() {
		text, err := os.ReadFile(filepath.Join("..", "..", "scenarios", "catalogue", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value(t, text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefusesWhatSimRefuses(t *testing.T) {
	schema := compiled(t, writeSchema)
	good, err := os.ReadFile(filepath.Join("..", "..", "scenarios", "catalogue", "baseline-single.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, old, new string }{
		{"an unknown key", "length:", "lenght:"},
		{"an unknown check", "check: accounting", "check: acounting"},
		{"an unknown cause", "event-in-flight", "event-in-fight"},
		{"a duration without unit", "window: 10s", "window: 10"},
		{"an unknown driver", "length:", "driver: vitual\nlength:"},
		{"a negative duration", "length: 45s", "length: -45s"},
		{"a negative rate", "rate: 20", "rate: -1"},
		{"more calls a second than there can be", "rate: 20", "rate: 1000001"},
		{"a ramp to more than there can be", "rate: 20", "rate: 20, arrivals: ramp, to: 1000001"},
		{"a burst of too many", "rate: 20", "arrivals: burst, size: 1000001"},
		{"too many apps", "{name: mobile,", "{name: mobile, count: 100001,"},
		{"a step too often", "checks:", "steps: [{at: 1s, times: 10001, block: alice}]\nchecks:"},
		{"a negative maximum", "max: 3", "max: -1"},
		{"negative copies", "check: accounting", "check: duplicates, copies: -1"},
		{"too many policies", "{name: Hundred,", manyPolicies(1000) + "{name: Hundred,"},
		{"no checks", "checks:", "checks: []\nchecked:"},
		{"a twin that need not fail", "fails: [decision-latency]", "fails: []"},
		{"a twin of an unknown profile", "twin:", "twin:\n  profile: hardend"},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := strings.Replace(string(good), row.old, row.new, 1)
			if text == string(good) {
				t.Fatalf("%q is not in the scenario", row.old)
			}
			if schema.Validate(value(t, []byte(text))) == nil {
				t.Error("the schema takes it")
			}
			sc, err := scenarios.Parse("x.yaml", []byte(text))
			if err == nil {
				_, err = sc.Prepare(scenarios.Options{})
			}
			if err == nil {
				t.Error("sim run takes it")
			}
		})
	}
}

func TestSchemaTakesWhatSimTakes(t *testing.T) {
	schema := compiled(t, writeSchema)
	good, err := os.ReadFile(filepath.Join("..", "..", "scenarios", "catalogue", "baseline-single.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, old, new string }{
		{"as many calls a second as there can be", "rate: 20", "rate: 1000000"},
		{"a burst of as many as there can be", "rate: 20", "arrivals: burst, size: 1000000"},
		{"a step as often as it can be", "checks:", "steps: [{at: 1s, times: 10000, block: alice}]\nchecks:"},
		{"as many policies as there can be", "{name: Hundred,", manyPolicies(999) + "{name: Hundred,"},
		{"a duration as Go also reads it", "length: 45s", "length: 1m0.s"},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := strings.Replace(string(good), row.old, row.new, 1)
			if err := schema.Validate(value(t, []byte(text))); err != nil {
				t.Errorf("the schema refuses it: %v", err)
			}
			sc, err := scenarios.Parse("x.yaml", []byte(text))
			if err == nil {
				_, err = sc.Prepare(scenarios.Options{})
			}
			if err != nil {
				t.Errorf("sim run refuses it: %v", err)
			}
		})
	}
}

func manyPolicies(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{name: P%d, level: api, quota: 1, window: 1m}\n    - ", i)
	}
	return b.String()
}

func TestTopologySchema(t *testing.T) {
	schema := compiled(t, writeTopology)
	for _, row := range []struct {
		name, text string
		ok         bool
	}{
		{"nothing", "{}", true},
		{"copies, a clock, links", "nodes: {gw-1: {copies: 3, clock: {offset: -400ms, drift_ppm: 20}}}\nlinks: {eu>us: {latency: 45ms, jitter: 1ms}}", true},
		{"an unknown key", "nodes: {gw-1: {copys: 3}}", false},
		{"a latency without unit", "links: {same_region: {latency: 5}}", false},
	} {
		if err := schema.Validate(value(t, []byte(row.text))); (err == nil) != row.ok {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

func TestEveryCommandIsDocumented(t *testing.T) {
	for _, c := range newRoot().Commands() {
		if !c.IsAvailableCommand() || c.Name() == "completion" {
			continue
		}
		if c.Short == "" || c.Long == "" || c.Example == "" {
			t.Errorf("%s: a command has a short line, a text and examples", c.CommandPath())
		}
		if lines := strings.Count(c.Long, "\n") + 1; lines > 9 {
			t.Errorf("%s: %d lines of text, at most 9", c.CommandPath(), lines)
		}
		for _, line := range strings.Split(c.Long, "\n") {
			if len(line) > 90 {
				t.Errorf("%s: the line is too long: %s", c.CommandPath(), line)
			}
		}
	}
}
