package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"
	"github.com/spf13/cobra"

	"hubsim/checker"
	"hubsim/deployment"
	"hubsim/scenarios"
)

func writeScenarios(b *strings.Builder, _ *cobra.Command) error {
	b.WriteString(madeBy + "# Scenarios\n\nEach asks one question. `sim run NAME` runs it; `sim run NAME --twin` runs its known-bad twin, which must fail.\n\n")
	head(b, "scenario", "question")
	names := scenarios.Names()
	for _, name := range names {
		s, err := scenarios.Load(name)
		if err != nil {
			return err
		}
		row(b, fmt.Sprintf("[%s](#%s)", name, name), cell(s.Question))
	}
	for _, name := range names {
		s, err := scenarios.Load(name)
		if err != nil {
			return err
		}
		scenarioSection(b, s)
	}
	return nil
}

func scenarioSection(b *strings.Builder, s *scenarios.Scenario) {
	e := entryOf(s)
	fmt.Fprintf(b, "\n## %s\n\n**%s**\n\n", s.Name, s.Question)
	if s.Story != "" {
		fmt.Fprintf(b, "%s\n\n", strings.TrimSpace(s.Story))
	}
	head(b, "", "")
	for _, line := range [][2]string{
		{"source", cell(e.Source)}, {"deployment", code(e.Pattern)}, {"length", e.Length}, {"driver", e.Driver},
		{"checks", cell(strings.Join(e.Checks, ", "))}, {"known gaps", cell(strings.Join(e.Gaps, ", "))}, {"known-bad twin", cell(e.Twin)},
	} {
		if line[1] != "" {
			row(b, line[0], line[1])
		}
	}
	if faults := strings.TrimSpace(s.Faults); faults != "" {
		fmt.Fprintf(b, "\n```\n%s\n```\n", faults)
	}
}

func writeChecks(b *strings.Builder, _ *cobra.Command) error {
	b.WriteString(madeBy + "# Checks\n\nA check that saw nothing to judge is NOT EXERCISED, and the run INVALID.\n\n")
	head(b, "check", "what it asks", "takes")
	for _, c := range checker.Checks {
		row(b, code(c.Name), cell(c.Asks), cell(strings.Join(c.Takes, ", ")))
	}
	b.WriteString("\nA parameter that a check does not take is refused.\n")
	b.WriteString("\n## Causes\n\nEvery call that was served past its quota, or refused below it, has one; `allow` names those that a scenario admits; a call without any of them is a bug of the simulator.\n\n")
	for _, name := range causeNames() {
		fmt.Fprintf(b, "* `%s`\n", name)
	}
	return writeInvariants(b)
}

// reflector makes JSON Schemas of the Go types that read YAML files; a duration is a text of a pattern.
func reflector(duration reflect.Type, pattern string) *jsonschema.Reflector {
	return &jsonschema.Reflector{
		FieldNameTag: "yaml",
		Anonymous:    true,
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if t != duration {
				return nil
			}
			return &jsonschema.Schema{Type: "string", Pattern: pattern, Examples: []any{"90s", "1.5s", "2m"}}
		},
	}
}

// How durations are written: those of a scenario are not negative, a clock may be behind.
const (
	spanPattern   = `^\+?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$`
	offsetPattern = `^[-+]?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$`
)

// scenarioSchema is the JSON Schema of a scenario file.
func scenarioSchema() *jsonschema.Schema {
	s := reflector(reflect.TypeFor[scenarios.Duration](), spanPattern).Reflect(&scenarios.Scenario{})
	s.Title = "A scenario of sim run"
	wordsOf(s, "Check", "check").Enum = checkNames()
	wordsOf(s, "Check", "allow").Items.Enum = causeNames()
	wordsOf(s, "Twin", "fails").Items.Enum = checkNames()
	return s
}

// topologySchema is the JSON Schema of topology.yaml, of which every part may be left out.
func topologySchema() *jsonschema.Schema {
	r := reflector(reflect.TypeFor[deployment.Span](), offsetPattern)
	r.RequiredFromJSONSchemaTags = true
	s := r.Reflect(&deployment.Topology{})
	s.Title = "topology.yaml beside deployment.toml files"
	return s
}

// wordsOf is the schema of a property of which the code knows the words.
func wordsOf(s *jsonschema.Schema, kind, property string) *jsonschema.Schema {
	found, ok := s.Definitions[kind].Properties.Get(property)
	if !ok {
		panic(fmt.Sprintf("a scenario's %s has no %s any more", kind, property)) // TestSchema calls this
	}
	return found
}

func checkNames() (names []any) {
	for _, c := range checker.Checks {
		names = append(names, c.Name)
	}
	return names
}

func causeNames() (names []any) {
	for _, name := range checker.CauseNames() {
		names = append(names, name)
	}
	return names
}

func writeSchema(b *strings.Builder, _ *cobra.Command) error {
	return writeJSON(b, scenarioSchema())
}

func writeTopology(b *strings.Builder, _ *cobra.Command) error {
	return writeJSON(b, topologySchema())
}

func writeJSON(b *strings.Builder, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	b.Write(append(text, '\n'))
	return err
}

func writeConfig(b *strings.Builder, _ *cobra.Command) error {
	b.WriteString(madeBy + "# Configuration\n\n## Keys of deployment.toml\n\nKeys without an effect are known and play no part in the simulation.\n\n")
	head(b, "key", "type", "default", "effect")
	for _, k := range deployment.Keys() {
		effect := cmp.Or(k.Effect, k.Idle)
		if k.Instead != "" {
			effect = "deprecated: write `" + k.Instead + "`"
		}
		row(b, code(k.Name), cell(fmt.Sprint(k.Type)), code(k.Default), cell(effect))
	}
	b.WriteString("\n## Knobs\n\nA scenario's `knobs` set them; they override the deployment's files.\n\n")
	head(b, "knob", "type", "wso2", "hardened")
	for _, k := range deployment.Knobs() {
		row(b, code(k.Name), cell(k.Type), code(k.WSO2), code(k.Hardened))
	}
	return nil
}

func writeRules(b *strings.Builder, _ *cobra.Command) error {
	b.WriteString(madeBy + "# Findings of sim check\n\n" +
		"`sim check DIR` ends with exit code 1 when there is a finding of the severity of `--fail-on` (error unless said) or worse, and with 3 when\n" +
		"one **stops a run**: who is there, or whom they talk to, is not known. `sim check --explain RULE` tells about one rule; `--output json` and\n" +
		"`--output sarif` (2.1.0) are for programs. The scenario is the one to run on the files that have the mistake,\n" +
		"`sim run SCENARIO --deployment DIR`; where it says *nearest*, such a run does not show it, and why. `deployment/testdata/rules/RULE` holds files that show each rule, `bad`, and files that do not, `good`;\n" +
		"`scenarios/testdata/harm.txt` tells what the scenario says of both.\n\n")
	head(b, "rule", "severity", "what is wrong", "why it matters", "what to do", "scenario", "source")
	for _, r := range deployment.Rules() {
		severity := r.Severity.String()
		if r.Stops {
			severity += ", stops a run"
		}
		nearest := ""
		if !r.Shown {
			nearest = ", nearest: " + r.NotShown
		}
		row(b, code(r.ID), severity, cell(r.Title), cell(r.Why), cell(r.Fix), code(r.Scenario)+cell(nearest), cell(r.Source))
	}
	return nil
}

func writeCLI(b *strings.Builder, root *cobra.Command) error {
	b.WriteString(madeBy + "# The command line\n\n" + root.Long + "\n")
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			commandSection(b, c)
		}
	}
	return nil
}

func commandSection(b *strings.Builder, c *cobra.Command) {
	fmt.Fprintf(b, "\n## %s\n\n%s.\n\n```\n%s\n```\n", c.CommandPath(), c.Short, c.UseLine())
	if c.Long != "" {
		fmt.Fprintf(b, "\n%s\n", strings.TrimSpace(c.Long))
	}
	if c.Example != "" {
		fmt.Fprintf(b, "\n```\n%s\n```\n", strings.ReplaceAll(c.Example, "\n  ", "\n")[2:])
	}
	if flags := c.NonInheritedFlags(); flags.HasAvailableFlags() {
		fmt.Fprintf(b, "\n```\n%s```\n", flags.FlagUsages())
	}
}
