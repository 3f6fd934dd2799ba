package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// mutant is a rule spoilt.
type mutant struct {
	what     string // the wrong rule, in words
	file     string // from the module's root
	old, new string // old occurs once in the file
	test     string // that notices: PACKAGE TEST, or PACKAGE TEST/SUBTEST
}

// all returns every mutant.
func all() []mutant {
	var list []mutant
	for _, of := range [][]mutant{windows(), counting(), policies(), receivers(), sharing(), gateways(), sessions(), sites()} {
		list = append(list, of...)
	}
	return list
}

// apply returns the file of a module with the rule spoilt.
func (m *mutant) apply(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return "", fmt.Errorf("mutant %q: %w", m.what, err)
	}
	if n := strings.Count(string(text), m.old); n != 1 {
		return "", fmt.Errorf("mutant %q: the text that it replaces occurs %d times in %s, want once; if the rule moved, follow it: %q", m.what, n, m.file, m.old)
	}
	return strings.Replace(string(text), m.old, m.new, 1), nil
}

// dir is the directory of the package whose test notices, from the module's root.
func (m *mutant) dir() string {
	dir, _, _ := strings.Cut(m.test, " ")
	return dir
}

// name is the test that notices.
func (m *mutant) name() string {
	_, name, _ := strings.Cut(m.test, " ")
	return name
}
