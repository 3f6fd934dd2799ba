package siddhi

import "hubsim/event"

// Rule is a custom policy's query, understood.
type Rule struct {
	Unit    event.Duration // length of a window
	Aligned bool           // windows begin at multiples of it; otherwise with the first event
	Limit   int64          // the count that throttles

	eligible condition
	key      operand
}

// Key is what a request is counted under; false if the rule does not concern it.
func (r *Rule) Key(a *Row) (event.ThrottleKey, bool) {
	if !r.eligible(a) {
		return "", false
	}
	key, there := r.key.of(a)
	return event.ThrottleKey(key), there && key != ""
}

// Parse reads a query. An error is an *Error.
func Parse(query string) (*Rule, error) {
	tokens, err := lex(query)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: tokens}
	return p.rule()
}
