package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"hubsim/deployment"
)

// sarifSchema is the standard's own (testdata/sarif/README.md).
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile(filepath.Join("testdata", "sarif", "sarif-2.1.0-rtm.5.json"))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestSARIF holds what sim check writes of each rule's bad files to the standard, and to the findings.
func TestSARIF(t *testing.T) {
	schema := sarifSchema(t)
	rules := deployment.Rules()
	for _, r := range rules {
		dir := filepath.Join("..", "..", "deployment", "testdata", "rules", r.ID, "bad")
		_, found, err := deployment.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		c := checked{Findings: found, dir: dir}
		var b bytes.Buffer
		if err := c.print(&b, "sarif"); err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
		var log sarifLog
		if err := json.Unmarshal(b.Bytes(), &log); err != nil {
			t.Fatal(err)
		}
		run := log.Runs[0]
		if len(run.Results) != len(c.Findings) || len(run.Tool.Driver.Rules) != len(rules) {
			t.Fatalf("%s: %d results of %d findings, %d rules of %d", r.ID, len(run.Results), len(c.Findings), len(run.Tool.Driver.Rules), len(rules))
		}
		for i, result := range run.Results {
			f := c.Findings[i]
			if result.RuleID != f.Rule || run.Tool.Driver.Rules[result.RuleIndex].ID != f.Rule || result.Level != f.Severity.String() {
				t.Errorf("%s: result %+v of finding %s", r.ID, result, f)
			}
			at := result.Locations[0].PhysicalLocation
			if _, err := os.Stat(filepath.FromSlash(at.ArtifactLocation.URI)); err != nil || at.Region.StartLine != f.Line {
				t.Errorf("%s: %s is placed at %+v: %v", r.ID, f, at, err)
			}
		}
	}
}

func TestSARIFEscapesPaths(t *testing.T) {
	f := deployment.Finding{Rule: "syntax", Severity: deployment.Error, Text: "x", Place: deployment.Place{File: "my conf/50%.toml", Line: 3}}
	log := (&checked{Findings: []deployment.Finding{f}, dir: "my conf"}).sarif()
	if got := log.Runs[0].Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI; got != "my%20conf/50%25.toml" {
		t.Errorf("the path is written %q", got)
	}
}
