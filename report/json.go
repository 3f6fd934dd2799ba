package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"hubsim/checker"
)

// WriteJSON writes results: one as an object, several as a list of objects.
func WriteJSON(w io.Writer, results []checker.Result) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if len(results) == 1 {
		return enc.Encode(&results[0])
	}
	if results == nil {
		results = []checker.Result{}
	}
	return enc.Encode(results)
}

// A FormatError is a file that holds no results, with the place where that shows.
type FormatError struct {
	File      string
	Line, Col int // from 1; 0 is the file as a whole
	Text      string
}

// Error implements error.
func (e *FormatError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Text)
}

// ReadJSON reads what WriteJSON wrote; file is the name that an error gives. Its error is a
// *FormatError.
func ReadJSON(file string, text []byte) ([]checker.Result, error) {
	var results []checker.Result
	var err error
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '[' {
		err = json.Unmarshal(text, &results)
	} else {
		results = make([]checker.Result, 1)
		err = json.Unmarshal(text, &results[0])
	}
	if err != nil {
		return nil, located(file, text, err)
	}
	for i := range results {
		if s := results[i].Schema; s != checker.ResultSchema {
			return nil, &FormatError{File: file, Text: fmt.Sprintf("its schema is %q, this sim reads %q", s, checker.ResultSchema)}
		}
	}
	return results, nil
}

// located finds the line and column of a JSON error.
func located(file string, text []byte, err error) error {
	e := &FormatError{File: file, Text: err.Error()}
	offset := int64(-1)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		offset = syntax.Offset
	}
	if kind := (*json.UnmarshalTypeError)(nil); errors.As(err, &kind) {
		offset, e.Text = kind.Offset, fmt.Sprintf("%s cannot be a %s", kind.Field, kind.Value)
	}
	if offset < 0 || offset > int64(len(text)) {
		return e
	}
	before := text[:offset]
	e.Line = 1 + bytes.Count(before, []byte("\n"))
	e.Col = max(1, len(before)-bytes.LastIndexByte(before, '\n')-1)
	return e
}
