package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// plant runs the test with the mutant in place; nil if it is caught.
func (m mutant) plant(root string) error {
	text, err := m.apply(root)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	spoilt, overlay := filepath.Join(dir, "spoilt.go"), filepath.Join(dir, "overlay.json")
	files, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, m.file): spoilt}})
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(spoilt, []byte(text), 0o600), os.WriteFile(overlay, files, 0o600)); err != nil {
		return err
	}
	out, err := m.try(root, "-overlay="+overlay, "-count=1")
	return m.caught(out, err)
}

// caught reads what the test said about a mutant; nil if it failed, and nothing else did.
func (m mutant) caught(out string, err error) error {
	top, _, _ := strings.Cut(m.name(), "/")
	var exit *exec.ExitError
	switch {
	case err == nil:
		return errors.New("the test passes")
	case !errors.As(err, &exit):
		return err
	case strings.Contains(out, "[build failed]"):
		return fmt.Errorf("the mutant does not compile:\n%s", out)
	case !strings.Contains(out, "--- FAIL: "+top):
		return fmt.Errorf("the test did not fail, but something else did:\n%s", out)
	}
	return nil
}

// try runs the test.
func (m mutant) try(root string, flags ...string) (string, error) {
	args := append([]string{"test", "-vet=off", "-failfast", "-timeout=2m", "-run", m.pattern()}, flags...)
	args = append(args, "./"+m.dir())
	if m.random(root) { // the same luck every time, no search for a smaller case, and no file of it
		args = append(args, "-rapid.seed=1", "-rapid.shrinktime=1ms", "-rapid.nofailfile")
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// pattern is the test as -run wants it.
func (m mutant) pattern() string {
	parts := strings.Split(m.name(), "/")
	for i, part := range parts {
		parts[i] = "^" + part + "$"
	}
	return strings.Join(parts, "/")
}

// random tells whether the package's tests take the flags of rapid.
func (m mutant) random(root string) bool {
	files, _ := filepath.Glob(filepath.Join(root, m.dir(), "*_test.go"))
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), `"pgregory.net/rapid"`) {
			return true
		}
	}
	return false
}
