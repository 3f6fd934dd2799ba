package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"hubsim/event"
)

// mostTokens bounds a GraphQL document: what the product's parser takes before it gives up (graphql-java,
// ParserOptions).
const mostTokens = 15_000

const graphQLHint = `{"query":"{ users { name } orders { id } }"}`

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
	first, err := firstOperation(document)
	if err != nil {
		return fmt.Errorf("read the GraphQL document of the call: %w (hint: the message is JSON, %s)", err, graphQLHint)
	}
	out.Verb = strings.ToUpper(string(first.Operation))
	names := namesOf(first.SelectionSet, func(name string) bool {
		return slices.ContainsFunc(known, func(r event.Resource) bool { return r.Verb == out.Verb && r.Template == name })
	})
	if len(names) == 0 {
		return fmt.Errorf("read the GraphQL document of the call: it names no operation (hint: the message is JSON, %s)", graphQLHint)
	}
	out.Resource, out.Also = names[0], names[1:]
	return nil
}

// firstOperation is what a document begins with. Of several operations the first is asked for, and one behind a
// fragment is not found (GraphQLAPIHandler.java).
func firstOperation(document string) (*ast.OperationDefinition, error) {
	read, err := parser.ParseQueryWithTokenLimit(&ast.Source{Name: "document", Input: document}, mostTokens)
	switch {
	case err != nil:
		return nil, err
	case len(read.Operations) == 0:
		return nil, errors.New("it is empty")
	case len(read.Fragments) > 0 && read.Fragments[0].Position.Start < read.Operations[0].Position.Start:
		return nil, errors.New("it begins with a fragment, which should follow the operation")
	}
	return read.Operations[0], nil
}

// namesOf are the names of the fields that are operations, at any depth, each once, and of those of the first level
// that are none, but for what asks about the schema, as __typename does. What a fragment holds, of its own or inline,
// is not looked at.
func namesOf(fields ast.SelectionSet, operation func(name string) bool) (names []string) {
	var walk func(fields ast.SelectionSet, first bool)
	walk = func(fields ast.SelectionSet, first bool) {
		for _, s := range fields {
			f, ok := s.(*ast.Field)
			if !ok {
				continue
			}
			unknown := first && !strings.HasPrefix(f.Name, "__")
			if (unknown || operation(f.Name)) && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
			walk(f.SelectionSet, false)
		}
	}
	walk(fields, true)
	return names
}
