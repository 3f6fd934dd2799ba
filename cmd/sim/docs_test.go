package main

import (
	"encoding/json"
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
