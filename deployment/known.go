package deployment

import (
	"slices"
	"strings"

	"hubsim/internal/spelling"
)

// splitPath cuts a path at its dots; a quoted name stays whole.
func splitPath(path string) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && quoted:
			i++
		case path[i] == '"':
			quoted = !quoted
		case path[i] == '.' && !quoted:
			parts = append(parts, path[start:i])
			start = i + 1
		}
	}
	return append(parts, path[start:])
}

// keyOf finds the known key of a schema path: one of exactly that name before one with a star.
func keyOf(schema string) (Key, bool) {
	at := slices.IndexFunc(keys, func(k Key) bool { return k.Name == schema })
	if at < 0 {
		parts := splitPath(schema)
		at = slices.IndexFunc(keys, func(k Key) bool { return matches(k.Name, parts) })
	}
	if at < 0 {
		return Key{}, false
	}
	return keys[at], true
}

func matches(name string, parts []string) bool {
	names := strings.Split(name, ".")
	return slices.EqualFunc(names, parts, func(n, p string) bool { return n == "*" || n == p })
}

// isClosed tells whether all keys beside this one are known.
func isClosed(schema string) bool {
	return slices.ContainsFunc(closed, func(c string) bool { return strings.HasPrefix(schema, c+".") })
}

// sectionOf is the table that a note about unknown keys names: at most two names.
func sectionOf(schema string) string {
	parts := splitPath(schema)
	return strings.Join(parts[:min(2, max(1, len(parts)-1))], ".")
}

// meantBy returns the known key that was probably meant by one that is not known, or that only the star of a
// section knows; "" where none was.
func meantBy(schema string) string {
	k, known := keyOf(schema)
	if known && !strings.HasSuffix(k.Name, ".*") {
		return ""
	}
	if meant := sibling(schema); meant != "" || known {
		return meant
	}
	names := make([]string, 0, len(keys))
	for _, k := range keys {
		if !strings.Contains(k.Name, "*") {
			names = append(names, k.Name)
		}
	}
	return spelling.Slip(schema, names)
}

// sibling returns the key of the same section whose last name is nearly that of a schema path, or "".
func sibling(schema string) string {
	parts := splitPath(schema)
	last := len(parts) - 1
	var names []string
	for _, k := range keys {
		if name := strings.Split(k.Name, "."); len(name) == len(parts) && name[last] != "*" && matches(strings.Join(name[:last], "."), parts[:last]) {
			names = append(names, name[last])
		}
	}
	meant := spelling.Slip(parts[last], names)
	if meant == "" {
		return ""
	}
	return strings.Join(append(slices.Clone(parts[:last]), meant), ".")
}

// orList prints names as "a", "a or b", "a, b or c".
func orList(names []string, last string) string {
	switch n := len(names); n {
	case 0:
		return "none"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " " + last + " " + names[n-1]
	}
}
