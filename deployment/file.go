package deployment

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// file is one deployment.toml, or an api-manager.xml read as one: its values by path, and where each is written.
type file struct {
	name   string
	values map[string]any      // string, int64, float64, bool or []string
	counts map[string]int      // of each array of tables
	gaps   map[string][]string // placeholders of the documentation, with the keys that hold them
	at     positions
	own    map[string]string // of an api-manager.xml: the elements that keys stand for; nil of a deployment.toml
	found  *findings

	hostOnly map[string][]string // $env{…} and $sys{…}, with the keys that hold them
}

// readFile reads the text of a deployment.toml. What cannot be read is a finding; false means that
// the text is no TOML at all.
func readFile(name string, data []byte, slips map[string]bool, found *findings) (*file, bool) {
	f := &file{name: name, values: map[string]any{}, counts: map[string]int{}, gaps: map[string][]string{}, hostOnly: map[string][]string{}, found: found}
	var tree map[string]any
	if err := toml.Unmarshal(data, &tree); err != nil {
		f.syntax(err, encodingFix(data))
		return nil, false
	}
	f.at = positionsOf(data)
	f.flatten("", tree)
	f.right(slips)
	f.checkKeys()
	f.resolve()
	return f, true
}

// syntax says what is no TOML, and what to do if it is the text's encoding.
func (f *file) syntax(err error, fix string) {
	at := Place{File: f.name}
	text := strings.TrimPrefix(err.Error(), "toml: ")
	if bad := (*toml.DecodeError)(nil); errors.As(err, &bad) {
		at.Line, at.Col = bad.Position()
		at.Key = strings.Join(bad.Key(), ".")
	}
	switch {
	case fix != "":
	case strings.Contains(text, "is already defined"):
		fix = "a key may be written once in a table: take one of them"
	case strings.Contains(text, "already exists") || strings.Contains(text, "defined twice"):
		fix = "a table may be opened once: the documentation's pages show two variants (HA and single node) in one text, take one of them"
	}
	f.found.add("syntax", at, "this is not TOML: "+text, fix)
}

// flatten turns the tree into values by path.
func (f *file) flatten(path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range sortedKeys(v) {
			f.flatten(pathOf(path, key), v[key])
		}
	case []any:
		if tables(v) {
			f.counts[path] = len(v)
			for i, element := range v {
				f.flatten(elementOf(path, i), element)
			}
			return
		}
		f.values[path] = f.texts(path, v)
	case int64, float64, bool, string:
		f.values[path] = v
	default: // a date
		f.values[path] = fmt.Sprint(v)
	}
}

func tables(v []any) bool {
	return len(v) > 0 && !slices.ContainsFunc(v, func(e any) bool { _, is := e.(map[string]any); return !is })
}

func (f *file) texts(path string, v []any) []string {
	list := make([]string, 0, len(v))
	for i, element := range v {
		text, is := element.(string)
		if !is {
			f.found.add("wrong-type", f.place(elementOf(path, i)), fmt.Sprintf("%v is not a text; the list holds texts", element))
			continue
		}
		list = append(list, text)
	}
	return list
}

// place is where a path is written, or the nearest thing above it; what [apim.…] opens first says nothing.
func (f *file) place(path string) Place {
	p := Place{File: f.name, Key: path}
	if name, there := f.own[path]; there {
		p.Key = name
	}
	for above := path; above != "" && above != "apim"; above = parentOf(above) {
		if s, there := f.at[above]; there {
			p.Line, p.Col = s.line, s.col
			break
		}
	}
	return p
}

func parentOf(path string) string {
	if strings.HasSuffix(path, "]") {
		return path[:strings.LastIndexByte(path, '[')]
	}
	parts := splitPath(path)
	return strings.Join(parts[:len(parts)-1], ".")
}

// paths returns the paths of all values, in the order written.
func (f *file) paths() []string {
	all := sortedKeys(f.values)
	slices.SortStableFunc(all, func(a, b string) int {
		x, y := f.at[a], f.at[b]
		return cmp.Or(cmp.Compare(x.line, y.line), cmp.Compare(x.col, y.col))
	})
	return all
}

// checkKeys finds unknown and deprecated keys and values of the wrong type.
func (f *file) checkKeys() {
	skipped := map[string][]string{}
	for _, path := range f.paths() {
		schema := schemaOf(path)
		k, known := keyOf(schema)
		switch {
		case meantBy(schema) != "":
			f.unknown(path, meantBy(schema))
		case known && k.Instead != "":
			f.found.add("deprecated-key", f.place(path), "the key is deprecated: the product no longer reads it", "write "+k.Instead)
		case known:
			f.checkType(path, k)
			if on, is := asFlag(f.values[path]); is && !on && slices.Contains(alwaysOn, schema) {
				f.found.add("not-simulated", f.place(path), "the simulation goes on as if it were true")
			}
		case isClosed(schema):
			f.unknown(path, "")
		default:
			section := sectionOf(schema)
			skipped[section] = append(skipped[section], path)
		}
	}
	f.tellSkipped(skipped)
}

// tellSkipped notes the sections that have no part in the simulation, all in one.
func (f *file) tellSkipped(skipped map[string][]string) {
	if len(skipped) == 0 {
		return
	}
	sections := sortedKeys(skipped)
	slices.SortStableFunc(sections, func(a, b string) int { return f.at[skipped[a][0]].line - f.at[skipped[b][0]].line })
	at := f.place(skipped[sections[0]][0])
	at.Key = sections[0]
	text := plural(len(skipped[sections[0]]), "key") + " of this section without a part in the simulation"
	if more := sections[1:]; len(more) > 0 {
		text += "; so too " + orList(more, "and")
	}
	f.found.add("not-simulated", at, text)
}

// alwaysOn are switches that the simulation has no off for.
var alwaysOn = []string{
	"apim.throttling.enable_policy_recreation_on_startup",
	"apim.throttling.enable_advanced_throttling", "apim.sync_runtime_artifacts.gateway.enable",
}

func (f *file) checkType(path string, k Key) {
	value, ok := f.values[path], true
	switch k.Type {
	case Number:
		_, ok = asNumber(value)
	case Flag:
		_, ok = asFlag(value)
	case Text:
		_, ok = value.(string)
	case List:
		_, ok = value.([]string)
	default:
		_, list := value.([]string)
		ok = !list
	}
	if ok {
		return
	}
	if s, is := value.(string); is && strings.Contains(s, "$") {
		return // it is known only when its placeholders are resolved
	}
	f.wrongType(path, k)
}

func (f *file) wrongType(path string, k Key) {
	fix := ""
	if k.Type == List {
		fix = fmt.Sprintf("write it as a list: [%q]", fmt.Sprint(f.values[path]))
	} else if k.Default != "" {
		fix = "the product's default is " + k.Default
	}
	f.found.add("wrong-type", f.place(path), f.shown(path)+" is not "+k.Type.String(), fix)
	delete(f.values, path)
}

// shown is a value for messages; secrets are not.
func (f *file) shown(path string) string {
	if strings.Contains(strings.ToLower(path), "password") {
		return "the value"
	}
	return fmt.Sprint(f.values[path])
}

func asNumber(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	case string:
		n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
	}
	return 0, false
}

func asFlag(v any) (bool, bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		b, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(v)))
		return b, err == nil
	}
	return false, false
}

// has tells whether a key is written.
func (f *file) has(path string) bool { _, there := f.values[path]; return there }

// written returns the names of the keys that the file has.
func (f *file) written() map[string]bool {
	names := make(map[string]bool, len(f.values))
	for path := range f.values {
		names[schemaOf(path)] = true
	}
	return names
}

// hasTable tells whether any key below a path is written.
func (f *file) hasTable(path string) bool { _, there := f.at[path]; return there }

// any returns a value or, as text, the key's default.
func (f *file) any(path string) any {
	if v, there := f.values[path]; there {
		return v
	}
	k, _ := keyOf(schemaOf(path))
	return k.Default
}

func (f *file) text(path string) string {
	switch v := f.any(path).(type) {
	case string:
		return strings.TrimSpace(v)
	case []string:
		return strings.Join(v, ",")
	default:
		return fmt.Sprint(v)
	}
}

func (f *file) flag(path string) bool { b, _ := asFlag(f.any(path)); return b }

func (f *file) number(path string) float64 { n, _ := asNumber(f.any(path)); return n }

// whole returns a number between 0 and limit; another one is a finding and counts as the default.
func (f *file) whole(path string, limit int) int {
	n := f.number(path)
	if n >= 0 && n <= float64(limit) && n == math.Trunc(n) {
		return int(n)
	}
	k, _ := keyOf(schemaOf(path))
	f.found.add("wrong-type", f.place(path), fmt.Sprintf("%v is not a whole number from 0 to %d", f.values[path], limit), "the product's default is "+k.Default)
	d, _ := asNumber(k.Default)
	return int(d)
}

// longest is the longest time that a key may give: what fits is far more than any run.
const longest = 10_000 * time.Hour

// duration returns a number of units; what is out of range is a finding and counts as 0.
func (f *file) duration(path string, unit time.Duration) time.Duration {
	n := f.number(path)
	if n < 0 || n > float64(longest/unit) {
		f.found.add("wrong-type", f.place(path), fmt.Sprintf("%v is not a time from 0 to %v", f.values[path], longest))
		return 0
	}
	return time.Duration(n * float64(unit))
}

// list returns the texts of a list with the path of each; a default counts as one text.
func (f *file) list(path string) []string {
	if v, is := f.values[path].([]string); is {
		return v
	}
	if d := f.text(path); d != "" {
		return []string{d}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	all := make([]string, 0, len(m))
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}
