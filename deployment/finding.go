package deployment

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Severity is how bad a finding is.
type Severity uint8

// The severities.
const (
	Note    Severity = iota + 1 // worth knowing: an inference, a placeholder, a default that bites
	Warning                     // it starts and works, but not as somebody expects
	Error                       // it cannot be run, or some part of it will stay silent
)

var severityNames = [...]string{"?", "note", "warning", "error"}

// String names the severity.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return "?"
}

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Place is where something is written. Line 0 is nowhere: a default, or an inference.
type Place struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"col,omitempty"`
	Key  string `json:"key,omitempty"`
}

// String prints file:line:col, as far as it is known.
func (p Place) String() string {
	switch {
	case p.Line > 0:
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
	case p.File != "":
		return p.File
	}
	return "deployment"
}

// Finding is something to know about a set of files.
type Finding struct {
	Rule     string   `json:"rule"` // its row in Rules
	Severity Severity `json:"severity"`
	Place
	Text     string `json:"text"`                // what is wrong, about whom
	Why      string `json:"why,omitempty"`       // what comes of it
	Fix      string `json:"fix,omitempty"`       // what to do
	Scenario string `json:"scenario,omitempty"`  // the experiment that shows the harm, or comes nearest to it; "" is none
	Shown    bool   `json:"shown"`               // a run of Scenario on these files shows it
	NotShown string `json:"not_shown,omitempty"` // why such a run does not

	// Mended is what the files are without what is wrong, where that is known and makes a difference: of a
	// misspelled key, with the one that was meant.
	Mended *Deployment `json:"-"`

	slip, meant string // of a misspelled key: how it is written, and which one it was to be
}

// String prints the finding on one line, and the fix on a second.
func (f Finding) String() string {
	s := fmt.Sprintf("%s: %s: ", f.Place, f.Severity)
	if f.Key != "" {
		s += f.Key + ": "
	}
	s += f.Text + " [" + f.Rule + "]"
	if f.Fix != "" {
		s += "\n  hint: " + f.Fix
	}
	return s
}

// Worst returns the worst severity among findings; 0 when there are none.
func Worst(all []Finding) Severity {
	worst := Severity(0)
	for _, f := range all {
		worst = max(worst, f.Severity)
	}
	return worst
}

// Errors joins the findings that are errors into one error, or returns nil.
func Errors(all []Finding) error {
	var lines []string
	for _, f := range all {
		if f.Severity == Error {
			lines = append(lines, f.String())
		}
	}
	if lines == nil {
		return nil
	}
	return errors.New(strings.Join(lines, "\n"))
}

// findings gathers complaints; each takes its severity, reason and fix from its rule.
type findings struct{ all []Finding }

// add records a finding. A fix, when given, says more than the rule's own.
func (fs *findings) add(rule string, at Place, text string, fix ...string) {
	r := ruleOf(rule)
	if at.File != "" && at.Line == 0 {
		at.Line, at.Col = 1, 1 // about the file as a whole
	}
	f := Finding{Rule: rule, Severity: r.Severity, Place: at, Text: text, Why: r.Why, Fix: r.Fix, Scenario: r.Scenario, Shown: r.Shown, NotShown: r.NotShown}
	if len(fix) > 0 && fix[0] != "" {
		f.Fix = fix[0]
	}
	fs.all = append(fs.all, f)
}

// harmless says of the last finding that nothing goes wrong by it in this place, and why.
func (fs *findings) harmless(why string) { fs.all[len(fs.all)-1].harmless(why) }

func (f *Finding) harmless(why string) { f.Severity, f.Shown, f.NotShown = Note, false, why }

// unnamed says so of what is wrong with a jndi file that no publisher names.
func (fs *findings) unnamed(file string) {
	for i := range fs.all {
		if f := &fs.all[i]; f.File == file && f.Rule == "jndi-syntax" {
			f.harmless("no event publisher names this file")
		}
	}
}

// onlyTopology leaves of the findings behind the first n those about topology.yaml, if there are any: without what
// the file should say, the rest of the set is misread.
func (fs *findings) onlyTopology(n int) {
	about := func(f Finding) bool { return f.Rule == "topology-file" }
	if later := fs.all[n:]; slices.ContainsFunc(later, about) {
		fs.all = fs.all[:n+len(slices.DeleteFunc(later, func(f Finding) bool { return !about(f) }))]
	}
}

// unread is how many publishers and jndi files the product cannot read, or not as they are meant.
func (fs *findings) unread() (n int) {
	for i := range fs.all {
		if f := &fs.all[i]; f.Severity == Error && (f.Rule == "publisher-syntax" || f.Rule == "jndi-syntax") {
			n++
		}
	}
	return n
}

// Stops tells whether nothing can be run with it.
func (f *Finding) Stops() bool { return ruleOf(f.Rule).Stops }
