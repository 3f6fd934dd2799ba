package trafficmgr_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hubsim/trafficmgr/conform"
)

// TestGolden replays what the real engine did.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("find the golden traces: %d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			trace, err := conform.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			difference, err := conform.Compare(trace)
			if err != nil {
				t.Fatal(err)
			}
			if difference != "" {
				t.Errorf("%s (%s)\n%s", trace.Name, trace.Note, difference)
			}
		})
	}
}
