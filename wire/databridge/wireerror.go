package databridge

import (
	"errors"
	"strconv"
)

// The kinds of an Error, for errors.Is.
var (
	// ErrShort: the bytes end before the value does; with more bytes it may be whole.
	ErrShort = errors.New("cut short")
	// ErrTooLong: a frame, or an answer, claims to be larger than the limit.
	ErrTooLong = errors.New("too long")
	// ErrMalformed: lengths contradict each other, or a value is none of its type.
	ErrMalformed = errors.New("malformed")
	// ErrUnknownStream: an event of a stream that is not defined here.
	ErrUnknownStream = errors.New("unknown stream")
	// ErrUnknownType: an answer's first byte is no type that the protocol has.
	ErrUnknownType = errors.New("unknown type")
	// ErrNoForm: a message that no stream carries.
	ErrNoForm = errors.New("no form")
)

// Error says what was being read or written when something was wrong. Nothing was.
type Error struct {
	Doing  string // "read a login"
	Kind   error  // one of the Err… of this package
	Detail string // what was expected, what was found
}

// Error tells the whole in one line.
func (e *Error) Error() string {
	return "cannot " + e.Doing + ": " + e.Kind.Error() + ": " + e.Detail
}

// Unwrap gives the kind.
func (e *Error) Unwrap() error { return e.Kind }

// BundleError says that a publish was whole and some of its events were not. The others were read.
type BundleError struct {
	Bad   int   // events that could not be read
	First error // what was wrong with the first of them, an *Error
}

// Error tells how many, and why the first.
func (e *BundleError) Error() string {
	return strconv.Itoa(e.Bad) + " events of a publish are lost, the first: " + e.First.Error()
}

// Unwrap gives the first event's fault.
func (e *BundleError) Unwrap() error { return e.First }

// add counts an event that could not be read; the first makes the error.
func (e *BundleError) add(err error) *BundleError {
	if e == nil {
		return &BundleError{Bad: 1, First: err}
	}
	e.Bad++
	return e
}
