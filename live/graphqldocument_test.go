package live

import (
	"strings"
	"testing"
)

// TestOperationsOfADocument: of the fields a, b and c are operations of the API.
func TestOperationsOfADocument(t *testing.T) {
	operation := func(name string) bool { return strings.Contains("a b c", name) }
	for document, want := range map[string]string{
		"{a}":            "query a",
		"query { a b }":  "query a b",
		"{ a { b } c }":  "query a b c",
		"{ a { x } y }":  "query a y",
		"{ m: a n: a }":  "query a",
		"mutation { c }": "mutation c",
		"query Home($n: Int = 3) @live { a(first: $n, of: {kind: b}) { x b { id } } c }": "query a b c",
		"subscription { a }": "subscription a",
		"{ a { ...p ... on U { b } c } } fragment p on U { b }": "query a c",
		"{ a __typename }":                "query a",
		"{ __typename }":                  "query",
		"{ a } query { b }":               "query a",
		"# { b }\n{ a(note: \"} b\") }":   "query a",
		"":                                "it is empty",
		"{ }":                             "document:1:3: ",
		"{ a":                             "document:1:4: ",
		"a":                               "document:1:1: ",
		"fragment p on U { b } { a }":     "it begins with a fragment",
		"{ a(x: \"b) }":                   "document:1:",
		"{ größe }":                       "document:1:",
		strings.Repeat("{a", 1<<20):       "document:1:",
		"{" + strings.Repeat("a ", 1<<20): "exceeded token limit",
	} {
		first, err := firstOperation(document)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = strings.Join(append([]string{string(first.Operation)}, namesOf(first.SelectionSet, operation)...), " ")
		}
		if err == nil && got != want || err != nil && !strings.Contains(got, want) {
			t.Errorf("%.60s\nis %s, want %s", document, got, want)
		}
	}
}
