package siddhi

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is what is not understood, and where.
type Error struct {
	Line, Column int    // from 1; the column counts characters
	Construct    string // as the text has it: "#window.time", "join"; "" if something is missing or ill-formed
	Detail       string // what was expected
}

// Error tells the whole in one line.
func (e *Error) Error() string {
	if e.Construct == "" {
		return fmt.Sprintf("siddhi query, line %d:%d: %s", e.Line, e.Column, e.Detail)
	}
	return fmt.Sprintf("siddhi query, line %d:%d: %s is not supported: %s", e.Line, e.Column, e.Construct, e.Detail)
}

type kind uint8

const (
	end kind = iota
	word
	text
	number
	symbol
)

// token is a word of the query. Of a text it holds what stands between the quotes.
type token struct {
	kind         kind
	value        string
	line, column int
}

// is tells whether a token is a symbol, or a keyword in any case.
func (t token) is(value string) bool {
	return t.kind == symbol && t.value == value || t.kind == word && strings.EqualFold(t.value, value)
}

// String is the token as a complaint names it.
func (t token) String() string {
	switch t.kind {
	case end:
		return "the end of the query"
	case text:
		return "'" + t.value + "'"
	}
	return t.value
}

func (t token) missing(detail string, args ...any) *Error {
	return &Error{Line: t.line, Column: t.column, Detail: fmt.Sprintf(detail, args...)}
}

func (t token) unsupported(construct, detail string) *Error {
	return &Error{Line: t.line, Column: t.column, Construct: construct, Detail: detail}
}

// maxLength bounds the text of a query, in bytes.
const maxLength = 64 << 10

// lexer cuts a query into tokens.
type lexer struct {
	rest         string
	line, column int
}

func lex(query string) ([]token, error) {
	l := lexer{rest: query, line: 1, column: 1}
	if len(query) > maxLength {
		return nil, &Error{Line: 1, Column: 1, Detail: fmt.Sprintf("want at most %d bytes, found %d", maxLength, len(query))}
	}
	var all []token
	for {
		if err := l.blank(); err != nil {
			return nil, err
		}
		t, err := l.token()
		if err != nil {
			return nil, err
		}
		all = append(all, t)
		if t.kind == end {
			return all, nil
		}
	}
}

// take removes n bytes and counts lines and characters.
func (l *lexer) take(n int) string {
	taken := l.rest[:n]
	l.rest = l.rest[n:]
	for _, r := range taken {
		l.column++
		if r == '\n' {
			l.line, l.column = l.line+1, 1
		}
	}
	return taken
}

// blank skips white space and comments.
func (l *lexer) blank() error {
	for {
		l.take(len(l.rest) - len(strings.TrimLeftFunc(l.rest, unicode.IsSpace)))
		switch {
		case strings.HasPrefix(l.rest, "--"):
			n := strings.IndexByte(l.rest, '\n')
			if n < 0 {
				n = len(l.rest)
			}
			l.take(n)
		case strings.HasPrefix(l.rest, "/*"):
			n := strings.Index(l.rest[2:], "*/")
			if n < 0 {
				return token{line: l.line, column: l.column}.missing("a comment begins here and does not end")
			}
			l.take(n + 4)
		default:
			return nil
		}
	}
}

func (l *lexer) token() (token, error) {
	t := token{line: l.line, column: l.column}
	if l.rest == "" {
		return t, nil
	}
	r, size := utf8.DecodeRuneInString(l.rest)
	switch {
	case r == '\'' || r == '"':
		n := strings.IndexByte(l.rest[1:], l.rest[0])
		if n < 0 || strings.Contains(l.rest[1:1+n], "\n") {
			return t, t.missing("a text begins here and does not end on this line")
		}
		t.kind, t.value = text, l.take(n + 2)[1:n+1]
	case r == '_' || unicode.IsLetter(r):
		t.kind, t.value = word, l.take(span(l.rest, func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }))
	case '0' <= r && r <= '9':
		t.kind, t.value = number, l.take(span(l.rest, func(r rune) bool { return r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r) }))
	default:
		t.kind = symbol
		if len(l.rest) > 1 && l.rest[1] == '=' && strings.ContainsRune("=!<>", r) {
			size = 2
		}
		t.value = l.take(size)
	}
	return t, nil
}

// span is how many bytes at the beginning consist of such characters.
func span(s string, of func(rune) bool) int {
	return len(s) - len(strings.TrimLeftFunc(s, of))
}
