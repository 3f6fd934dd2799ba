package deployment

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *rewrite {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -rewrite", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -rewrite and read the diff. got:\n%s", file, got)
	}
}

// told is a deployment's description followed by its findings.
func told(t *testing.T, d *Deployment, found []Finding) string {
	t.Helper()
	var b strings.Builder
	if err := d.Describe(&b); err != nil {
		t.Fatal(err)
	}
	b.WriteString("\nFindings\n")
	for _, f := range found {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

func TestSetsOfTheDocumentation(t *testing.T) {
	sets, err := filepath.Glob("testdata/sets/docs-*")
	if err != nil || len(sets) != 4 {
		t.Fatalf("found the sets %v: %v", sets, err)
	}
	for _, dir := range sets {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			d, found, err := Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := Errors(found); err != nil {
				t.Errorf("the set must work as it is: %v", err)
			}
			golden(t, filepath.Base(dir)+".txt", told(t, d, found))
		})
	}
}

func TestPatterns(t *testing.T) {
	for _, name := range Patterns() {
		t.Run(name, func(t *testing.T) {
			fsys, err := Pattern(name)
			if err != nil {
				t.Fatal(err)
			}
			d, found, err := ReadFS(fsys, name)
			if err != nil {
				t.Fatal(err)
			}
			if Worst(found) > Note {
				t.Errorf("a pattern of ours has findings:\n%v", found)
			}
			golden(t, "pattern-"+name+".txt", told(t, d, found))
		})
	}
}
