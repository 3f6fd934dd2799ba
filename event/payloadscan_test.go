package event

import (
	"encoding/json"
	"slices"
	"testing"
)

// skipAll reads any document to its end.
func skipAll(b []byte) error {
	r := jsonReader{b: b}
	r.skip()
	r.end()
	return r.err("read")
}

// FuzzScan holds the reader to encoding/json: it accepts the same documents, and reads the same text.
func FuzzScan(f *testing.F) {
	for _, s := range []string{
		`{}`, `[]`, `null`, `true`, `-0.5e-7`, `01`, `-`, `1.`, `1e`, `"\u00e9\ud83d"`, `"\x"`, `{"a":[1,{"b":"c"},null,false]}`,
		`{"a":1,}`, `[1,]`, `{"a"}`, `{a:1}`, "\"\x1f\"", `"\u123`, "\"\xff\"", ` 1 `, `1 2`, `"\u12`, `{"a":1`, `[`, `"\ud800\u0041"`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		b = slices.Clip(b) // reading beyond the end shows
		err := skipAll(b)
		if valid := json.Valid(b); valid != (err == nil) && !deep(b) {
			t.Fatalf("%q: %v, encoding/json says valid %v", b, err, valid)
		}
		var want string
		if json.Unmarshal(b, &want) != nil {
			return
		}
		r := jsonReader{b: b}
		if got := r.text(); got != want || r.fault != "" {
			t.Fatalf("%q: read %q, encoding/json %q (%s)", b, got, want, r.fault)
		}
	})
}

// deep tells whether a document might nest deeper than we read.
func deep(b []byte) bool {
	n := 0
	for _, c := range b {
		if c == '{' || c == '[' {
			n++
		}
	}
	return n > maxDepth
}
