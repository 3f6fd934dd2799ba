package conform

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Outcome is what became of one trace.
type Outcome struct {
	File       string `json:"file"`
	Name       string `json:"name"`
	Kind       string `json:"kind"`                 // of its plan
	Note       string `json:"note,omitempty"`       // what the recording is about
	Difference string `json:"difference,omitempty"` // the first one, or why the trace cannot be played; "" when it passed
	Unknown    string `json:"unknown,omitempty"`    // a field of the recording that is not known and was left out
}

// Tally is how the traces of one kind did.
type Tally struct {
	Kind   string `json:"kind"`
	Passed int    `json:"passed"`
	Total  int    `json:"total"`
}

// unreadable is the kind of a file that is no trace at all.
const unreadable = "unreadable"

// Directory plays every *.json of a directory, in order of their names. A file that is no trace at all,
// and a trace whose plan is not understood, are outcomes that have not passed; an error names the former.
func Directory(files fs.FS) ([]Outcome, error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		if _, err := fs.Stat(files, "."); err != nil {
			return nil, err
		}
		return nil, errors.New("it holds no *.json")
	}
	var all []Outcome
	var bad []error
	for _, name := range names {
		o, err := playFile(files, name)
		if err != nil {
			bad = append(bad, err)
			o.Kind, o.Difference = unreadable, "is no trace: "+err.Error()
		}
		all = append(all, o)
	}
	return all, errors.Join(bad...)
}

func playFile(files fs.FS, name string) (Outcome, error) {
	o := Outcome{File: name, Name: strings.TrimSuffix(path.Base(name), ".json")}
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return o, fmt.Errorf("%s: %w", name, err)
	}
	t, err := Parse(text)
	if err != nil {
		return o, fmt.Errorf("%s: %w", name, err)
	}
	if t.Name != "" {
		o.Name = t.Name
	}
	o.Kind, o.Note, o.Unknown = t.Plan.Kind, t.Note, t.Unknown
	o.Difference, err = Compare(t)
	if err != nil {
		o.Difference = "cannot be played: " + err.Error()
	}
	if o.Difference != "" && o.Unknown != "" {
		o.Difference += "\nthe recording has a field that is not known here: " + o.Unknown
	}
	return o, nil
}

// Passed tells whether a trace came out as recorded.
func (o *Outcome) Passed() bool { return o.Difference == "" }

// Tallies sums outcomes up by kind, in alphabetical order.
func Tallies(all []Outcome) []Tally {
	var sums []Tally
	for i := range all {
		o := &all[i]
		at := slices.IndexFunc(sums, func(t Tally) bool { return t.Kind == o.Kind })
		if at < 0 {
			at = len(sums)
			sums = append(sums, Tally{Kind: o.Kind})
		}
		sums[at].Total++
		if o.Passed() {
			sums[at].Passed++
		}
	}
	slices.SortFunc(sums, func(a, b Tally) int { return strings.Compare(a.Kind, b.Kind) })
	return sums
}
