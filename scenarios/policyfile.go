package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hubsim/event"
	"hubsim/siddhi"
)

// policyPaths are the paths of the internal API that list policies. A file is named after the one whose
// answer it holds.
var policyPaths = []event.Path{event.PathSubscriptionPolicies, event.PathApplicationPolicies, event.PathAPIPolicies, event.PathGlobalPolicies}

// ReadPolicies reads policies as the internal API lists them: a file whose name ends in
// subscription-policies.json, application-policies.json, api-policies.json or global-policies.json, or
// all such files of a directory. Its error holds a *FileError for each file that has something wrong.
func ReadPolicies(name string) ([]event.Policy, error) {
	at, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("reading policies: %w", err)
	}
	if !at.IsDir() {
		return readPolicyFile(os.DirFS(filepath.Dir(name)), filepath.Base(name), name)
	}
	files := os.DirFS(name)
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("reading policies: %s holds no *.json\nhint: %s", name, policyFileHint)
	}
	var all []event.Policy
	var bad []error
	for _, file := range names {
		list, err := readPolicyFile(files, file, filepath.Join(name, file))
		if err != nil {
			bad = append(bad, err)
		}
		all = append(all, list...)
	}
	if bad == nil {
		bad = twice(all)
	}
	return all, errors.Join(bad...)
}

const policyFileHint = "files are named after the paths of the internal API: subscription-policies.json, application-policies.json, api-policies.json, global-policies.json"

// twice finds policies that are given in two files.
func twice(all []event.Policy) (bad []error) {
	for i := range all {
		if slices.ContainsFunc(all[:i], func(p event.Policy) bool { return samePolicy(&p, &all[i]) }) {
			bad = append(bad, fmt.Errorf("reading policies: the %s policy %q is given twice", all[i].Level, all[i].Name))
		}
	}
	return bad
}

func samePolicy(a, b *event.Policy) bool {
	return a.Level == b.Level && a.Name == b.Name && a.Tenant == b.Tenant
}

// readPolicyFile reads one file of a directory; shown is how it is called in complaints.
func readPolicyFile(files fs.FS, file, shown string) ([]event.Policy, error) {
	at := slices.IndexFunc(policyPaths, func(p event.Path) bool { return strings.HasSuffix(file, path.Base(string(p))+".json") })
	if at < 0 {
		return nil, fmt.Errorf("reading policies: %s does not say which policies it holds\nhint: %s", shown, policyFileHint)
	}
	text, err := fs.ReadFile(files, file)
	if err != nil {
		return nil, fmt.Errorf("reading policies: %w", err)
	}
	all, err := event.ParsePolicies(policyPaths[at], text)
	if err != nil {
		return nil, &FileError{shown, []string{policyComplaint(policyPaths[at], text, err)}}
	}
	for i := range all {
		p := &all[i]
		if p.Tenant == "" {
			p.Tenant = event.Super
		}
		if p.Level != event.CustomLevel {
			continue
		}
		member, what := "", ""
		if _, err := siddhi.Parse(p.Query); err != nil {
			member, what = fmt.Sprintf("list[%d].siddhiQuery", i), err.Error()
		} else if p.KeyTemplate == "" {
			member, what = fmt.Sprintf("list[%d].keyTemplate", i), "want a key template, for instance $userId: gateways look up nothing without one"
		}
		if member != "" {
			return nil, &FileError{shown, []string{lineColumn(text, position(text, member)) + " " + member + ": " + what}}
		}
	}
	return all, nil
}

// policyComplaint is an error of a file with its place, as an editor jumps to it, and what the file should hold
// if that is not it at all.
func policyComplaint(of event.Path, text []byte, err error) string {
	e := (*event.FormError)(nil)
	if !errors.As(err, &e) {
		return " " + err.Error()
	}
	where := e.Offset
	if where == 0 && e.Member != "" {
		where = position(text, e.Member)
	}
	what := e.Detail
	if e.Member != "" {
		what = e.Member + ": " + what
	}
	said := lineColumn(text, where) + " " + what
	if e.Kind != event.ErrMalformed || e.Member != "" && e.Member != "list" {
		return said
	}
	hint := fmt.Sprintf("a control plane answers GET /internal/data/v1%s with {\"list\": [{\"name\": …, \"defaultLimit\": …}, …]}", of)
	if first := bytes.TrimSpace(text); len(first) == 0 {
		said += "; the file is empty"
	} else if first[0] == '[' {
		hint = "put the array into an object, {\"list\": […]}: " + hint
	}
	return said + "\nhint: " + hint
}

// lineColumn is an offset as LINE:COLUMN:, both from 1.
func lineColumn(text []byte, offset int64) string {
	before := text[:min(max(offset-1, 0), int64(len(text)))]
	line := 1 + bytes.Count(before, []byte("\n"))
	return fmt.Sprintf("%d:%d:", line, len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:])))+1)
}

// position is the offset, from 1, of the member that a way as list[2].defaultLimit leads to, or of the
// last one on the way that is there.
func position(text []byte, way string) int64 {
	d := json.NewDecoder(bytes.NewReader(text))
	found := int64(1)
	for _, step := range strings.Split(strings.ReplaceAll(way, "[", ".["), ".") {
		if t, err := d.Token(); err != nil || t != json.Delim('{') && t != json.Delim('[') {
			return found
		}
		if index, is := strings.CutPrefix(step, "["); is {
			n, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
			if err != nil || !skip(d, n) {
				return found
			}
			found = beginning(text, d.InputOffset())
			continue
		}
		if !enter(d, step, &found) {
			return found
		}
	}
	return found
}

// enter goes to a member of an object; found becomes where its name stands.
func enter(d *json.Decoder, name string, found *int64) bool {
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return false
		}
		if t == name {
			*found = d.InputOffset() - int64(len(name)) - 1
			return true
		}
		if !skip(d, 1) {
			return false
		}
	}
	return false
}

// skip passes over n values.
func skip(d *json.Decoder, n int) bool {
	for range n {
		var value json.RawMessage
		if !d.More() || d.Decode(&value) != nil {
			return false
		}
	}
	return d.More()
}

// beginning is the offset, from 1, of the value behind an offset.
func beginning(text []byte, offset int64) int64 {
	for offset < int64(len(text)) && strings.IndexByte(" \t\r\n,:", text[offset]) >= 0 {
		offset++
	}
	return offset + 1
}
