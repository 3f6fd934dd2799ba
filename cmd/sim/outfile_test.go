package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// entries lists a directory.
func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

func say(text string, err error) func(io.Writer) error {
	return func(w io.Writer) error {
		_, werr := io.WriteString(w, text)
		return errors.Join(werr, err)
	}
}

func TestFileAppearsOnlyWhenComplete(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.json")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		err  error
		want string
	}{
		{"writing fails: what was there stays", errors.New("no space left"), "old"},
		{"writing succeeds: it takes the old one's place", nil, "new"},
	} {
		o, err := newOutFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.write(say("new", row.err)); (err != nil) != (row.err != nil) {
			t.Errorf("%s: the error is %v", row.name, err)
		}
		o.discard()
		got, err := os.ReadFile(path)
		if err != nil || string(got) != row.want {
			t.Errorf("%s: %q, %v", row.name, got, err)
		}
		if names := entries(t, dir); len(names) != 1 {
			t.Errorf("%s: the directory has %q", row.name, names)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's permissions are now %v, %v", info.Mode(), err)
	}
}

func TestLinkStaysALink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	o, err := newOutFile(link)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.write(say("new", nil)); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(target); err != nil || string(got) != "new" {
		t.Errorf("the target holds %q, %v", got, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is now %v, %v", info.Mode(), err)
	}
}
