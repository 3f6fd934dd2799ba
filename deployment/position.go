package deployment

import (
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// This is the only file that uses go-toml's unstable package, which promises no compatibility.
// position_test.go holds it to what is needed here.

// spot is a line and a column, both from 1.
type spot struct{ line, col int }

// positions says where each key, each table and each element of an array is written. Keys are paths
// as pathOf makes them.
type positions map[string]spot

// positionsOf reads where the keys of a TOML document are. It stops at the first thing that is not
// TOML; what comes before is kept.
func positionsOf(data []byte) positions {
	w := walker{at: positions{}, arrays: map[string]int{}}
	w.parser.Reset(data)
	for w.parser.NextExpression() {
		w.expression(w.parser.Expression())
	}
	return w.at
}

type walker struct {
	parser unstable.Parser
	at     positions
	arrays map[string]int // path of an array of tables, without its last index -> how many so far
	table  string         // path of the table that we are in
}

func (w *walker) expression(e *unstable.Node) {
	switch e.Kind {
	case unstable.Table:
		w.table = w.header(e, false)
	case unstable.ArrayTable:
		w.table = w.header(e, true)
	case unstable.KeyValue:
		w.keyValue(w.table, e)
	}
}

// header returns the path of a [table] or [[table]]; a name on its way that is an array of tables
// means the array's last one.
func (w *walker) header(e *unstable.Node, array bool) string {
	path, first := "", spot{}
	keys := e.Key()
	for keys.Next() {
		n := keys.Node()
		path = pathOf(path, string(n.Data))
		here := w.spot(n)
		if first.line == 0 {
			first = here
		}
		w.note(path, first)
		if keys.IsLast() && array {
			w.arrays[path]++
		}
		if count := w.arrays[path]; count > 0 {
			path = elementOf(path, count-1)
			w.note(path, first)
		}
	}
	return path
}

func (w *walker) keyValue(path string, e *unstable.Node) {
	first := spot{}
	keys := e.Key()
	for keys.Next() {
		n := keys.Node()
		path = pathOf(path, string(n.Data))
		if first.line == 0 {
			first = w.spot(n)
		}
		w.note(path, first)
	}
	w.value(path, e.Value(), first)
}

// value notes the parts of an array or an inline table. An array has no range of its own, so its
// elements that have none either are where their key is.
func (w *walker) value(path string, v *unstable.Node, key spot) {
	switch v.Kind {
	case unstable.Array:
		children := v.Children()
		for i := 0; children.Next(); i++ {
			child := children.Node()
			here := key
			if child.Raw.Length > 0 {
				here = w.spot(child)
			}
			w.note(elementOf(path, i), here)
			w.value(elementOf(path, i), child, here)
		}
	case unstable.InlineTable:
		children := v.Children()
		for children.Next() {
			w.keyValue(path, children.Node())
		}
	}
}

// note keeps the first place where a path is written.
func (w *walker) note(path string, s spot) {
	if _, there := w.at[path]; !there {
		w.at[path] = s
	}
}

func (w *walker) spot(n *unstable.Node) spot {
	start := w.parser.Shape(n.Raw).Start
	return spot{start.Line, start.Column}
}

// pathOf adds a key to a path: a.b, and a."b.c" for a key that holds a dot.
func pathOf(path, key string) string {
	if !bare(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// elementOf adds an index to a path: a.b[0].
func elementOf(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func bare(key string) bool {
	for i := range len(key) {
		c := key[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-') {
			return false
		}
	}
	return key != ""
}

// schemaOf takes the indexes out of a path: the name under which the key is known.
func schemaOf(path string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(path); i++ {
		c := path[i]
		switch {
		case c == '\\' && quoted && i+1 < len(path):
			b.WriteByte(c)
			i++
			c = path[i]
		case c == '"':
			quoted = !quoted
		case c == '[' && !quoted:
			for i < len(path) && path[i] != ']' {
				i++
			}
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
