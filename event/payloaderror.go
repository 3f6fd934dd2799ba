package event

import "errors"

// The kinds of a FormError, for errors.Is.
var (
	// ErrMalformed: the bytes are not the form they should be.
	ErrMalformed = errors.New("malformed")
	// ErrUnknownType: the form is right, and the event is of a type that is not modelled.
	ErrUnknownType = errors.New("unknown type")
	// ErrNoForm: the message has no form on this wire, or lacks what the form needs.
	ErrNoForm = errors.New("no form")
)

// FormError says what was wrong with bytes that should have become a message, or with a message that
// should have become bytes. Nothing was read or written.
type FormError struct {
	Doing  string // "read a decision"
	Kind   error  // ErrMalformed, ErrUnknownType or ErrNoForm
	Member string // the member that was looked at, if it was one
	Detail string // what was expected, what was found
	Offset int64  // how many bytes in, where JSON is wrong; 0 is not known
}

// Error tells the whole in one line.
func (e *FormError) Error() string {
	text := "cannot " + e.Doing + ": " + e.Kind.Error()
	if e.Member != "" {
		text += ` at "` + e.Member + `"`
	}
	return text + ": " + e.Detail
}

// Unwrap gives the kind.
func (e *FormError) Unwrap() error { return e.Kind }

// Unreadable is what came on a topic and could not be read: a node that gets one counts it with its
// fault, and nothing else is disturbed.
type Unreadable struct{ Fault error }

// Class implements Message.
func (*Unreadable) Class() Class { return ClassUnreadable }

// Reason is Ineligible for a type that is not modelled, else Malformed.
func (u *Unreadable) Reason() Reason {
	if errors.Is(u.Fault, ErrUnknownType) {
		return Ineligible
	}
	return Malformed
}
