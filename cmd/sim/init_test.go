package main

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// What cannot be written as a whole leaves nothing behind, and what was there.
func TestStage(t *testing.T) {
	files := fstest.MapFS{"cp-1.toml": {Data: []byte("a")}}
	fresh, old := filepath.Join(t.TempDir(), "conf"), t.TempDir()
	if err := os.WriteFile(filepath.Join(old, "notes"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for dir, left := range map[string]int{fresh: 0, old: 1} {
		if err := stage(files, []string{"cp-1.toml", "gw-1.toml"}, dir); err == nil {
			t.Errorf("%s: gw-1.toml cannot be read, and no error", dir)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != left {
			t.Errorf("%s: %d files are left, want %d", dir, len(entries), left)
		}
		if err := stage(files, []string{"cp-1.toml"}, dir); err != nil {
			t.Error(err)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != left+1 {
			t.Errorf("%s: %d files are there, want %d", dir, len(entries), left+1)
		}
	}
}
