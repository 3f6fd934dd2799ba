package deployment

import (
	"io"
	"strings"
	"testing"
	"testing/fstest"
)

// TestAnythingMayBeMissing takes every line, every table and every file out of each set in turn, and
// gives each node every role: whatever is said about it, nothing panics, and what has no error
// finding can be built.
func TestAnythingMayBeMissing(t *testing.T) {
	for _, name := range Patterns() {
		set := edited(t, name, nil)
		for _, file := range sortedKeys(set) {
			for _, text := range mutations(string(set[file].Data)) {
				survives(t, name, file, text, set)
			}
		}
	}
}

func survives(t *testing.T, name, file, text string, set fstest.MapFS) {
	t.Helper()
	changed := fstest.MapFS{}
	for other, data := range set {
		changed[other] = data
	}
	changed[file] = &fstest.MapFile{Data: []byte(text)}
	if text == "" {
		delete(changed, file)
	}
	d, found, err := ReadFS(changed, name)
	if err != nil {
		return
	}
	if err := d.Describe(io.Discard); err != nil {
		t.Errorf("%s without a part of %s: %v", name, file, err)
	}
	if _, err := Build(d, Options{}); err != nil && Worst(found) < Error {
		t.Errorf("%s with this %s has no error finding and cannot be built: %v\n%s", name, file, err, text)
	}
}

// mutations are a text without each of its lines, without each of its tables, without anything, and
// with each role.
func mutations(text string) []string {
	all := []string{""}
	lines := strings.SplitAfter(text, "\n")
	for i := range lines {
		all = append(all, strings.Join(lines[:i], "")+strings.Join(lines[i+1:], ""))
		if !strings.HasPrefix(lines[i], "[") {
			continue
		}
		end := i + 1
		for end < len(lines) && !strings.HasPrefix(lines[end], "[") {
			end++
		}
		all = append(all, strings.Join(lines[:i], "")+strings.Join(lines[end:], ""))
	}
	for role := range serverRoles {
		for other := range serverRoles {
			if strings.Contains(text, `"`+other+`"`) {
				all = append(all, strings.Replace(text, `"`+other+`"`, `"`+role+`"`, 1))
			}
		}
	}
	return all
}
