package checker

import "hubsim/event"

// Measure is what a quota is one of.
type Measure uint8

// The measures.
const (
	Calls Measure = iota
	Bytes
	PromptTokens
	CompletionTokens
	TotalTokens
)

var measureNames = [...]string{"calls", "bytes", "prompt tokens", "completion tokens", "total tokens"}

// String names the measure.
func (m Measure) String() string { return measureNames[m] }

// MarshalText implements encoding.TextMarshaler.
func (m Measure) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. What is no measure is one of calls.
func (m *Measure) UnmarshalText(text []byte) error {
	*m = Calls
	for i, name := range measureNames {
		if name == string(text) {
			*m = Measure(i)
		}
	}
	return nil
}

// Of is how much a call counts: of so many bytes, and of that usage, which may be nil.
func (m Measure) Of(size int64, u *event.Usage) int64 {
	switch {
	case m == Calls:
		return 1
	case m == Bytes:
		return size
	case u == nil:
		return 0
	case m == PromptTokens:
		return u.Prompt
	case m == CompletionTokens:
		return u.Completion
	}
	return u.Total()
}
