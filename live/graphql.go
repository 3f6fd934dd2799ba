package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"hubsim/event"
)

// operations reads what a call of a GraphQL API asks for, from the query parameter or the message: the operations of
// the API that its document names at any depth, each once, in order (GraphQLAPIHandler.java, getNestedLevelOperations).
// Nothing holds the document against a schema: a field that is no operation is passed over below the first level, and
// there it is asked for all the same, so that the gateway refuses the call.
func operations(q *http.Request, known []event.Resource, out *event.Request) error {
	document := q.URL.Query().Get("query")
	body, err := io.ReadAll(io.LimitReader(q.Body, mostBody))
	if err != nil {
		return fmt.Errorf("read the message of the call: %w", err)
	}
	out.Size = int64(len(body))
	if document == "" {
		var message struct{ Query string }
		if err := json.Unmarshal(body, &message); err != nil {
			return fmt.Errorf("read the message of the call: %w (hint: it is JSON, %s)", err, graphQLHint)
		}
		document = message.Query
	}
	verb, fields, err := fieldsOf(document)
	if err != nil {
		return fmt.Errorf("read the GraphQL document of the call: %w (hint: the message is JSON, %s)", err, graphQLHint)
	}
	var names []string
	for _, f := range fields {
		operation := slices.ContainsFunc(known, func(r event.Resource) bool { return r.Verb == verb && r.Template == f.name })
		if (operation || f.depth == 1) && !slices.Contains(names, f.name) {
			names = append(names, f.name)
		}
	}
	out.Verb, out.Resource, out.Also = verb, names[0], names[1:]
	return nil
}

const graphQLHint = `{"query":"{ users { name } orders { id } }"}`

// field is a field of a document's first operation, and how deep it stands, from 1.
type field struct {
	name  string
	depth int
}

// fieldsOf are the verb of a document's first operation and its fields. An alias is not a field, nor are arguments,
// directives and what spreads a fragment; what stands in a fragment of its own is not looked at.
func fieldsOf(document string) (verb string, fields []field, err error) {
	words, err := wordsOf(document)
	if err != nil {
		return "", nil, err
	}
	verb = event.QueryVerb
	if len(words) > 0 && words[0] != "{" {
		verb = strings.ToUpper(words[0])
	}
	if !event.GraphQLVerb(verb) {
		return "", nil, fmt.Errorf("it begins with %q, which is no query, mutation or subscription", words[0])
	}
	depth, within := 0, 0 // braces, and parentheses of arguments
	for i, w := range words {
		switch {
		case w == "(":
			within++
		case w == ")":
			within--
		case within > 0:
		case w == "{":
			depth++
		case w == "}":
			if depth--; depth == 0 && len(fields) > 0 {
				return verb, fields, nil
			}
		case depth == 0 || !isName(w) || i+1 < len(words) && words[i+1] == ":":
		case words[i-1] == "@" || words[i-1] == "..." || words[i-1] == "on" && i > 1 && words[i-2] == "...":
		default:
			fields = append(fields, field{w, depth})
		}
	}
	return "", nil, errors.New("it has no fields, or a brace that is not closed")
}

// wordsOf splits a document into names, numbers and marks, without texts, comments and commas.
func wordsOf(document string) (words []string, err error) {
	for rest := document; rest != ""; {
		n := 1
		switch c := rest[0]; {
		case strings.HasPrefix(rest, "..."):
			n = 3
			words = append(words, rest[:n])
		case c == '"':
			if n = textLength(rest); n == 0 {
				return nil, errors.New("a text in it does not end")
			}
		case c == '#':
			if end := strings.IndexAny(rest, "\r\n"); end >= 0 {
				n = end
			} else {
				n = len(rest)
			}
		case nameByte(c):
			for n < len(rest) && nameByte(rest[n]) {
				n++
			}
			words = append(words, rest[:n])
		case strings.IndexByte("{}()[]:@$!=&|-.", c) >= 0:
			words = append(words, rest[:n])
		case c > utf8.RuneSelf:
			return nil, fmt.Errorf("it has %q outside a text", []rune(rest)[0])
		}
		rest = rest[n:]
	}
	return words, nil
}

// textLength is how long a text is that begins here, with its quotes; 0 where it does not end.
func textLength(rest string) int {
	if block, ok := strings.CutPrefix(rest, `"""`); ok {
		if end := strings.Index(strings.ReplaceAll(block, `\"""`, `\~~~`), `"""`); end >= 0 {
			return end + 6
		}
		return 0
	}
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		case '\n':
			return 0
		}
	}
	return 0
}

func nameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isName(word string) bool { return nameByte(word[0]) && (word[0] < '0' || word[0] > '9') }
