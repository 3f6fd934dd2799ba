package main

import (
	"net/url"
	"path/filepath"
	"runtime/debug"
	"strings"

	"hubsim/deployment"
)

// The parts of SARIF 2.1.0 (OASIS, sarif-v2.1.0) that findings need.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string         `json:"id"`
		ShortDescription     sarifText      `json:"shortDescription"`
		FullDescription      sarifText      `json:"fullDescription"`
		Help                 sarifText      `json:"help"`
		DefaultConfiguration sarifSeverity  `json:"defaultConfiguration"`
		Properties           map[string]any `json:"properties"`
	}
	sarifSeverity struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
)

// sarif turns the findings into a SARIF log. Its levels are called as our severities are.
func (c *checked) sarif() sarifLog {
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "hubsim sim check"}}, Results: []sarifResult{}}
	if info, ok := debug.ReadBuildInfo(); ok {
		run.Tool.Driver.Version = info.Main.Version
	}
	index := map[string]int{}
	for i, r := range deployment.Rules() {
		index[r.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID: r.ID, ShortDescription: sarifText{r.Title}, FullDescription: sarifText{r.Why}, Help: sarifText{r.Fix},
			DefaultConfiguration: sarifSeverity{r.Severity.String()},
			Properties:           provenance(&r),
		})
	}
	for i := range c.Findings {
		f := &c.Findings[i]
		label, experiment := c.see(f)
		text := f.Text
		if f.Key != "" {
			text = f.Key + ": " + text
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: f.Rule, RuleIndex: index[f.Rule], Level: f.Severity.String(),
			Message:   sarifText{text + ". Why: " + f.Why + ". Fix: " + f.Fix + ". " + strings.ToUpper(label[:1]) + label[1:] + ": " + experiment},
			Locations: locationOf(f),
		})
	}
	return sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}
}

// provenance is what a rule says beside its texts.
func provenance(r *deployment.Rule) map[string]any {
	all := map[string]any{"scenario": r.Scenario, "shown": r.Shown, "source": r.Source}
	if !r.Shown {
		all["notShown"] = r.NotShown
	}
	return all
}

func locationOf(f *deployment.Finding) []sarifLocation {
	if f.File == "" {
		return nil
	}
	place := sarifPhysical{ArtifactLocation: sarifArtifact{(&url.URL{Path: filepath.ToSlash(f.File)}).EscapedPath()}}
	if f.Line > 0 {
		place.Region = &sarifRegion{f.Line, f.Col}
	}
	return []sarifLocation{{place}}
}
