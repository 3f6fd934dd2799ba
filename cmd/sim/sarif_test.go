package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"hubsim/deployment"
)

// sarifNeeds is what SARIF 2.1.0 asks of the properties that we write: sections 3.13 (log), 3.14 (run),
// 3.18 and 3.19 (tool), 3.27 (result), 3.28 to 3.30 (locations), 3.49 (rules). The standard's own schema
// is not kept here; this one says of our part what it says.
const sarifNeeds = `{
	"type": "object", "required": ["version", "runs"], "additionalProperties": false,
	"properties": {
		"$schema": {"type": "string", "format": "uri"},
		"version": {"const": "2.1.0"},
		"runs": {"type": "array", "minItems": 1, "items": {
			"type": "object", "required": ["tool", "results"],
			"properties": {
				"tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
					"type": "object", "required": ["name"], "properties": {
						"name": {"type": "string", "minLength": 1}, "version": {"type": "string"},
						"rules": {"type": "array", "uniqueItems": true, "items": {
							"type": "object", "required": ["id"], "properties": {
								"id": {"type": "string", "minLength": 1},
								"shortDescription": {"$ref": "#/$defs/text"}, "fullDescription": {"$ref": "#/$defs/text"}, "help": {"$ref": "#/$defs/text"},
								"defaultConfiguration": {"type": "object", "properties": {"level": {"$ref": "#/$defs/level"}}},
								"properties": {"type": "object"}
							}, "additionalProperties": false}}
					}, "additionalProperties": false}}},
				"results": {"type": "array", "items": {
					"type": "object", "required": ["message"], "properties": {
						"ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": -1},
						"level": {"$ref": "#/$defs/level"}, "message": {"$ref": "#/$defs/text"},
						"locations": {"type": "array", "items": {"type": "object", "properties": {"physicalLocation": {
							"type": "object", "required": ["artifactLocation"], "properties": {
								"artifactLocation": {"type": "object", "required": ["uri"], "properties": {"uri": {"type": "string", "format": "uri-reference"}}},
								"region": {"type": "object", "required": ["startLine"], "properties": {
									"startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1}}, "additionalProperties": false}
							}}}}}
					}, "additionalProperties": false}}
			}}}
	},
	"$defs": {
		"text": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}},
		"level": {"enum": ["none", "note", "warning", "error"]}
	}
}`

func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(sarifNeeds))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("sarif.json")
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
