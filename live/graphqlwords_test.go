package live

import (
	"fmt"
	"strings"
	"testing"
)

func TestFieldsOfADocument(t *testing.T) {
	for document, want := range map[string]string{
		"{users}":                "QUERY users/1",
		"query { users orders }": "QUERY users/1 orders/1",
		"query Home($n: Int = 3) @live { users(first: $n, of: {kind: GOLD}) { name orders { id } } menu }": "QUERY users/1 name/2 orders/2 id/3 menu/1",
		"mutation{ buy(text: \"a } \\\" b\", list: [1, 2]) { id } }":                                       "MUTATION buy/1 id/2",
		"subscription { news }":         "SUBSCRIPTION news/1",
		"{ mine: users, yours: users }": "QUERY users/1 users/1",
		"{ users @include(if: true) { ...part ... on User { age } ... @skip(if: false) { sex } } } fragment part on User { orders }": "QUERY users/1 age/3 sex/3",
		"# all of { them }\n{ users } # }":             "QUERY users/1",
		`{ users(note: """a " b \""" } c""") orders }`: "QUERY users/1 orders/1",
		"{ on }":                  "QUERY on/1",
		"{ query fragment }":      "QUERY query/1 fragment/1",
		"":                        "it has no fields",
		"{ }":                     "it has no fields",
		"{ users":                 "a brace that is not closed",
		"users":                   `it begins with "users"`,
		"fragment a on B { c }":   `it begins with "fragment"`,
		"{ users(a: \"b) }":       "a text in it does not end",
		"{ users(a: \"\"\"b\") }": "a text in it does not end",
		"{ größe }":               "it has 'ö' outside a text",
		"}":                       `it begins with "}"`,
		"{ a ) b }":               "QUERY a/1 b/1",
	} {
		verb, fields, err := fieldsOf(document)
		got := verb
		for _, f := range fields {
			got += fmt.Sprintf(" %s/%d", f.name, f.depth)
		}
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != want || err != nil && !strings.Contains(got, want) {
			t.Errorf("%s\nis %s, want %s", document, got, want)
		}
	}
}

// FuzzFields: whatever a stranger sends is read or refused, and what is read has a field.
func FuzzFields(f *testing.F) {
	for _, document := range []string{"{users}", "query A($a:B){x:y(z:\"}\"){...on C{d}}}", "\"\"\"", "{...", "{@", "{on", "#"} {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		if verb, fields, err := fieldsOf(document); err == nil && (len(fields) == 0 || verb == "") {
			t.Errorf("%q: %s %v", document, verb, fields)
		}
	})
}
