package main

import (
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// TestMutantsFit: the text of every mutant is in its file once, what takes its place is Go and another
// text, no two mutants of a test are one, and the test is there.
func TestMutantsFit(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range all() {
		text, err := m.apply(root)
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := format.Source([]byte(text)); err != nil || m.old == m.new {
			t.Errorf("mutant %q changes nothing, or is no Go: %v", m.what, err)
		}
		if at := m.test + m.file + m.old + m.new; seen[at] {
			t.Errorf("mutant %q of %s is there twice", m.what, m.test)
		} else {
			seen[at] = true
		}
		if top, _, _ := strings.Cut(m.name(), "/"); !hasTest(t, m.dir(), top) {
			t.Errorf("mutant %q: package %s has no test %s", m.what, m.dir(), top)
		}
	}
	if len(seen) < 12 {
		t.Errorf("%d mutants, want a dozen at least", len(seen))
	}
}

// hasTest tells whether a package has a test.
func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+name+"(t *testing.T) {") {
			return true
		}
	}
	return false
}

// TestApply: a text that is not there, or there twice, is refused with a word on what to do.
func TestApply(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte("one two two"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ file, old, want string }{
		{"a.go", "one", ""}, {"a.go", "two", "occurs 2 times"}, {"a.go", "three", "occurs 0 times"}, {"b.go", "one", "no such file"},
	} {
		text, err := (&mutant{what: "m", file: c.file, old: c.old, new: "1"}).apply(dir)
		switch {
		case c.want == "" && (err != nil || text != "1 two two"):
			t.Errorf("%q: %q, %v", c.old, text, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%q: %v, want %q", c.old, err, c.want)
		}
	}
}

// TestCaught: only the named test's own failure counts.
func TestCaught(t *testing.T) {
	m := mutant{test: "trafficmgr TestX/part"}
	failed := new(exec.ExitError)
	for _, c := range []struct {
		why, out string
		err      error
		want     string
	}{
		{"it failed", "--- FAIL: TestX (0.00s)\nFAIL", failed, ""},
		{"it passed", "ok", nil, "the test passes"},
		{"another failed", "--- FAIL: TestY (0.00s)", failed, "something else did"},
		{"the mutant does not compile", "FAIL hubsim/x [build failed]", failed, "does not compile"},
		{"go is not there", "", exec.ErrNotFound, "executable file not found"},
	} {
		err := m.caught(c.out, c.err)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.why, err, c.want)
		}
	}
	if got := m.pattern(); got != "^TestX$/^part$" {
		t.Errorf("-run %s", got)
	}
}
